// Follows a task from a component, without another library.
import { useEffect, useState } from 'react';
import type { Video, VideosError } from 'videos-client';
import { client } from './client.ts';

export interface VideoState {
  /** The task as last seen; `null` before the first successful poll. */
  video: Video | null;
  /** Why the last poll failed, while the wait continues. */
  pollError: VideosError | null;
  /** Why the wait ended without a video. */
  error: unknown;
}

const START: VideoState = { video: null, pollError: null, error: null };

/** Waits for a task as long as the component is mounted. @param id - `null` if there is nothing to follow. */
export function useVideo(id: string | null): VideoState {
  const [state, setState] = useState({ id, ...START });

  useEffect(() => {
    setState({ id, ...START });
    if (id === null) return;
    const controller = new AbortController();
    const { signal } = controller;
    const change = (part: Partial<VideoState>) => setState((last) => ({ ...last, ...part }));
    client
      .waitForCompletion(id, {
        signal,
        onUpdate: (video) => change({ video, pollError: null }),
        onPollError: ({ error }) => change({ pollError: error }),
      })
      .catch((error: unknown) => {
        // Unmounted, or another id: the wait was aborted below.
        if (!signal.aborted) change({ error });
      });
    return () => controller.abort();
  }, [id]);

  // Until the effect has run, the state is that of the previous id.
  return state.id === id ? state : START;
}
