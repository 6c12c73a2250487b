import { UsageFault } from './fault.ts';
import type { Arguments } from './parse.ts';

/** Seconds of TIME_WAIT: 2×MSL, with the MSL of two minutes that RFC 9293 §3.4.2 names. */
export const TIME_WAIT = 240;

/** `--time-wait`, else the standard's. */
export function timeWaitOf(given: Arguments): number {
  const text = given.get('time-wait');
  if (text === null) return TIME_WAIT;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new UsageFault(`--time-wait wants a number of seconds, not "${text}"`);
}
