import { expect, it } from 'vitest';
import type { RaisedEvent } from '../../src/events/event.ts';
import { type Played, play } from '../tcp/dialogue.ts';

/** The line on which an event is raised, with the values of its parameters; every line if several. */
const where = (played: readonly Played[], id: RaisedEvent['id']): Record<string, unknown>[] =>
  played.flatMap(({ line, events }) =>
    events
      .filter((event) => event.id === id)
      .map(({ parameters }) => ({
        line: line.split(/\s+/).slice(0, 4).join(' '),
        ...Object.fromEntries(
          Object.entries(parameters).flatMap(([name, evidence]) =>
            name === 'sender' || name === 'receiver' ? [] : [[name, evidence?.value ?? null]],
          ),
        ),
      })),
  );

const ids = (played: readonly Played[]): string[] => played.flatMap(({ events }) => events.map(({ id }) => id));

/** A handshake with a round trip of 50 ms, captured at A. */
const OPENED = `
  A SYN 1000 mss=1460 @0
  B SYN,ACK 5000 1001 mss=1460 win=60000 @0.05
  A ACK 1001 5001 win=60000 @0.0501
`;

it('calls it slow start when twice as much is sent in each of three round trips', () => {
  const lines = [OPENED.trim()];
  let sent = 1001;
  let acked = 1001;
  const burst = (count: number, at: number): void => {
    for (let i = 0; i < count; i++, sent += 1460) lines.push(`A ACK ${sent} 5001 +1460 win=60000 @${at + i * 1e-5}`);
  };
  burst(10, 0.1);
  // Each ACK lets two segments follow.
  for (let round = 1; round <= 3; round++) {
    for (let left = (sent - acked) / 1460, i = 0; left > 0; left--, i++) {
      acked += 1460;
      lines.push(`B ACK 5001 ${acked} win=60000 @${0.1 + round * 0.05 + i * 4e-4}`);
      if (round < 3) burst(2, 0.1 + round * 0.05 + i * 4e-4 + 1e-4);
    }
  }
  const played = play(lines.join('\n'));
  expect(where(played, 'tcp.slow-start')).toMatchObject([{ first: 14600, second: 29200, third: 58400 }]);
});

it('sees slow start at the receiver too, where every ACK leaves at once', () => {
  const received = (rtt: number, apart = rtt): Played[] => {
    const lines = [`A SYN 1000 mss=1460 @0`, `B SYN,ACK 5000 1001 mss=1460 @${rtt}`, `A ACK 1001 5001 @${rtt + 1e-5}`];
    let next = 5001;
    const burst = (count: number, at: number): void => {
      for (let i = 0; i < count; i++, next += 1460) {
        lines.push(`B ACK ${next} 1001 +1460 @${at + i * 1e-4}`);
        lines.push(`A ACK 1001 ${next + 1460} @${at + i * 1e-4 + 1e-5}`);
      }
    };
    for (const [round, count] of [3, 5, 8, 12].entries()) burst(count, rtt + (round + 1) * apart);
    return play(lines.join('\n'));
  };
  expect(where(received(0.05), 'tcp.slow-start')).toMatchObject([{ first: 4380, second: 7300, third: 11680 }]);
  // On a short wire rounds mean nothing.
  expect(ids(received(0.001))).not.toContain('tcp.slow-start');
  // Somebody wrote more each time.
  expect(ids(received(0.05, 0.15))).not.toContain('tcp.slow-start');
});

it('does not take a sender that always has the same under way for slow start', () => {
  const lines = [OPENED.trim()];
  let sent = 1001;
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 4; i++, sent += 1460) lines.push(`A ACK ${sent} 5001 +1460 win=60000 @${0.1 + round * 0.05}`);
    lines.push(`B ACK 5001 ${sent} win=60000 @${0.149 + round * 0.05}`);
  }
  expect(ids(play(lines.join('\n')))).not.toContain('tcp.slow-start');
});

it('sees a small segment that waited for the ACK of another', () => {
  const played = play(`${OPENED}
    A PSH,ACK 1001 5001 +40 @0.1
    B ACK 5001 1041 win=60000 @0.15
    A PSH,ACK 1041 5001 +20 @0.1501
  `);
  expect(where(played, 'tcp.nagle')).toMatchObject([{ line: 'A PSH,ACK 1041 5001', length: 20, ack: 5 }]);
});

