// From a prompt to a saved video. Without VIDEOS_API_KEY it uses a local emulator; with it, the service bills the video:
//   npm run demo                     npm run demo -- "A cat on a skateboard"
import { VideosClient } from 'videos-client';
import { saveVideo } from 'videos-client/node';
import { createVideosEmulator } from 'videos-client/testing';

const isReal = Boolean(process.env.VIDEOS_API_KEY);
const [prompt = isReal ? undefined : 'A cat on a skateboard'] = process.argv.slice(2);
if (prompt === undefined) {
  console.error('The service bills each video. Pass a prompt: npm run demo -- "A cat on a skateboard"');
  process.exit(2);
}

const emulator = createVideosEmulator();
emulator.onCreate(() => ({ after: { polls: 4 } }));
const server = isReal ? null : await emulator.listen();
if (server) console.log(`No VIDEOS_API_KEY: using a local emulator at ${server.baseUrl}`);
// The defaults are right for the real service; the emulator is faster.
const polling = server ? { minInterval: 1_000, maxInterval: 2_000 } : {};
const client = new VideosClient({ ...(server && { apiKey: 'test-key', baseUrl: server.baseUrl }), polling });

let line = '';
let nextPollAt = 0;
const show = () => {
  const left = Math.max(0, Math.round((nextPollAt - Date.now()) / 1000));
  const text = nextPollAt === 0 ? line : `${line}, next poll in ${left} s`;
  process.stdout.write(process.stdout.isTTY ? `\r\x1b[2K${text}` : `${text}\n`);
};
const update = (newLine: string, nextPollIn: number | null) => {
  line = newLine;
  nextPollAt = nextPollIn === null ? 0 : Date.now() + nextPollIn;
  show();
};
const ticker = process.stdout.isTTY ? setInterval(show, 250) : undefined;

try {
  const request = { model: 'videos', prompt, duration: 5, ratio: '16:9' };
  console.log(`Request: ${JSON.stringify(request)}`);
  const video = await client.generate(request, {
    onCreated: ({ id }) => console.log(`Task:    ${id}`),
    onUpdate: ({ status }, { nextPollIn }) => update(`Status:  ${status}`, nextPollIn),
    onPollError: ({ error, nextPollIn }) => update(`Status:  unknown (${error.name})`, nextPollIn),
  });
  const { path, bytes } = await saveVideo(client, video, './', {
    ifExists: 'overwrite',
    onProgress: ({ receivedBytes }) => update(`File:    ${receivedBytes} bytes`, null),
  });
  update(`Saved:   ${path}, ${bytes} bytes, ${video.actualDuration} s of video`, null);
} catch (error) {
  console.error(`${process.stdout.isTTY ? '\n' : ''}${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  clearInterval(ticker);
  if (process.stdout.isTTY) console.log();
  await server?.close();
}
