import { describe, expect, test } from 'vitest';
import type { Frame } from '../../src/core/frame.ts';
import { cases } from '../golden/cases.ts';
import { printed } from '../golden/print.ts';
import { cut, framesOf, moved, Replay } from './replay.ts';
import { type Shown, shown } from './rows.ts';

const fixtures = cases().map(({ name, bytes }) => [name, framesOf(bytes())] as const);

/**
 * Rows that say something else when less was captured, and rightly so: how much was captured, verdicts that need all of
 * the octets, and where what follows the packet begins.
 */
const MAY_CHANGE = /^(frame\.(cap_len|protocols)|dissect\.|eth\.(padding|trailer|fcs)|data\.)|\.checksum\.status$/;

/**
 * Rows of the cut frame that the whole frame does not show. Bytes and texts may be the beginning of what they were. What
 * is not whole is never put together with other fragments or segments, so that what it carries is shown in its own frame.
 */
function invented(few: Shown, all: Shown): string[] {
  const whole = new Set(all.rows);
  return few.rows.filter((row) => {
    if (whole.has(row)) return false;
    const [index, protocol, id, kind] = row.split(/[ =]/);
    if (MAY_CHANGE.test(id!)) return false;
    const waits = all.layers.at(-1) === 'data' || Number(index) >= all.layers.length;
    if (waits && protocol !== all.layers[Number(index)]) return false;
    return !/^(bytes|text)$/.test(kind!) || !all.rows.some((other) => other.startsWith(row));
  });
}

describe('a frame cut by the capture', () => {
  const known = new Map<string, number>();
  test.each(fixtures)('%s', (_, frames) => {
    for (const frame of frames) {
      const whole = shown(frame);
      for (const length of lengthsOf(frame, whole, known)) {
        const part = shown(cut(frame, length, false), isCompared(length));
        const where = `frame ${frame.number} cut at ${length}`;
        if (part.layers.length < 1) throw new Error(`${where}: no layer`);
        const blamed = part.issues.filter(({ fault, code }) => fault === 'malformed' && !has(whole, code));
        if (blamed.length > 0) throw new Error(`${where} blames the packet: ${JSON.stringify(blamed)}`);
        const wrong = invented(part, whole);
        if (wrong.length > 0) throw new Error(`${where} shows what the whole frame does not: ${wrong.join('; ')}`);
      }
    }
  });
});

describe('a frame that was not longer on the wire either', () => {
  const known = new Map<string, number>();
  test.each(fixtures)('%s', (_, frames) => {
    for (const frame of frames) {
      for (const length of lengthsOf(frame, shown(frame, false), known)) {
        const part = shown(cut(frame, length, true), false);
        const blamed = part.issues.filter(({ fault }) => fault === 'truncated');
        if (blamed.length === 0) continue;
        throw new Error(`frame ${frame.number} of ${length} octets blames the capture: ${JSON.stringify(blamed)}`);
      }
    }
  });
});

/** `ALL_CUTS=1` leaves nothing out; the suite has three minutes. */
const ALL = process.env.ALL_CUTS === '1';
/** Frames of one stack of protocols that are cut at every length; others at every seventeenth, in turn. */
const AT_EVERY_LENGTH = ALL ? Number.POSITIVE_INFINITY : 1;

/** Every length that may fall into a header; of long payloads behind them every seventh. */
function lengthsOf({ capturedLength, number }: Frame, { layers }: Shown, known: Map<string, number>): number[] {
  const stack = layers.join(' ');
  const before = known.get(stack) ?? 0;
  known.set(stack, before + 1);
  const step = before < AT_EVERY_LENGTH ? 1 : 17;
  return Array.from({ length: capturedLength }, (_, length) => length).filter(
    (n) => (n < 400 || n % 7 === 0) && (n + number) % step === 0,
  );
}

/** All header lengths; of the payload behind them only a sample, for comparing every row costs the most. */
const isCompared = (length: number): boolean => length < 130 || length % 97 === 0;

const has = ({ issues }: Shown, code: string): boolean =>
  issues.some((issue) => issue.fault === 'malformed' && issue.code === code);

describe('a capture of which every frame is cut', () => {
  const lengths = [0, 14, 20, 36, 54, 66, 100];

  test.each(fixtures)('%s is printed in every form', async (_, frames) => {
    for (const [i, length] of lengths.entries()) {
      for (const wire of [false, true]) {
        const short = frames.map((frame) => cut(frame, length, wire));
        for (const [j, form] of (['en.txt', 'ndjson'] as const).entries()) {
          if (!ALL && (i + j) % 2 === (wire ? 1 : 0)) continue;
          const text = await printed(form, new Replay(short));
          expect(text.length).toBeGreaterThan(0);
        }
      }
    }
  });
});

describe('where a frame stands in the block', () => {
  test.each(fixtures)('%s shows the same anywhere', async (_, frames) => {
    for (const form of ['tree.txt', 'ndjson'] as const) {
      const here = await printed(form, new Replay(frames));
      const there = await printed(form, new Replay(frames.map((frame) => moved(frame, 7))));
      expect(there).toBe(here);
    }
  });

  // Behind a frame stands the next record: octets of another packet must never be taken for this one's.
  test.each(fixtures)('%s: nothing behind a cut frame shows', async (_, frames) => {
    for (let turn = 0; turn < 3; turn++) {
      for (const wire of [false, true]) {
        const short = frames.map((frame, i) => cut(frame, (turn * 37 + i * 5) % 110, wire));
        for (const [i, form] of (['line.txt', 'tree.txt', 'en.txt'] as const).entries()) {
          if (!ALL && (turn + i) % 3 !== (wire ? 1 : 0)) continue;
          const [one, other] = [0xee, 0x11].map((something) => short.map((frame) => moved(frame, 120, something)));
          expect(await printed(form, new Replay(one!)), form).toBe(await printed(form, new Replay(other!)));
        }
      }
    }
  });
});