it('does not when the ACK brought data, which the application may have answered', () => {
  const played = play(`${OPENED}
    A PSH,ACK 1001 5001 +40 @0.1
    B PSH,ACK 5001 1041 +10 win=60000 @0.15
    A PSH,ACK 1041 5011 +20 @0.1501
  `);
  expect(ids(played)).not.toContain('tcp.nagle');
});

it('sees an ACK that was held back, but not one that took what the way takes', () => {
  const played = play(`${OPENED}
    A PSH,ACK 1001 5001 +40 @0.1
    B ACK 5001 1041 win=60000 @0.151
    A PSH,ACK 1041 5001 +40 @1
    B ACK 5001 1081 win=60000 @1.25
  `);
  expect(where(played, 'tcp.ack.delayed')).toMatchObject([{ line: 'B ACK 5001 1081', of: 6, rtt: 0.25 }]);
  const near = (took: number): string[] =>
    ids(
      play(`
        A SYN 1000 mss=1460 @0
        B SYN,ACK 5000 1001 mss=1460 @0.001
        A ACK 1001 5001 @0.0011
        A PSH,ACK 1001 5001 +40 @1
        B ACK 5001 1041 @${1 + took}
      `),
    );
  expect(near(0.02)).not.toContain('tcp.ack.delayed');
  expect(near(0.041)).toContain('tcp.ack.delayed');
});

it('blames the application for silence only where nothing else could have caused it', () => {
  const after = (line: string): string[] => ids(play(`${OPENED}${line}`));
  expect(after('A PSH,ACK 1001 5001 +40 @2')).toContain('tcp.pause');
  // Something was still under way.
  expect(after('A ACK 1001 5001 +40 @0.1\nA ACK 1041 5001 +40 @2')).not.toContain('tcp.pause');
  // Three round trips are not over.
  expect(after('A PSH,ACK 1001 5001 +40 @0.15')).not.toContain('tcp.pause');
});

it('counts time-outs, and how long each one took', () => {
  const played = play(`${OPENED}
    A PSH,ACK 1001 5001 +40 @1
    A PSH,ACK 1001 5001 +40 @1.3
    A PSH,ACK 1001 5001 +40 @1.9
    A PSH,ACK 1001 5001 +40 @3.1
    B ACK 5001 1041 win=60000 @3.15
  `);
  const timeouts = where(played, 'tcp.retransmission.timeout');
  expect(timeouts.map(({ count, before }) => [count, before])).toEqual([
    [1, 4],
    [2, 5],
    [3, 6],
  ]);
  expect(timeouts.map(({ waited }) => Number(waited).toFixed(2))).toEqual(['0.30', '0.60', '1.20']);
  expect(where(played, 'tcp.recovery')).toMatchObject([{ line: 'B ACK 5001 1041', first: 5, count: 3 }]);
});

const THREE_DUPLICATES = `${OPENED}
  A ACK 1001 5001 +1000 @1
  A ACK 2001 5001 +1000 @1.0001
  A ACK 3001 5001 +1000 @1.0002
  A ACK 4001 5001 +1000 @1.0003
  A ACK 5001 5001 +1000 @1.0004
  B ACK 5001 2001 win=60000 @1.05
  B ACK 5001 2001 win=60000 @1.0501
  B ACK 5001 2001 win=60000 @1.0502
  B ACK 5001 2001 win=60000 @1.0503
  A ACK 2001 5001 +1000 @1.0504
  B ACK 5001 6001 win=60000 @1.1
`;

it('follows a loss from duplicate ACKs over the fast retransmission to the recovery', () => {
  const played = play(THREE_DUPLICATES);
  expect(where(played, 'tcp.ack.duplicate')).toMatchObject([
    { number: 1, first: 9, ack: 1001, held: 4000 },
    { number: 2, first: 9 },
    { number: 3, first: 9 },
  ]);
  expect(where(played, 'tcp.retransmission.fast')).toMatchObject([{ from: 1001, to: 2001, number: 3, ack: 12 }]);
  expect(where(played, 'tcp.recovery')).toMatchObject([{ line: 'B ACK 5001 6001', first: 13, count: 1 }]);
  expect(ids(played)).not.toContain('tcp.retransmission.timeout');
});

