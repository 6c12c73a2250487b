import { describe, expect, test } from 'vitest';
import {
  ACK_LOST_SEGMENT,
  OUT_OF_ORDER,
  RETRANSMISSION,
  SPURIOUS_RETRANSMISSION,
  WINDOW_FULL,
} from '../../src/tcp/analysis.ts';
import { play } from './dialogue.ts';

const OPENING = `
  A SYN 100
  B SYN,ACK 300 101
  A ACK 101 301`;

const found = (script: string, bit: number): boolean[] => play(script).map(({ analysis }) => (analysis & bit) !== 0);

describe('what a segment is', () => {
  test('an ACK of what no frame has is told once for a gap, though each is unseen', () => {
    const script = `${OPENING}
      A ACK 101 1001
      A ACK 101 1701
      B PSH,ACK 1701 101 +10
      A ACK 101 1711`;
    expect(found(script, ACK_LOST_SEGMENT)).toEqual([false, false, false, true, false, false, true]);
    expect(play(script).map(({ segment }) => segment.unseen)).toEqual([false, false, false, true, true, false, true]);
  });

  test('a reset of nobody, with the number 0, is no part of what the same end sends later', () => {
    const script = `
      A SYN 100
      B RST,ACK 0 101
      A SYN 100
      B SYN,ACK 4000000000 101`;
    expect(found(script, RETRANSMISSION | OUT_OF_ORDER)).toEqual([false, false, true, false]);
  });

  test('a reset without ACK bears a number that others are compared with', () => {
    const script = `${OPENING}
      A PSH,ACK 101 301 +10
      B RST 301 111
      A PSH,ACK 101 301 +10`;
    expect(found(script, SPURIOUS_RETRANSMISSION)).toEqual([false, false, false, false, false, true]);
  });

  test('octets under way on both sides of where counting began are counted without a sign', () => {
    const script = `
      A PSH,ACK 5000 301 +318
      A ACK 4767 301 +552`;
    expect(play(script).map(({ segment }) => segment.bytesInFlight)).toEqual([318, 319]);
  });

  test('a window in a SYN is full without its shift', () => {
    const script = `
      A SYN 100 wscale=7
      B SYN,ACK 300 101 wscale=7 win=1460
      A ACK 101 301
      A PSH,ACK 101 301 +1460`;
    expect(found(script, WINDOW_FULL)).toEqual([false, false, false, true]);
  });
});
