// Follows a task in the browser, without a key: the proxy on this page's own server adds it.
import { type CompletedVideo, VideosClient } from 'videos-client';
import * as page from './page.ts';
import { endingFor, messageOf, noticeFor, offlineNotice } from './words.ts';

const client = new VideosClient({
  apiKey: null,
  baseUrl: '/api/videos',
  // The defaults are right for the real service; the emulator's tasks take seconds.
  polling: { minInterval: 1_000, maxInterval: 3_000, jitter: false },
  // A poll tries again by itself; meanwhile the page says why, and when.
  onAttempt: ({ error, retryIn }) => {
    if (error !== null && retryIn !== null && page.isWaiting()) page.showNotice(noticeFor(error), retryIn);
  },
});

/** The id is kept in the address: a reload, a bookmark or another device resumes the wait from it. */
const idInAddress = () => new URLSearchParams(location.search).get('id');

let following = new AbortController();

async function follow(id: string): Promise<void> {
  following.abort();
  following = new AbortController();
  const { signal } = following;
  if (id !== idInAddress()) history.pushState(null, '', `?id=${encodeURIComponent(id)}`);
  page.showChecking(id);
  try {
    const video = await client.waitForCompletion(id, {
      signal,
      onUpdate: page.showVideo,
      onPollError: ({ error, nextPollIn }) => page.showNotice(noticeFor(error), nextPollIn),
    });
    page.showCompleted(video);
    page.download.onclick = () => save(video, signal);
  } catch (error) {
    if (!signal.aborted) page.showEnding(endingFor(error));
  }
}

/** Loads the file into memory, and hands it to the browser as a download. */
async function save(video: CompletedVideo, signal: AbortSignal): Promise<void> {
  page.showDownloading(null);
  try {
    const response = await client.download(video, {
      signal,
      onProgress: ({ receivedBytes, totalBytes }) =>
        page.showDownloading(totalBytes === null ? null : receivedBytes / totalBytes),
    });
    const href = URL.createObjectURL(await response.blob());
    const name = `${video.id}.mp4`;
    Object.assign(document.createElement('a'), { href, download: name }).click();
    // The browser reads the blob after this turn of the event loop; a minute is enough for it to start.
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
    page.showDownloaded(name);
  } catch (error) {
    if (!signal.aborted) page.showDownloadFailed(messageOf(error));
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

page.stop.addEventListener('click', () => {
  following.abort();
  page.showStopped();
});

page.again.addEventListener('click', () => follow(page.input.value));
page.another.addEventListener('click', () => page.input.select());

addEventListener('offline', () => {
  if (page.isWaiting()) page.showNotice(offlineNotice);
});

function followAddress(): void {
  const id = idInAddress();
  // Without an id, the page is as it was when it was loaded.
  if (id === null) location.reload();
  else follow(id);
}
addEventListener('popstate', followAddress);
if (idInAddress() !== null) followAddress();
