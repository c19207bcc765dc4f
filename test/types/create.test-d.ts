import type { CreateVideoRequest, OutcomeUnknownError } from 'videos-client';
import { expectTypeOf, it } from 'vitest';

const required = { model: 'videos', prompt: 'A cat on a skateboard', duration: 5 } as const;
const [first_image, last_image] = ['https://example.com/a.png', 'https://example.com/b.png'];
const given = (request: CreateVideoRequest) => request;

it('a request takes the documented fields', () => {
  given(required);
  given({ ...required, ratio: '9:16', resolution: '720p' });
  given({ ...required, referenceImages: [first_image], referenceVideos: ['u'], referenceAudios: ['u'] });
  given({ ...required, first_image, last_image });
});

it('a request may have optional fields that are undefined, also under exactOptionalPropertyTypes', () => {
  given({ ...required, ratio: undefined, resolution: undefined, referenceImages: undefined });
  given({ ...required, first_image: undefined, last_image: undefined });
});

it('a request takes models, ratios and fields that are not known', () => {
  given({ ...required, model: 'videos_next', ratio: '2:1', resolution: '1080p', autoFace: true });
  given({ ...required, model: String(Math.random()) });
});

it('a request has to have a model, a prompt and a duration', () => {
  // @ts-expect-error: no duration.
  given({ model: 'videos', prompt: 'A cat' });
  // @ts-expect-error: no prompt.
  given({ model: 'videos', duration: 5 });
  // @ts-expect-error: no model.
  given({ prompt: 'A cat', duration: 5 });
  // @ts-expect-error: seconds are a number.
  given({ ...required, duration: '5' });
});

it('a request has both frames or none, and not together with references', () => {
  // @ts-expect-error: no last frame.
  given({ ...required, first_image });
  // @ts-expect-error: no first frame.
  given({ ...required, last_image });
  // @ts-expect-error: frames exclude references.
  given({ ...required, first_image, last_image, referenceImages: [first_image] });
  // @ts-expect-error: a list of URLs.
  given({ ...required, referenceImages: first_image });
});

it('the error of a create whose outcome is unknown has no task, and says when it was sent', () => {
  expectTypeOf<OutcomeUnknownError['taskId']>().toEqualTypeOf<null>();
  expectTypeOf<OutcomeUnknownError['sentAt']>().toBeNumber();
  expectTypeOf<OutcomeUnknownError['name']>().toEqualTypeOf<'OutcomeUnknownError'>();
});
