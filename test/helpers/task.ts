// Tasks as the service's documentation shows them.

export const ID = 'video_1234567890';

/** A task that is being processed, with other fields if a test needs them. */
export function task(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: ID,
    object: 'video',
    created: 1761635478,
    model: 'videos',
    status: 'processing',
    video_url: null,
    error: null,
    ...fields,
  };
}

export const queued = task({ status: 'queued' });
export const processing = task();
export const completed = task({
  status: 'completed',
  video_url: 'https://cdn.example.com/video_1234567890.mp4',
  actualDuration: 5,
});
export const failed = task({
  status: 'failed',
  error: 'Reference video exceeds maximum total duration of 15 seconds.',
});
