// A real Chromium for tests.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { describe } from 'vitest';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
/** In CI, a browser that is missing is a failure. */
const isMissing = !existsSync(executablePath) && !process.env.CI;

/** Groups tests that need a real Chromium; without one they are skipped, and their title says so. */
export function describeInChromium(title: string, tests: () => void): void {
  const why = isMissing ? `: skipped, no Chromium at ${executablePath} (set CHROMIUM_PATH)` : '';
  describe.skipIf(isMissing)(`${title}${why}`, { timeout: 60_000 }, tests);
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    // Pages go into the back/forward cache, as they do for users.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      // No requests but those of the tests.
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
