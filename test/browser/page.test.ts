import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { sampleVideo } from 'videos-client/testing';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { startDemo } from '../../examples/browser/server.ts';
import { describeInChromium, launch } from './chromium.ts';

const artifacts = process.env.ARTIFACTS_DIR ?? join(tmpdir(), 'videos-client-screenshots');

describeInChromium('the page that follows a video', () => {
  let browser: Browser;
  let demo: Awaited<ReturnType<typeof startDemo>>;
  let serial = 0;

  beforeAll(async () => {
    mkdirSync(artifacts, { recursive: true });
    [browser, demo] = await Promise.all([launch(), startDemo()]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  });

  /** Opens the page; an error that nobody caught, or a breach of its own policy, fails the test. */
  async function open(path = '', options?: BrowserContextOptions) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy|Uncaught/.test(message.text())) errors.push(message.text());
    });
    onTestFinished(async () => {
      await context.close();
      expect(errors).toEqual([]);
    });
    await page.goto(demo.url + path);
    return { page, context };
  }

  const newId = () => `video_${++serial}`;
  const looksAt = (id: string) => demo.emulator.requests.filter((request) => request.id === id).length;
  const status = (page: Page, name: string) => page.getByRole('heading', { level: 2, name });
  const shoot = (page: Page, name: string) => page.screenshot({ path: join(artifacts, `${name}.png`) });

  it('leads from an id to a video that plays, by keyboard alone', async () => {
    const id = newId();
    demo.emulator.addTask({ id, after: { polls: 3 } });
    const { page } = await open();
    const authorizations: unknown[] = [];
    page.on('request', (request) => authorizations.push(request.headers().authorization));

    await page.keyboard.press('Tab');
    expect(await page.getByLabel('Task id').evaluate((input) => input === document.activeElement)).toBe(true);
    await page.keyboard.type(id);
    await page.keyboard.press('Enter');
    for (const name of ['Queued', 'Processing', 'Completed']) {
      await status(page, name).waitFor();
      expect(await page.getByRole('progressbar').getAttribute('aria-valuetext')).toBe(name);
      expect(await page.getByRole('status').textContent()).toContain(name);
      expect(await page.title()).toBe(`${name} · ${id}`);
    }

    const time = await page.getByLabel('The finished video').evaluate(async (video: HTMLVideoElement) => {
      video.muted = true;
      await video.play();
      await new Promise((resolve) => video.addEventListener('timeupdate', resolve, { once: true }));
      while (video.currentTime === 0) await new Promise(requestAnimationFrame);
      return video.currentTime;
    });
    expect(time).toBeGreaterThan(0);
    await shoot(page, 'completed');
    expect(authorizations.length).toBeGreaterThan(3);
    expect(new Set(authorizations)).toEqual(new Set([undefined]));
  });

  it('downloads the video, byte for byte', async () => {
    const id = newId();
    demo.emulator.addTask({ id, after: { polls: 1 } });
    const { page } = await open(`?id=${id}`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);

    expect(download.suggestedFilename()).toBe(`${id}.mp4`);
    expect(new Uint8Array(await readFile(await download.path()))).toEqual(sampleVideo());
    await page.getByRole('status').filter({ hasText: 'The video has been downloaded.' }).waitFor();
  });

  it('says in words why there is no video', async () => {
    const failed = newId();
    demo.emulator.addTask({
      id: failed,
      outcome: 'failed',
      error: 'It breaks the policy.',
      after: { polls: 1 },
    });
    const { page } = await open(`?id=${failed}`);
    await status(page, 'No video this time').waitFor();

    expect(await page.getByRole('status').textContent()).toBe('No video this time. It breaks the policy.');
    expect(await page.getByRole('button', { name: 'Go on waiting' }).isVisible()).toBe(false);
    await shoot(page, 'failed');

    await page.getByLabel('Task id').fill('unknown');
    await page.getByRole('button', { name: 'Follow', exact: true }).click();
    await status(page, 'No such task').waitFor();
    await page.goBack();
    await status(page, 'No video this time').waitFor();
  });

  it('stops when it is told to, keeps the focus at hand, and goes on from there', async () => {
    const id = newId();
    demo.emulator.addTask({ id, after: { ms: Number.POSITIVE_INFINITY } });
    const { page } = await open();
    await page.clock.install();
    await page.goto(`${demo.url}?id=${id}`);
    await status(page, 'Queued').waitFor();
    await page.getByRole('button', { name: 'Stop following' }).focus();
    await page.keyboard.press('Enter');
    await status(page, 'Stopped').waitFor();
    const polls = looksAt(id);
    expect(await status(page, 'Stopped').evaluate((heading) => heading === document.activeElement)).toBe(
      true,
    );

    await page.clock.runFor(60_000);
    expect(looksAt(id)).toBe(polls);
    await shoot(page, 'stopped');

    demo.emulator.addTask({ id, after: { polls: 1 } });
    await page.getByRole('button', { name: 'Go on waiting' }).click();
    await status(page, 'Completed').waitFor();
  });

  it('survives a reload in the middle', async () => {
    const id = newId();
    demo.emulator.addTask({ id, after: { ms: Number.POSITIVE_INFINITY } });
    const { page } = await open();
    await page.getByLabel('Task id').fill(id);
    await page.getByRole('button', { name: 'Follow', exact: true }).click();
    await status(page, 'Queued').waitFor();

    await page.reload();
    await status(page, 'Queued').waitFor();
    expect(await page.getByLabel('Task id').inputValue()).toBe(id);
    expect(await page.getByLabel('Elapsed').textContent()).toMatch(/^0:\d\d$/);

    demo.emulator.addTask({ id, after: { polls: 1 } });
    await status(page, 'Completed').waitFor();
  });

  it('sits out a network that goes, and goes on as soon as it is back', async () => {
    const id = newId();
    demo.emulator.addTask({ id, after: { ms: Number.POSITIVE_INFINITY } });
    const { page, context } = await open(`?id=${id}`);
    await status(page, 'Queued').waitFor();
    await context.setOffline(true);
    const notice = page.getByText('You are offline. The task goes on meanwhile', { exact: false }).first();
    await notice.waitFor();
    await shoot(page, 'offline');

    demo.emulator.addTask({ id, after: { polls: 1 } });
    await context.setOffline(false);
    await status(page, 'Completed').waitFor();
    expect(await notice.isVisible()).toBe(false);
  });

  it.for([
    ['light', 1100],
    ['light', 360],
    ['dark', 1100],
    ['dark', 360],
  ] as const)('fits a screen that is %s and %d pixels wide', async ([colorScheme, width]) => {
    const id = newId();
    demo.emulator.addTask({ id, after: { polls: 1_000_000 } });
    const viewport = { width, height: 860 };
    const { page } = await open('', { colorScheme, viewport, reducedMotion: 'reduce' });
    await shoot(page, `idle-${colorScheme}-${width}`);
    await page.goto(`${demo.url}?id=${id}`);
    await status(page, 'Processing').waitFor();
    await shoot(page, `processing-${colorScheme}-${width}`);

    const animations = await page.evaluate(() => document.getAnimations().length);
    expect(animations).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });

  it('has tasks to try', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'lasts', exact: true }).click();
    await status(page, 'Queued').waitFor();

    expect(new URL(page.url()).searchParams.get('id')).toMatch(/^demo_lasts_\w+$/);
  });
});
