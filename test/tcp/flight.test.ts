import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { after, atOrBefore, before } from '../../src/core/sequence.ts';
import { Flight, type Unacknowledged } from '../../src/tcp/flight.ts';

/** The same by going through all of them each time. */
class PlainFlight {
  segments: Unacknowledged[] = [];
  first = 0;
  last = 0;
  ackedFrame = 0;
  ackedTime = 0;

  add(seq: number, next: number, frame: number, time: number): void {
    this.segments.push({ seq, next, frame, time });
    this.measure();
  }

  acknowledge(ack: number): void {
    const found = this.segments.find(({ next }) => next === ack);
    this.ackedFrame = found?.frame ?? 0;
    this.ackedTime = found?.time ?? this.ackedTime;
    this.segments = this.segments
      .filter(({ next }) => !atOrBefore(next, ack))
      .map((segment) => (after(ack, segment.seq) ? { ...segment, seq: ack } : segment));
    this.measure();
  }

  private measure(): void {
    for (const [i, { seq, next }] of this.segments.entries()) {
      if (i === 0 || before(seq, this.first)) this.first = seq;
      if (i === 0 || after(next, this.last)) this.last = next;
    }
  }
}

/** Beginnings near each other and near where numbers wrap, and some far away. */
const number = fc.oneof(
  fc.integer({ min: -40, max: 40 }).map((n) => n >>> 0),
  fc.constantFrom(2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 30),
);
const step = fc.oneof(
  fc.record({ seq: number, length: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ forward: fc.integer({ min: 0, max: 3 }), length: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ ack: number }),
  fc.record({ ackOf: fc.integer({ min: 0, max: 20 }) }),
);

describe('what is under way', () => {
  it('is the same as by going through all of it each time', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const [flight, plain] = [new Flight(), new PlainFlight()];
        let sent = 0xffffff00;
        for (const [i, what] of steps.entries()) {
          if ('length' in what) {
            const seq = 'seq' in what ? what.seq : (sent + what.forward) >>> 0;
            sent = (seq + what.length) >>> 0;
            for (const each of [flight, plain]) each.add(seq, sent, i + 1, i / 2);
          } else {
            const ack = 'ack' in what ? what.ack : (plain.segments[what.ackOf]?.next ?? sent);
            for (const each of [flight, plain]) each.acknowledge(ack);
          }
          expect([...flight]).toEqual(plain.segments);
          expect(flight.ackedFrame).toBe(plain.ackedFrame);
          if (flight.ackedFrame > 0) expect(flight.ackedTime).toBe(plain.ackedTime);
          if (!flight.empty) expect([flight.first, flight.last]).toEqual([plain.first, plain.last]);
          if (!flight.empty)
            expect([flight.firstFrame, flight.firstTime]).toEqual([plain.segments[0]!.frame, plain.segments[0]!.time]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('remembers ten thousand segments at the most', () => {
    const flight = new Flight();
    for (let i = 0; i < 10_100; i++) flight.add(i, i + 1, i, i);
    expect([...flight].length).toBe(10_000);
    flight.acknowledge(9_000);
    expect([...flight].map(({ frame }) => frame)).toEqual(Array.from({ length: 1000 }, (_, i) => 9_000 + i));
  });
});
