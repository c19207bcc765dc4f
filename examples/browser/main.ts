// Follows a task in the browser, without a key: the proxy on this page's own server adds it.
import { type CompletedVideo, pollIntervals, VideosClient } from 'videos-client';
import * as page from './page.ts';
import { troubleFor, wordsFor } from './words.ts';

// The defaults are right for the real service; the one in a box is in more of a hurry.
const polling = { minInterval: 1_000, maxInterval: 3_000, jitter: false };
const client = new VideosClient({
  apiKey: null,
  baseUrl: new URL('/api/videos', location.href).href,
  polling,
});

/** The id is kept in the address: a reload, a bookmark or another device picks the wait up from it. */
const idInAddress = () => new URLSearchParams(location.search).get('id');

let following = new AbortController();

async function follow(id: string): Promise<void> {
  following.abort();
  following = new AbortController();
  const { signal } = following;
  if (id !== idInAddress()) history.pushState(null, '', `?id=${encodeURIComponent(id)}`);
  page.showLooking(id);

  const pauses = pollIntervals(polling);
  try {
    const video = await client.waitForCompletion(id, {
      signal,
      onUpdate: (video) => page.showVideo(video, pauses.next().value),
      onPollError: ({ error }) => page.showTrouble(troubleFor(error), pauses.next().value),
    });
    page.showCompleted(video);
    page.download.onclick = () => save(video, signal);
  } catch (error) {
    if (!signal.aborted) page.showEnd(wordsFor(error));
  }
}

/** Brings the file into memory, and hands it to the browser as a download. */
async function save(video: CompletedVideo, signal: AbortSignal): Promise<void> {
  page.showDownload(null);
  try {
    const response = await client.download(video, {
      signal,
      onProgress: ({ receivedBytes, totalBytes }) =>
        page.showDownload(totalBytes === null ? null : receivedBytes / totalBytes),
    });
    const href = URL.createObjectURL(await response.blob());
    Object.assign(document.createElement('a'), { href, download: `${video.id}.mp4` }).click();
    // The browser reads the blob after this turn; a minute is time enough to begin.
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
    page.showDownloaded('The video has been downloaded.');
  } catch (error) {
    if (signal.aborted) return;
    page.showDownloaded('');
    page.showTrouble(wordsFor(error).detail);
  }
}

page.form.addEventListener('submit', (event) => {
  event.preventDefault();
  follow(page.input.value.trim());
});

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-try]')) {
  button.addEventListener('click', () => {
    follow(`demo_${button.dataset.try}_${Math.random().toString(36).slice(2, 8)}`);
  });
}

page.cancel.addEventListener('click', () => {
  following.abort();
  page.showStopped();
});

page.again.addEventListener('click', () => follow(page.input.value));

addEventListener('offline', () => {
  if (!page.cancel.hidden) page.showTrouble(troubleFor(new Error('offline')));
});

function followAddress(): void {
  const id = idInAddress();
  // Without an id, the page is what it was when it was loaded.
  if (id === null) location.reload();
  else follow(id);
}
addEventListener('popstate', followAddress);
if (idInAddress() !== null) followAddress();
