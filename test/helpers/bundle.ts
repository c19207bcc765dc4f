// A bundle for browsers.
import { build, type Metafile } from 'esbuild';
import { kyWithoutTextEncoder } from '../../scripts/ky-without-text-encoder.ts';
import { ROOT } from './run.ts';

/** Bundles a module for browsers as a user's bundler does: `videos-client` is found by its name. */
export async function bundle(code: string): Promise<{ code: string; metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    write: false,
    plugins: [kyWithoutTextEncoder],
    metafile: true,
    logLevel: 'silent',
    tsconfigRaw: { compilerOptions: {} },
    alias: { 'videos-client': `${ROOT}src/index.ts`, 'videos-client/proxy': `${ROOT}src/proxy/index.ts` },
  });
  return { code: outputFiles[0]?.text ?? '', metafile };
}
