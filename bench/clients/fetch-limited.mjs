import { loop, makeGet } from './fetch.mjs';

const LIMIT = 16;

/** The careful loop, with so many requests at a time. */
export function make(baseUrl, { interval }) {
  const get = makeGet(baseUrl);
  const waiting = [];
  let inFlight = 0;
  const limitedGet = async (id) => {
    if (inFlight === LIMIT) await new Promise((resolve) => waiting.push(resolve));
    else inFlight++;
    try {
      return await get(id);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else inFlight--;
    }
  };
  return { get: limitedGet, wait: (id) => loop(limitedGet, id, interval) };
}
