import type { CompletedVideo, Video } from 'videos-client';
import { clock, type Words } from './words.ts';

function part<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no #${id}.`);
  return element as E;
}

export const form = part<HTMLFormElement>('form');
export const input = part<HTMLInputElement>('id');
export const cancel = part<HTMLButtonElement>('cancel');
export const again = part<HTMLButtonElement>('again');
export const download = part<HTMLButtonElement>('download');
const task = part('task');
const player = part<HTMLVideoElement>('video');
const progress = part('progress');
const trouble = part('trouble');
const panel = part('panel');

type State = 'looking' | 'queued' | 'processing' | 'completed' | 'failed' | 'stopped' | 'unfinished';

const WAITING: readonly State[] = ['looking', 'queued', 'processing'];

/** How far each state brings the bar; the service tells no percentage, and neither does this page. */
const STEPS: Partial<Record<State, number>> = { looking: 0, queued: 1, processing: 2, completed: 3 };

/** In Unix time: when the task was created, and when the next look is due. What is not known is not shown. */
const times: { start: number | null; next: number } = { start: null, next: 0 };

function setState(state: State, title: string, detail: string): void {
  const isNews = task.dataset.state !== state || part('status').textContent !== title;
  const isWaiting = WAITING.includes(state);
  const focused = document.activeElement;
  task.dataset.state = state;
  part('status').textContent = title;
  part('detail').textContent = detail;
  part('elapsed').hidden = part('next-look').hidden = cancel.hidden = !isWaiting;
  again.hidden = state !== 'stopped' && state !== 'unfinished';
  download.hidden = player.hidden = state !== 'completed';
  progress.hidden = state === 'failed';
  panel.hidden = false;
  // The keyboard must not fall off the page with a button that goes.
  if (focused?.matches('button[hidden]')) part('status').focus();

  if (state in STEPS) progress.dataset.step = String(STEPS[state]);
  progress.ariaValueText = title;
  if (isNews) part('live').textContent = `${title}. ${detail}`;
  document.title = `${title} · ${part('task-id').textContent}`;
  tick();
}

function tick(): void {
  const { start, next } = times;
  part('elapsed').textContent = start === null ? '–:––' : clock(Date.now() - start);
  const seconds = Math.max(0, Math.round((next - Date.now()) / 1000));
  part('next').textContent = seconds === 0 ? 'now' : `in ${seconds} s`;
}
setInterval(tick, 250);

/** A wait begins. */
export function showLooking(id: string): void {
  Object.assign(times, { start: null, next: Date.now() });
  input.value = part('task-id').textContent = id;
  player.removeAttribute('src');
  trouble.hidden = true;
  setState('looking', 'Looking', 'Asking the service how the task stands.');
}

/** A look brought this. @param next - Milliseconds until the next look. */
export function showVideo(video: Video, next: number): void {
  times.start = video.created === null ? times.start : video.created * 1000;
  times.next = Date.now() + next;
  trouble.hidden = true;
  if (video.status === 'queued') setState('queued', 'Queued', 'The task waits for its turn.');
  if (video.status === 'processing') setState('processing', 'Processing', 'Most videos take a few minutes.');
}

/** A look failed, and the wait goes on. */
export function showTrouble(text: string, next?: number): void {
  if (next !== undefined) times.next = Date.now() + next;
  trouble.textContent = part('live').textContent = text;
  trouble.hidden = false;
}

export function showCompleted(video: CompletedVideo): void {
  player.src = video.video_url;
  const length = video.actualDuration === null ? '' : `, ${video.actualDuration} seconds`;
  setState('completed', 'Completed', `Your video is ready${length}.`);
}

/** The wait ended without a video. */
export function showEnd({ title, detail, canGoOn }: Words): void {
  trouble.hidden = true;
  setState(canGoOn ? 'unfinished' : 'failed', title, detail);
}

/** The file is on its way. @param share - How much of it is here, 0 to 1; `null` where its size is not known. */
export function showDownload(share: number | null): void {
  download.textContent = share === null ? 'Downloading…' : `Downloading ${Math.floor(share * 100)} %`;
}

/** The file has come, or has not. */
export function showDownloaded(outcome: string): void {
  download.textContent = 'Download';
  part('live').textContent = outcome;
}

export function showStopped(): void {
  trouble.hidden = true;
  setState('stopped', 'Stopped', 'The task itself goes on. So can you, at any time.');
}
