import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { describe } from 'vitest';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
/** In CI, a browser that is missing is a failure. */
const isMissing = !existsSync(executablePath) && !process.env.CI;

/** Groups tests that need a real Chromium; without one they are skipped, and say so. */
export function describeInChromium(title: string, tests: () => void): void {
  const why = isMissing ? `: skipped, no Chromium at ${executablePath} (set CHROMIUM_PATH)` : '';
  describe.skipIf(isMissing)(`${title}${why}`, { timeout: 60_000 }, tests);
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    // A page that is left and shown again lives on, as it does for people.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      // Nothing but what the tests ask for.
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
