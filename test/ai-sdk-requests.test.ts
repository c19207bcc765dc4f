import { APICallError } from '@ai-sdk/provider';
import { beforeEach, expect, it } from 'vitest';
import {
  callOptions,
  counts,
  emulator,
  model,
  prompt,
  rejectionOf,
  reset,
  settled,
} from './helpers/ai-sdk.ts';

const [cat, dog] = ['https://example.com/cat.png', 'https://example.com/dog.png'];
const url = (address: string) => ({ type: 'url' as const, url: address });
const png = { type: 'file' as const, mediaType: 'image/png', data: new Uint8Array(4) };
const frame = (frameType: string, image: object = url(cat)) => ({ frameType, image });

beforeEach(reset);

it.each<[object, string]>([
  [{ prompt: undefined }, 'TypeError'],
  [{ prompt: ' ' }, 'TypeError'],
  [{ duration: 2.5 }, 'RangeError'],
  [{ n: 2 }, 'TypeError'],
  [{ aspectRatio: 'adaptive' }, 'TypeError'],
  [{ resolution: '720p' }, 'TypeError'],
  [{ resolution: '0x0' }, 'TypeError'],
  [{ providerOptions: { videos: { prompt: 'A dog' } } }, 'TypeError'],
  [{ resolution: '1280x720', providerOptions: { videos: { ratio: '1:1' } } }, 'TypeError'],
])('a start with %j sends nothing, and is an error that the AI SDK does not retry', async (options, name) => {
  const error = await rejectionOf(model().doStart(callOptions(options)));

  expect(APICallError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({ isRetryable: false, cause: { name } });
  expect(counts()).toEqual({});
});

it.each<[string, object]>([
  ['an image that begins the video alone', { image: url(cat) }],
  ['a first frame alone', { image: url(cat), frameImages: [frame('first_frame')] }],
  ['a last frame alone', { frameImages: [frame('last_frame')] }],
  [
    'two different first frames',
    { image: url(dog), frameImages: [frame('first_frame'), frame('last_frame')] },
  ],
  [
    'two different last frames',
    {
      frameImages: ['first_frame', 'last_frame']
        .map((type) => frame(type))
        .concat(frame('last_frame', url(dog))),
    },
  ],
  ['a frame of another type', { frameImages: [frame('middle_frame')] }],
  ['frames as data', { frameImages: [frame('first_frame', png), frame('last_frame', png)] }],
  ['a reference as data', { inputReferences: [png] }],
  ['a reference under a blob URL', { inputReferences: [{ ...url('blob:1'), mediaType: 'image/png' }] }],
  ['a reference of an unknown kind', { inputReferences: [url('https://example.com/asset?id=1')] }],
  ['a reference that is a text', { inputReferences: [{ ...url(cat), mediaType: 'text/plain' }] }],
  ['frames and references', { image: url(cat), inputReferences: [url(dog)] }],
  [
    'references in addition to those of the provider options',
    { inputReferences: [url(cat)], providerOptions: { videos: { referenceImages: [dog] } } },
  ],
])('%s would bill the wrong video, so it is an error, and nothing is sent', async (_, options) => {
  const error = await rejectionOf(model().doStart(callOptions(options)));

  expect(error).toMatchObject({ name: 'AI_APICallError', isRetryable: false, cause: { name: 'TypeError' } });
  expect(counts()).toEqual({});
});

it.each<[object, object]>([
  [{ duration: 8 }, { duration: 8 }],
  [{ aspectRatio: '9:16' }, { ratio: '9:16' }],
  [{ resolution: '1280x720' }, { ratio: '16:9', resolution: '720p' }],
  [{ resolution: '720x1280' }, { ratio: '9:16', resolution: '720p' }],
  [
    { resolution: '1280x720', aspectRatio: '1:1' },
    { ratio: '1:1', resolution: '720p' },
  ],
  [
    { image: url(cat), frameImages: [frame('first_frame'), frame('last_frame', url(dog))] },
    { first_image: cat, last_image: dog },
  ],
  [
    { image: url(cat), frameImages: [frame('last_frame')] },
    { first_image: cat, last_image: cat },
  ],
  [
    { inputReferences: [cat, 'https://example.com/a.mp4?x=1', dog, 'https://example.com/b.MP3'].map(url) },
    {
      referenceImages: [cat, dog],
      referenceVideos: ['https://example.com/a.mp4?x=1'],
      referenceAudios: ['https://example.com/b.MP3'],
    },
  ],
  [
    { inputReferences: [{ ...url(`${cat}.mp4`), mediaType: 'IMAGE/png' }] },
    { referenceImages: [`${cat}.mp4`] },
  ],
  [
    { providerOptions: { videos: { autoFace: true, duration: 7 }, other: { a: 1 } } },
    { autoFace: true, duration: 7 },
  ],
])('%j becomes %j', async (options, fields) => {
  const of = model();
  const { warnings } = await settled(of.doStart(callOptions(options)));

  expect(emulator.requests[0]?.body).toEqual({ model: 'videos', prompt, duration: 5, ...fields });
  expect(warnings).toEqual([]);
});

it('what the service has no setting for is a warning each, and not sent', async () => {
  const headers = { 'x-team': 'a' };
  const more = { fps: 24, seed: 0, generateAudio: false, webhookUrl: 'https://example.com/', headers };
  const { warnings } = await settled(model().doStart(callOptions(more)));

  expect(warnings.map((warning) => ('feature' in warning ? warning.feature : ''))).toEqual([
    'fps',
    'seed',
    'generateAudio',
    'webhookUrl',
    'headers',
  ]);
  expect(emulator.requests[0]?.body).toEqual({ model: 'videos', prompt, duration: 5 });
});

it('headers that the AI SDK adds by itself do not cause a warning', async () => {
  const headers = { 'User-Agent': 'ai/7', 'idempotency-key': 'x', 'x-none': undefined };
  const { warnings } = await settled(model().doStart(callOptions({ headers })));

  expect(warnings).toEqual([]);
});
