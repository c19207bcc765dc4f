// Checks that several of the testing kit's option sets share.

import { parseUrl } from '../internal/url.ts';
import { checkId } from '../options/task-id.ts';
import { type Check, ofType, wrongType } from '../options/validate.ts';

export const aString = ofType('string', 'a string');

/** Checks a task's id as the client does. */
export const aTaskId: Check = (_, value) => checkId(value);

/** Checks that an option is an http or https URL. */
export const anHttpUrl: Check = (name, value) => {
  if (typeof value !== 'string' || parseUrl(value) === null) {
    throw wrongType(name, value, 'an http or https URL');
  }
};
