// The services of all candidates in one, on loopback: a task whose id starts with "done" has ended, any other has not;
// and files of any size.
// A process of its own, so that its work delays no candidate's event loop.
import { createServer } from 'node:http';

/** The same task, in the form of each service. */
const REPLIES = [
  [/\/v1\/result\/([^/?]+)/, (id, isDone) => videoTask(id, isDone)],
  [/\/v1\/tasks\/([^/?]+)/, (id, isDone) => runwayTask(id, isDone)],
  [/\/v1\/predictions\/([^/?]+)/, (id, isDone) => replicatePrediction(id, isDone)],
  [/\/requests\/([^/?]+)\/status/, (id, isDone) => falStatus(id, isDone)],
  [/\/vector_stores\/[^/]+\/files\/([^/?]+)/, (id, isDone) => openaiFile(id, isDone)],
  [/\/videos\/([^/?]+)/, (id, isDone) => openaiVideo(id, isDone)],
  [/\/generations\/([^/?]+)/, (id, isDone) => lumaGeneration(id, isDone)],
  [/\/operations\/([^/?]+)/, (id, isDone) => googleOperation(id, isDone)],
];

const URL_OF_VIDEO = 'https://cdn.example.com/video_1234567890.mp4';
const CREATED = 1761635478;
const CREATED_ISO = '2025-10-28T07:11:18.000Z';

const videoTask = (id, isDone) => ({
  id,
  object: 'video',
  created: CREATED,
  model: 'videos',
  status: isDone ? 'completed' : 'processing',
  video_url: isDone ? URL_OF_VIDEO : null,
  ...(isDone && { actualDuration: 5 }),
  error: null,
});
const runwayTask = (id, isDone) => ({
  id,
  createdAt: CREATED_ISO,
  status: isDone ? 'SUCCEEDED' : 'RUNNING',
  ...(isDone ? { output: [URL_OF_VIDEO] } : { progress: 0.5 }),
});
const replicatePrediction = (id, isDone) => ({
  id,
  model: 'some/model',
  created_at: CREATED_ISO,
  status: isDone ? 'succeeded' : 'processing',
  output: isDone ? URL_OF_VIDEO : null,
  error: null,
});
const falStatus = (id, isDone) => ({
  request_id: id,
  status: isDone ? 'COMPLETED' : 'IN_PROGRESS',
  response_url: URL_OF_VIDEO,
  logs: null,
});
const openaiVideo = (id, isDone) => ({
  id,
  object: 'video',
  created_at: CREATED,
  model: 'sora-2',
  status: isDone ? 'completed' : 'in_progress',
  progress: 50,
  error: null,
});
const openaiFile = (id, isDone) => ({
  id,
  object: 'vector_store.file',
  created_at: CREATED,
  status: isDone ? 'completed' : 'in_progress',
  usage_bytes: 0,
  last_error: null,
});
const lumaGeneration = (id, isDone) => ({
  id,
  created_at: CREATED_ISO,
  model: 'ray-2',
  state: isDone ? 'completed' : 'dreaming',
  assets: isDone ? { video: URL_OF_VIDEO } : null,
});
const googleOperation = (id, isDone) => ({
  name: `models/veo/operations/${id}`,
  done: isDone,
  ...(isDone && {
    response: { generateVideoResponse: { generatedSamples: [{ video: { uri: URL_OF_VIDEO } }] } },
  }),
});

let requests = 0;
let sockets = 0;
let mostSockets = 0;

const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  const { url = '' } = request;
  if (url === '/stats') return respond(response, { requests, mostSockets });
  if (url.startsWith('/files/')) return sendFile(response, Number(url.slice('/files/'.length)));
  requests++;
  for (const [route, reply] of REPLIES) {
    const id = route.exec(url)?.[1];
    if (id !== undefined) return respond(response, reply(id, id.startsWith('done')));
  }
  response.writeHead(404).end();
});

function respond(response, value) {
  const body = JSON.stringify(value);
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

const BLOCK = Buffer.alloc(2 ** 20, 'videos');

/** A video of so many bytes, out of memory. */
function sendFile(response, bytes) {
  response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': bytes, etag: '"bench"' });
  let left = bytes;
  const send = () => {
    while (left > 0) {
      const part = BLOCK.subarray(0, left);
      left -= part.length;
      if (!response.write(part)) return response.once('drain', send);
    }
    response.end();
  };
  send();
}

server.on('connection', (socket) => {
  mostSockets = Math.max(mostSockets, ++sockets);
  socket.on('close', () => sockets--);
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 16_384 }, () => process.send?.(server.address().port));
process.on('disconnect', () => process.exit());
