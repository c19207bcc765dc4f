import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { video } from './scripted-service.ts';

// The service as a process of its own, which can be killed: every task has the status that it is started with.
const [port, status = 'processing'] = process.argv.slice(2);
const fields = status === 'completed' ? { video_url: 'https://cdn.example.com/1.mp4' } : {};
const server = createServer((request, response) => {
  const id = decodeURIComponent(request.url?.split('/').at(-1) ?? '');
  response.end(JSON.stringify({ ...video(status, fields), id }));
});
server.listen(Number(port), '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
