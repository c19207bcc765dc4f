// Reads the reply to a create: what has an id is a task, even if the rest is missing or wrong. It was paid for.

import { isEmpty, isEnvelope, isObject } from '../internal/envelope.ts';
import type { Video } from '../video.ts';
import { readTask } from '../video-schema.ts';

/** The id that a reply to a create has, in either of its forms. */
function createdId({ id, projectId }: Record<string, unknown>): string | null {
  const given = [id, projectId].map((value) => (typeof value === 'number' ? String(value) : value));
  return given.find((value): value is string => typeof value === 'string' && value.trim() !== '') ?? null;
}

/** @returns `null` if there is no id. */
export function readCreatedVideo(value: unknown): Video | null {
  const { data } = Object(value) as Record<string, unknown>;
  const places = isEnvelope(value) ? [data, value] : [value, data];
  const task = places.filter(isObject).find((place) => createdId(place) !== null);
  if (task === undefined) return null;
  const id = createdId(task);
  let fields: Record<string, unknown> = {
    ...task,
    id,
    status: isEmpty(task.status) ? 'queued' : task.status,
  };
  for (;;) {
    const result = readTask(fields, id);
    if (result.issues === undefined) return result.value;
    // The first poll will say what this field is.
    const wrong = result.issues.map(({ path = [] }) => path[0]);
    const readable = Object.entries(fields).filter(([name]) => !wrong.includes(name));
    fields = { ...Object.fromEntries(readable), id, status: 'queued' };
  }
}
