// The frameworks in which docs/frameworks.md mounts the proxy: its code blocks, completed to programs.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './project.ts';

interface Framework {
  imports: string;
  /** What is before the code block: an application that sets a cookie. */
  before: string;
  /** What is after it, and returns a server. */
  after: string;
  /** Whether the proxy is mounted with `toNodeHandler`. */
  isNode: boolean;
}

const FRAMEWORKS: Record<string, Framework> = {
  'node:http': {
    imports: "import { createServer } from 'node:http';",
    before: "const app = (_req, res) => res.end('the application');",
    after: `return createServer((req, res) => {
      res.setHeader('set-cookie', 'app=1');
      server.emit('request', req, res);
    });`,
    isNode: true,
  },
  Express: {
    imports: "import express from 'express';",
    before: "const app = express().use((_req, res, next) => { res.append('set-cookie', 'app=1'); next(); });",
    after: "app.get('/', (_req, res) => { res.send('the application'); }); return createServer(app);",
    isNode: true,
  },
  Connect: {
    imports: "import connect from 'connect';",
    before:
      "const app = connect().use((_req, res, next) => { res.setHeader('set-cookie', 'app=1'); next(); });",
    after: "app.use('/', (_req, res) => res.end('the application')); return createServer(app);",
    isNode: true,
  },
  Fastify: {
    imports: "import fastify from 'fastify';",
    before: `const app = fastify();
    app.addHook('onRequest', async (_request, reply) => { reply.raw.setHeader('set-cookie', 'app=1'); });`,
    after: "app.get('/', async () => 'the application'); await app.ready(); return app.server;",
    isNode: true,
  },
  Koa: {
    imports: "import Koa from 'koa'; import mount from 'koa-mount';",
    before:
      "const app = new Koa().use((ctx, next) => { ctx.append('set-cookie', 'app=1'); return next(); });",
    after: "app.use((ctx) => { ctx.body = 'the application'; }); return createServer(app.callback());",
    isNode: true,
  },
  Hono: {
    imports: "import { Hono } from 'hono'; import { createAdaptorServer } from '@hono/node-server';",
    before: 'const app = new Hono();',
    after: "app.get('/', (c) => c.text('the application')); return createAdaptorServer(app);",
    isNode: false,
  },
  // Their handlers take a Request, as Hono's server for Node calls them.
  'Workers, Bun, Deno': {
    imports: '',
    before: '',
    after: `const app = new Response('the application');
    const fetch = (request) => new URL(request.url).pathname === '/' ? app.clone() : worker.fetch(request, { KEY: 'of the env' });
    return createAdaptorServer({ fetch });`,
    isNode: false,
  },
};

/** The first code block under each heading of the second level. */
async function codeUnderHeadings(file: string): Promise<Map<string, string>> {
  const text = await readFile(join(ROOT, file), 'utf8');
  const sections = text.matchAll(/^## ([^\n]+)\n[^#]*?```ts\n(.*?)```/gms);
  return new Map([...sections].map(([, heading = '', code = '']) => [heading, code]));
}

/** Writes a module of applications, one for each framework that the documentation shows. */
export async function writeApps(folder: string): Promise<void> {
  const blocks = await codeUnderHeadings('docs/frameworks.md');
  // The same line, as the documentation says.
  blocks.set('Connect', blocks.get('Express') ?? '');
  const apps = Object.entries(FRAMEWORKS).map(([title, { before, after, isNode }]) => {
    const code = blocks.get(title)?.replace('export default', 'const worker =');
    if (!code) throw new Error(`docs/frameworks.md shows no code for ${title}`);
    const start = `async start(proxy, toNodeHandler) {\n${before}\n${code}\n${after}\n}`;
    return `${JSON.stringify(title)}: { isNode: ${isNode}, ${start} },`;
  });
  const imports = Object.values(FRAMEWORKS).map(({ imports }) => imports);
  const source = [...imports, 'export const apps = {', ...apps, '};'].join('\n');
  await writeFile(join(folder, 'apps.mjs'), source);
}
