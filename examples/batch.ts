// Saves the videos of all tasks whose ids are in a file, one a line, with a table of progress. Run it again to resume.
// `tsx examples/batch.ts ids.txt videos/`, with VIDEOS_API_KEY in the environment.
import { readFile } from 'node:fs/promises';
import { VideosClient } from 'videos-client';
import { saveAll } from 'videos-client/node';

const [, , file = 'ids.txt', folder = 'videos'] = process.argv;
const ids = (await readFile(file, 'utf8')).split('\n').filter((id) => id !== '');
const states = new Map(ids.map((id) => [id, 'queued']));

const isTerminal = process.stdout.isTTY;
let lines = 0;

function show(id: string, state: string): void {
  states.set(id, state);
  if (!isTerminal) return;
  const rows = [...states].filter(([, state]) => state !== 'queued').slice(-(process.stdout.rows - 1));
  if (lines > 0) process.stdout.moveCursor(0, -lines);
  process.stdout.cursorTo(0);
  process.stdout.clearScreenDown();
  for (const [id, state] of rows) console.log(id.padEnd(40), state);
  lines = rows.length;
}

const outcomes = saveAll(new VideosClient(), ids, folder, {
  onUpdate: ({ id, status }) => show(id, status),
  onProgress: ({ id, receivedBytes, totalBytes }) =>
    show(id, `${receivedBytes} of ${totalBytes ?? '?'} bytes`),
});
let failed = 0;
for await (const outcome of outcomes) {
  const isSaved = outcome.status === 'fulfilled';
  const result = isSaved ? outcome.value.path : String(outcome.reason);
  if (!isSaved) failed++;
  if (isTerminal) show(outcome.id, result);
  else console.log(outcome.id, result);
}
process.exitCode = failed === 0 ? 0 : 1;
