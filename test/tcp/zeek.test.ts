import { describe, expect, it } from 'vitest';
import { ZeekConnection } from '../../src/tcp/zeek.ts';
import { play } from './dialogue.ts';

/** What Zeek would log of a dialogue. Ports are 40000 (A) and 80 (B), unless they are given. */
function logged(script: string, portA = 40_000, portB = 80): string {
  const zeek = new ZeekConnection();
  for (const { segment, line } of play(script)) {
    const ports = line.startsWith('A') ? ([portA, portB] as const) : ([portB, portA] as const);
    zeek.segment(segment, segment.sender === segment.connection.a, !line.includes('cut'), ...ports);
  }
  return `${zeek.state} ${zeek.history.text}`;
}

const OPENED = `
  A SYN 100
  B SYN,ACK 300 101
  A ACK 101 301`;

describe('conn_state and history, as Zeek documents them', () => {
  it.each<[string, string, string]>([
    ['an attempt without an answer', 'A SYN 100', 'S0 S'],
    ['the same SYN twice', 'A SYN 100\nA SYN 100', 'S0 S'],
    ['an attempt that is refused', 'A SYN 100\nB RST,ACK 0 101', 'REJ Sr'],
    ['an attempt that is taken back', 'A SYN 100\nA RST 101', 'RSTOS0 SR'],
    ['half an opening', 'A SYN 100\nB SYN,ACK 300 101', 'S1 Sh'],
    ['an open connection', OPENED, 'S1 ShA'],
    ['data both ways', `${OPENED}\nA ACK 101 301 +5\nB ACK 301 106\nB ACK 301 106 +7\nA ACK 106 308`, 'S1 ShADad'],
    ['closed by both', `${OPENED}\nA FIN,ACK 101 301\nB FIN,ACK 301 102\nA ACK 102 302`, 'SF ShAFf'],
    ['closed by the originator', `${OPENED}\nA FIN,ACK 101 301\nB ACK 301 102`, 'S2 ShAFa'],
    ['closed by the responder', `${OPENED}\nB FIN,ACK 301 101\nA ACK 101 302`, 'S3 ShAf'],
    ['reset by the originator', `${OPENED}\nA ACK 101 301 +5\nA RST,ACK 106 301`, 'RSTO ShADR'],
    ['reset by the responder', `${OPENED}\nA ACK 101 301 +5\nB RST,ACK 301 106`, 'RSTR ShADr'],
    [
      'FIN, then RST, of one end; FIN of the other',
      `${OPENED}\nA FIN,ACK 101 301\nA RST 102\nB FIN,ACK 301 102`,
      'SF ShAFRf',
    ],
    ['only the originator captured', 'A SYN 100\nA ACK 101 301\nA ACK 101 301 +5\nA FIN,ACK 106 301', 'SH SADF'],
    ['a SYN+ACK of a well-known port', 'B SYN,ACK 300 101', 'OTH ^h'],
    ['only the responder captured', 'B SYN,ACK 300 101\nB ACK 301 106 +5\nB FIN,ACK 306 106', 'SHR ^hdf'],
    ['in mid-stream', 'A ACK 106 301 +5\nB ACK 301 111 +5\nA ACK 111 306', 'OTH DdA'],
    ['in mid-stream, from the server on', 'B ACK 301 111 +5\nA ACK 111 306', 'OTH ^dA'],
    ['a reset after a SYN+ACK alone', 'B SYN,ACK 300 101\nB RST 301', 'RSTRH ^hr'],
    ['FIN and RST in one', `${OPENED}\nA FIN,RST,ACK 101 301`, 'RSTO ShAI'],
    ['SYN and FIN in one', 'A SYN,FIN 100', 'SH Q'],
  ])('%s', (_, script, expected) => {
    expect(logged(script)).toBe(expected);
  });

  it('turns no connection round whose ports say nothing', () => {
    expect(logged('B SYN,ACK 300 101', 40_000, 7777)).toBe('OTH H');
  });

  it('turns one round whose SYN comes behind the SYN+ACK', () => {
    expect(logged('B SYN,ACK 300 101\nA SYN 100\nA ACK 101 301', 40_000, 7777)).toBe('S1 Hs^A');
  });

  it('counts in powers of ten what came again, and closed windows', () => {
    const again = 'A ACK 101 301 +5\n'.repeat(12);
    expect(logged(`${OPENED}\n${again}`)).toBe('S1 ShADTT');
    const closed = 'B ACK 301 101 win=0\n'.repeat(11);
    expect(logged(`${OPENED}\n${closed}`)).toBe('S1 ShAaww');
  });

  it('sees a gap once it is acknowledged, and not in the middle of nowhere', () => {
    expect(logged(`${OPENED}\nA ACK 101 301 +5\nA ACK 111 301 +5\nB ACK 301 116`)).toBe('S1 ShADaG');
    expect(logged(`${OPENED}\nA ACK 101 301 +5\nA ACK 111 301 +5\nB ACK 301 106`)).toBe('S1 ShADa');
    expect(logged(`${OPENED}\nA ACK 111 301 +5\nA ACK 101 301 +10\nB ACK 301 116`)).toBe('S1 ShADTa');
    expect(logged(`${OPENED}\nA ACK 101 301 +5 cut\nB ACK 301 106`)).toBe('S1 ShADaG');
    expect(logged('A ACK 111 301 +5\nB ACK 301 130')).toBe('OTH Da');
  });

  it('goes on where numbers wrap', () => {
    const script = `
      A SYN 4294967290
      B SYN,ACK 300 4294967291
      A ACK 4294967291 301
      A ACK 4294967291 301 +10
      A ACK 5 301 +10
      B ACK 301 15
      A FIN,ACK 15 301
      B FIN,ACK 301 16`;
    expect(logged(script)).toBe('SF ShADaFf');
  });
});
