// What the page says: errors and times in plain words.
import { isVideosError } from 'videos-client';

/** How a wait ended without a video, in words, and what the person can do next. */
export interface Ending {
  title: string;
  detail: string;
  /** The label of the button that waits for the same task again; `null` if that is of no use. */
  again: string | null;
}

/** An error that ended a wait, in words. */
export function endingFor(error: unknown): Ending {
  // A wrong id: the message says what is wrong with it.
  if (!isVideosError(error)) return { title: 'That did not work', detail: messageOf(error), again: null };
  switch (error.name) {
    case 'VideoFailedError': {
      const reason = error.video.error ?? 'The service gave no reason.';
      return {
        title: 'The video could not be made',
        detail: `${reason} Fix the problem, then create a new task.`,
        again: null,
      };
    }
    case 'NotFoundError':
      return {
        title: 'No such task',
        detail: 'Check the id. Tasks are kept for about a day.',
        again: null,
      };
    case 'AuthenticationError':
      return {
        title: 'Not allowed',
        detail: 'You may not see this task. Sign in, then try again.',
        again: 'Try again',
      };
    case 'WaitTimeoutError':
    case 'PollingFailedError':
      return {
        title: 'Not ready yet',
        detail: 'The task may still finish. It has been paid for, so do not submit it again.',
        again: 'Keep waiting',
      };
    default:
      return {
        title: 'That did not work',
        detail: error.message,
        again: error.isTransient ? 'Try again' : null,
      };
  }
}

/** Why a poll failed, while the wait continues. */
export function noticeFor(error: Error): string {
  if (!navigator.onLine) return offlineNotice;
  if (error.name === 'RateLimitError') {
    return 'The service is busy and has asked for a pause. Your task continues.';
  }
  return 'The last poll failed. Your task continues, and this page will try again.';
}

export const offlineNotice =
  'You are offline. Your task continues, and this page resumes when you are back online.';

/** The heading of a completed video. */
export function readyTitle(seconds: number | null): string {
  return seconds === null ? 'Your video is ready' : `Your ${Math.round(seconds)}-second video is ready`;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Milliseconds as a clock shows them: `0:42`, `1:02:03`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const pad = (part: number) => String(part).padStart(2, '0');
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}
