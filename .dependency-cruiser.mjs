// The layers of src/: which folder may import which. docs/architecture.md shows them and gives the reasons.

/** What each layer may import besides itself: the layers below it. */
const internal = ['internal'];
const video = [...internal, 'video'];
const errors = [...video, 'errors'];
const options = [...errors, 'options'];
const api = [...options, 'video-schema', 'api'];
const client = [...api, 'polling', 'download', 'client'];

const LAYERS = {
  internal: [],
  video: internal,
  errors: video,
  options: errors,
  'video-schema': errors,
  api: [...options, 'video-schema'],
  polling: api,
  download: api,
  client: [...api, 'polling', 'download'],
  'wait-for-completion': client,
  index: [...client, 'wait-for-completion'],
  node: client,
  'ai-sdk': client,
  cli: [...client, 'node', 'testing'],
  proxy: [...options, 'video-schema'],
  testing: [...options, 'video-schema'],
};

/** Which layers may import what comes from outside src/. */
const OUTSIDE = [
  {
    what: '^node_modules/(ky|p-retry)/',
    layers: ['api'],
    why: 'Only src/api sends requests to the service.',
  },
  { what: '^node_modules/zod/', layers: ['video-schema', 'api'], why: 'Schemas of replies and requests.' },
  { what: '^node_modules/@ai-sdk/', layers: ['ai-sdk'], why: 'The AI SDK is an optional peer.' },
];

/** A layer is a folder of src/, or a file beside the folders. */
const pathOf = (names) => `^src/(${names.join('|')})(/|[.]ts$)`;

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circle',
      comment:
        'Two modules that need each other are one module, or need a third below them. Types count too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unknown-layer',
      comment: 'Give a new folder of src/ its place in this file, and its line in docs/architecture.md.',
      severity: 'error',
      from: { path: '^src/', pathNot: pathOf(Object.keys(LAYERS)) },
      to: {},
    },
    ...Object.entries(LAYERS).map(([name, below]) => ({
      name: `${name}-imports-downwards`,
      comment: below.length
        ? `src/${name} may import ${below.join(', ')}.`
        : `src/${name} imports no other layer.`,
      severity: 'error',
      from: { path: pathOf([name]) },
      to: { path: '^src/', pathNot: pathOf([name, ...below]) },
    })),
    ...OUTSIDE.map(({ what, layers, why }) => ({
      name: `only-in-${layers.join('-and-')}`,
      comment: why,
      severity: 'error',
      from: { path: '^src/', pathNot: pathOf(layers) },
      to: { path: what },
    })),
    {
      name: 'not-to-unresolvable',
      comment: 'What cannot be resolved cannot be checked.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // Sees `import type` too, which TypeScript removes.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
