// Follows one task twice: with the hook, and with a query.
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useVideo } from './use-video.ts';
import { videoQuery } from './video-query.ts';

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function VideoWithHook({ id }: { id: string }) {
  const { video, pollError, error } = useVideo(id);
  if (error !== null) return <p role="alert">{messageOf(error)}</p>;
  if (video?.status === 'completed') return <video src={video.video_url} controls muted />;
  return <p>{pollError ? `Trying again: ${pollError.message}` : (video?.status ?? 'checking')}</p>;
}

function VideoWithQuery({ id }: { id: string }) {
  const { data, error } = useQuery(videoQuery(id));
  if (error) return <p role="alert">{messageOf(error)}</p>;
  return data ? <video src={data.video_url} controls muted /> : <p>waiting</p>;
}

export function App() {
  const [id, setId] = useState<string | null>(null);
  const follow = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setId(String(new FormData(event.currentTarget).get('id')));
  };
  return (
    <main>
      <form onSubmit={follow}>
        <label>
          Task id <input name="id" required defaultValue="video_1" />
        </label>{' '}
        <button type="submit">Follow</button>{' '}
        <button type="button" onClick={() => setId(null)}>
          Stop
        </button>
      </form>
      {id !== null && (
        <>
          <section aria-label="Hook">
            <VideoWithHook id={id} />
          </section>
          <section aria-label="Query">
            <VideoWithQuery id={id} />
          </section>
        </>
      )}
    </main>
  );
}
