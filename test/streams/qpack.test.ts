import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FieldSectionDecoder, QpackTable } from '../../src/streams/qpack.ts';
import { octets } from '../protocols/decoded.ts';

const decoder = new FieldSectionDecoder();

function section(hex: string, table = new QpackTable()) {
  const bytes = octets(hex);
  const found = decoder.decode(bytes, 0, bytes.length, table);
  return found === null ? null : [...found.lines.map(({ name, value }) => `${name}: ${value}`), found.left];
}

/** A table with the instructions of RFC 9204 appendix B in it, which has 220 octets. */
function table(...instructions: string[]): QpackTable {
  const made = new QpackTable();
  made.limit = 220;
  for (const hex of instructions) {
    const bytes = octets(hex);
    expect(made.take(bytes, bytes.length)).toBe(bytes.length);
  }
  return made;
}

const TWO = '3fbd01 c00f 7777772e6578616d706c652e636f6d c10c 2f73616d706c652f70617468';
const SPECULATIVE = '4a 637573746f6d2d6b6579 0c 637573746f6d2d76616c7565';

describe('the examples of RFC 9204 appendix B', () => {
  it('B.1: a name of the static table', () => {
    expect(section('0000 510b 2f696e6465782e68746d6c')).toEqual([':path: /index.html', 0]);
  });

  it('B.2: fields behind the base', () => {
    expect(section('0381 10 11', table(TWO))).toEqual([':authority: www.example.com', ':path: /sample/path', 0]);
  });

  it('B.4: fields before the base, and the static table', () => {
    const filled = table(TWO, SPECULATIVE, '02');
    expect(section('0500 80 c1 81', filled)).toEqual([
      ':authority: www.example.com',
      ':path: /',
      'custom-key: custom-value',
      0,
    ]);
    expect(filled.table.size).toBe(217);
  });

  it('B.5: what is too much makes room', () => {
    const filled = table(TWO, SPECULATIVE, '02', '810d 637573746f6d2d76616c756532');
    expect(filled.table.size).toBe(215);
    expect(filled.table.gone).toBe(1);
    expect(filled.table.recent(0)).toMatchObject({ name: 'custom-key', value: 'custom-value2' });
  });
});

describe('what has not come', () => {
  it('is left out: a block that needs more than the table has', () => {
    expect(section('0381 10 11', table('3fbd01'))).toEqual([2]);
  });

  it('waits: an instruction that is cut', () => {
    const bytes = octets(TWO);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const made = table();
      const taken = made.take(bytes, cut);
      expect(made.take(bytes.subarray(taken), bytes.length - taken)).toBe(bytes.length - taken);
      expect(section('0381 10 11', made)).toEqual([':authority: www.example.com', ':path: /sample/path', 0]);
    }
  });

  it('is no block: an index that no table has, text without its end', () => {
    expect(section('0000 ff80 01')).toBeNull();
    expect(section('0000 27')).toBeNull();
    expect(section('')).toBeNull();
  });
});

it('nothing makes it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 64 }), (instructions, block) => {
      const made = table(TWO);
      expect(made.take(instructions, instructions.length)).toBeLessThanOrEqual(instructions.length);
      decoder.decode(block, 0, block.length, made);
    }),
  );
});
