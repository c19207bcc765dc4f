/**
 * A video model for the AI SDK (`ai` 7): create, wait and download behind `experimental_generateVideo`.
 *
 * @module videos-client/ai-sdk
 */

export { createVideosProvider, type VideosProvider } from './create-videos-provider.ts';
