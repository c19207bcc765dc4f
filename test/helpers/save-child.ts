/**
 * A process that saves a video, and may be killed: by its parent, or by itself, right before or after the step of the
 * file system that `KILL` names (`before link`, `after link`, …).
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';

type Step = (...args: unknown[]) => Promise<unknown>;

const [when, name = ''] = (process.env.KILL ?? '').split(' ');
const steps = createRequire(import.meta.url)('node:fs/promises') as Record<string, Step>;
const step = steps[name];
if (step !== undefined) {
  const die = () => process.kill(process.pid, 'SIGKILL');
  steps[name] = async (...args) => {
    if (when === 'before') die();
    const result = await step(...args);
    die();
    return result;
  };
  syncBuiltinESMExports();
}

const { VideosClient } = await import('../../src/index.ts');
const { saveVideo } = await import('../../src/node/save-video.ts');
const [, , video = '', path = ''] = process.argv;
await saveVideo(new VideosClient({ apiKey: null, allowPrivateFiles: true }), JSON.parse(video), path);
