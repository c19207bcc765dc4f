/**
 * Saving videos to files: Node, Bun and Deno.
 *
 * @module videos-client/node
 */

export { type SavedVideo, type SaveVideoOptions, saveVideo, type VideoDownloader } from './save-video.ts';
