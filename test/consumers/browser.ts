// Bundled pages in a real Chromium.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, extname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { createVideosProxy } from 'videos-client/proxy';
import type { Report } from './conformance.ts';
import { Skip } from './project.ts';
import { withService } from './service.ts';

/** @throws {Skip} if there is none. */
export function findChromium(): string {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const path = process.env.CHROMIUM_PATH || candidates.find(existsSync);
  if (path === undefined) throw new Skip('no Chromium: install it, or set CHROMIUM_PATH');
  return path;
}

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Strict, as a careful page is: the package must not need eval, nor anything inline. */
const POLICY = "default-src 'none'; script-src 'self'; connect-src http://127.0.0.1:*";

/** Where the page finds the proxy. */
const MOUNT = '/videos/';

async function readFileOf(folder: string, pathname: string): Promise<Response> {
  const path = join(folder, pathname === '/' ? 'index.html' : pathname);
  const body = await readFile(path).catch(() => null);
  const type = TYPES[extname(path)] ?? 'text/plain';
  const headers = { 'content-type': type, 'content-security-policy': POLICY };
  return new Response(body, { status: body ? 200 : 204, headers });
}

/** The page's own server: its files, and the proxy that keeps the key. */
async function withApp<T>(folder: string, baseUrl: string, use: (origin: string) => Promise<T>): Promise<T> {
  const proxy = createVideosProxy({ apiKey: 'test-key', baseUrl, authorize: () => true });
  const server = createServer(async ({ url = '/', headers }, response) => {
    const { href, pathname } = new URL(url, `http://${headers.host}`);
    const isForProxy = pathname.startsWith(MOUNT);
    const reply = await (isForProxy ? proxy(new Request(href)) : readFileOf(folder, pathname));
    response.writeHead(reply.status, Object.fromEntries(reply.headers));
    response.end(Buffer.from(await reply.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function readReport(browser: Browser, url: string): Promise<Report> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  // What a page catches it does not log.
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective }) => console.error(violatedDirective));
  });
  await page.goto(url, { waitUntil: 'load' });
  const report = await page.evaluate(() => (globalThis as { report?: Promise<Report> }).report);
  if (complaints.length > 0 || report === undefined)
    throw new Error(`the page said:\n${complaints.join('\n')}`);
  return report;
}

/** Opens the page in a folder in a real browser. */
export async function runInBrowser(executablePath: string, folder: string): Promise<Report> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    return await withService((baseUrl) => withApp(folder, baseUrl, (origin) => readReport(browser, origin)));
  } finally {
    await browser.close();
  }
}
