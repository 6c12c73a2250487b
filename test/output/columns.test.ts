import { describe, expect, it } from 'vitest';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import { Writer } from '../../src/core/writer.ts';
import { FIELDS_FORMAT, type FieldsFormat, FieldsPrinter } from '../../src/output/fields.ts';
import { telnet } from '../../src/protocols/telnet.ts';

/** The column that `-T fields -e telnet.data` prints of these octets. */
function column(octets: readonly number[], controls: FieldsFormat['controls'] = FIELDS_FORMAT.controls): string {
  const frame = new Frame();
  frame.bytes = Uint8Array.from(octets);
  frame.capturedLength = frame.wireLength = octets.length;
  const packet = new Packet();
  packet.reset(frame);
  packet.decode(telnet, frame.bytes, 0, octets.length, octets.length);
  const out = new Writer();
  new FieldsPrinter(['telnet.data'], { ...FIELDS_FORMAT, controls }).packet(packet, null, out);
  return out.toString().slice(0, -1);
}

describe('texts in columns are what tshark 4.0 prints', () => {
  /** What it prints of an octet before a Z, recorded for each of them; what is not here is printed as it is. */
  const RECORDED = new Map([
    [0x00, ''], // where a string ends
    [0x08, '\\bZ'],
    [0x09, '\\tZ'],
    [0x0a, '\\n,Z'], // two lines, two values
    [0x0c, '\\fZ'],
    [0x0d, '\\rZ'],
  ]);

  it('escapes what breaks a line or a column, and nothing else', () => {
    for (let octet = 0; octet < 0x80; octet++) {
      expect(column([octet, 0x5a]), `octet ${octet}`).toBe(RECORDED.get(octet) ?? `${String.fromCharCode(octet)}Z`);
    }
  });

  it('has U+FFFD for every octet that is not ASCII', () => {
    for (let octet = 0x80; octet < 0xff; octet++) expect(column([octet, 0x5a])).toBe('\ufffdZ');
    expect(column([0x63, 0xc3, 0xa9])).toBe('c\ufffd\ufffd');
  });

  it('escapes everything that could drive a terminal, for a terminal', () => {
    for (let octet = 1; octet < 0xff; octet++) {
      expect(/[\p{Cc}\p{Cf}]/u.test(column([octet, 0x5a], 'escaped')), `octet ${octet}`).toBe(false);
    }
    expect(column([0x1b, 0x5b, 0x33, 0x31, 0x6d], 'escaped')).toBe('\\033[31m');
  });
});
