import { describe, expect, it } from 'vitest';
import type { TcpState } from '../../src/tcp/state-change.ts';
import { rows } from '../../src/tcp/states.ts';
import { play, states } from './dialogue.ts';

const OPEN = `
  A SYN 100                | SYN_SENT    SYN_RECEIVED
  B SYN,ACK 300 101        | ESTABLISHED SYN_RECEIVED
  A ACK 101 301            | ESTABLISHED ESTABLISHED`;

const cases: Record<string, string> = {
  'RFC 9293 figure 6, then figure 12: opening and closing': `${OPEN}
  A FIN,ACK 101 301        | FIN_WAIT_1  CLOSE_WAIT
  B ACK 301 102            | FIN_WAIT_2  CLOSE_WAIT
  B FIN,ACK 301 102        | TIME_WAIT   LAST_ACK
  A ACK 102 302            | TIME_WAIT   CLOSED`,
  'figure 7: simultaneous open': `
  A SYN 100                | SYN_SENT     SYN_RECEIVED
  B SYN 300                | SYN_RECEIVED SYN_RECEIVED
  A SYN,ACK 100 301        | SYN_RECEIVED ESTABLISHED
  B SYN,ACK 300 101        | ESTABLISHED  ESTABLISHED`,
  'figure 13: simultaneous close': `${OPEN}
  A FIN,ACK 101 301        | FIN_WAIT_1  CLOSE_WAIT
  B FIN,ACK 301 101        | CLOSING     CLOSING
  A ACK 102 302            | CLOSING     TIME_WAIT
  B ACK 302 102            | TIME_WAIT   TIME_WAIT`,
  'three packets close: the FIN of the other end acknowledges the first': `${OPEN}
  B FIN,ACK 301 101        | CLOSE_WAIT  FIN_WAIT_1
  A FIN,ACK 101 302        | LAST_ACK    TIME_WAIT
  B ACK 302 102            | CLOSED      TIME_WAIT`,
  'half-close: data goes on after the first FIN': `${OPEN}
  A FIN,ACK 101 301        | FIN_WAIT_1  CLOSE_WAIT
  B ACK 301 102            | FIN_WAIT_2  CLOSE_WAIT
  B PSH,ACK 301 102 +50    | FIN_WAIT_2  CLOSE_WAIT
  A ACK 102 351            | FIN_WAIT_2  CLOSE_WAIT
  B FIN,ACK 351 102        | TIME_WAIT   LAST_ACK
  A ACK 102 352            | TIME_WAIT   CLOSED`,
  refused: `
  A SYN 100                | SYN_SENT SYN_RECEIVED
  B RST,ACK 0 101          | CLOSED   CLOSED`,
  'reset in mid-connection': `${OPEN}
  B PSH,ACK 301 101 +10    | ESTABLISHED ESTABLISHED
  A RST 101                | CLOSED      CLOSED`,
  'the last ACK is lost and the FIN comes again': `${OPEN}
  A FIN,ACK 101 301        | FIN_WAIT_1  CLOSE_WAIT
  B FIN,ACK 301 102        | TIME_WAIT   LAST_ACK
  B FIN,ACK 301 102        | TIME_WAIT   LAST_ACK
  A ACK 102 302            | TIME_WAIT   CLOSED`,
  'a FIN that overtook data counts when its acknowledgment shows that all has arrived': `${OPEN}
  A FIN,ACK 151 301        | FIN_WAIT_1  ESTABLISHED
  B ACK 301 101            | FIN_WAIT_1  ESTABLISHED
  A PSH,ACK 101 301 +50    | FIN_WAIT_1  ESTABLISHED
  B ACK 301 152            | FIN_WAIT_2  CLOSE_WAIT`,
  'a reset within the window, but not with the next number, is answered with a challenge ACK': `${OPEN}
  A PSH,ACK 101 301 +10    | ESTABLISHED ESTABLISHED
  B ACK 301 111            | ESTABLISHED ESTABLISHED
  A RST 150                | ESTABLISHED ESTABLISHED
  B ACK 301 111            | ESTABLISHED ESTABLISHED
  A RST 90                 | ESTABLISHED ESTABLISHED
  A RST 111                | CLOSED      CLOSED`,
  'a reset with the number of the FIN before it is believed, as Linux does, where that FIN was taken': `${OPEN}
  A FIN,ACK 101 301        | FIN_WAIT_1  CLOSE_WAIT
  B ACK 301 102            | FIN_WAIT_2  CLOSE_WAIT
  A RST 101                | CLOSED      CLOSED`,
  'but not in TIME_WAIT': `${OPEN}
  A FIN,ACK 101 301        | FIN_WAIT_1  CLOSE_WAIT
  B FIN,ACK 301 102        | TIME_WAIT   LAST_ACK
  A ACK 102 302            | TIME_WAIT   CLOSED
  B RST 301                | TIME_WAIT   CLOSED`,
  'a reset ends TIME_WAIT': `${OPEN}
  A FIN,ACK 101 301        | FIN_WAIT_1  CLOSE_WAIT
  B FIN,ACK 301 102        | TIME_WAIT   LAST_ACK
  A ACK 102 302            | TIME_WAIT   CLOSED
  B RST 302                | CLOSED      CLOSED`,
  'figure 9: a SYN finds half of an old connection, which a reset clears': `${OPEN}
  A SYN 900                | SYN_SENT    ESTABLISHED
  B ACK 301 101            | SYN_SENT    ESTABLISHED
  A RST 101                | SYN_SENT    CLOSED
  A SYN 900                | SYN_SENT    SYN_RECEIVED
  B SYN,ACK 700 901        | ESTABLISHED SYN_RECEIVED
  A ACK 901 701            | ESTABLISHED ESTABLISHED`,
  'a SYN for a connection whose end was not captured: the answer shows that nothing of it was left': `${OPEN}
  A SYN 900                | SYN_SENT    ESTABLISHED
  B SYN,ACK 700 901        | ESTABLISHED SYN_RECEIVED
  A ACK 901 701            | ESTABLISHED ESTABLISHED`,
  'one direction: who acknowledges was answered': `
  A SYN 100                | SYN_SENT    SYN_RECEIVED
  A ACK 101 301            | ESTABLISHED ESTABLISHED
  A PSH,ACK 101 301 +5     | ESTABLISHED ESTABLISHED`,
  'the other direction alone: what it acknowledges more than the SYN may be a FIN': `
  B SYN,ACK 300 101        | ESTABLISHED SYN_RECEIVED
  B ACK 301 101            | ESTABLISHED SYN_RECEIVED
  B ACK 301 111            | UNKNOWN     UNKNOWN`,
  'one direction alone: nobody sees how it goes on after a FIN': `
  A SYN 100                | SYN_SENT    SYN_RECEIVED
  A ACK 101 301            | ESTABLISHED ESTABLISHED
  A FIN,ACK 101 301        | UNKNOWN     UNKNOWN`,
  'begun in the middle: data from both ends proves that neither had closed': `
  A PSH,ACK 5000 7000 +10  | UNKNOWN     UNKNOWN
  B ACK 7000 5010          | UNKNOWN     UNKNOWN
  B PSH,ACK 7000 5010 +20  | ESTABLISHED ESTABLISHED
  A FIN,ACK 5010 7020      | FIN_WAIT_1  CLOSE_WAIT`,
  'begun in the middle, one direction sends data: the silent end may have closed before': `
  B PSH,ACK 7000 5010 +20  | UNKNOWN     UNKNOWN
  A ACK 5010 7020          | UNKNOWN     UNKNOWN
  A FIN,ACK 5010 7020      | FIN_WAIT_1  CLOSE_WAIT`,
  'begun before the last FINs': `
  A FIN,ACK 5010 7020      | UNKNOWN     UNKNOWN
  B ACK 7020 5011          | UNKNOWN     UNKNOWN
  B FIN,ACK 7020 5011      | TIME_WAIT   LAST_ACK
  A ACK 5011 7021          | TIME_WAIT   CLOSED`,
  'begun after the SYN': `
  B SYN,ACK 300 101        | ESTABLISHED SYN_RECEIVED
  A ACK 101 301            | ESTABLISHED ESTABLISHED`,
  'the numbers wrap': `
  A SYN 4294967295         | SYN_SENT    SYN_RECEIVED
  B SYN,ACK 4294967290 0   | ESTABLISHED SYN_RECEIVED
  A ACK 0 4294967291       | ESTABLISHED ESTABLISHED
  B PSH,ACK 4294967291 0 +10 | ESTABLISHED ESTABLISHED
  B FIN,ACK 5 0            | CLOSE_WAIT  FIN_WAIT_1
  A ACK 0 6                | CLOSE_WAIT  FIN_WAIT_2`,
};

