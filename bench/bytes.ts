// Bytes of a bundle for a browser, and what is installed.
import { builtinModules } from 'node:module';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { CANDIDATES, type Candidate, format, NAMES, type Section, table, WORKSPACE } from './measure.ts';
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
    // The project's own would lead to its sources, not to the package as it is published.
    tsconfigRaw: {},
    logLevel: 'error',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

interface Size {
  minified: number;
  gzipped: number;
  packages: number;
  MiB: number;
}

async function sizeOf(name: Candidate): Promise<Size> {
  const code = await bundle(name);
  const { packages, bytes } = installed(CANDIDATES[name].replaceAll('*', ''));
  const gzipped = gzipSync(code, { level: 9 }).length;
  return { minified: code.length, gzipped, packages, MiB: bytes / 2 ** 20 };
}

export async function bytes(): Promise<Section> {
  const sdks = NAMES.filter((name) => name !== 'fetch');
  const sizes = new Map<Candidate, Size>(
    await Promise.all(sdks.map(async (name) => [name, await sizeOf(name)] as const)),
  );
  const rows = [...sizes].map(([name, { minified, gzipped, packages, MiB }]) => [
    CANDIDATES[name],
    format(minified),
    format(gzipped),
    packages,
    format(MiB, 2),
  ]);
  const figures = (name: Candidate) => {
    const { gzipped = 0, packages = 0, MiB = 0 } = sizes.get(name) ?? {};
    return `${format(gzipped / 1_000, 1)} kB and ${packages} package${packages === 1 ? '' : 's'} of ${format(MiB, 1)} MiB`;
  };
  return {
    summary: `**Bytes**, minified and gzipped for a browser, and what is installed: ${figures('videos-client')}; fal ${figures('fal')}, OpenAI ${figures('openai')}.`,
    text: `## Bytes

"Make a client and wait for one task", bundled for a browser by esbuild; and what \`npm install\` installs. With videos-client that includes validation, \`create\`, \`generate\`, \`watch\`, \`waitForAll\` and \`download\`.

${table(['', 'minified, B', 'gzipped, B', 'packages', 'MiB'], rows)}
`,
  };
}
