// The time for all deadlines and pauses: `performance.now()`, which nothing can set; it advances also if fake timers leave `performance` alone.

/** A timer that fires earlier than this, by the clock, is a fake one; a real one only rounds. */
const MAX_EARLINESS = 1_000;

/** A clock that is behind its last reading by more than this has been set back, or replaced. */
const MAX_DISAGREEMENT = 1_000;

/** How far fake timers have moved the time on, while `performance.now()` stood still. */
let offset = 0;
/** When the last timer was due: the time is not earlier than that. */
let floor = Number.NEGATIVE_INFINITY;
let lastReading = Number.NEGATIVE_INFINITY;
let lastClock: unknown;
let lastTimers: unknown;
let epoch = 0;

function read(): number {
  const reading = performance.now();
  const isOtherClock = lastClock !== performance.now || reading < lastReading - MAX_DISAGREEMENT;
  if (isOtherClock) {
    offset = 0;
    floor = reading;
  }
  if (isOtherClock || lastTimers !== setTimeout) epoch++;
  lastClock = performance.now;
  lastTimers = setTimeout;
  lastReading = reading;
  return reading;
}

/** The time now, in milliseconds. */
export function now(): number {
  return Math.max(read() + offset, floor);
}

/**
 * Advances the time to when a timer was due, if it fires before the clock says so: fake timers often leave
 * `performance.now` alone, and a wait would never end.
 */
export function advanceTo(due: number): void {
  const early = due - (read() + offset);
  if (early > MAX_EARLINESS) offset += early;
  floor = Math.max(floor, due);
}

/**
 * A number that changes when a test installs or removes fake timers, or sets the clock back. A time from before the change
 * means nothing after it.
 */
export function clockEpoch(): number {
  read();
  return epoch;
}