it('tells a window that opened from one that only grew, and from the first behind the SYN', () => {
  const played = play(`${OPENED}
    B ACK 5001 1001 win=61000 @1
    B ACK 5001 1001 win=62000 @2
    B ACK 5001 1001 win=61500 @3
  `);
  expect(where(played, 'tcp.window.update')).toMatchObject([{ line: 'B ACK 5001 1001', window: 62000, before: 61000 }]);
  expect(ids(played)).not.toContain('tcp.window.opened');
});

it('calls a question into a closed window a probe, and the same question otherwise a keep-alive', () => {
  const asked = (window: number): Played[] =>
    play(`${OPENED}
      A ACK 1001 5001 +1000 @1
      B ACK 5001 2001 win=${window} @1.05
      A ACK 2000 5001 @2
      B ACK 5001 2001 win=${window} @2.05
    `);
  expect(where(asked(0), 'tcp.window.zero.probe')).toMatchObject([{ closed: 5, count: 1, length: 0 }]);
  expect(where(asked(0), 'tcp.window.zero.probe-ack')).toMatchObject([{ probe: 6, closed: 5 }]);
  expect(ids(asked(0))).not.toContain('tcp.keep-alive');
  expect(where(asked(900), 'tcp.keep-alive')).toMatchObject([{ count: 1, seq: 1000 }]);
  expect(where(asked(900), 'tcp.keep-alive.ack')).toMatchObject([{ probe: 6 }]);
});

it('takes one octet that is not acknowledged yet for sent again, not for a keep-alive', () => {
  const played = play(`${OPENED}
    A PSH,ACK 1001 5001 +1 @1
    A PSH,ACK 1001 5001 +1 @1.5
  `);
  expect(ids(played)).not.toContain('tcp.keep-alive');
});

it('says what an ACK acknowledges that was not captured', () => {
  const played = play(`${OPENED}
    A ACK 1001 5001 +100 @1
    B ACK 5001 1501 win=60000 @1.05
  `);
  expect(where(played, 'tcp.ack.unseen')).toMatchObject([{ line: 'B ACK 5001 1501', ack: 501 }]);
});

it('tells a hole of the capture from one of the stream by what was acknowledged', () => {
  const behind = (ack: number): Played[] =>
    play(`${OPENED}
      A ACK 1001 5001 +100 @1
      B ACK 5001 ${ack} win=60000 @1.05
      A ACK 1501 5001 +100 @1.06
    `);
  expect(where(behind(1501), 'tcp.gap.not-captured')).toMatchObject([
    { expected: 101, seq: 501, missing: 400, ack: 5 },
  ]);
  expect(ids(behind(1501))).not.toContain('tcp.gap');
  expect(where(behind(1101), 'tcp.gap')).toMatchObject([{ expected: 101, seq: 501, missing: 400 }]);
});

it('names the resets that follow a reset', () => {
  const played = play(`${OPENED}
    A ACK 1001 5001 +100 @1
    B RST,ACK 5001 1001 @1.02
    A ACK 1101 5001 +100 @1.03
    B RST 5001 @1.05
  `);
  expect(where(played, 'tcp.reset.again')).toMatchObject([{ line: 'B RST 5001 @1.05', answers: 6 }]);
});

it('says whether the data of a SYN were taken', () => {
  const answered = (ack: number): Played[] =>
    play(`
      A SYN 1000 +80
      B SYN,ACK 5000 ${ack}
    `);
  expect(where(answered(1001), 'tcp.fast-open.declined')).toMatchObject([{ length: 80, syn: 1 }]);
  expect(where(answered(1081), 'tcp.fast-open.taken')).toMatchObject([{ length: 80, syn: 1 }]);
  expect(where(answered(1081), 'tcp.data')).toMatchObject([{ from: 1, to: 81 }]);
});

