import { grouped } from './numbers.ts';

/** What the numbers on an axis are told in: `size` of the value's own units make one. */
interface Unit {
  readonly name: string;
  readonly size: number;
}

/** One direction of a graph: which values it shows, and how they are told. */
export interface Axis {
  readonly name: string;
  readonly from: number;
  /** More than `from`. */
  readonly to: number;
  readonly unit: Unit;
  /** Equal factors lie equally far apart. `from` is more than 0 then. */
  readonly logarithmic: boolean;
}

interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Where on the axis a value lies: 0 at its beginning, 1 at its end, beyond that for values that it does not show. */
export function placeOn({ from, to, logarithmic }: Axis, value: number): number {
  if (!logarithmic) return (value - from) / (to - from);
  return Math.log(Math.max(value, from / 10) / from) / Math.log(to / from);
}

/** Round numbers on the axis, `most` of them at the most. */
export function ticksOf(axis: Axis, most: number): Tick[] {
  if (axis.logarithmic) return powersOn(axis, most);
  const { from, to, unit } = axis;
  const finest = unit.size === 1 ? 1 : 0; // octets are not cut
  const least = Math.max(finest, (to - from) / unit.size / Math.max(1, most - 1));
  const power = 10 ** Math.floor(Math.log10(least));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= least * 0.999) ?? 10) * power;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks: Tick[] = [];
  for (let i = Math.ceil(from / unit.size / step - 1e-9); i * step <= (to / unit.size) * (1 + 1e-9); i++) {
    ticks.push({ value: i * step * unit.size, label: told(i * step, decimals) });
  }
  return ticks;
}

/** Powers of ten, and where there are few, twice and five times those too. */
function powersOn({ from, to, unit }: Axis, most: number): Tick[] {
  for (const factors of [[1, 2, 5], [1, 3], [1]]) {
    const ticks: Tick[] = [];
    for (let power = 10 ** Math.floor(Math.log10(from / unit.size)); power * unit.size <= to; power *= 10) {
      for (const factor of factors) {
        const value = factor * power * unit.size;
        if (value < from || value > to) continue;
        ticks.push({ value, label: told(factor * power, Math.max(0, -Math.floor(Math.log10(power) + 1e-9))) });
      }
    }
    if (ticks.length <= most || factors.length === 1) return ticks;
  }
  return [];
}

function told(value: number, decimals: number): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const sign = value < 0 && Number(value.toFixed(decimals)) !== 0 ? '−' : '';
  return sign + grouped(Number(whole)) + (fraction === undefined ? '' : `.${fraction}`);
}

const TIMES: readonly Unit[] = [
  { name: 's', size: 1e9 },
  { name: 'ms', size: 1e6 },
  { name: 'µs', size: 1e3 },
];

/** What times of this size, in nanoseconds, are told in. */
export const timeUnit = (span: number): Unit => TIMES.find(({ size }) => span >= size) ?? TIMES[2]!;

const OCTETS: readonly Unit[] = [
  { name: 'GB', size: 1e9 },
  { name: 'MB', size: 1e6 },
];

/** What octets are told in: plain numbers as long as the packet list's can be found in them. */
export const octetUnit = (most: number, name: string): Unit =>
  OCTETS.find(({ size }) => most >= 100 * size) ?? { name, size: 1 };
