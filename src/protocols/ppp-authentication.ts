import { u8 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { code, decodePacket, HEADER, headerRows } from './ppp-packet.ts';

/**
 * Who is at the other end of a PPP link. PAP sends name and password as they are (RFC 1334 §2); CHAP proves that both know
 * a secret without sending it (RFC 1994 §4).
 *
 *  | code (8) | identifier (8) | length (16) |
 *  PAP request: | name length (8) | name | password length (8) | password |   answer: | message length (8) | message |
 *  CHAP challenge and response: | value size (8) | value | name |             result: | message |
 */
export const REQUEST = 1;
const CHALLENGE = 1;
export const RESPONSE = 2;

const PAP_CODES = ['', 'Authenticate-Request', 'Authenticate-Ack', 'Authenticate-Nak'];
const CHAP_CODES = ['', 'Challenge', 'Response', 'Success', 'Failure'];

const PEER_LENGTH: Row = { id: 'pap.peer_id.length', label: 'Peer id length', kind: 'uint' };
const PEER: Row = { id: 'pap.peer_id', label: 'Peer id', kind: 'text' };
const PASSWORD_LENGTH: Row = { id: 'pap.password.length', label: 'Password length', kind: 'uint' };
const PASSWORD: Row = { id: 'pap.password', label: 'Password', kind: 'text' };
const PAP_MESSAGE_LENGTH: Row = { id: 'pap.message.length', label: 'Message length', kind: 'uint' };
const PAP_MESSAGE: Row = { id: 'pap.message', label: 'Message', kind: 'text' };

/** Where the text behind a length octet begins and ends, or null when it was not captured whole. */
function textAt(layer: Layer, at: number): { from: number; to: number } | null {
  if (at >= layer.capturedEnd) return null;
  const to = at + 1 + u8(layer.bytes, at);
  return to <= layer.capturedEnd ? { from: at + 1, to } : null;
}

export const nameOf = (pap: Layer) => textAt(pap, pap.start + HEADER);

export const pap: Protocol = {
  id: 'pap',
  name: 'PPP Password Authentication Protocol',
  column: 'PPP PAP',
  spec: 'RFC 1334 §2',
  fields: headerRows('pap', (value) => PAP_CODES[value] ?? ''),
  walked: [PEER_LENGTH, PEER, PASSWORD_LENGTH, PASSWORD, PAP_MESSAGE_LENGTH, PAP_MESSAGE],
  decode: (layer, packet) => decodePacket(layer, packet, 'pap.length'),
  walk(layer, _packet, visit) {
    if (layer.headerEnd === layer.start) return;
    if (code(layer) !== REQUEST) {
      visitText(layer, layer.start + HEADER, PAP_MESSAGE_LENGTH, PAP_MESSAGE, visit);
      return;
    }
    const name = visitText(layer, layer.start + HEADER, PEER_LENGTH, PEER, visit);
    if (name !== null) visitText(layer, name.to, PASSWORD_LENGTH, PASSWORD, visit);
  },
  info(layer, _packet, out) {
    if (!layer.captured(1)) return;
    out.ascii(PAP_CODES[code(layer)] || 'Unknown');
    const first = textAt(layer, layer.start + HEADER);
    if (first === null) return;
    const text = stringOf(layer.bytes, first.from, first.to);
    out.safe(code(layer) === REQUEST ? ` (Peer-ID='${text}'` : ` (Message='${text}'`);
    const second = code(layer) === REQUEST ? textAt(layer, first.to) : null;
    if (second !== null) out.safe(`, Password='${stringOf(layer.bytes, second.from, second.to)}'`);
    out.byte(41);
  },
  card(layer, packet, out) {
    out.ascii('PAP  ');
    pap.info!(layer, packet, out);
  },
};

function visitText(layer: Layer, at: number, lengthRow: Row, row: Row, visit: Visit) {
  if (at < layer.capturedEnd) visit(lengthRow, at, 1, u8(layer.bytes, at), 0);
  const text = textAt(layer, at);
  if (text !== null) visit(row, text.from, text.to - text.from, stringOf(layer.bytes, text.from, text.to), 0);
  return text;
}

const VALUE_SIZE: Row = { id: 'chap.value_size', label: 'Value size', kind: 'uint' };
const VALUE: Row = { id: 'chap.value', label: 'Value', kind: 'bytes' };
const NAME: Row = { id: 'chap.name', label: 'Name', kind: 'text' };
const MESSAGE: Row = { id: 'chap.message', label: 'Message', kind: 'text' };

const hasValue = (layer: Layer): boolean => code(layer) === CHALLENGE || code(layer) === RESPONSE;

export const chap: Protocol = {
  id: 'chap',
  name: 'PPP Challenge Handshake Authentication Protocol',
  column: 'PPP CHAP',
  spec: 'RFC 1994 §4',
  fields: headerRows('chap', (value) => CHAP_CODES[value] ?? ''),
  walked: [VALUE_SIZE, VALUE, NAME, MESSAGE],
  decode: (layer, packet) => decodePacket(layer, packet, 'chap.length'),
  walk(layer, _packet, visit) {
    if (layer.headerEnd === layer.start) return;
    const { bytes, capturedEnd } = layer;
    const at = layer.start + HEADER;
    if (!hasValue(layer)) {
      if (capturedEnd > at) visit(MESSAGE, at, capturedEnd - at, stringOf(bytes, at, capturedEnd), 0);
      return;
    }
    if (at < capturedEnd) visit(VALUE_SIZE, at, 1, u8(bytes, at), 0);
    const value = textAt(layer, at);
    if (value === null) return;
    if (value.to > value.from) visit(VALUE, value.from, value.to - value.from, value.from, 0);
    if (capturedEnd > value.to) {
      visit(NAME, value.to, capturedEnd - value.to, stringOf(bytes, value.to, capturedEnd), 0);
    }
  },
  info: writeChap,
  card(layer, packet, out) {
    out.ascii('CHAP  ');
    writeChap(layer, packet, out);
  },
};

/** Octets of a value that the line shows. */
const SHOWN = 36;

function writeChap(layer: Layer, _packet: Packet, out: Writer): void {
  if (!layer.captured(1)) return;
  out.ascii(CHAP_CODES[code(layer)] || 'Unknown');
  const { bytes, capturedEnd } = layer;
  const at = layer.start + HEADER;
  if (at > capturedEnd) return;
  if (!hasValue(layer)) {
    out.safe(` (MESSAGE='${stringOf(bytes, at, capturedEnd)}')`);
    return;
  }
  const value = textAt(layer, at);
  if (value === null) return;
  out.safe(` (NAME='${stringOf(bytes, value.to, capturedEnd)}', VALUE=0x`);
  out.octets(bytes, value.from, Math.min(value.to, value.from + SHOWN));
  out.text(value.to - value.from > SHOWN ? '…)' : ')');
}
