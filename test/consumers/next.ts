// A Next.js application: built without a key, started with one, and used in a real browser.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { createVideosEmulator } from 'videos-client/testing';
import { findChromium } from './browser.ts';
import { plainEnvironment, run } from './project.ts';

const KEY = 'key-of-the-server';
const NEXT = 'node_modules/next/dist/bin/next';
const QUIET = { NEXT_TELEMETRY_DISABLED: '1' };

/** Runs `next start` for as long as `use` does. */
async function withServer(cwd: string, baseUrl: string, use: (url: string) => Promise<void>): Promise<void> {
  const env = { ...plainEnvironment(), ...QUIET, VIDEOS_API_KEY: KEY, VIDEOS_BASE_URL: baseUrl };
  const child = spawn(process.execPath, [NEXT, 'start', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  try {
    for await (const line of createInterface(child.stdout)) {
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (url !== undefined) return await use(url);
    }
    throw new Error('next start ended without a server');
  } finally {
    child.kill();
    await exit;
  }
}

/** Follows one task to its end, and one that belongs to someone else. */
async function clickThrough(executablePath: string, url: string): Promise<string[]> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const context = await browser.newContext();
    await context.addCookies([{ name: 'user', value: 'ada', url }]);
    const page = await context.newPage();
    const errors: string[] = [];
    const paths: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (pathname.startsWith('/api/')) paths.push(`${response.status()} ${pathname}`);
    });
    await page.goto(url, { waitUntil: 'networkidle' });
    const follow = async (id: string, text: RegExp) => {
      await page.getByLabel('Task id').fill(id);
      await page.getByRole('button', { name: 'Follow' }).click();
      await page.getByText(text).waitFor();
    };
    await follow('video_1', /^Ready: http/);
    await context.clearCookies();
    await follow('video_2', /You may not see this task/);
    if (errors.length > 0) throw new Error(errors.join('\n'));
    return paths;
  } finally {
    await browser.close();
  }
}

/** Builds, starts and uses the application. @throws {Skip} without a browser. */
export async function runNext(cwd: string): Promise<string> {
  const executablePath = findChromium();
  await run(process.execPath, [join(cwd, NEXT), 'build'], { cwd, env: QUIET });
  const emulator = createVideosEmulator({ apiKey: KEY });
  emulator.addTask({ id: 'video_1', after: { polls: 3 } });
  await using service = await emulator.listen();
  let paths: string[] = [];
  await withServer(cwd, service.baseUrl, async (url) => {
    paths = await clickThrough(executablePath, url);
  });
  const route = '/api/videos/v1/result';
  // A browser hides where a redirect leads, so the client lets it follow the redirect in a second request.
  const pollOf = (id: string, status: number) => [
    `308 ${route}/${id}`,
    `308 ${route}/${id}`,
    `${status} ${route}/${id}/`,
  ];
  const expected = [...Array(3).fill(pollOf('video_1', 200)).flat(), ...pollOf('video_2', 403)];
  if (String(paths) !== String(expected)) throw new Error(`got ${paths} where ${expected} was expected`);
  return `${emulator.requests.length} polls through a trailing slash`;
}
