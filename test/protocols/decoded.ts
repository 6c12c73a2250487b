import { visitLayer } from '../../src/core/field.ts';
import { writeValue } from '../../src/core/field-value.ts';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import { Writer } from '../../src/core/writer.ts';
import { topLayer } from '../../src/flows/naming-layers.ts';
import '../../src/protocols/index.ts';
import { decodeFrame } from '../../src/run.ts';

export interface Capture {
  readonly linkType?: number;
  /** Octets on the wire, when more than were captured. */
  readonly wire?: number;
  readonly fcsLength?: number;
}

/** Octets from hexadecimal digits; spaces are for the reader. */
export const octets = (hex: string): Uint8Array =>
  Uint8Array.from(hex.replace(/\s/g, '').match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));

/** One frame, decoded, with what is asked of it in tests. */
export class Decoded {
  readonly packet = new Packet();

  constructor(hex: string | Uint8Array, { linkType = 1, wire, fcsLength = -1 }: Capture = {}) {
    const bytes = typeof hex === 'string' ? octets(hex) : hex;
    const frame = new Frame();
    // Behind other octets, as in a reader's block.
    frame.bytes = new Uint8Array(bytes.length + 16).fill(0xee);
    frame.bytes.set(bytes, 8);
    frame.start = 8;
    frame.number = 1;
    frame.capturedLength = bytes.length;
    frame.wireLength = wire ?? bytes.length;
    frame.linkType = linkType;
    frame.fcsLength = fcsLength;
    decodeFrame(this.packet, frame);
  }

  get layers(): string {
    return this.packet.layers
      .slice(1, this.packet.count)
      .map(({ protocol, quoted }) => (quoted ? `(${protocol.id})` : protocol.id))
      .join(' ');
  }

  get issues(): string[] {
    return this.packet.issues.map(({ fault, code }) => `${fault} ${code}`);
  }

  /** The values of a field as `-T fields` prints them, joined by commas; empty when the packet has none. */
  field(id: string): string {
    const out = new Writer(256);
    const values: string[] = [];
    for (const layer of this.packet.layers.slice(0, this.packet.count)) {
      visitLayer(layer, this.packet, (row, at, length, value) => {
        if (row.id !== id) return;
        out.clear();
        writeValue(row, layer, at, length, value, out);
        values.push(out.toString());
      });
    }
    return values.join(',');
  }

  /** The fields asked for, those that are not there left out. */
  fields(...ids: string[]): Record<string, string> {
    return Object.fromEntries(ids.map((id) => [id, this.field(id)]).filter(([, value]) => value !== ''));
  }

  get info(): string {
    const top = topLayer(this.packet);
    const out = new Writer(256);
    top.protocol.info?.(top, this.packet, out);
    return `${top.protocol.column} ${out.toString()}`;
  }

  /** The card of the layer of `id`. */
  card(id: string): string {
    const layer = this.packet.layers.slice(0, this.packet.count).find(({ protocol }) => protocol.id === id)!;
    const out = new Writer(256);
    layer.protocol.card?.(layer, this.packet, out);
    return out.toString();
  }
}

/** CRC-32 of a frame as it stands behind it, worked out bit by bit. */
export function fcsOf(frame: Uint8Array): Uint8Array {
  let crc = 0xffffffff;
  for (const octet of frame) {
    crc ^= octet;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  crc = ~crc >>> 0;
  return Uint8Array.of(crc & 0xff, (crc >>> 8) & 0xff, (crc >>> 16) & 0xff, crc >>> 24);
}

export const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

export const MACS = '0242c0a80001 0242c0a8000a';
/** An IPv4 header with its right checksum. */
export function ip(protocol: number, payloadLength: number, extra: { ttl?: number } = {}): string {
  const total = 20 + payloadLength;
  const header = octets(
    `4500 ${hex16(total)} 1234 4000 ${hex8(extra.ttl ?? 64)} ${hex8(protocol)} 0000 c0a8000a cb007150`,
  );
  const sum = internetSum(header);
  header.set([sum >>> 8, sum & 0xff], 10);
  return [...header].map(hex8).join('');
}

/** The Internet checksum of octets whose checksum field is zero. */
export function internetSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export const hex8 = (n: number): string => n.toString(16).padStart(2, '0');
export const hex16 = (n: number): string => n.toString(16).padStart(4, '0');
