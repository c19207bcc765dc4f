// Whether a task will change no more.

import type { Video } from '../video.ts';

export function hasEnded({ status }: Video): boolean {
  switch (status) {
    case 'queued':
    case 'processing':
      return false;
    case 'completed':
    case 'failed':
      return true;
    default:
      return status satisfies never;
  }
}
