// The parts of the page, and how it shows each state of a task.
import type { CompletedVideo, Video, WaitProgress } from 'videos-client';
import { clock, type Ending, readyTitle } from './words.ts';

function part<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no #${id}.`);
  return element as E;
}

export const form = part<HTMLFormElement>('form');
export const input = part<HTMLInputElement>('id');
export const stop = part<HTMLButtonElement>('stop');
export const again = part<HTMLButtonElement>('again');
export const another = part<HTMLButtonElement>('another');
export const download = part<HTMLButtonElement>('download');
const task = part('task');
const player = part<HTMLVideoElement>('video');
const progress = part('progress');
const notice = part('notice');
const saved = part('saved');
const panel = part('panel');

/** What each state is called, and how many parts of the bar it fills: the service reports no percentage. */
const STATES = {
  checking: { name: 'Checking', step: 0 },
  queued: { name: 'Queued', step: 1 },
  processing: { name: 'Processing', step: 2 },
  completed: { name: 'Completed', step: 3 },
  failed: { name: 'Failed', step: null },
  stopped: { name: 'Stopped', step: null },
  unfinished: { name: 'Not ready yet', step: null },
} as const;

type State = keyof typeof STATES;

const WAITING: readonly (string | undefined)[] = ['checking', 'queued', 'processing'];

export const isWaiting = () => WAITING.includes(task.dataset.state);

/** In Unix time: when the task was created, and when the next poll is due. What is not known is not shown. */
const times: { start: number | null; next: number | null } = { start: null, next: null };

const timeIn = (ms: number | null) => (ms === null ? null : Date.now() + ms);

function setState(state: State, title: string, detail: string): void {
  const isNews = task.dataset.state !== state || part('status').textContent !== title;
  const focused = document.activeElement;
  const { name, step } = STATES[state];
  task.dataset.state = state;
  part('status').textContent = title;
  part('detail').textContent = detail;
  part('elapsed').hidden = part('next-poll').hidden = stop.hidden = !isWaiting();
  again.hidden = another.hidden = saved.hidden = true;
  download.hidden = player.hidden = state !== 'completed';
  progress.hidden = step === null;
  panel.hidden = false;
  // The keyboard's focus must not be lost with a button that disappears.
  if (focused?.matches('button[hidden]')) part('status').focus();

  if (step !== null) progress.dataset.step = String(step);
  progress.ariaValueText = name;
  if (isNews) part('live').textContent = `${title}. ${detail}`;
  document.title = `${title} · ${part('task-id').textContent}`;
  tick();
}

function nextPoll(): string {
  if (!navigator.onLine) return 'when you are back online';
  if (times.next === null) return '–';
  const seconds = Math.max(0, Math.round((times.next - Date.now()) / 1000));
  return seconds === 0 ? 'now' : `in ${seconds} s`;
}

function tick(): void {
  part('elapsed').textContent = times.start === null ? '–:––' : clock(Date.now() - times.start);
  part('next').textContent = nextPoll();
}
setInterval(tick, 250);

/** A wait begins. */
export function showChecking(id: string): void {
  Object.assign(times, { start: null, next: Date.now() });
  input.value = part('task-id').textContent = id;
  player.removeAttribute('src');
  notice.hidden = true;
  setState('checking', 'Checking', 'Getting the state of the task.');
}

/** A poll succeeded. */
export function showVideo(video: Video, { nextPollIn }: WaitProgress): void {
  times.start = video.created === null ? times.start : video.created * 1000;
  times.next = timeIn(nextPollIn);
  notice.hidden = true;
  if (video.status === 'queued') setState('queued', 'Queued', 'The task is waiting for its turn.');
  if (video.status === 'processing') setState('processing', 'Processing', 'Most videos take a few minutes.');
}

/** Says what is wrong while the wait continues. @param nextPollIn - Left out if it has not changed. */
export function showNotice(text: string, nextPollIn?: number | null): void {
  if (nextPollIn !== undefined) times.next = timeIn(nextPollIn);
  notice.textContent = part('live').textContent = text;
  notice.hidden = false;
  tick();
}

export function showCompleted(video: CompletedVideo): void {
  player.src = video.video_url;
  download.textContent = 'Download';
  const detail = 'Download it now to keep it: its link expires within a day.';
  setState('completed', readyTitle(video.actualDuration), detail);
}

/** The wait ended without a video. */
export function showEnding({ title, detail, again: label }: Ending): void {
  notice.hidden = true;
  setState(label === 'Keep waiting' ? 'unfinished' : 'failed', title, detail);
  another.hidden = false;
  again.hidden = label === null;
  again.textContent = label;
}

/** @param share - How much of the file has arrived, 0 to 1; `null` if its size is not known. */
export function showDownloading(share: number | null): void {
  saved.hidden = notice.hidden = true;
  download.textContent = share === null ? 'Downloading…' : `Downloading ${Math.floor(share * 100)} %`;
}

export function showDownloaded(name: string): void {
  download.textContent = 'Download again';
  part('detail').textContent = 'Its link expires within a day.';
  saved.textContent = part('live').textContent = `Downloaded: ${name} is in your downloads.`;
  saved.hidden = false;
}

export function showDownloadFailed(reason: string): void {
  download.textContent = 'Try the download again';
  showNotice(reason);
}

export function showStopped(): void {
  notice.hidden = true;
  setState('stopped', 'You stopped following', 'The task itself continues. Resume whenever you like.');
  again.hidden = false;
  again.textContent = 'Resume';
}
