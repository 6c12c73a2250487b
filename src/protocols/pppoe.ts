import { u8, u16 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { ppp } from './ppp.ts';

/**
 * PPP over Ethernet. RFC 2516 §4: discovery (EtherType 0x8863) finds an access concentrator and agrees on a session id,
 * the session stage (0x8864) carries PPP.
 *
 *   0                   1                   2                   3
 *  |  VER  | TYPE  |     CODE      |          SESSION_ID           |
 *  |            LENGTH             |  tags, or the PPP protocol ...
 */
const HEADER = 6;
const TAG_HEADER = 4;
const END_OF_LIST = 0x0000;

const version = (layer: Layer): number => u8(layer.bytes, layer.start) >>> 4;
export const type = (layer: Layer): number => u8(layer.bytes, layer.start) & 0x0f;
export const code = (layer: Layer): number => u8(layer.bytes, layer.start + 1);
export const sessionId = (layer: Layer): number => u16(layer.bytes, layer.start + 2);
const payloadLength = (layer: Layer): number => u16(layer.bytes, layer.start + 4);

const HEADER_ROWS: readonly Row[] = [
  { id: 'pppoe.version', label: 'Version', kind: 'uint', bit: 0, bits: 4, read: version },
  { id: 'pppoe.type', label: 'Type', kind: 'uint', bit: 4, bits: 4, read: type },
  { id: 'pppoe.code', label: 'Code', kind: 'hex', bit: 8, bits: 8, read: code, show: codeName },
  { id: 'pppoe.session_id', label: 'Session', kind: 'hex', bit: 16, bits: 16, read: sessionId },
  { id: 'pppoe.payload_length', label: 'Payload length', kind: 'uint', bit: 32, bits: 16, read: payloadLength },
];

/** The length counts what follows the header; padding of a short Ethernet frame stands behind it. */
function open(layer: Layer, packet: Packet): boolean {
  if (!layer.captured(HEADER)) {
    packet.short(layer, 'header', HEADER);
    return false;
  }
  layer.headerEnd = layer.start + HEADER;
  const end = layer.headerEnd + payloadLength(layer);
  if (end > layer.wireEnd) {
    packet.report(
      'malformed',
      layer,
      'length',
      payloadLength(layer),
      layer.wireEnd - layer.headerEnd,
      'pppoe.payload_length',
    );
    return true;
  }
  layer.endAt(end);
  return true;
}

export const pppoeSession: Protocol = {
  id: 'pppoes',
  name: 'PPP-over-Ethernet Session',
  column: 'PPPoES',
  spec: 'RFC 2516 §6',
  fields: HEADER_ROWS,
  decode: (layer, packet) => (open(layer, packet) ? ppp : null),
  info: writeInfo,
  card: writeCard,
};

/** Tags with a field of their own: names as text, the rest as octets. */
const TAG_ROWS = new Map<number, Row>([
  [0x0101, { id: 'pppoed.tags.service_name', label: 'Service name', kind: 'text' }],
  [0x0102, { id: 'pppoed.tags.ac_name', label: 'Access concentrator', kind: 'text' }],
  [0x0103, { id: 'pppoed.tags.host_uniq', label: 'Host-Uniq', kind: 'bytes' }],
  [0x0104, { id: 'pppoed.tags.ac_cookie', label: 'AC-Cookie', kind: 'bytes' }],
  [0x0110, { id: 'pppoed.tags.relay_session_id', label: 'Relay session id', kind: 'bytes' }],
]);

export const pppoeDiscovery: Protocol = {
  id: 'pppoed',
  name: 'PPP-over-Ethernet Discovery',
  column: 'PPPoED',
  spec: 'RFC 2516 §5',
  fields: HEADER_ROWS,
  walked: [
    { id: 'pppoed.tag', label: 'Tag', kind: 'hex', digits: 4, show: tagName },
    { id: 'pppoed.tag_length', label: 'Length', kind: 'uint' },
    { id: 'pppoed.tag.unknown_data', label: 'Value', kind: 'bytes' },
    ...TAG_ROWS.values(),
  ],
  decode(layer, packet) {
    if (open(layer, packet)) layer.headerEnd = layer.capturedEnd;
    return null;
  },
  walk: walkTags,
  info: writeInfo,
  card: writeCard,
};

const [TAG, TAG_LENGTH, TAG_VALUE] = pppoeDiscovery.walked as [Row, Row, Row];

/** Type, length, value, one behind the other (RFC 2516 §4, appendix A). */
function walkTags(layer: Layer, _packet: Packet, visit: Visit): void {
  let at = layer.start + HEADER;
  while (at + TAG_HEADER <= layer.capturedEnd) {
    const tag = u16(layer.bytes, at);
    const length = u16(layer.bytes, at + 2);
    visit(TAG, at, 2, tag, 0);
    if (tag === END_OF_LIST) return;
    visit(TAG_LENGTH, at + 2, 2, length, 1);
    const value = at + TAG_HEADER;
    if (value + length > layer.capturedEnd) return;
    if (length > 0) visitTag(layer.bytes, tag, value, length, visit);
    at = value + length;
  }
}

function visitTag(bytes: Uint8Array, tag: number, at: number, length: number, visit: Visit): void {
  const row = TAG_ROWS.get(tag) ?? TAG_VALUE;
  visit(row, at, length, row.kind === 'text' ? stringOf(bytes, at, at + length) : at, 1);
}

function writeInfo(layer: Layer, _packet: Packet, out: Parameters<NonNullable<Protocol['info']>>[2]): void {
  out.ascii(codeName(code(layer)) || 'Unknown');
}

function writeCard(layer: Layer, _packet: Packet, out: Parameters<NonNullable<Protocol['info']>>[2]): void {
  out.ascii(`PPPoE  ${codeName(code(layer)) || `code ${code(layer)}`}\nsession 0x`);
  out.hex(sessionId(layer), 4);
  out.text(` · length ${payloadLength(layer)}`);
}

/** RFC 2516 §5 and §6. */
function codeName(value: number): string {
  return CODES.get(value) ?? '';
}

const CODES = new Map([
  [0x00, 'Session Data'],
  [0x07, 'Active Discovery Offer (PADO)'],
  [0x09, 'Active Discovery Initiation (PADI)'],
  [0x19, 'Active Discovery Request (PADR)'],
  [0x65, 'Active Discovery Session-confirmation (PADS)'],
  [0xa7, 'Active Discovery Terminate (PADT)'],
]);

/** RFC 2516 appendix A. */
function tagName(value: number): string {
  return TAGS.get(value) ?? '';
}

const TAGS = new Map([
  [0x0000, 'End-Of-List'],
  [0x0101, 'Service-Name'],
  [0x0102, 'AC-Name'],
  [0x0103, 'Host-Uniq'],
  [0x0104, 'AC-Cookie'],
  [0x0105, 'Vendor-Specific'],
  [0x0110, 'Relay-Session-Id'],
  [0x0120, 'PPP-Max-Payload'],
  [0x0201, 'Service-Name-Error'],
  [0x0202, 'AC-System-Error'],
  [0x0203, 'Generic-Error'],
]);
