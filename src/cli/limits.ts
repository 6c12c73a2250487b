import { LIMITS, type Limits } from '../flows/limits.ts';
import { UsageFault } from './fault.ts';
import type { Arguments } from './parse.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1 << 10, M: 1 << 20, G: 1 << 30 };

/** `--limit NAME=NUMBER`, as often as it is given; K, M and G behind the number are powers of 1,024. */
export function limitsOf(given: Arguments): Partial<Limits> {
  const limits: Partial<Record<keyof Limits, number>> = {};
  for (const setting of given.all('limit').flatMap((text) => text.split(','))) {
    const [, name, number, unit] = /^([a-z]+)=(\d+)([KMG]?)$/i.exec(setting) ?? [];
    if (name === undefined || !Object.hasOwn(LIMITS, name)) {
      throw new UsageFault(`--limit knows ${Object.keys(LIMITS).join(', ')}, each with a number, not "${setting}"`);
    }
    const value = Number(number) * UNITS[unit!.toUpperCase()]!;
    if (value > MOST) throw new UsageFault(`--limit ${setting} is more than there can be`);
    limits[name as keyof Limits] = value;
  }
  return limits;
}

/** The longest array of octets that every system gives. */
const MOST = 2 ** 31;
