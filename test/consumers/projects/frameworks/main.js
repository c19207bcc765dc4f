// Mounts the proxy in each framework as docs/frameworks.md shows it, and sends requests to it.
import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { VideosClient } from 'videos-client';
import { toNodeHandler } from 'videos-client/node';
import { createVideosProxy } from 'videos-client/proxy';
import { createVideosEmulator } from 'videos-client/testing';
import { apps } from './apps.mjs';

const KEY = 'key-of-the-server';
const report = { passed: [], failed: [] };

function equal(actual, expected) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`got ${a} where ${b} was expected`);
}

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

/** The status of a raw request, which no fetch would send. */
async function statusOf(port, head) {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.write(`${head}\r\nConnection: close\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += chunk;
  return Number(text.split(' ')[1]);
}

const checks = {
  async 'waits for a task with the client'({ url }) {
    const polling = { minInterval: 1, maxInterval: 1 };
    const client = new VideosClient({ apiKey: null, baseUrl: url, polling });
    equal((await client.waitForCompletion('video_1')).status, 'completed');
  },

  async 'takes a trailing slash and a query'({ url }) {
    equal((await fetch(`${url}/v1/result/video_1/?a=b`)).status, 200);
  },

  async 'reads the key at each request'({ url }) {
    delete process.env.VIDEOS_API_KEY;
    equal((await fetch(`${url}/v1/result/video_1`)).status, 500);
    process.env.VIDEOS_API_KEY = KEY;
    equal((await fetch(`${url}/v1/result/video_1`)).status, 200);
  },

  async 'sends every header of the response, in addition to those of the application'({ url, isNode }) {
    const response = await fetch(`${url}/v1/result/signed_out`);
    const cookies = ['a=1', 'b=2'];
    equal(response.status, 401);
    equal(response.headers.getSetCookie(), isNode ? ['app=1', ...cookies] : cookies);
    equal(response.headers.get('cache-control'), 'no-store');
  },

  async 'gives authorize what the proxy was called with'({ url, contexts, isNode }) {
    contexts.length = 0;
    await fetch(`${url}/v1/result/video_1`);
    const [context] = contexts;
    equal([contexts.length, typeof context], [1, 'object']);
    if (isNode) equal([context.req.method, context.res.getHeader('cache-control')], ['GET', 'no-store']);
  },

  async 'never reads a request body, and creates nothing'({ url }) {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' };
    equal((await fetch(`${url}/v1/result/video_1`, init)).status, 405);
    equal((await fetch(`${url}/v1/videos/videos`, init)).status, 404);
  },

  async 'does not trust Host'({ url, port, urls, isNode }) {
    urls.length = 0;
    const { pathname } = new URL(`${url}/v1/result/video_1`);
    equal(await statusOf(port, `GET ${pathname} HTTP/1.1\r\nHost: evil.test`), 200);
    // koa-mount removes the path that the handler is mounted under.
    if (isNode) equal(urls.join().replace('/api/videos', ''), 'http://localhost/v1/result/video_1');
  },

  async 'responds to TRACE and to a path outside the route'({ url, port }) {
    const { pathname } = new URL(`${url}/v1/result/video_1`);
    const status = await statusOf(port, `TRACE ${pathname} HTTP/1.1\r\nHost: app.test`);
    equal([status >= 400, status < 500], [true, true]);
    equal((await fetch(`${url}/v1/result/..%2Fadmin`)).status, 404);
  },

  async 'leaves other paths to the application'({ url }) {
    equal(await (await fetch(new URL('/', url))).text(), 'the application');
  },

  async 'aborts the request to the service when the page is closed'({ url, service }) {
    const sent = once(service, 'sent');
    const aborted = once(service, 'aborted');
    const page = request(`${url}/v1/result/hangs`).on('error', () => {});
    page.end();
    await sent;
    page.destroy();
    await aborted;
  },
};

const service = new EventEmitter();
const emulator = createVideosEmulator({ apiKey: KEY, onUnknownId: () => ({ after: { polls: 2 } }) });
const { baseUrl, close } = await emulator.listen();

/** The service's way, but for a task whose response never comes. */
function fetchOrHang(url, init) {
  if (!url.endsWith('/hangs')) return fetch(url, init);
  return new Promise((_, reject) => {
    init.signal.addEventListener('abort', () => {
      service.emit('aborted');
      reject(init.signal.reason);
    });
    service.emit('sent');
  });
}

async function test(framework, { start, isNode }) {
  const contexts = [];
  const urls = [];
  const signedOut = new Response('{}', {
    status: 401,
    headers: [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ],
  });
  process.env.VIDEOS_API_KEY = KEY;
  const proxy = createVideosProxy({
    baseUrl,
    fetch: fetchOrHang,
    authorize(request, id, context) {
      contexts.push(context);
      urls.push(request.url);
      return id === 'signed_out' ? signedOut.clone() : true;
    },
  });
  const server = await start(proxy, toNodeHandler);
  const port = await listen(server);
  const url = `http://127.0.0.1:${port}/api/videos`;
  for (const [title, check] of Object.entries(checks)) {
    try {
      await check({ url, port, contexts, urls, isNode, service });
      report.passed.push(`${framework}: ${title}`);
    } catch (error) {
      report.failed.push({ title: `${framework}: ${title}`, reason: String(error.stack ?? error) });
    }
  }
  server.closeAllConnections();
  server.close();
}

// A rejection or an exception that nothing handles ends the process, and with it the test.
for (const [framework, app] of Object.entries(apps)) await test(framework, app);
await close();
console.log(JSON.stringify(report));
