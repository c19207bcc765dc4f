// Starts the page: npm run demo:browser
import { startDemo } from './server.ts';

const { url } = await startDemo(Number(process.env.PORT ?? 5173));
console.log(`Open ${url}\nStop with Ctrl-C.`);
