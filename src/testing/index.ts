/**
 * The testing kit: a local emulator of the service, handlers for MSW, and videos for unit tests.
 *
 * ```ts
 * import { createVideosEmulator } from 'videos-client/testing';
 *
 * const emulator = createVideosEmulator();
 * emulator.addTask({ id: 'video_1', after: { polls: 3 } });
 * const client = new VideosClient({ apiKey: 'test-key', fetch: emulator.fetch });
 * ```
 *
 * @module videos-client/testing
 */

export { type BuildVideoFields, buildVideo } from './build-video.ts';
export type { EmulatedRequest, EmulatedScenario } from './emulated-service.ts';
export {
  createVideosEmulator,
  type ListenOptions,
  type VideosEmulator,
  type VideosEmulatorOptions,
} from './emulator.ts';
export type { EmulatedFault, EmulatedFaultOptions, EmulatedFaultReply } from './faults.ts';
export { sampleVideo } from './sample.ts';
export type { VideosEmulatorServer } from './server.ts';
export type {
  CompletedTaskOptions,
  EmulatedMoment,
  EmulatedTask,
  EmulatedTaskOptions,
  FailedTaskOptions,
} from './task.ts';
