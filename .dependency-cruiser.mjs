// The floors of src/: which folder may import which. docs/architecture.md shows them and gives the reasons.

/** What each room may import besides itself: everything on the floors below it. */
const internal = ['internal'];
const video = [...internal, 'video'];
const errors = [...video, 'errors'];
const options = [...errors, 'options'];
const api = [...options, 'video-schema', 'api'];
const client = [...api, 'polling', 'download', 'client'];

const FLOORS = {
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

/** Which rooms may import what comes from outside src/. */
const OUTSIDE = [
  { what: '^node_modules/(ky|p-retry)/', rooms: ['api'], why: 'Only src/api sends requests to the service.' },
  { what: '^node_modules/zod/', rooms: ['video-schema', 'options'], why: 'Schemas of replies and requests.' },
  { what: '^node_modules/msw/', rooms: ['testing'], why: 'MSW is a tool of tests.' },
  { what: '^node_modules/@ai-sdk/', rooms: ['ai-sdk'], why: 'The AI SDK is an optional peer.' },
];

/** A room is a folder of src/, or a file beside the folders. */
const room = (names) => `^src/(${names.join('|')})(/|[.]ts$)`;

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
      name: 'no-unknown-room',
      comment: 'Give a new folder of src/ its floor in this file, and its line in docs/architecture.md.',
      severity: 'error',
      from: { path: '^src/', pathNot: room(Object.keys(FLOORS)) },
      to: {},
    },
    ...Object.entries(FLOORS).map(([name, below]) => ({
      name: `${name}-imports-downwards`,
      comment: below.length
        ? `src/${name} may import ${below.join(', ')}.`
        : `src/${name} imports no other room.`,
      severity: 'error',
      from: { path: room([name]) },
      to: { path: '^src/', pathNot: room([name, ...below]) },
    })),
    ...OUTSIDE.map(({ what, rooms, why }) => ({
      name: `only-in-${rooms.join('-and-')}`,
      comment: why,
      severity: 'error',
      from: { path: '^src/', pathNot: room(rooms) },
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
