import { u8, u16 } from '../core/bytes.ts';
import type { Row } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { ipv6 } from './ipv6.ts';

/**
 * Teredo: IPv6 over UDP through NATs. RFC 4380 §5.1.1. Before the IPv6 packet may stand an authentication part and an
 * origin indication, in this order.
 *
 *  | 0x0001 | id length (8) | value length (8) | client id | value | nonce (64) | confirmation (8) |
 *  | 0x0000 | origin port, inverted (16) | origin address, inverted (32) |
 */
const AUTHENTICATION = 1;
const ORIGIN = 0;
const ORIGIN_LENGTH = 8;
const AUTHENTICATION_FIXED = 13;

/** Octets of the authentication part, 0 when there is none. -1: cut off. */
function authenticationLength(layer: Layer): number {
  if (!layer.captured(4) || u16(layer.bytes, layer.start) !== AUTHENTICATION) return 0;
  const length = AUTHENTICATION_FIXED + u8(layer.bytes, layer.start + 2) + u8(layer.bytes, layer.start + 3);
  return layer.captured(length) ? length : -1;
}

/** Where the origin indication begins, or -1. */
function originAt(layer: Layer): number {
  const before = authenticationLength(layer);
  if (before < 0 || !layer.captured(before + ORIGIN_LENGTH)) return -1;
  return u16(layer.bytes, layer.start + before) === ORIGIN ? layer.start + before : -1;
}

const origin = (read: (layer: Layer, at: number) => string | number) => (layer: Layer) => {
  const at = originAt(layer);
  return at < 0 ? null : read(layer, at);
};

const inverted = (layer: Layer, at: number): number => u8(layer.bytes, at) ^ 0xff;

const FIELDS: readonly Row[] = [
  {
    id: 'teredo.orig.port',
    label: 'Origin port',
    kind: 'uint',
    read: origin((layer, at) => u16(layer.bytes, at + 2) ^ 0xffff),
  },
  {
    id: 'teredo.orig.addr',
    label: 'Origin address',
    kind: 'text',
    read: origin((layer, at) => [4, 5, 6, 7].map((i) => inverted(layer, at + i)).join('.')),
  },
];

export const teredo: Protocol = {
  id: 'teredo',
  name: 'Teredo',
  column: 'Teredo',
  spec: 'RFC 4380 §5.1.1',
  fields: FIELDS,
  decode(layer) {
    const before = authenticationLength(layer);
    if (before < 0) return data;
    layer.headerEnd = originAt(layer) < 0 ? layer.start + before : layer.start + before + ORIGIN_LENGTH;
    const six = layer.headerEnd < layer.capturedEnd && u8(layer.bytes, layer.headerEnd) >>> 4 === 6;
    return six ? ipv6 : data;
  },
  info(_layer, _packet, out) {
    out.ascii('IPv6 over UDP');
  },
  card(_layer, _packet, out) {
    out.ascii('Teredo  IPv6 over UDP');
  },
};
