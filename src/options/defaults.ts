// Every default, and the reason for its value.

/** Where the service is, by its documentation. */
export const DOCUMENTED_BASE_URL = 'https://zcbservice.aizfw.cn/kyyReactApiServer';

/** Defaults of the client. */
export const CLIENT_DEFAULTS = Object.freeze({
  /** A status is a few hundred bytes: an attempt that takes longer than this is lost. */
  timeout: 30_000,
  /** Tolerates an outage of some ten seconds; a longer one is for the wait to tolerate, at its own pace. */
  maxRetries: 3,
  /** 160 polls a second if one takes 100 ms, and a browser's or a proxy's connections are not used up. */
  maxConcurrency: 16,
});

/** The time limit of a create: a response that comes later is a paid task with a lost id. */
export const CREATE_TIMEOUT = 120_000;

export interface WaitDefaults {
  minInterval: number;
  maxInterval: number;
  factor: number;
  jitter: boolean;
  maxWait: number;
  maxFailures: number;
}

/** Defaults of a wait. */
export const WAIT_DEFAULTS: Readonly<WaitDefaults> = Object.freeze({
  /** The service's documentation: poll every 30–60 seconds. */
  minInterval: 30_000,
  maxInterval: 60_000,
  /** 30 s, 45 s, 60 s: most tasks take minutes, so the longest pause is reached soon. */
  factor: 1.5,
  jitter: true,
  /** Most tasks complete within a few minutes; half an hour covers those with many references. */
  maxWait: 1_800_000,
  /** About nine minutes of outage, retries aside. */
  maxFailures: 10,
});

/** Defaults of a download. */
export const DOWNLOAD_DEFAULTS = Object.freeze({
  /** A thousand times the size of a usual video: a bound for a server that never stops. */
  maxBytes: 2 ** 31,
});
