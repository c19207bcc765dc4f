// Writes THIRD-PARTY-LICENSES: the licences of the libraries that are compiled into dist.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/** The folder of the package that a bundled file comes from: `node_modules/ky`, `node_modules/@scope/name`. */
const packageFolder = (file: string) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];

function licenseOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`Failed to collect licences: ${name} has no licence file.`);
  return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
}

/** The libraries are compiled into `dist`, so their licences must be part of the package. */
export const thirdPartyLicenses: Plugin = {
  name: 'third-party-licenses',
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(({ metafile }) => {
      const folders = Object.keys(metafile?.inputs ?? {}).flatMap((file) => packageFolder(file) ?? []);
      const texts = [...new Set(folders)].sort().map(licenseOf);
      writeFileSync('THIRD-PARTY-LICENSES', texts.join(`\n${'-'.repeat(80)}\n\n`));
    });
  },
};
