import { builtinModules } from 'node:module';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { CANDIDATES, type Candidate, format, NAMES, table, WORKSPACE } from './measure.ts';
import { installed } from './workspace.ts';

/** "Make a client and wait for one task", as a bundler makes it for a browser. */
async function bundle(name: Candidate): Promise<Uint8Array> {
  const contents = `
    import { make } from './${name}.mjs';
    make('https://api.example.com', { interval: 30_000 }).wait('video_1').then(console.log);
  `;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: WORKSPACE },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: [...builtinModules, 'node:*'],
    logLevel: 'error',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

export async function bytes(): Promise<string> {
  const sdks = NAMES.filter((name) => name !== 'fetch');
  const rows = await Promise.all(
    sdks.map(async (name) => {
      const code = await bundle(name);
      const { packages, bytes } = installed(CANDIDATES[name].replaceAll('*', ''));
      const gzipped = gzipSync(code, { level: 9 }).length;
      return [CANDIDATES[name], format(code.length), format(gzipped), packages, format(bytes / 2 ** 20, 2)];
    }),
  );
  return `## Bytes

"Make a client and wait for one task", bundled for a browser by esbuild; and what \`npm install\` brings.

${table(['', 'minified, B', 'gzipped, B', 'packages', 'MiB'], rows)}
`;
}
