/**
 * The service in a box, for the users' own tests.
 *
 * @module videos-client/testing
 */

export { type BuildVideoFields, buildVideo } from './build-video.ts';
export { createVideosEmulator, type VideosEmulator, type VideosEmulatorOptions } from './emulator.ts';
export type { EmulatedFault, EmulatedFaultOptions } from './faults.ts';
export { sampleVideo } from './sample.ts';
export type { VideosEmulatorServer } from './server.ts';
export type { EmulatedRequest } from './service.ts';
export type {
  CompletedTaskOptions,
  EmulatedEnd,
  EmulatedTask,
  EmulatedTaskOptions,
  FailedTaskOptions,
} from './task.ts';
