// What ends a wait: the decision after each poll, as one table.

import { isUnknownRoute } from '../internal/service-words.ts';
import { WAIT_DEFAULTS } from '../options/defaults.ts';
import { POLL_DECISION_OPTIONS } from '../options/known-options.ts';
import { checkOptions } from '../options/validate.ts';
import type { PollDecisionOptions } from '../options/wait-options.ts';

/** A kind of failure that is tolerated a limited number of times. */
type LimitedKind = 'authentication' | 'missingUrl' | 'notFound';

/**
 * What is known of a wait's polls so far: plain data, which can be stored as JSON between two polls.
 *
 * @category Results
 */
export interface PollHistory {
  /** Whether any poll has succeeded. */
  readonly hasSucceeded: boolean;
  /** How many polls have failed since the last successful one. */
  readonly failures: number;
  /** How many of these failures were of a kind that has a limit of its own. */
  readonly limited: Readonly<Partial<Record<LimitedKind, number>>>;
}

/**
 * What follows a poll.
 *
 * @category Results
 */
export interface PollDecision {
  /**
   * - `continue`: poll again after the next pause, unless the task has ended.
   * - `throw`: no later poll can succeed; end the wait with this poll's error.
   * - `giveUp`: `maxFailures` polls in a row have failed; end the wait. The task may still finish.
   */
  readonly action: 'continue' | 'throw' | 'giveUp';
  /** To be passed to the next call. */
  readonly history: PollHistory;
}

/** What an error says about itself, as an object or as the JSON that it was stored as. */
interface Failure {
  readonly name: string;
  readonly isTransient: boolean;
  readonly body?: unknown;
  readonly issues?: ReadonlyArray<{ readonly code?: unknown }>;
}

interface Context {
  readonly hasSucceeded: boolean;
  readonly isNew: boolean;
}

interface Rule {
  readonly applies: (failure: Failure, context: Context) => boolean;
  /** How many such failures are tolerated between two successful polls. */
  readonly tolerated: number;
  /** What they are counted as; without it, `maxFailures` alone counts. */
  readonly kind?: LimitedKind;
}

/** The first rule that applies counts. The numbers are those of other integrations of this service. */
const RULES: readonly Rule[] = [
  {
    // This service sends a 401 now and then although the key is valid; a third one means that it is not.
    kind: 'authentication',
    tolerated: 2,
    applies: ({ name }, { hasSucceeded, isNew }) => name === 'AuthenticationError' && (hasSucceeded || isNew),
  },
  {
    // The URL may follow; or the file has been deleted, about a day after it was made.
    kind: 'missingUrl',
    tolerated: 2,
    applies: ({ issues }) => issues?.some(({ code }) => code === 'missing_video_url') === true,
  },
  {
    // The task was created a moment ago, and not every server of the service may know it yet.
    kind: 'notFound',
    tolerated: 2,
    applies: (failure, { hasSucceeded, isNew }) =>
      failure.name === 'NotFoundError' &&
      isNew &&
      !hasSucceeded &&
      !isUnknownRoute(String(JSON.stringify(failure.body))),
  },
  { tolerated: Number.POSITIVE_INFINITY, applies: ({ isTransient }) => isTransient },
  { tolerated: 0, applies: () => true },
];

/** The history before the first poll. */
export const NO_POLLS: PollHistory = Object.freeze({
  hasSucceeded: false,
  failures: 0,
  limited: Object.freeze({}),
});

/** One object for all waits whose last poll succeeded: there may be a hundred thousand. */
const AFTER_SUCCESS: PollDecision = Object.freeze({
  action: 'continue',
  history: Object.freeze({ ...NO_POLLS, hasSucceeded: true }),
});

/**
 * Decides whether a wait continues after a poll: for engines that do their own waiting. Every wait of this package uses
 * it. A successful poll clears all counts.
 *
 * @param error - What the poll failed with: a `VideosError`, or its JSON form. `null`, or `undefined`, if the poll
 * succeeded.
 * @param history - What the call after the previous poll returned as `history`; `undefined`, or a
 * stored `null`, after the first poll.
 * @throws {@link TypeError} An option has the wrong type.
 * @throws {@link RangeError} An option is out of range.
 *
 * @example
 * ```ts
 * async function poll(id: string, history?: PollHistory) {
 *   try {
 *     const video = await client.getResult(id, { maxRetries: 0 });
 *     return { video, ...decideAfterPoll(null, history) };
 *   } catch (error) {
 *     const decision = decideAfterPoll(error, history);
 *     if (decision.action !== 'continue') throw error;
 *     return { video: null, ...decision };
 *   }
 * }
 * ```
 *
 * @category Client
 */
export function decideAfterPoll(
  error: unknown,
  history?: PollHistory | null,
  options?: PollDecisionOptions,
): PollDecision {
  const { maxFailures = WAIT_DEFAULTS.maxFailures, isNew = false } = checkOptions(
    options,
    POLL_DECISION_OPTIONS,
  );
  if (error === null || error === undefined) return AFTER_SUCCESS;
  const earlier = history ?? NO_POLLS;
  if (!isFailure(error)) return { action: 'throw', history: earlier };

  const { hasSucceeded } = earlier;
  const failures = earlier.failures + 1;
  const { kind, tolerated } = RULES.find(({ applies }) => applies(error, { hasSucceeded, isNew })) as Rule;
  let { limited } = earlier;
  let limit = tolerated;
  let count = 1;
  if (kind !== undefined) {
    count += limited[kind] ?? 0;
    // If every failure was of one kind, its own error says more than PollingFailedError would.
    limit = Math.min(tolerated, maxFailures - 1);
    limited = { ...limited, [kind]: count };
  }
  const action = count > limit ? 'throw' : failures >= maxFailures ? 'giveUp' : 'continue';
  return { action, history: { hasSucceeded, failures, limited } };
}

function isFailure(error: unknown): error is Failure {
  const { name, isTransient } = Object(error) as Partial<Failure>;
  return typeof name === 'string' && typeof isTransient === 'boolean';
}
