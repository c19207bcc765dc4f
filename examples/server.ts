// A server that makes videos for its users: POST /videos starts a task, GET /videos/ID returns its state.
//   npx tsx examples/server.ts
//   curl -d '{ "prompt": "A paper boat on a lake" }' http://127.0.0.1:3000/videos
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isVideosError, type Video } from 'videos-client';
import { connect } from './setup.ts';

const { client } = await connect();

interface Job {
  /** The task as last seen. */
  video: Video;
  /** Why the last wait ended before the task did; otherwise `null`. */
  error: string | null;
}

/** Belongs in a database: each of these tasks has been paid for, and after a restart its id resumes the wait. */
const jobs = new Map<string, Job>();

async function follow(video: Video): Promise<void> {
  const job: Job = { video, error: null };
  jobs.set(video.id, job);
  try {
    for await (const update of client.watch(video.id)) job.video = update;
  } catch (error) {
    job.error = String(error);
  }
}

async function readPrompt(req: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of req.setEncoding('utf8')) {
    text += chunk;
    if (text.length > 10_000) throw new TypeError('The request is too long.');
  }
  return Object(JSON.parse(text)).prompt;
}

const server = createServer(async (req, res) => {
  const reply = (status: number, body: unknown) =>
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  try {
    if (req.method === 'POST' && req.url === '/videos') {
      // Check here who sends this, and whether they may spend money.
      const video = await client.create({ model: 'videos', prompt: await readPrompt(req), duration: 5 });
      void follow(video);
      return reply(202, video);
    }
    const [, id = ''] = /^\/videos\/([^/]+)$/.exec(req.url ?? '') ?? [];
    const job = jobs.get(decodeURIComponent(id));
    if (req.method !== 'GET' || job === undefined) return reply(404, { message: 'Not found.' });
    reply(200, job);
    // The task may still finish, so the next GET can find more.
    if (job.error !== null) void follow(job.video);
  } catch (error) {
    // A wrong prompt is the user's to fix. After an OutcomeUnknownError a task may exist, as its message says.
    reply(isVideosError(error) ? 502 : 400, { message: (error as Error).message });
  }
});

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`Listening at http://127.0.0.1:${(server.address() as AddressInfo).port}/videos`);
});
