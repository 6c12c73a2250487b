import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { type Row, rowCaptured, standsInBytes } from '../../src/core/field.ts';
import { Frame } from '../../src/core/frame.ts';
import type { Layer, Protocol } from '../../src/core/layer.ts';
import { Packet } from '../../src/core/packet.ts';
import { Writer } from '../../src/core/writer.ts';
import { contextRows, declaredRows } from '../../src/fields.ts';
import { unitOf } from '../../src/output/row-printer.ts';
import { protocols } from '../../src/protocols/index.ts';
import { run } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';
import { cases } from '../golden/cases.ts';
import { TIME_WAIT } from '../golden/print.ts';

/** Where the header begins in the block: not at zero, so that a forgotten `layer.start` shows. */
const START = 7;
/** More than any fixed header has. */
const OCTETS = 96;

/** The bits [bit, bit + bits) of a header, most significant first: what a row says of itself, read in the plainest way. */
function bitsOf(bytes: Uint8Array, start: number, bit: number, bits: number): bigint {
  let value = 0n;
  for (let i = bit; i < bit + bits; i++)
    value = (value << 1n) | BigInt((bytes[start + (i >>> 3)]! >>> (7 - (i & 7))) & 1);
  return value;
}

const swapped = (value: bigint, octets: number): bigint =>
  octets === 1
    ? value
    : (swapped(value & ((1n << BigInt(8 * octets - 8)) - 1n), octets - 1) << 8n) | (value >> BigInt(8 * octets - 8));

type Extract = (bytes: Uint8Array, start: number, row: Row) => bigint;
const little: Extract = (bytes, start, row) => swapped(bitsOf(bytes, start, row.bit!, row.bits!), row.bits! / 8);

/** Fields whose octets do not stand in the network's order, or not always. */
const OTHER_ORDER: Readonly<Record<string, Extract>> = {
  'icmp.ident_le': little,
  'icmp.seq_le': little,
  // The order of the recording host, which is not told: families are small.
  'null.family': (bytes, start, row) => {
    const big = bitsOf(bytes, start, row.bit!, row.bits!);
    const other = swapped(big, 4);
    if (other < big) return other;
    return big;
  },
  // ISO/IEC 8802-2 §5.4: one octet in unnumbered frames, else two of which the first is the lower.
  'llc.control': (bytes, start) =>
    (bytes[start + 2]! & 3) === 3 ? BigInt(bytes[start + 2]!) : swapped(bitsOf(bytes, start, 16, 16), 2),
};

/** Throws when a row that is there reads something else than its bits. Answers whether it is there. */
function check(row: Row, layer: Layer, packet: Packet): boolean {
  const value = row.read!(layer, packet);
  if (value === null) return false;
  const { bytes, start } = layer;
  const held =
    OTHER_ORDER[row.id]?.(bytes, start, row) ?? bitsOf(bytes, start, row.bit!, row.bits!) * BigInt(row.scale ?? 1);
  const expected = standsInBytes(row.kind) ? BigInt(start + (row.bit! >>> 3)) : held;
  if (BigInt(value) !== expected) throw new Error(`${row.id} reads ${value}, its bits hold ${expected}`);
  return true;
}

/** A row that writes itself writes what it reads. */
function checkWritten(row: Row, layer: Layer, packet: Packet): void {
  if (row.write === undefined) return;
  const out = new Writer(64);
  const there = row.write(layer, packet, out);
  expect(there ? out.toString() : null, row.id).toBe(row.read!(layer, packet));
}

/** The protocol's layer on `bytes`, with the layers decoded that it carries, as its rows would see it in a packet. */
function layerOn(protocol: Protocol, bytes: Uint8Array): Packet {
  const frame = new Frame();
  frame.bytes = bytes;
  frame.start = START;
  frame.capturedLength = bytes.length - START;
  frame.wireLength = frame.capturedLength;
  const packet = new Packet();
  packet.reset(frame);
  packet.decode(protocol, bytes, START, bytes.length, bytes.length);
  return packet;
}

/** What chance brings too seldom: a type of Ethernet that is neither a length nor an EtherType (1501 to 1535). */
const RARE: Readonly<Record<string, (bytes: Uint8Array) => void>> = {
  eth: (bytes) => bytes.set([0x05, 0xe0], START + 12),
};

const placed = (row: Row): boolean => row.bit !== undefined && row.read !== undefined;
const headers = fc.uint8Array({ minLength: START + OCTETS, maxLength: START + OCTETS });
/** What could be read at least once, on random headers or in a fixture. */
const met = new Set<Row>();

