import { argv } from 'node:process';
import { runCreate } from './create-client.mjs';

console.log(JSON.stringify(await runCreate(JSON.parse(argv.at(-1)))));
