// Checks a request for a new video, as far as the rules are certain, before anything is sent.

import { looseObject, number, refine, safeParse, string } from 'zod/mini';
import { kindOf, quote } from '../internal/text.ts';

const REFERENCES = ['referenceImages', 'referenceVideos', 'referenceAudios'];

const invalid = (field: string, value: unknown, expected: string) =>
  `Invalid field ${field} of the request: ${quote(value)}. Expected ${expected}.`;

const words = 'a string that is not blank';
const seconds = 'a whole number of seconds, above 0';

/** What is documented as required for every model. All else is for the service to check: its limits change. */
const requestSchema = looseObject({
  model: string(words).check(refine((value) => value.trim() !== '', words)),
  prompt: string(words).check(refine((value) => value.trim() !== '', words)),
  duration: number(seconds).check(refine((value) => Number.isSafeInteger(value) && value > 0, seconds)),
});

const isGiven = (value: unknown) =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/**
 * Checks a request, and writes it as the JSON that is sent.
 *
 * @throws {@link TypeError} A required field is missing or has the wrong type; there is one frame alone, or frames and references.
 * @throws {@link RangeError} `duration` is not a whole number above 0.
 */
export function writeCreateRequest(request: unknown): string {
  if (Object.prototype.toString.call(request) !== '[object Object]') {
    throw new TypeError(
      `Invalid request: it is ${kindOf(request)}. Expected an object with model, prompt and duration.`,
    );
  }
  // What is checked is what is sent: own fields only.
  const fields: Record<string, unknown> = { ...(request as object) };
  const result = safeParse(requestSchema, fields);
  const issue = result.success ? undefined : result.error.issues[0];
  if (issue !== undefined) {
    const field = String(issue.path[0]);
    const value = fields[field];
    const message = invalid(field, value, issue.message);
    throw field === 'duration' && typeof value === 'number'
      ? new RangeError(message)
      : new TypeError(message);
  }
  checkFrames(fields);
  try {
    return JSON.stringify(fields);
  } catch (cause) {
    throw new TypeError('Invalid request: it cannot be written as JSON. Remove cycles and BigInt values.', {
      cause,
    });
  }
}

function checkFrames(fields: Record<string, unknown>): void {
  const { first_image, last_image } = fields;
  const hasFirst = isGiven(first_image);
  if (hasFirst !== isGiven(last_image)) {
    const [missing, value] = hasFirst ? ['last_image', last_image] : ['first_image', first_image];
    throw new TypeError(invalid(missing, value, 'both frames, first_image and last_image, or neither'));
  }
  const reference = REFERENCES.find((name) => isGiven(fields[name]));
  if (hasFirst && reference !== undefined) {
    throw new TypeError(
      invalid(reference, fields[reference], 'either frames (first_image and last_image) or references'),
    );
  }
}
