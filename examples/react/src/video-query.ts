// The same with TanStack Query: one query is one wait.
import { queryOptions } from '@tanstack/react-query';
import { isVideosError } from 'videos-client';
import { client } from './client.ts';

export const videoQuery = (id: string) =>
  queryOptions({
    queryKey: ['video', id],
    queryFn: ({ signal }) => client.waitForCompletion(id, { signal }),
    // A wait retries by itself. Start it again only after a temporary error.
    retry: (failures, error) => failures < 3 && isVideosError(error) && error.isTransient,
    // A completed task does not change, but its link expires within a day.
    staleTime: 12 * 60 * 60 * 1000,
  });
