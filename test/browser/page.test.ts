import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { sampleVideo } from 'videos-client/testing';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { startDemo } from '../../examples/browser/server.ts';
import { describeInChromium, launch } from './chromium.ts';

const READY = 'Your 5-second video is ready';
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

  /** Opens the page; an uncaught error, or a violation of its Content-Security-Policy, fails the test. */
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
  const pollsOf = (id: string) => demo.emulator.requests.filter((request) => request.id === id).length;
  const status = (page: Page, name: string) => page.getByRole('heading', { level: 2, name });
  const shoot = (page: Page, name: string) => page.screenshot({ path: join(artifacts, `${name}.png`) });

  it('the page leads from an id to a video that plays, with the keyboard alone', async () => {
    const id = newId();
    demo.emulator.addTask({ id, after: { polls: 3 } });
    const { page } = await open();
    const authorizations: unknown[] = [];
    page.on('request', (request) => authorizations.push(request.headers().authorization));

    await page.keyboard.press('Tab');
    expect(await page.getByLabel('Task id').evaluate((input) => input === document.activeElement)).toBe(true);
    await page.keyboard.type(id);
    await page.keyboard.press('Enter');
    for (const [title, state] of [
      ['Queued', 'Queued'],
      ['Processing', 'Processing'],
      ['Your 5-second video is ready', 'Completed'],
    ] as const) {
      await status(page, title).waitFor();
      expect(await page.getByRole('progressbar').getAttribute('aria-valuetext')).toBe(state);
      expect(await page.getByRole('status').textContent()).toContain(title);
      expect(await page.title()).toBe(`${title} · ${id}`);
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

  it('the page offers the download before the player, says why, and confirms it visibly', async () => {
    const id = newId();
    demo.emulator.addTask({ id, after: { polls: 1 } });
    const { page } = await open(`?id=${id}`);
    const button = page.getByRole('button', { name: 'Download', exact: true });
    await page.getByText('its link expires within a day').first().waitFor();
    const [above, below] = await Promise.all([
      button.boundingBox(),
      page.getByLabel('The finished video').boundingBox(),
    ]);
    expect(above?.y).toBeLessThan(below?.y ?? 0);

    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    expect(download.suggestedFilename()).toBe(`${id}.mp4`);
    expect(new Uint8Array(await readFile(await download.path()))).toEqual(sampleVideo());
    const confirmation = `Downloaded: ${id}.mp4 is in your downloads.`;
    await page.locator('#saved').filter({ hasText: confirmation }).waitFor();
    expect(await page.getByRole('status').textContent()).toBe(confirmation);
    await shoot(page, 'downloaded');
  });

  it('the page says why a download failed, and offers to try it again', async () => {
    const id = newId();
    demo.emulator.addTask({ id, after: { polls: 1 } });
    const { page } = await open(`?id=${id}`);
    const button = page.getByRole('button', { name: 'Download', exact: true });
    await button.waitFor();
    demo.emulator.fail({ on: 'video', id, times: 100, with: { status: 418 } });
    await button.click();
    await page.getByRole('button', { name: 'Try the download again' }).waitFor();

    expect(await page.locator('#notice').textContent()).toContain('418');
  });

  it('the page says why there is no video, and offers what to do next', async () => {
    const failed = newId();
    demo.emulator.addTask({
      id: failed,
      outcome: 'failed',
      error: 'It breaks the policy.',
      after: { polls: 1 },
    });
    const { page } = await open(`?id=${failed}`);
    await status(page, 'The video could not be made').waitFor();

    expect(await page.getByRole('status').textContent()).toBe(
      'The video could not be made. It breaks the policy. Fix the problem, then create a new task.',
    );
    expect(await page.getByRole('button', { name: /Keep waiting|Try again|Resume/ }).count()).toBe(0);
    await shoot(page, 'failed');

    await page.getByRole('button', { name: 'Enter another id' }).click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('id');
    await page.keyboard.type('unknown');
    await page.keyboard.press('Enter');
    await status(page, 'No such task').waitFor();
    await shoot(page, 'unknown');
    await page.goBack();
    await status(page, 'The video could not be made').waitFor();
  });

  it('the page stops on request, keeps the focus in place, does not seem finished, and resumes', async () => {
    const id = newId();
    demo.emulator.addTask({ id, after: { ms: Number.POSITIVE_INFINITY } });
    const { page } = await open();
    await page.clock.install();
    await page.goto(`${demo.url}?id=${id}`);
    await status(page, 'Queued').waitFor();
    await page.getByRole('button', { name: 'Stop following' }).focus();
    await page.keyboard.press('Enter');
    const stopped = status(page, 'You stopped following');
    await stopped.waitFor();
    const polls = pollsOf(id);
    expect(await stopped.evaluate((heading) => heading === document.activeElement)).toBe(true);
    expect(await page.getByRole('progressbar').count()).toBe(0);

    await page.clock.runFor(60_000);
    expect(pollsOf(id)).toBe(polls);
    await shoot(page, 'stopped');

    demo.emulator.addTask({ id, after: { polls: 1 } });
    await page.getByRole('button', { name: 'Resume' }).click();
    await status(page, READY).waitFor();
  });

  it('the page counts down to the next poll, through a rate-limit pause too', async () => {
    const id = newId();
    demo.emulator.addTask({ id, after: { ms: Number.POSITIVE_INFINITY } });
    demo.emulator.fail({ id, times: 10, with: { status: 429, retryAfter: 20 } });
    const { page } = await open(`?id=${id}`);
    await page.getByText('The service is busy').first().waitFor();

    expect(await page.locator('#next').textContent()).toMatch(/^in (19|20) s$/);
    await page
      .locator('#next')
      .filter({ hasText: /in 1[78] s/ })
      .waitFor();
    await shoot(page, 'rate-limited');
  });

  it('the page resumes after a reload from the id in the address', async () => {
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
    await status(page, READY).waitFor();
  });

  it('the page waits while the browser is offline, and resumes when it is back online', async () => {
    const id = newId();
    demo.emulator.addTask({ id, after: { ms: Number.POSITIVE_INFINITY } });
    const { page, context } = await open(`?id=${id}`);
    await status(page, 'Queued').waitFor();
    await context.setOffline(true);
    const notice = page.getByText('You are offline. Your task continues', { exact: false }).first();
    await notice.waitFor();
    expect(await page.locator('#next').textContent()).toBe('when you are back online');
    await shoot(page, 'offline');

    demo.emulator.addTask({ id, after: { polls: 1 } });
    await context.setOffline(false);
    await status(page, READY).waitFor();
    expect(await notice.isVisible()).toBe(false);
  });

  it.for([
    ['light', 1100],
    ['light', 360],
    ['dark', 1100],
    ['dark', 360],
  ] as const)('the page fits a screen that is %s and %d pixels wide', async ([colorScheme, width]) => {
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

  it('the page has tasks to try, on buttons that are large enough for a finger', async () => {
    const { page } = await open();
    for (const name of ['completes', 'fails', 'lasts']) {
      const box = await page.getByRole('button', { name, exact: true }).boundingBox();
      expect(box?.height).toBeGreaterThanOrEqual(44);
      expect(box?.width).toBeGreaterThanOrEqual(44);
    }
    await page.getByRole('button', { name: 'lasts', exact: true }).click();
    await status(page, 'Queued').waitFor();

    expect(new URL(page.url()).searchParams.get('id')).toMatch(/^demo_lasts_\w+$/);
  });
});
