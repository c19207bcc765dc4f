// Links between the Markdown files of a folder: of the repository, or of the unpacked package.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Folders whose Markdown files are not ours, or are generated. */
const SKIPPED = new Set(['node_modules', 'dist', 'api', 'reports', '.git', '.stryker-tmp', '.alternatives']);

/** The Markdown files of a folder and of those in it. */
export function markdownFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : markdownFiles(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** The anchors of a Markdown file, as GitHub and npm make them from its headings. */
function anchorsOf(file: string): Set<string> {
  const headings = readFileSync(file, 'utf8').matchAll(/^#{1,6} (.*)$/gm);
  const slug = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
  return new Set([...headings].map(([, heading = '']) => slug(heading)));
}

/** The links that lead to nothing in `root`, as `README.md: ./docs/none.md`. A link to a folder leads nowhere on npm. */
export function deadLinks(root: string): string[] {
  return markdownFiles(root).flatMap((file) => {
    // Code is not text: `[x](y)` in it is not a link.
    const text = readFileSync(file, 'utf8')
      .replace(/^```[\s\S]*?^```/gm, '')
      .replace(/`[^`\n]*`/g, '');
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const isDead = (target: string) => {
      if (/^(https?|mailto):/.test(target)) return false;
      const [path = '', anchor] = target.split('#');
      const found = path === '' ? file : join(dirname(file), path);
      if (relative(root, found).startsWith('..') || !existsSync(found) || statSync(found).isDirectory())
        return true;
      return anchor !== undefined && !anchorsOf(found).has(anchor);
    };
    return targets.filter(isDead).map((target) => `${relative(root, file)}: ${target}`);
  });
}
