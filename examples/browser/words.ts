import { isVideosError } from 'videos-client';

/** What a person reads about the end of a wait that brought no video. */
export interface Words {
  title: string;
  detail: string;
  /** Whether waiting on may still bring the video. */
  canGoOn: boolean;
}

/** An error in words, with what to do. */
export function wordsFor(error: unknown): Words {
  if (!isVideosError(error)) {
    // A wrong id: what was thrown says so.
    return { title: 'That did not work', detail: messageOf(error), canGoOn: false };
  }
  switch (error.name) {
    case 'VideoFailedError':
      return {
        title: 'No video this time',
        detail: error.video.error ?? 'The service gave no reason.',
        canGoOn: false,
      };
    case 'NotFoundError':
      return {
        title: 'No such task',
        detail: 'The service does not know this id. Is it complete?',
        canGoOn: false,
      };
    case 'AuthenticationError':
      return {
        title: 'Not for you',
        detail: 'You may not see this task. Are you signed in?',
        canGoOn: false,
      };
    case 'WaitTimeoutError':
    case 'PollingFailedError':
      return {
        title: 'Not there yet',
        detail: 'The task may still finish. It has been paid for, so do not submit it again.',
        canGoOn: true,
      };
    default:
      return { title: 'That did not work', detail: error.message, canGoOn: error.isTransient };
  }
}

/** Why a look failed while the wait goes on. */
export function troubleFor(error: Error): string {
  if (!navigator.onLine) return 'You are offline. The task goes on meanwhile, and so will this page.';
  if (error.name === 'RateLimitError') return 'The service asks for a pause. The task itself goes on.';
  return 'The last look brought no answer. The task itself goes on, and so does this page.';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Milliseconds as a clock shows them: `0:42`, `1:02:03`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const pad = (part: number) => String(part).padStart(2, '0');
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}
