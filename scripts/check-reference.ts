// Finds links of the API reference that lead nowhere: TypeDoc checks those of its comments, not those of its pages.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const FOLDER = 'docs/api';

const files = new Set(readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }));
const pages = [...files].filter((file) => file.endsWith('.html'));
const htmlOf = new Map(pages.map((page) => [page, readFileSync(join(FOLDER, page), 'utf8')]));
const isAnchorOf = (page: string, anchor: string) => htmlOf.get(page)?.includes(` id="${anchor}"`);

let links = 0;
const dead: string[] = [];
for (const [page, html] of htmlOf) {
  for (const [, href = ''] of html.matchAll(/<a [^>]*?href="([^"]*)"/g)) {
    if (/^[a-z]+:/.test(href)) continue;
    links += 1;
    const [path = '', anchor] = decodeURIComponent(href).split('#');
    const target = path === '' ? page : normalize(join(dirname(page), path));
    const leads = files.has(target) && (!anchor || !target.endsWith('.html') || isAnchorOf(target, anchor));
    if (!leads) dead.push(`${page}: ${href}`);
  }
}
for (const link of dead) console.error(`Dead link in ${join(FOLDER, link)}`);
console.log(`${links} links on ${pages.length} pages, ${dead.length} dead`);
if (dead.length > 0 || links === 0) process.exitCode = 1;
