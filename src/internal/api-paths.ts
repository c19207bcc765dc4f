// The routes of the service, below its base URL.

/** Creates a task. */
export const CREATE_PATH = '/v1/videos/videos';

/** Followed by a slash and the id of a task, returns its state. */
export const RESULT_PATH = '/v1/result';

/** Returns the state of a task. */
export const resultPath = (id: string) => `${RESULT_PATH}/${encodeURIComponent(id)}`;
