import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import { decodeFrame } from '../../src/run.ts';
import type { StateChange } from '../../src/tcp/state-change.ts';
import { next, rows } from '../../src/tcp/states.ts';
import { Tracker } from '../../src/track.ts';
import { cases } from '../golden/cases.ts';
import { play } from './dialogue.ts';

const OPEN = `
  A SYN 100
  B SYN,ACK 300 101
  A ACK 101 301`;
const CLOSING = `${OPEN}
  A FIN,ACK 101 301
  B FIN,ACK 301 101`;

/** A reset sent and received in every state that can have one, and what no fixture shows. */
const dialogues: Record<string, string> = {
  'in SYN_SENT, by the opener': 'A SYN 100\n A RST 101',
  'in SYN_SENT, from the other end, which did not listen': 'A SYN 100\n B RST,ACK 0 101',
  'in SYN_RECEIVED, by the opener': 'A SYN 100\n B SYN,ACK 300 101\n A RST 101',
  'in SYN_RECEIVED, by the listener': 'A SYN 100\n B SYN,ACK 300 101\n B RST,ACK 301 101',
  'in ESTABLISHED': `${OPEN}\n A RST,ACK 101 301`,
  'in FIN_WAIT_1 and CLOSE_WAIT, by who closed first': `${OPEN}\n A FIN,ACK 101 301\n A RST,ACK 102 301`,
  'in CLOSE_WAIT and FIN_WAIT_1, by the other': `${OPEN}\n A FIN,ACK 101 301\n B RST,ACK 301 101`,
  'in FIN_WAIT_2, by who closed first': `${OPEN}\n A FIN,ACK 101 301\n B ACK 301 102\n A RST,ACK 102 301`,
  'in CLOSE_WAIT, by the other, in FIN_WAIT_2': `${OPEN}\n A FIN,ACK 101 301\n B ACK 301 102\n B RST,ACK 301 102`,
  'in CLOSING': `${CLOSING}\n A RST,ACK 102 302`,
  'in LAST_ACK': `${OPEN}\n A FIN,ACK 101 301\n B ACK 301 102\n B FIN,ACK 301 102\n B RST,ACK 302 102`,
  'in LAST_ACK, from TIME_WAIT’s host': `${OPEN}\n A FIN,ACK 101 301\n B ACK 301 102\n B FIN,ACK 301 102\n A RST 102`,
  'in mid-connection': 'A ACK 5000 7000\n B RST 7000',
  'before the connection was accepted, by a FIN': 'A SYN 100\n B SYN,ACK 300 101\n B FIN,ACK 301 101',
};

const key = ({ from, by, to }: Pick<StateChange, 'from' | 'by' | 'to'>): string => `${from} · ${by} → ${to}`;

function changesOf(bytes: Uint8Array): StateChange[] {
  const tracker = new Tracker({ timeWait: 60, explain: true });
  const source = readCapture(bytes);
  const frame = new Frame();
  const packet = new Packet();
  const changes: StateChange[] = [];
  while (source.next(frame)) {
    decodeFrame(packet, frame);
    tracker.track(packet);
    changes.push(...tracker.changes);
  }
  return changes;
}

describe('every row of the table', () => {
  const recorded = new Set(cases().flatMap(({ bytes }) => changesOf(bytes()).map(key)));
  const played = new Set(
    Object.values(dialogues).flatMap((script) => play(script).flatMap(({ changes }) => changes.map(key))),
  );

  it('LISTEN · sent SYN is the one that no packet shows: that a socket listened is told by nothing before its SYN', () => {
    expect(next('LISTEN', 'sent SYN')).toBe('SYN_SENT');
  });

  it.each(
    rows
      .filter(({ from, on }) => from !== 'LISTEN' || on !== 'sent SYN')
      .map(({ from, on, to }) => key({ from, by: on, to })),
  )('%s', (row) => {
    expect(recorded.has(row) || played.has(row)).toBe(true);
  });

  it('is mostly shown by recordings of real stacks', () => {
    const real = rows.filter(({ from, on, to }) => recorded.has(key({ from, by: on, to })));
    expect(real.length).toBeGreaterThan(rows.length / 2);
  });
});
