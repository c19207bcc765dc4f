import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it, vi } from 'vitest';

// The compiler reads the libraries of the platform first.
vi.setConfig({ testTimeout: 60_000 });

/** What a user has open in an editor; a comment marks where the mouse rests. */
const SAMPLE = `
import { type CompletedVideo, type Video } from '../../src/video.ts';
import { VideosClient } from '../../src/client.ts';
import { videoSchema } from '../../src/video-schema.ts';
const video = await new VideosClient().getResult('t');
/*whole*/video;
if (video.status === 'completed') {
  /*narrowed*/video./*field*/video_url;
}
const completed = await new VideosClient().waitForCompletion('t');
/*waited*/completed;
const client = new VideosClient();
client./*getResult*/getResult('t');
client./*waitForCompletion*/waitForCompletion('t');
client./*watch*/watch('t');
client./*waitForAll*/waitForAll(['t']);
client./*download*/download('t');
export type A = /*union*/Video;
export type B = /*interface*/CompletedVideo;
/*schema*/videoSchema;
`;
const sample = fileURLToPath(new URL('hover-sample.ts', import.meta.url));

const service = ts.createLanguageService({
  getCompilationSettings: () => ({
    ...ts.getDefaultCompilerOptions(),
    strict: true,
    types: [],
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
  }),
  getScriptFileNames: () => [sample],
  getScriptVersion: () => '1',
  getScriptSnapshot(path) {
    const text = path === sample ? SAMPLE : ts.sys.readFile(path);
    return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
  },
  getCurrentDirectory: () => fileURLToPath(new URL('../..', import.meta.url)),
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (path) => path === sample || ts.sys.fileExists(path),
  readFile: ts.sys.readFile,
});

function quickInfo(mark: string, verbosity = 0): ts.QuickInfo | undefined {
  // Older typings do not know the last parameter.
  const ask: (
    ...args: [file: string, at: number, maximumLength: number | undefined, verbosity: number]
  ) => ts.QuickInfo | undefined = service.getQuickInfoAtPosition;
  const at = SAMPLE.indexOf(`/*${mark}*/`) + mark.length + '/**/'.length;
  return ask(sample, at, undefined, verbosity);
}

/** What an editor shows at a mark; with a verbosity of 1, what it shows after a click on the `+`. */
function hover(mark: string, verbosity = 0): string {
  const text = ts.displayPartsToString(quickInfo(mark, verbosity)?.displayParts);
  return text.split('\nimport ')[0]?.replace('(alias) ', '') ?? '';
}

const COMPLETED = `{
    id: string;
    object: "video";
    created: number | null;
    model: string | null;
    status: "completed";
    video_url: string;
    actualDuration: number | null;
    error: null;
}`;

it.each([
  ['union', 'type Video = QueuedVideo | ProcessingVideo | CompletedVideo | FailedVideo'],
  ['interface', 'interface CompletedVideo'],
  ['whole', 'const video: Video'],
  ['narrowed', 'const video: CompletedVideo'],
  ['waited', 'const completed: CompletedVideo'],
  ['field', '(property) CompletedVideo.video_url: string'],
  ['schema', 'const videoSchema: VideoSchema'],
])('a hover shows a plain name: %s', (mark, text) => {
  expect(hover(mark)).toBe(text);
});

it.each([
  ['interface', `interface CompletedVideo ${COMPLETED}`],
  ['narrowed', `const video: ${COMPLETED}`],
  ['waited', `const completed: ${COMPLETED}`],
])('an expanded hover lists the fields, and nothing but them: %s', (mark, text) => {
  expect(hover(mark, 1)).toBe(text);
});

it.each(['union', 'whole', 'schema'])('no hover shows schema machinery: %s', (mark) => {
  for (const verbosity of [0, 1, 2]) expect(hover(mark, verbosity)).not.toMatch(/zod|infer|output<|\$strip/i);
  expect(hover(mark, 1).length).toBeGreaterThan(hover(mark).length);
});

// On the method itself: the functions that the methods call are not all public, and a link would lead nowhere.
it.each(['getResult', 'waitForCompletion', 'watch', 'waitForAll', 'download'])(
  'a hover over a method says what it takes, and what it throws: %s',
  (method) => {
    const { documentation, tags } = quickInfo(method) ?? {};
    expect(ts.displayPartsToString(documentation)).toMatch(/\.$/);
    expect(tags?.map(({ name }) => name)).toEqual(expect.arrayContaining(['param', 'throws']));
  },
);