it('does not take data that a SYN carried in vain for a repair', () => {
  const played = play(`
    A SYN 1000 +80 @0
    B SYN,ACK 5000 1001 @0.05
    A PSH,ACK 1001 5001 +80 @0.0501
    B ACK 5001 1081 @0.1
  `);
  expect(where(played, 'tcp.fast-open.again')).toMatchObject([{ length: 80, syn: 1 }]);
  expect(ids(played)).not.toContain('tcp.retransmission');
  expect(ids(played)).not.toContain('tcp.recovery');
});

it('does not call a FIN the first where the other one may have come before the capture', () => {
  const closing = `
    B PSH,ACK 7000 5010 +20
    A ACK 5010 7020
    B FIN,ACK 7020 5010
    A ACK 5010 7021
  `;
  const told = (script: string): string[] => ids(play(script)).filter((id) => id.startsWith('tcp.close'));
  expect(told(closing)).toEqual(['tcp.close.fin.first-or-last', 'tcp.close.fin-acked.first-or-last']);
  expect(told(`A PSH,ACK 5000 7000 +10${closing}`)).toEqual(['tcp.close.fin', 'tcp.close.fin-acked']);
});

it('tells a challenge ACK from an ordinary one', () => {
  const reset = (seq: number): Played[] =>
    play(`${OPENED}
      A ACK 1001 5001 +100 @1
      B ACK 5001 1101 win=60000 @1.05
      A RST ${seq} 0 @2
      B ACK 5001 1101 win=60000 @2.05
      A ACK 1101 5001 +10 @3
    `);
  expect(where(reset(1150), 'tcp.reset.ignored')).toMatchObject([{ seq: 150, expected: 101 }]);
  expect(where(reset(1150), 'tcp.ack.challenge')).toMatchObject([{ cause: 'RST', answers: 6, ack: 101 }]);
  // The number of that reset counts for nothing: what follows is new.
  expect(ids(reset(1150))).not.toContain('tcp.retransmission');
  expect(where(reset(1150), 'tcp.data').at(-1)).toMatchObject({ from: 101, to: 111 });
  expect(ids(reset(1101))).not.toContain('tcp.reset.ignored');
  expect(ids(reset(1101))).not.toContain('tcp.ack.challenge');
});

it('names an abort with unread data ruled unlikely by its age', () => {
  const played = play(`${OPENED}
    B PSH,ACK 5001 1001 +100 win=60000 @1
    A ACK 1001 5101 @1.001
    A RST,ACK 1001 5101 @9
  `);
  expect(where(played, 'tcp.reset.abort')).toMatchObject([{ since: 8 }]);
});

it('knows a packet that was captured twice by its IP identification, and then says nothing else of it', () => {
  const twice = (id: number): Played[] =>
    play(`${OPENED.replace('A SYN 1000', 'A SYN 1000 id=1').replace('A ACK 1001', 'A ACK 1001 id=2')}
      A PSH,ACK 1001 5001 +40 @1 id=3
      A PSH,ACK 1001 5001 +40 @1.001 id=${id}
    `);
  expect(where(twice(3), 'tcp.twice')).toMatchObject([{ id: '0x0003', first: 4 }]);
  expect(ids(twice(3))).not.toContain('tcp.retransmission');
  expect(ids(twice(4))).not.toContain('tcp.twice');
  expect(ids(twice(4))).toContain('tcp.retransmission');
  const answered = play(`${OPENED.replace('A SYN 1000', 'A SYN 1000 id=1').replace('A ACK 1001', 'A ACK 1001 id=2')}
    A PSH,ACK 1001 5001 +40 @1 id=3
    B ACK 5001 1041 @1.0005 win=60000
    A PSH,ACK 1001 5001 +40 @1.001 id=3
    B ACK 5001 1041 @1.0011 win=60000
  `);
  expect(where(answered, 'tcp.ack.copy')).toMatchObject([{ ack: 41, answers: 6 }]);
  expect(ids(answered)).not.toContain('tcp.ack.again');
  // A sender that numbers nothing proves nothing.
  expect(ids(twice(0))).not.toContain('tcp.twice');
});

it('raises nothing, and remembers nothing, while nobody explains', () => {
  const played = play(THREE_DUPLICATES, { explain: false });
  expect(ids(played)).toEqual([]);
  const { connection } = played[0]!.segment;
  expect([connection.a.flow, connection.b.flow]).toEqual([null, null]);
});
