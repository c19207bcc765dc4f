// What installing and bundling the package costs.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { npmInstall, run } from './project.ts';

/** Bytes on the disk, unpacked. */
const INSTALLED_BUDGET = 1024 * 1024;

/** Bytes of the main entry, all of it, minified and gzipped. */
const BUNDLE_BUDGET = 36_500;

const inKilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true })) {
    const info = await stat(join(folder, entry));
    if (info.isFile()) bytes += info.size;
  }
  return bytes;
}

/** Installs in an empty project: one package, small, and no warning about the version of Node. */
export async function checkInstall(folder: string, tarball: string): Promise<string> {
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const output = await npmInstall(folder, [tarball]);
  if (/engine/i.test(output)) throw new Error(output);
  const lock = JSON.parse(await readFile(join(folder, 'node_modules/.package-lock.json'), 'utf8'));
  const packages = Object.keys(lock.packages);
  if (packages.length !== 1) throw new Error(`it installed ${packages.join(', ')}`);
  const bytes = await sizeOf(join(folder, 'node_modules'));
  if (bytes > INSTALLED_BUDGET) throw new Error(`it takes ${bytes} bytes, over ${INSTALLED_BUDGET}`);
  await run(process.execPath, ['node_modules/.bin/videos-client', '--help'], { cwd: folder });
  return `1 package, ${inKilobytes(bytes)}`;
}

/** Bundles the main entry for browsers: no built-in of Node (esbuild would not find it), no import left, small. */
export async function checkBundle(cwd: string): Promise<string> {
  await writeFile(join(cwd, 'all.js'), "export * from 'videos-client';\n");
  const flags = ['--bundle', '--minify', '--format=esm', '--platform=browser'];
  const outputs = ['--outfile=dist/all.js', '--metafile=dist/all.json'];
  await run(process.execPath, ['node_modules/esbuild/bin/esbuild', 'all.js', ...flags, ...outputs], { cwd });
  const meta = JSON.parse(await readFile(join(cwd, 'dist/all.json'), 'utf8'));
  const { imports } = meta.outputs['dist/all.js'];
  if (imports.length > 0) throw new Error(`it imports ${JSON.stringify(imports)}`);
  const { length } = gzipSync(await readFile(join(cwd, 'dist/all.js')), { level: 9 });
  if (length > BUNDLE_BUDGET) throw new Error(`${length} bytes gzipped, over the budget of ${BUNDLE_BUDGET}`);
  return `${inKilobytes(length)} gzipped, of ${inKilobytes(BUNDLE_BUDGET)}`;
}
