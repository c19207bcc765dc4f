// Runs each recipe of docs/production.md with the real library, in a process of its own.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { after, before, it } from 'node:test';
import { promisify } from 'node:util';
import { createVideosEmulator } from 'videos-client/testing';

const emulator = createVideosEmulator();
let service;

before(async () => {
  service = await emulator.listen();
});
after(() => service.close());

/** A task whose first request is answered with 503. */
function addShakyTask(id) {
  emulator.addTask({ id });
  emulator.fail({ id, times: 1, with: { status: 503 } });
}

/** What a program prints that uses a recipe's client. */
async function run(recipe, code, { env = {}, flags = [] } = {}) {
  const program = `import { client } from './recipes/${recipe}.js'; ${code}`;
  const args = [...flags, '--input-type=module', '--eval', recipe === null ? code : program];
  const key = { VIDEOS_API_KEY: 'test-key', VIDEOS_BASE_URL: service.baseUrl };
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, ...key, ...env },
  });
  return stdout;
}

it('pino logs each attempt, the failed one as a warning', async () => {
  addShakyTask('video_pino');
  const output = await run('logs-with-pino', "await client.getResult('video_pino');", {
    env: { LOG_LEVEL: 'debug' },
  });
  const [failed, succeeded, ...rest] = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

  assert.deepEqual(rest, []);
  assert.equal(failed.level, 40);
  assert.equal(failed.status, 503);
  assert.equal(failed.attempt, 1);
  assert.equal(failed.taskId, 'video_pino');
  assert.equal(failed.err.type, 'ApiError');
  assert.ok(failed.retryIn > 0);
  assert.equal(succeeded.level, 20);
  assert.equal(succeeded.status, 200);
  assert.equal(succeeded.attempt, 2);
  assert.ok(!output.includes('test-key'));
});

it('Prometheus counts each attempt by its status', async () => {
  addShakyTask('video_prometheus');
  const output = await run(
    'metrics-for-prometheus',
    `import { register } from 'prom-client';
     await client.getResult('video_prometheus');
     console.log(await register.metrics());`,
  );

  assert.match(output, /^videos_attempt_seconds_count\{kind="api",status="503"\} 1$/m);
  assert.match(output, /^videos_attempt_seconds_count\{kind="api",status="200"\} 1$/m);
});

it("OpenTelemetry's instrumentation sees each attempt, within the caller's span", async () => {
  addShakyTask('video_otel');
  const output = await run(
    null,
    `import { trace } from '@opentelemetry/api';
     import { VideosClient } from 'videos-client';
     const client = new VideosClient();
     await trace.getTracer('app').startActiveSpan('caller', async (span) => {
       await client.getResult('video_otel');
       span.end();
     });`,
    { flags: ['--import', './recipes/traces-with-opentelemetry-in-node.js'] },
  );
  const statuses = [...output.matchAll(/'http.response.status_code': (\d+)/g)].map(([, status]) =>
    Number(status),
  );
  const traces = new Set([...output.matchAll(/traceId: '(\w+)'/g)].map(([, id]) => id));

  assert.deepEqual(statuses, [503, 200]);
  assert.equal(traces.size, 1);
});

it('onAttempt makes spans if fetch is not instrumented', async () => {
  addShakyTask('video_spans');
  const output = await run(
    'traces-with-opentelemetry-in-other-runtimes',
    `import { trace } from '@opentelemetry/api';
     import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
     const exporter = new InMemorySpanExporter();
     trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
     await client.getResult('video_spans');
     console.log(JSON.stringify(exporter.getFinishedSpans().map(({ name, kind, attributes, status }) => ({ name, kind, attributes, status }))));`,
  );
  const [failed, succeeded] = JSON.parse(output);

  assert.equal(failed.name, 'GET');
  assert.equal(failed.attributes['http.response.status_code'], 503);
  assert.equal(failed.attributes['videos.task_id'], 'video_spans');
  assert.equal(failed.status.code, 2);
  assert.equal(succeeded.attributes['http.response.status_code'], 200);
  assert.equal(succeeded.attributes['http.request.resend_count'], 1);
});

it('requests go through the proxy that the environment names', async () => {
  emulator.addTask({ id: 'video_proxy' });
  const tunnels = [];
  const proxy = createServer().on('connect', (request, socket, head) => {
    tunnels.push(request.url);
    const target = connect(Number(request.url.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
    socket.on('error', () => target.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const HTTP_PROXY = `http://127.0.0.1:${proxy.address().port}`;
  const output = await run('a-corporate-proxy', "console.log((await client.getResult('video_proxy')).id);", {
    env: { HTTP_PROXY, HTTPS_PROXY: HTTP_PROXY, NO_PROXY: '' },
  });
  proxy.closeAllConnections();
  proxy.close();

  assert.equal(output.trim(), 'video_proxy');
  assert.deepEqual(tunnels, [new URL(service.baseUrl).host]);
});

it('a certificate of the company is trusted by this client, and by no other', async () => {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', 'key.pem', '-out', 'company.pem'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...files, ...subject],
    { stdio: 'ignore' },
  );
  const task = { id: 'video_tls', object: 'video', status: 'queued' };
  const options = { key: readFileSync('key.pem'), cert: readFileSync('company.pem') };
  const server = createTlsServer(options, (_request, response) => response.end(JSON.stringify(task)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const env = { COMPANY_CA: 'company.pem', VIDEOS_BASE_URL: `https://127.0.0.1:${server.address().port}` };
  const output = await run(
    'a-certificate-authority-of-your-own',
    `import { VideosClient } from 'videos-client';
     console.log((await client.getResult('video_tls')).status);
     await new VideosClient({ maxRetries: 0 }).getResult('video_tls').catch((error) => console.log(error.name));`,
    { env },
  );
  server.closeAllConnections();
  server.close();

  assert.equal(output, 'queued\nConnectionError\n');
});

it('each request has an id of its own, and an error has the id of the response', async () => {
  const ids = [];
  const server = createServer((request, response) => {
    ids.push(request.headers['x-request-id']);
    response.writeHead(422, { 'x-request-id': 'of-the-service' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const output = await run(
    'request-ids',
    "for (const id of ['a', 'b']) await client.getResult(id).catch((error) => console.log(error.requestId));",
    { env: { VIDEOS_BASE_URL: `http://127.0.0.1:${server.address().port}` } },
  );
  server.closeAllConnections();
  server.close();

  assert.equal(output, 'of-the-service\nof-the-service\n');
  assert.equal(new Set(ids).size, 2);
  assert.match(ids[0], /^[\w-]{36}$/);
});
