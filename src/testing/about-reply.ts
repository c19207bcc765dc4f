// The page that explains a listening emulator to someone who opens it.

import { type EmulatorReply, textReply } from './emulator-reply.ts';
import type { Addresses } from './emulator-request.ts';
import type { EmulatedTask } from './task.ts';

/** More tasks than this are counted, not listed. */
const MAX_LISTED = 20;

/** Says where the API is, which tasks there are, and how to poll one. */
export function aboutReply(
  { baseUrl, filesUrl }: Addresses,
  apiKey: string | null,
  tasks: readonly EmulatedTask[],
): EmulatorReply {
  const listed = tasks
    .slice(0, MAX_LISTED)
    .map(({ id, status, polls }) => `${id}  ${status}, polls: ${polls}`);
  if (tasks.length > MAX_LISTED) listed.push(`and ${tasks.length - MAX_LISTED} more`);
  const id = encodeURIComponent(tasks[0]?.id ?? 'video_1234567890');
  const authorization = apiKey === null ? '' : `-H "Authorization: Bearer ${apiKey}" `;
  return textReply(
    200,
    `A local emulator of the Videos API.

base URL  ${baseUrl}
API key   ${apiKey ?? 'any, or none'}
files     ${filesUrl}
tasks     ${listed.join('\n          ') || 'none yet'}

curl ${authorization}${baseUrl}/v1/result/${id}
`,
  );
}
