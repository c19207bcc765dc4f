// The provider as a program of its own makes it: its polls are due soon.
import { createVideosProvider } from 'videos-client/ai-sdk';

export const videosAt = (baseUrl) =>
  createVideosProvider({
    apiKey: 'test-key',
    baseUrl,
    maxRetries: 0,
    polling: { minInterval: 50, maxInterval: 50 },
  });
