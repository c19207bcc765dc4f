// Shows a wait: a live line with a countdown on a terminal, a line for each poll elsewhere, an event for programs.

import { duration } from '../internal/text.ts';
import type { PollError, WaitOptions, WaitProgress } from '../options/wait-options.ts';
import type { Video } from '../video.ts';
import type { Output } from './output.ts';

/** Milliseconds between two renderings of the live line: its countdown is in seconds. */
const TICK = 1_000;

type Callbacks = Required<Pick<WaitOptions, 'onUpdate' | 'onPollError'>>;

/** Runs a wait with callbacks that show it, and removes the live line when it ends. */
export async function showWait<T>(output: Output, wait: (callbacks: Callbacks) => Promise<T>): Promise<T> {
  let state = 'waiting';
  let progress: WaitProgress | undefined;
  let seenAt = 0;

  const render = () => {
    if (progress === undefined) return;
    const passed = performance.now() - seenAt;
    output.live([state, duration(progress.elapsed + passed), ...next(progress, passed)].join(' · '));
  };
  const timer = output.isTerminal ? setInterval(render, TICK) : undefined;

  const show = (what: string, now: WaitProgress) => {
    state = what;
    progress = now;
    seenAt = performance.now();
    if (output.isTerminal) render();
    else output.line([what, ...next(now, 0)].join(', '));
  };

  try {
    return await wait({
      onUpdate(video: Video, now: WaitProgress) {
        output.event('update', { video, ...now });
        show(video.status, now);
      },
      onPollError({ error, failures, ...now }: PollError) {
        output.event('pollError', { error, failures, ...now });
        // The wait ends with it, and the last line says why.
        if (now.nextPollIn === null) return;
        output.line(`${output.styled('yellow', 'A poll failed:')} ${error.message}`);
        show(`${failures} failed ${failures === 1 ? 'poll' : 'polls'} in a row`, now);
      },
    });
  } finally {
    clearInterval(timer);
    output.endLive();
  }
}

function next({ nextPollIn }: WaitProgress, passed: number): string[] {
  if (nextPollIn === null) return [];
  const left = nextPollIn - passed;
  return [left > 0 ? `next poll in ${duration(left)}` : 'polling'];
}
