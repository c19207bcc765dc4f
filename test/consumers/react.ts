// The React example: compiled, served by Vite in development, and used in a real browser under strict mode.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { chromium, type Page } from 'playwright-core';
import { findChromium } from './browser.ts';
import { plainEnvironment, run } from './project.ts';

/** Runs Vite's development server for as long as `use` does. */
async function withServer<T>(cwd: string, use: (url: string) => Promise<T>): Promise<T> {
  const args = ['node_modules/vite/bin/vite.js', '--host', '127.0.0.1', '--port', '0'];
  const env = { ...plainEnvironment(), NO_COLOR: '1' };
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  try {
    for await (const line of createInterface(child.stdout)) {
      const [url] = /http:\/\/127\.0\.0\.1:\d+\//.exec(line) ?? [];
      if (url !== undefined) return await use(url);
    }
    throw new Error('Vite ended without a server');
  } finally {
    child.kill();
    await exit;
  }
}

function equal(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`got ${a} where ${b} was expected`);
}

async function clickThrough(page: Page): Promise<void> {
  const polls: string[] = [];
  page.on('request', (request) => {
    const [, id] = /\/v1\/result\/(.+)$/.exec(request.url()) ?? [];
    if (id !== undefined) polls.push(id);
  });
  const pollsOf = (id: string) => polls.filter((polled) => polled === id).length;
  const follow = async (id: string) => {
    await page.getByLabel('Task id').fill(id);
    await page.getByRole('button', { name: 'Follow' }).click();
  };
  const bothShow = async (selector: string) => {
    for (const name of ['Hook', 'Query']) {
      await page.getByRole('region', { name }).locator(selector).waitFor();
    }
  };

  await follow('video_1');
  await bothShow('video');

  // Strict mode starts each of the two waits twice, and aborts the first. A query that repeats a permanent error adds three.
  await follow('bad_1');
  await bothShow('[role=alert]');
  if (pollsOf('bad_1') > 4) throw new Error(`a permanent error was repeated: ${pollsOf('bad_1')} polls`);

  // What is no longer shown is no longer polled: another id, or none, in the middle of a wait.
  const isQueued = page.getByRole('region', { name: 'Hook' }).getByText('queued');
  await follow('video_2');
  await isQueued.waitFor();
  await follow('video_3');
  await isQueued.waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  const before = [pollsOf('video_2'), pollsOf('video_3')];
  await follow('video_4');
  await bothShow('video');
  equal([pollsOf('video_2'), pollsOf('video_3')], before);
}

/** @throws {Skip} without a browser. */
export async function runReact(cwd: string): Promise<string> {
  const executablePath = findChromium();
  await run('npm', ['run', 'check'], { cwd });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    return await withServer(cwd, async (url) => {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      await page.goto(url, { waitUntil: 'networkidle' });
      await clickThrough(page);
      equal(errors, []);
      return 'a hook and a query under strict mode';
    });
  } finally {
    await browser.close();
  }
}
