/**
 * Saving videos to files, and mounting the proxy in Node servers: Node, Bun and Deno.
 *
 * ```ts
 * import { saveVideo } from 'videos-client/node';
 *
 * const { path } = await saveVideo(client, video, 'videos/');
 * ```
 *
 * @module videos-client/node
 */

export {
  type BatchClient,
  type SaveAllOptions,
  type SaveAllProgress,
  type SaveOutcome,
  saveAll,
} from './save-all.ts';
export { type SavedVideo, type SaveVideoOptions, saveVideo, type VideoDownloader } from './save-video.ts';
export { toNodeHandler } from './to-node-handler.ts';
