import { u8, u16, u32 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { ipv4 } from './ipv4.ts';
import { ipv6 } from './ipv6.ts';

/**
 * GPRS Tunnelling Protocol, user plane, version 1. 3GPP TS 29.281 §5.1. Message type 255 carries a subscriber's packet.
 *
 *   0                   1                   2                   3
 *  | Ver |P|R|E|S|N| Message Type  |            Length             |
 *  |                Tunnel Endpoint Identifier (TEID)              |
 *  |   Sequence Number (E, S or N) | N-PDU Number  | Next Ext Type |
 *  |   extension headers: length in units of 4, content, next type |
 *
 * The length counts what follows the first eight octets.
 */
const MIN_HEADER = 8;
const OPTIONAL = 4;
const PACKET = 0xff;

const flags = (gtp: Layer): number => u8(gtp.bytes, gtp.start);
const version = (gtp: Layer): number => flags(gtp) >>> 5;
const messageType = (gtp: Layer): number => u8(gtp.bytes, gtp.start + 1);
const length = (gtp: Layer): number => u16(gtp.bytes, gtp.start + 2);
const teid = (gtp: Layer): number => u32(gtp.bytes, gtp.start + 4);

const hasOptional = (gtp: Layer): boolean => (flags(gtp) & 7) !== 0;
const hasExtension = (gtp: Layer): boolean => (flags(gtp) & 4) !== 0;

export const gtp: Protocol = {
  id: 'gtp',
  name: 'GPRS Tunnelling Protocol',
  column: 'GTP',
  spec: '3GPP TS 29.281 §5.1',
  fields: [
    { id: 'gtp.flags', label: 'Flags', kind: 'hex', bit: 0, bits: 8, read: flags },
    { id: 'gtp.flags.version', label: 'Version', kind: 'uint', bit: 0, bits: 3, read: version, level: 1 },
    { id: 'gtp.message', label: 'Message type', kind: 'hex', bit: 8, bits: 8, read: messageType },
    { id: 'gtp.length', label: 'Length', kind: 'uint', bit: 16, bits: 16, read: length },
    { id: 'gtp.teid', label: 'Tunnel endpoint', kind: 'hex', bit: 32, bits: 32, read: teid },
  ],
  decode(layer, packet) {
    if (!layer.captured(MIN_HEADER)) return packet.short(layer, 'header', MIN_HEADER);
    const end = headerLength(layer);
    if (!layer.captured(end)) return packet.short(layer, 'extensions', end, 'gtp.flags');
    layer.headerEnd = layer.start + end;
    if (version(layer) !== 1 || messageType(layer) !== PACKET || layer.headerEnd >= layer.capturedEnd) return data;
    const inner = u8(layer.bytes, layer.headerEnd) >>> 4;
    return inner === 4 ? ipv4 : inner === 6 ? ipv6 : data;
  },
  info(layer, _packet, out) {
    out.ascii('Message type 0x');
    out.hex(messageType(layer), 2);
    out.ascii(' TEID 0x');
    out.hex(teid(layer), 8);
  },
  card(layer, _packet, out) {
    out.ascii('GTP  tunnel 0x');
    out.hex(teid(layer), 8);
    out.text(`\nmessage type ${messageType(layer)} · length ${length(layer)}`);
  },
};

/** With the extension headers, each of which ends in the type of the next: zero for none. */
function headerLength(gtp: Layer): number {
  if (version(gtp) !== 1 || !hasOptional(gtp)) return MIN_HEADER;
  let end = MIN_HEADER + OPTIONAL;
  if (!hasExtension(gtp)) return end;
  while (gtp.captured(end + 1) && u8(gtp.bytes, gtp.start + end - 1) !== 0) {
    const units = u8(gtp.bytes, gtp.start + end);
    if (units === 0) return end;
    end += units * 4;
    if (!gtp.captured(end)) return end;
  }
  return end;
}