describe('both ends by the table', () => {
  for (const [name, script] of Object.entries(cases)) {
    it(name, () => {
      const { expected, found } = states(script);
      expect(found).toEqual(expected);
    });
  }
});

describe('timers and reuse', () => {
  it('ends TIME_WAIT by the clock of the capture, in a change of its own without a frame', () => {
    const played = play(
      `${cases['RFC 9293 figure 6, then figure 12: opening and closing']!.replace(/ \|.*$/gm, '')}
      A SYN 1 port=40001 @61`,
      { timeWait: 60 },
    );
    expect(played.at(-1)!.changes[0]).toMatchObject({ from: 'TIME_WAIT', to: 'CLOSED', by: 'timer', frame: null });
    expect(played.at(-1)!.changes[0]!.time).toBe(60.05e9);
  });

  it('begins TIME_WAIT anew when the FIN comes again', () => {
    const closing = cases['RFC 9293 figure 6, then figure 12: opening and closing']!.replace(/ \|.*$/gm, '');
    const again = '\n  B FIN,ACK 301 102 @30';
    const early = play(`${closing}${again}\n  A SYN 1 port=40001 @61`, { timeWait: 60 });
    expect(early.at(-1)!.changes.filter(({ by }) => by === 'timer')).toEqual([]);
    const late = play(`${closing}${again}\n  A SYN 1 port=40001 @91`, { timeWait: 60 });
    expect(late.at(-1)!.changes[0]).toMatchObject({ from: 'TIME_WAIT', to: 'CLOSED', by: 'timer', time: 90e9 });
  });

  it('ends TIME_WAIT with the SYN that opens the same ports anew, and not again by the clock', () => {
    const closing = cases['RFC 9293 figure 6, then figure 12: opening and closing']!.replace(/ \|.*$/gm, '');
    const anew = `${closing}
      A SYN 9000 @2
      B SYN,ACK 9300 9001 @2.01`;
    const told = (script: string, by: string) =>
      play(script, { timeWait: 60 })
        .flatMap(({ changes }) => changes)
        .filter((change) => change.by === by)
        .map(({ stream, end, from, to, frame }) => `${frame} ${stream} ${end} ${from} ${to}`);
    expect(told(anew, 'ports-reused')).toEqual(['8 0 10.0.0.1:40000 TIME_WAIT CLOSED']);
    expect(told(`${anew}\n A SYN 1 port=40001 @100`, 'timer')).toEqual([]);
    // The server is in TIME_WAIT, the client opens anew.
    const other = anew.replace(/^ *A FIN[\s\S]*?A ACK 102 302/m, 'B FIN,ACK 301 101\nA FIN,ACK 101 302\nB ACK 302 102');
    expect(told(other, 'ports-reused')).toEqual(['7 0 10.0.0.2:80 TIME_WAIT CLOSED']);
    expect(told(`${other}\n A SYN 1 port=40001 @100`, 'timer')).toEqual([]);
  });

  it('gives a SYN with another number on the same ports a connection of its own', () => {
    const played = play(`${OPEN}
      A RST 101
      A SYN 900`);
    expect(played.map(({ stream }) => stream)).toEqual([0, 0, 0, 0, 1]);
    expect(played.at(-1)!.a).toBe('SYN_SENT');
  });
});

