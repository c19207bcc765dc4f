// What the tarball contains: every file has a reason to be in it, and every link in it leads to another.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deadLinks } from '../helpers/links.ts';
import { run } from './project.ts';

/** What may be in the package in addition to the targets of `exports` and `bin`; each pattern is in use. */
const EXPECTED = [
  /^(README|CHANGELOG)\.md$/,
  /^LICENSE$/,
  /^THIRD-PARTY-LICENSES$/,
  /^package\.json$/,
  // Shared by the entries; the hash changes with the contents.
  /^dist\/chunk-[A-Z0-9]{8}\.c?js$/,
  /^dist\/[\w-]+-[\w-]{8}\.d\.c?ts$/,
  // What README links to.
  /^bench\/results\.md$/,
  /^docs\/(?!architecture|decisions)[\w-]+\.md$/,
  /^examples\/([\w-]+\/)*[\w.-]+\.(tsx?|html|css|json)$/,
];

/** Every path in a value of `exports` or `bin`. */
function targetsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')];
  return Object.values(value as object).flatMap(targetsOf);
}

/** @throws if a file is missing, has no reason, or names this machine; if a link or a source map is dead. */
export async function checkContents(folder: string, tarball: string): Promise<string> {
  await run('tar', ['-xzf', tarball], { cwd: folder });
  const root = join(folder, 'package');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1));
  const { exports, bin } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const targets = new Set(targetsOf([exports, bin]));

  const problems = [
    ...[...targets].filter((target) => !files.includes(target)).map((target) => `${target} is missing`),
    ...files
      .filter((file) => !targets.has(file) && !EXPECTED.some((pattern) => pattern.test(file)))
      .map((file) => `${file} has no reason to be in the package`),
    ...EXPECTED.filter((pattern) => !files.some((file) => pattern.test(file))).map((p) => `no file is ${p}`),
    ...deadLinks(root).map((link) => `dead link in ${link}`),
  ];
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8');
    if (text.includes('sourceMappingURL=')) problems.push(`${file} points to a source map`);
    if (text.includes(process.cwd())) problems.push(`${file} names a folder of this machine`);
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return `${files.length} files`;
}
