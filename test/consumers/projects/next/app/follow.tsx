'use client';

import { type FormEvent, useEffect, useState } from 'react';
import { type Video, VideosClient } from 'videos-client';

// At module level, as applications have it: the module is also loaded on the server, where there is no location.
const client = new VideosClient({
  apiKey: null,
  baseUrl: '/api/videos',
  polling: { minInterval: 10, maxInterval: 10 },
});

export function Follow() {
  const [id, setId] = useState<string>();
  const [text, setText] = useState('Nothing to follow');

  useEffect(() => {
    if (id === undefined) return;
    const controller = new AbortController();
    const onUpdate = (video: Video) => setText(video.status);
    client.waitForCompletion(id, { signal: controller.signal, onUpdate }).then(
      (video) => setText(`Ready: ${video.video_url}`),
      (error: Error) => {
        if (!controller.signal.aborted) setText(error.message);
      },
    );
    return () => controller.abort();
  }, [id]);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setId(String(new FormData(event.currentTarget).get('id')));
  };
  return (
    <form onSubmit={submit}>
      <input name="id" aria-label="Task id" />
      <button type="submit">Follow</button>
      <output>{text}</output>
    </form>
  );
}
