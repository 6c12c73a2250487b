import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../src/capture/from-bytes.ts';
import { type Kind, visitLayer } from '../src/core/field.ts';
import { declaredRows, fieldReference, membersOf, nearestField } from '../src/fields.ts';
import { packets } from '../src/walk.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/** Decimal in DNS, hexadecimal in mDNS, as Wireshark has it; the reference lists it once. */
const OF_TWO_KINDS = 'dns.rr.udp_payload_size';

describe('the reference', () => {
  it('has one kind for each id', () => {
    const kinds = new Map<string, Kind>();
    for (const [protocol, { id, kind }] of declaredRows()) {
      expect(`${protocol}: ${id} ${kind}`).toBe(`${protocol}: ${id} ${kinds.get(id) ?? kind}`);
      kinds.set(id, kind);
    }
  });

  it('has every field that a packet of the fixtures has', async () => {
    const declared = new Set(declaredRows().map(([, { id, kind }]) => `${id} ${kind}`));
    const missing = new Set<string>();
    const names = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((path) => /\bcapture\.pcap(ng)?$/.test(path))) {
      for await (const packet of packets(readCapture(new Uint8Array(readFileSync(join(FIXTURES, name)))))) {
        for (let i = 0; i < packet.count; i++) {
          visitLayer(packet.layers[i]!, packet, ({ id, kind }) => {
            if (!declared.has(`${id} ${kind}`) && id !== OF_TWO_KINDS) missing.add(`${id} ${kind}`);
          });
        }
      }
    }
    expect([...missing]).toEqual([]);
  });

  it('says what an id stands for', () => {
    expect(membersOf('ip.addr')).toEqual(['ip.src', 'ip.dst']);
    expect(membersOf('ip.src')).toEqual(['ip.src']);
    expect(fieldReference().get('ip.addr')?.row.kind).toBe('ipv4');
  });

  it('knows a slip of the finger from another word', () => {
    expect(nearestField('ip.scr')).toBe('ip.src');
    expect(nearestField('tcp.dtsport')).toBe('tcp.dstport');
    expect(nearestField('TCP.SEQ')).toBe('tcp.seq');
    expect(nearestField('zbee.frame')).toBeNull();
  });
});