describe('a reset that nothing captured leads up to', () => {
  const OPENED = `${OPEN.replace(/ \|.*$/gm, '')}
    A PSH,ACK 101 301 +10`;
  const ends = (script: string) => {
    const last = play(script).at(-1)!;
    return [last.a, last.b, ...last.changes.map(({ by, certainty }) => `${by}, ${certainty}`)];
  };
  const believed = ['CLOSED', 'CLOSED', 'reset-behind-missed, inferred', 'reset-behind-missed, inferred'];

  it('is believed behind data whose acknowledgment shows that the capture missed some, as an inference', () => {
    const missed = `${OPENED}
      B ACK 301 611`;
    expect(ends(`${missed}\n A RST,ACK 811 301`)).toEqual(believed);
    expect(ends(`${missed}\n A PSH,ACK 611 301 +10\n B ACK 301 621\n A RST,ACK 811 301`)).toEqual(believed);
    // The data of the other direction is complete.
    expect(ends(`${missed}\n B RST,ACK 501 111`)).toEqual(['ESTABLISHED', 'ESTABLISHED']);
  });

  it('is believed behind a hole', () => {
    expect(ends(`${OPENED}\n B ACK 301 111\n A PSH,ACK 211 301 +10\n A RST,ACK 321 301`)).toEqual(believed);
  });

  it('is not believed without one, nor before it, nor beyond the window', () => {
    const complete = `${OPENED}
      B ACK 301 111`;
    expect(ends(`${complete}\n A RST,ACK 811 301`)).toEqual(['ESTABLISHED', 'ESTABLISHED']);
    const missed = `${OPENED}
      B ACK 301 611`;
    expect(ends(`${missed}\n A RST 105`)).toEqual(['ESTABLISHED', 'ESTABLISHED']);
    expect(ends(`${missed}\n A RST 1700`)).toEqual(['ESTABLISHED', 'ESTABLISHED']);
    expect(ends(`${missed}\n A RST 1600`)).toEqual(believed);
  });
});

describe('the table', () => {
  it('has every state of RFC 9293 as a row that leads somewhere', () => {
    const known: TcpState[] = ['CLOSED', 'LISTEN', 'SYN_SENT', 'SYN_RECEIVED', 'ESTABLISHED', 'FIN_WAIT_1'];
    known.push('FIN_WAIT_2', 'CLOSE_WAIT', 'CLOSING', 'LAST_ACK', 'TIME_WAIT');
    expect(known.filter((state) => !rows.some(({ from }) => from === state))).toEqual([]);
    expect(known.filter((state) => state !== 'LISTEN' && !rows.some(({ to }) => to === state))).toEqual([]);
  });
});
