import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import {
  DCID,
  destinationIdLength,
  followsInDatagram,
  INITIAL,
  isLong,
  LEAST,
  lengthAt,
  OTHER,
  packetNumberAt,
  packetType,
  RETRY,
  sourceIdLength,
  tokenEnd,
  VERSION_NEGOTIATION,
} from './quic-header.ts';
import { card, writeDatagram } from './quic-line.ts';
import { RETRY_TAG } from './quic-protection.ts';
import { fields, ID, walk, walked } from './quic-rows.ts';
import { varint } from './quic-varint.ts';

/** QUIC, one packet: its header and what of it anybody can read. src/protocols/quic-header.ts has the picture. RFC 9000 §17. */
export const quic: Protocol = {
  id: ID,
  name: 'QUIC',
  column: 'QUIC',
  spec: 'RFC 9000 §17',
  fields,
  walked,
  decode,
  walk,
  info: (_layer, packet, out) => writeDatagram(packet, out),
  card,
};

function decode(layer: Layer, packet: Packet): Protocol | null {
  const { bytes, start, capturedEnd } = layer;
  endBefore(layer, packet);
  if (!layer.captured(1)) return packet.short(layer, 'header', 1);
  if (!isLong(layer)) return packet.takeAll(layer, 'payload');
  if (!layer.captured(LEAST)) return packet.short(layer, 'header', LEAST);
  const source = DCID + destinationIdLength(layer) + 1;
  if (!layer.captured(source)) return packet.short(layer, 'header', source, 'quic.dcil');
  const ids = source + sourceIdLength(layer);
  if (!layer.captured(ids)) return packet.short(layer, 'header', ids, 'quic.scil');
  const type = packetType(layer);
  if (type === VERSION_NEGOTIATION) return packet.takeAll(layer, 'versions');
  if (type === OTHER) return packet.takeAll(layer, 'payload');
  if (type === RETRY) {
    if (layer.wireEnd - start < ids + RETRY_TAG) return packet.short(layer, 'tag', ids + RETRY_TAG);
    return packet.takeAll(layer, 'token');
  }
  const numberAt = packetNumberAt(layer);
  if (numberAt < 0) {
    const token = type === INITIAL ? tokenEnd(layer) : -1;
    return packet.short(layer, 'length', Math.max(token, capturedEnd) + 1 - start, 'quic.token_length');
  }
  const end = numberAt + varint(bytes, lengthAt(layer));
  if (end > layer.capturedEnd) {
    const fault = end > layer.wireEnd ? 'malformed' : 'truncated';
    packet.report(fault, layer, 'payload', end - start, capturedEnd - start, 'quic.length');
  }
  layer.headerEnd = Math.min(end, capturedEnd);
  return end < capturedEnd && followsInDatagram(layer, end) ? quic : null;
}

/** Where one packet of a datagram begins, the one before it has ended. */
function endBefore(layer: Layer, packet: Packet): void {
  const before = packet.layers[layer.index - 1];
  if (before?.protocol === quic) before.capturedEnd = before.wireEnd = layer.start;
}
