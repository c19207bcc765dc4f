import type { Browser, Page } from 'playwright-core';
import type * as Videos from 'videos-client';
import { toNodeHandler } from 'videos-client/node';
import { createVideosProxy } from 'videos-client/proxy';
import { createVideosEmulator, sampleVideo } from 'videos-client/testing';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { bundle } from '../helpers/bundle.ts';
import { startHttpService } from '../helpers/http-service.ts';
import { describeInChromium, launch } from './chromium.ts';

/** In the page: the package, and where its proxy is. */
declare const videos: typeof Videos;
declare const baseUrl: string;
/** In the page: the status that the wait ends with. */
declare const finalStatus: Promise<string>;

describeInChromium('the client in a browser', () => {
  let browser: Browser;
  let script: string;

  beforeAll(async () => {
    browser = await launch();
    const { code } = await bundle("import * as videos from 'videos-client'; globalThis.videos = videos;");
    script = `${code}; globalThis.baseUrl = '/api/videos';`;
  }, 60_000);
  afterAll(() => browser?.close());

  /** An application: a page with the package, and a server with the proxy, before a local emulator. */
  async function openApp() {
    const emulator = createVideosEmulator();
    const server = await emulator.listen();
    const proxy = toNodeHandler(
      createVideosProxy({ apiKey: 'test-key', baseUrl: server.baseUrl, authorize: () => true }),
    );
    const { url: origin } = await startHttpService((req, res) => {
      if (req.url?.startsWith('/api/')) return proxy(req, res);
      const isScript = req.url === '/app.js';
      res.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      res.end(isScript ? script : '<!doctype html><script src="/app.js"></script>');
    });
    const context = await browser.newContext();
    onTestFinished(async () => {
      await context.close();
      await server.close();
    });
    const page = await context.newPage();
    await page.goto(origin);
    return { emulator, server, context, page };
  }

  it('a client in a browser needs no key if a proxy adds it, for requests, waits and downloads', async () => {
    const { emulator, page } = await openApp();
    for (const id of ['a', 'b', 'c', 'd']) emulator.addTask({ id, after: { polls: 2 } });
    emulator.addTask({ id: 'bad', outcome: 'failed', error: 'No.', after: { polls: 1 } });
    const seen = await page.evaluate(async () => {
      const polling = { minInterval: 1, maxInterval: 1 };
      const client = new videos.VideosClient({ apiKey: null, baseUrl, polling });
      const first = await client.getResult('a');
      const video = await client.waitForCompletion('a');
      const watched: string[] = [];
      for await (const { status } of client.watch('b')) watched.push(status);
      const outcomes: string[] = [];
      for await (const { id, status } of client.waitForAll(['c', 'd', 'bad']))
        outcomes.push(`${id} ${status}`);
      const blob = await (await client.download(video)).blob();
      return {
        first: first.status,
        video: video.status,
        watched,
        outcomes: outcomes.sort(),
        bytes: Array.from(new Uint8Array(await blob.arrayBuffer())),
      };
    });

    expect(seen).toMatchObject({
      first: 'queued',
      video: 'completed',
      watched: ['queued', 'completed'],
      outcomes: ['bad rejected', 'c fulfilled', 'd fulfilled'],
    });
    expect(new Uint8Array(seen.bytes)).toEqual(sampleVideo());
  });

  it('a client in a browser throws errors of the documented classes', async () => {
    const { page } = await openApp();
    const seen = await page.evaluate(async () => {
      const client = new videos.VideosClient({ apiKey: null, baseUrl });
      const error = await client.getResult('unknown').catch((error) => error);
      return [error.name, error.status, error instanceof videos.NotFoundError, videos.isVideosError(error)];
    });

    expect(seen).toEqual(['NotFoundError', 404, true, true]);
  });

  it('a client in a browser stops waiting at once when it is aborted in the middle of a pause', async () => {
    const { emulator, page } = await openApp();
    emulator.addTask({ id: 'a', after: { ms: Number.POSITIVE_INFINITY } });
    const reason = await page.evaluate(async () => {
      const client = new videos.VideosClient({ apiKey: null, baseUrl });
      const controller = new AbortController();
      const wait = client.waitForCompletion('a', {
        signal: controller.signal,
        onUpdate: () => void setTimeout(() => controller.abort('enough')),
      });
      return wait.catch((reason) => reason);
    });

    expect(reason).toBe('enough');
    expect(emulator.requests.length).toBe(1);
  });

  const refusal = expect.stringMatching(
    /^TypeError: Refused to use an API key in a browser.*videos-client\/proxy/,
  );

  it('a client in a browser refuses a key in a page, unless dangerouslyAllowBrowser is true', async () => {
    const { emulator, server, page } = await openApp();
    emulator.addTask({ id: 'a', after: { polls: 1 } });
    expect(await page.evaluate(createWithKey)).toEqual(refusal);

    const status = await page.evaluate(async (baseUrl) => {
      const options = { apiKey: 'test-key', baseUrl, dangerouslyAllowBrowser: true };
      return (await new videos.VideosClient(options).getResult('a')).status;
    }, server.baseUrl);
    expect(status).toBe('completed');
  });

  it.each(['classic', 'module'] as const)(
    'a client in a browser refuses a key in a %s worker',
    async (type) => {
      const { page } = await openApp();
      const work = type === 'classic' ? "importScripts(origin + '/app.js')" : "import '{origin}/app.js'";
      expect(await inWorker(page, type, `${work}; postMessage((${createWithKey})());`)).toEqual(refusal);
    },
  );

  /** Creates a client with a key; returns the error that this throws. */
  function createWithKey(): string {
    try {
      new videos.VideosClient({ apiKey: 'test-key' });
      return 'accepted';
    } catch (error) {
      return String(error);
    }
  }

  function inWorker(page: Page, type: WorkerType, code: string): Promise<unknown> {
    return page.evaluate(
      ([type, code]) =>
        new Promise((resolve, reject) => {
          const blob = new Blob([code.replace('{origin}', location.origin)], { type: 'text/javascript' });
          const worker = new Worker(URL.createObjectURL(blob), { type });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
        }),
      [type, code] as const,
    );
  }

  /** Starts a wait whose second pause lasts ten minutes; resolves when it is in that pause. */
  async function waitUntilLongPause(page: Page): Promise<void> {
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          let polls = 0;
          const onPoll = () => ++polls === 2 && resolve();
          const client = new videos.VideosClient({ apiKey: null, baseUrl, maxRetries: 0 });
          const wait = client.waitForCompletion('a', {
            minInterval: 100,
            maxInterval: 600_000,
            factor: 6_000,
            jitter: false,
            onUpdate: onPoll,
            onPollError: onPoll,
          });
          Object.assign(globalThis, { finalStatus: wait.then((video) => video.status) });
        }),
    );
    // The shortest pause, which even a page that wakes leaves between two polls.
    await page.waitForTimeout(150);
  }

  const finalStatusIn = (page: Page) => page.evaluate(() => finalStatus);

  it('a client in a browser polls at once when the page is back online', async () => {
    const { emulator, page, context } = await openApp();
    emulator.addTask({ id: 'a', after: { polls: 1 } });
    await context.setOffline(true);
    await waitUntilLongPause(page);
    expect(emulator.requests.length).toBe(0);

    await context.setOffline(false);
    expect(await finalStatusIn(page)).toBe('completed');
  });

  it('a client in a browser polls at once when the page is restored from the back/forward cache', async () => {
    const { emulator, page } = await openApp();
    emulator.addTask({ id: 'a', after: { polls: 3 } });
    await waitUntilLongPause(page);
    await page.goto('about:blank');
    // The page is restored as it was left, so that nothing loads.
    await page.goBack({ waitUntil: 'commit' });

    await vi.waitFor(() => expect(emulator.requests.length).toBe(3), 5_000);
  });
});