describe('rows read what they say', () => {
  for (const protocol of protocols.filter(({ fields }) => fields.some(placed))) {
    const rows = protocol.fields.filter(placed);
    test(`${protocol.id} on random octets`, () => {
      let type = 0;
      const all = fc.property(headers, (bytes) => {
        // Which fields a header has is often said by its first octet: each of its values comes up.
        if (type < 256) bytes[START] = type++;
        if (type === 1) RARE[protocol.id]?.(bytes);
        const packet = layerOn(protocol, bytes);
        for (const row of rows) if (check(row, packet.layers[0]!, packet)) met.add(row);
      });
      fc.assert(all, { numRuns: 512 });
    });
  }

  test.each(cases().map(({ name, bytes }) => [name, bytes] as const))('%s', async (_, bytes) => {
    const tracker = new Tracker({ timeWait: TIME_WAIT, explain: false });
    const packet = (packet: Packet): boolean => {
      for (let i = 0; i < packet.count; i++) {
        const layer = packet.layers[i]!;
        for (const row of layer.protocol.fields) {
          if (placed(row) && rowCaptured(row, layer) && check(row, layer, packet)) met.add(row);
        }
        const { walked } = layer.protocol;
        layer.protocol.walk?.(layer, packet, (row) => {
          if (!walked!.some(({ id }) => id === row.id))
            throw new Error(`${layer.protocol.id} visits ${row.id}, which it does not declare`);
        });
        for (const row of [...layer.protocol.fields, ...(layer.context?.rows ?? [])]) checkWritten(row, layer, packet);
      }
      return true;
    };
    await run(readCapture(bytes()), tracker, { packet, pause() {} });
  });

  test('every row was met', () => {
    const rows = protocols.flatMap(({ id, fields }) => fields.filter(placed).map((row) => [id, row] as const));
    const missed = rows.filter(([, row]) => !met.has(row)).map(([id, row]) => `${id}: ${row.id}`);
    expect(missed.filter((row) => !NEVER.has(row))).toEqual([]);
  });
});

/** Rows of a header that several protocols share and this one does not use, or that take a rare value elsewhere. */
const NEVER = new Set([
  'llc: llc.pid',
  'sll: sll.gretype',
  'dns: dns.flags.conflict',
  'dns: dns.flags.tentative',
  'mdns: dns.flags.conflict',
  'mdns: dns.flags.tentative',
  'llmnr: dns.flags.authoritative',
  'llmnr: dns.flags.recdesired',
  'llmnr: dns.flags.recavail',
  'llmnr: dns.flags.z',
  'llmnr: dns.flags.authenticated',
  'llmnr: dns.flags.checkdisable',
]);

describe('the unit that a row stands in tells what it says', () => {
  const rows = protocols
    .filter(({ byUnit }) => byUnit)
    .flatMap((protocol) =>
      protocol.fields.filter(placed).map((row) => [`${protocol.id} ${row.id}`, protocol, row] as const),
    )
    .filter(([, , row]) => unitOf(row) !== null);

  test.each(rows)('%s', (_, protocol, row) => {
    const { bit, bits } = unitOf(row)!;
    const all = fc.property(headers, headers, (bytes, others) => {
      others.set(bytes.subarray(START + bit / 8, START + (bit + bits) / 8), START + bit / 8);
      const [one, other] = [layerOn(protocol, bytes), layerOn(protocol, others)];
      const [layer, otherLayer] = [one.layers[0]!, other.layers[0]!];
      otherLayer.quoted = true;
      const value = row.read!(layer, one);
      expect(row.read!(otherLayer, other)).toBe(value);
      if (value !== null) expect(row.show?.(value as never, otherLayer)).toBe(row.show?.(value as never, layer));
    });
    fc.assert(all, { numRuns: 100 });
  });
});

describe('rows are declared well', () => {
  const sets = [
    ...protocols.map(({ id, fields, walked }) => [id, [...fields, ...(walked ?? [])]] as const),
    ...contextRows,
  ];

  test.each(sets)('%s', (_, rows) => {
    const places = rows.filter(placed).map((row) => `${row.id} at ${row.bit}`);
    expect(
      places.filter((place, i) => places.indexOf(place) < i),
      'the same field at the same place',
    ).toEqual([]);
    for (const row of rows) {
      expect(row.id).toMatch(/^[a-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/);
      expect(row.label, row.id).not.toBe('');
      if (row.bit === undefined) continue;
      expect(row.bits, row.id).toBeGreaterThan(0);
      if (row.kind === 'mac') expect([row.bit & 7, row.bits], row.id).toEqual([0, 48]);
      if (row.kind === 'ipv4') expect([row.bit & 7, row.bits], row.id).toEqual([0, 32]);
      if (row.kind === 'ipv6') expect([row.bit & 7, row.bits], row.id).toEqual([0, 128]);
    }
  });

  // Decimal in DNS, hexadecimal in mDNS, as Wireshark has it.
  const OF_TWO_KINDS = new Set(['dns.rr.udp_payload_size']);

  test('one id is of one kind, wherever it occurs', () => {
    const kinds = new Map<string, Set<string>>();
    for (const [, { id, kind, bits, digits }] of declaredRows()) {
      const known = kinds.get(id) ?? new Set();
      kinds.set(id, known.add(kind === 'hex' ? `hex ${digits ?? Math.ceil((bits ?? 0) / 8) * 2}` : kind));
    }
    expect(
      [...kinds]
        .filter(([id, set]) => set.size > 1 && !OF_TWO_KINDS.has(id))
        .map(([id, set]) => `${id}: ${[...set].join(', ')}`),
    ).toEqual([]);
  });
});

describe('protocols are declared well', () => {
  test.each(protocols.map((protocol) => [protocol.id, protocol] as const))('%s', (_, protocol) => {
    expect(protocol.name).not.toBe('');
    expect(protocol.column).not.toBe('');
    if (protocol.id !== 'data') expect(protocol.spec).not.toBe('');
    expect(protocol.walk === undefined, 'walk without walked rows, or the other way round').toBe(
      protocol.walked === undefined,
    );
  });
});
