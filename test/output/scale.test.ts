import { describe, expect, it } from 'vitest';
import { octetUnit, placeOn, ticksOf, timeUnit } from '../../src/output/scale.ts';

const axis = (from: number, to: number, unit = { name: '', size: 1 }, logarithmic = false) => ({
  name: '',
  from,
  to,
  unit,
  logarithmic,
});
const labels = (...args: Parameters<typeof axis>): string[] => ticksOf(axis(...args), 6).map(({ label }) => label);

describe('an axis', () => {
  it('has round numbers, no more than asked for', () => {
    expect(labels(0, 60_000)).toEqual(['0', '20,000', '40,000', '60,000']);
    expect(labels(-19, 100)).toEqual(['0', '50', '100']);
    expect(labels(12e6, 19e6, timeUnit(7e6))).toEqual(['12', '14', '16', '18']);
    expect(labels(0, 1.2e9, timeUnit(1.2e9))).toEqual(['0.0', '0.5', '1.0']);
  });
  it('does not cut octets', () => {
    expect(labels(2, 3.06)).toEqual(['2', '3']);
    expect(labels(0, 24e9, octetUnit(24e9, ''))).toEqual(['0', '5,000', '10,000', '15,000', '20,000']);
  });
  it('can have equal factors equally far apart', () => {
    expect(labels(0.5e6, 260e6, timeUnit(260e6), true)).toEqual(['1', '3', '10', '30', '100']);
    expect(placeOn(axis(1, 100, undefined, true), 10)).toBeCloseTo(0.5);
    expect(placeOn(axis(1, 100, undefined, true), 0)).toBeLessThan(0);
  });
});
