// Everything that must hold before a release, as a list: `npm run release:check`, or with `--quick` without the fresh clone.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deadLinks } from '../test/helpers/links.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
const isQuick = process.argv.includes('--quick');

const manifest = JSON.parse(read('package.json'));
const { name, version } = manifest;

/** Licences that allow their code to be compiled into an MIT package. */
const PERMISSIVE = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD'];

/** What must hold, and a function that returns why it does not: nothing if it does. */
type Check = [title: string, problem: () => string | undefined | false];

const METADATA: Check[] = [
  ['the working tree is clean', () => git('status', '--porcelain') && 'commit or remove what is changed'],
  [
    'the branch is main',
    () => git('branch', '--show-current') !== 'main' && `it is ${git('branch', '--show-current')}`,
  ],
  ['package.json has repository, homepage and bugs', missingFields],
  [
    'package-lock.json has the version of package.json',
    () => JSON.parse(read('package-lock.json')).version !== version && 'run npm install',
  ],
  [
    'the version has no tag yet',
    () => git('tag', '--list', `v${version}`) && `v${version} exists: raise the version`,
  ],
  ['the version is not on npm yet', published],
  [
    'CHANGELOG.md has the version, with a date',
    () =>
      !new RegExp(`^## ${version.replaceAll('.', '\\.')} - \\d{4}-\\d\\d-\\d\\d$`, 'm').test(
        read('CHANGELOG.md'),
      ) && `no heading "## ${version} - <date>"`,
  ],
  [
    'bench/results.md was measured with the version',
    () => !read('bench/results.md').includes(`${name} ${version},`) && 'run npm run bench',
  ],
  [
    'docs/comparison.md was checked with the version',
    () => !read('docs/comparison.md').includes(`${name} ${version}`) && 'check its cells again',
  ],
  [
    'SECURITY.md has an address for reports',
    () => read('SECURITY.md').includes('no public address') && 'put the address in',
  ],
  ['every relative link in the documentation leads somewhere', () => deadLinks('.').join(', ')],
];

const PROVENANCE: Check[] = [
  [
    'publishConfig asks for provenance and public access',
    () =>
      !(manifest.publishConfig?.provenance && manifest.publishConfig?.access === 'public') &&
      'set publishConfig',
  ],
  [
    'the release workflow may sign (id-token: write)',
    () => !read('.github/workflows/release.yml').includes('id-token: write') && 'add the permission',
  ],
  [
    'nothing runs when the package is installed',
    () => ['preinstall', 'install', 'postinstall'].filter((script) => script in manifest.scripts).join(', '),
  ],
  ['there are no dependencies', () => Object.keys(manifest.dependencies ?? {}).join(', ')],
];

/** These need the build that the fresh clone has made, or the one that is here. */
const LICENCES: Check[] = [
  [
    'LICENSE is MIT, as package.json says',
    () => !(manifest.license === 'MIT' && read('LICENSE').startsWith('MIT License')) && 'they differ',
  ],
  [
    'THIRD-PARTY-LICENSES names ky, p-retry and zod',
    () => ['ky', 'p-retry', 'zod'].filter((library) => !thirdParty().includes(library)).join(', '),
  ],
  [
    'every library in the package has a permissive licence',
    () =>
      [...read('THIRD-PARTY-LICENSES').matchAll(/^(\S+) \S+ \(([^)]+)\)$/gm)]
        .filter(([, , licence = '']) => !PERMISSIVE.includes(licence))
        .map(([, library, licence]) => `${library}: ${licence}`)
        .join(', '),
  ],
];

function missingFields(): string {
  return ['repository', 'homepage', 'bugs']
    .filter((field) => !(field in manifest))
    .map((field) => `${field} is missing`)
    .join(', ');
}

function published(): string | false {
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['view', `${name}@${version}`, 'version', '--loglevel=error'],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) return !stderr.includes('E404') && `npm could not say: ${stderr.trim().split('\n')[0]}`;
  return stdout.trim() !== '' && `${name}@${version} is published`;
}

function thirdParty(): string[] {
  if (!existsSync('THIRD-PARTY-LICENSES')) return [];
  return [...read('THIRD-PARTY-LICENSES').matchAll(/^(\S+) \S+ \([^)]+\)$/gm)].map(
    ([, library = '']) => library,
  );
}

/** Runs CI's own script in a fresh clone of the last commit. */
function freshClone(): string | false {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    git('clone', '--quiet', '.', folder);
    const { status } = spawnSync('bash', ['.ci/run'], { cwd: folder, stdio: 'inherit' });
    return status !== 0 && `.ci/run ended with ${status}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let failed = 0;
function report(heading: string, checks: Check[]): void {
  console.log(`\n${heading}`);
  for (const [title, problem] of checks) {
    const reason = problem();
    if (reason) failed += 1;
    console.log(reason ? `  ✗ ${title}: ${reason}` : `  ✓ ${title}`);
  }
}

if (!isQuick)
  report('Fresh clone', [['tests, consumers, links of the reference and the tarball (.ci/run)', freshClone]]);
if (!existsSync('THIRD-PARTY-LICENSES')) execFileSync('npm', ['run', 'build'], { stdio: 'ignore' });
report('Versions and links', METADATA);
report('Licences', LICENCES);
report('Provenance', PROVENANCE);
console.log(
  failed === 0 ? '\nReady to release.' : `\n${failed} to do. See CONTRIBUTING.md, "Release", for the rest.`,
);
if (failed > 0) process.exitCode = 1;
