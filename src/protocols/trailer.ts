import type { Row, Visit } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';

/**
 * What stands behind a payload whose length is known from itself: padding up to the least size of a frame, then a trailer
 * that some switch, tap or driver has added.
 */

/** IEEE 802.3 §3.2.7: 64 octets with the FCS, so that nothing shorter can have one. */
export const SMALLEST_FRAME = 60;

/** Where the frame begins: what the capturing device wrote before it does not count towards its least size. */
function frameOrigin(packet: Packet): number {
  const first = packet.layers[1]!;
  return first.protocol.pseudo === true ? first.headerEnd : packet.frame.start;
}

/** Where what `layer` carries ends on the wire, by its own length field; else the end of the unit. */
export function carriedEnd(layer: Layer, packet: Packet, end: number): number {
  if (layer.index + 1 >= packet.count) return end;
  const above = packet.layers[layer.index + 1]!;
  return !above.reassembled && above.wireEnd < end ? above.wireEnd : end;
}

/**
 * Visits padding and trailer in `[from, to)`. Padding is zeros (RFC
 * 1042; IEEE 802.3 §3.2.8 leaves it open): a driver that sends what was in its buffer shows as a trailer, as in Wireshark.
 */
export function visitTrailer(
  rows: { padding: Row; trailer: Row },
  layer: Layer,
  packet: Packet,
  from: number,
  to: number,
  visit: Visit,
): void {
  let at = from;
  const padded = frameOrigin(packet) + SMALLEST_FRAME;
  if (from < padded && layer.unitWireEnd >= padded && padded <= to && isZero(layer.bytes, from, padded)) {
    visit(rows.padding, from, padded - from, from, 0);
    at = padded;
  }
  if (at < to) visit(rows.trailer, at, to - at, at, 0);
}

function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 0) return false;
  return true;
}
