// The emulator as a process of its own, which can be killed: every task has the status that it is started with.
import { createVideosEmulator } from 'videos-client/testing';

const [port, status] = process.argv.slice(2);
const polls = status === 'completed' ? 1 : Number.POSITIVE_INFINITY;
const emulator = createVideosEmulator({ apiKey: null, onUnknownId: () => ({ after: { polls } }) });
const server = await emulator.listen({ port: Number(port) });
console.log(server.baseUrl);
