import { u8, u16, u32, u64 } from '../core/bytes.ts';
import { dateText } from '../core/date.ts';
import { gatherRows, type Row, type Value, type Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { data } from './data.ts';
import { eap } from './eap.ts';
import {
  EAP_MESSAGE,
  EGRESS_VLAN,
  EGRESS_VLAN_NAME,
  extendedOctets,
  type RadiusAttribute,
  radiusAttributeName,
  radiusAttributeRows,
  radiusAttributes,
  USER_NAME,
  VENDOR_SPECIFIC,
  type VendorFormat,
  vendorAttribute,
  vendorFormat,
  vendorName,
} from './radius-attributes.ts';

/**
 * Remote Authentication Dial In User Service: a port that somebody wants to use asks a server who may. RFC 2865 §3;
 * accounting RFC 2866 §3, what the server asks of a session that runs RFC 5176 §2.
 *
 *   0                   1                   2                   3
 *  |     Code      |  Identifier   |            Length             |
 *  |                      Authenticator (128)                      |
 *  |  Attributes: type (8), length (8) with both, value ...
 *
 * A vendor's attributes stand in attribute 26 (RFC 2865 §5.26), a message of EAP in as many attributes 79 as it needs (RFC
 * 3579 §3.1).
 */
const HEADER = 20;
const AUTHENTICATOR = 4;
const LONGEST = 4096;
const ATTRIBUTE_HEADER = 2;
const VENDOR_ID = 4;

export const ACCESS_REQUEST = 1;
export const ACCESS_ACCEPT = 2;
export const ACCESS_REJECT = 3;
export const ACCOUNTING_REQUEST = 4;
export const ACCOUNTING_RESPONSE = 5;
export const ACCESS_CHALLENGE = 11;
export const STATUS_SERVER = 12;
export const DISCONNECT_REQUEST = 40;
const DISCONNECT_ACK = 41;
const DISCONNECT_NAK = 42;
export const COA_REQUEST = 43;
const COA_ACK = 44;
const COA_NAK = 45;

export const code = (radius: Layer): number => u8(radius.bytes, radius.start);
export const identifier = (radius: Layer): number => u8(radius.bytes, radius.start + 1);
const length = (radius: Layer): number => u16(radius.bytes, radius.start + 2);
export const authenticatorAt = (radius: Layer): number => radius.start + AUTHENTICATOR;
export const isRequest = (radius: Layer): boolean => REQUESTS.has(code(radius));
const isResponse = (radius: Layer): boolean => !isRequest(radius) && codeName(code(radius)) !== '';

/** What a session that runs was to do was done, or not (RFC 5176 §2). */
export const isDone = (radius: Layer): boolean => code(radius) === DISCONNECT_ACK || code(radius) === COA_ACK;
export const isRefusal = (radius: Layer): boolean => code(radius) === DISCONNECT_NAK || code(radius) === COA_NAK;

const REQUESTS: ReadonlySet<number> = new Set([
  ...[ACCESS_REQUEST, ACCOUNTING_REQUEST, 7, 10, STATUS_SERVER, 21, 24, 26, 30],
  ...[DISCONNECT_REQUEST, COA_REQUEST],
]);

/** The attributes of a packet, one after the other; none is made into an object. */
export class AttributeCursor {
  type = 0;
  /** Where it begins, and its value; `end` lies behind what was captured when the capture cut it. */
  start = 0;
  at = 0;
  end = 0;
  /** True when the last one that was found contradicts its own length, or the packet's. */
  broken = false;
  private bytes: Uint8Array = NO_BYTES;
  private next = 0;
  private captured = 0;
  private limit = 0;

  /** Only for a layer whose header was captured. */
  begin(radius: Layer): void {
    this.bytes = radius.bytes;
    this.next = radius.start + HEADER;
    this.captured = radius.capturedEnd;
    this.limit = radius.wireEnd;
    this.broken = false;
  }

  /** False at the end, and where nothing more can be told. */
  more(): boolean {
    const start = this.next;
    if (start + ATTRIBUTE_HEADER > this.captured) {
      this.broken = start < this.captured && this.captured === this.limit;
      return false;
    }
    const size = u8(this.bytes, start + 1);
    this.type = u8(this.bytes, start);
    this.start = start;
    this.at = start + ATTRIBUTE_HEADER;
    this.end = start + size;
    this.broken = size < ATTRIBUTE_HEADER || this.end > this.limit;
    this.next = this.end;
    return !this.broken;
  }

  /** True of one that the capture did not cut. */
  get whole(): boolean {
    return this.end <= this.captured;
  }

  /** Goes to the first whole attribute of that type, or answers false. */
  seek(radius: Layer, type: number): boolean {
    this.begin(radius);
    while (this.more()) if (this.type === type) return this.whole;
    return false;
  }
}

const NO_BYTES = new Uint8Array(0);
const cursor = new AttributeCursor();

const walked: Row[] = [];
const row = gatherRows(walked, 'radius.');
const AVP = row('avp', 'Attribute', 'bytes');
const AVP_TYPE = row('avp.type', 'Type', 'uint', { level: 1, show: radiusAttributeName });
const AVP_LENGTH = row('avp.length', 'Length', 'uint', { level: 1 });
const EAP_PIECE = row('eap_fragment', 'Piece of an EAP message', 'bytes', { level: 1 });
const UNKNOWN = row('Unknown_Attribute', 'Value', 'bytes', { level: 1 });
const EXTENDED_TYPE = row('avp.extended_type', 'Extended type', 'uint', { level: 1 });
const EXTENDED_MORE = row('avp.extended_more', 'More follows', 'bool', { level: 1 });
const VENDOR = row('avp.vendor_id', 'Vendor', 'uint', { level: 1, show: vendorName });
const VENDOR_TYPE = row('avp.vendor_type', "Vendor's type", 'uint', { level: 1 });
const VENDOR_LENGTH = row('avp.vendor_len', "Vendor's length", 'uint', { level: 1 });
const VLAN_TAG = row('egress_vlanid_tag', 'Tagged frames', 'hex', { level: 1, show: taggedName });
const VLAN_PAD = row('egress_vlanid_pad', 'Pad', 'hex', { level: 1 });
const VLAN_ID = row('egress_vlanid', 'VLAN', 'uint', { level: 1 });
const VLAN_NAME_TAG = row('egress_vlan_name_tag', 'Tagged frames', 'hex', { digits: 2, level: 1, show: taggedName });
const VLAN_NAME = row('egress_vlan_name', 'VLAN name', 'text', { level: 1 });
const ownRow = gatherRows(walked, 'dissect.radius.');
const VENDOR_VALUE = ownRow('vendor_value', "Vendor's value", 'bytes', {
  level: 1,
  about: 'What an attribute of a vendor holds, where its meaning is not known here.',
});
const ODD_VALUE = ownRow('value', 'Value', 'bytes', {
  level: 1,
  about: 'What an attribute holds whose length does not fit its type.',
});

export const radius: Protocol = {
  id: 'radius',
  name: 'RADIUS',
  column: 'RADIUS',
  spec: 'RFC 2865 §3',
  fields: [
    { id: 'radius.code', label: 'Code', kind: 'uint', bit: 0, bits: 8, read: code, show: codeName },
    { id: 'radius.id', label: 'Identifier', kind: 'uint', bit: 8, bits: 8, read: identifier },
    { id: 'radius.length', label: 'Length', kind: 'uint', bit: 16, bits: 16, read: length },
    {
      id: 'radius.authenticator',
      label: 'Authenticator',
      kind: 'bytes',
      bit: AUTHENTICATOR * 8,
      bits: 128,
      read: authenticatorAt,
      about: "A request's is random or a hash, a response's a hash: only who has the shared secret can check it.",
    },
    { id: 'radius.req', label: 'Request', kind: 'bool', read: (layer) => (isRequest(layer) ? 1 : null) },
    { id: 'radius.rsp', label: 'Response', kind: 'bool', read: (layer) => (isResponse(layer) ? 1 : null) },
  ],
  walked: [...walked, ...radiusAttributeRows],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    if (!looksLikeRadius(layer)) {
      layer.protocol = data;
      return data.decode(layer, packet);
    }
    const have = layer.wireEnd - layer.start;
    if (length(layer) > have) packet.malformed(layer, 'length', length(layer), have, 'radius.length');
    layer.endAt(layer.start + length(layer));
    packet.takeAll(layer, 'attributes');
    packet.nameAfter(layer);
    decodeAttributes(layer, packet);
    return null;
  },
  walk(layer, _packet, visit) {
    if (!layer.whole) return;
    cursor.begin(layer);
    while (cursor.more()) {
      const { type, start, at, end } = cursor;
      if (!cursor.whole) return;
      visit(AVP, start, end - start, start, 0);
      visit(AVP_TYPE, start, 1, type, 1);
      visit(AVP_LENGTH, start + 1, 1, end - start, 1);
      if (type === EAP_MESSAGE) visit(EAP_PIECE, at, end - at, at, 1);
      else if (type === VENDOR_SPECIFIC) visitVendor(layer, at, end, visit);
      else if (type === EGRESS_VLAN && end - at === 4) visitVlan(layer, at, visit);
      else if (type === EGRESS_VLAN_NAME && end > at) visitVlanName(layer, at, end, visit);
      else if (extendedOctets(type) > 0) visitExtended(layer, type, at, end, visit);
      else visitValue(radiusAttributes.get(type) ?? null, UNKNOWN, layer, at, end, visit);
    }
  },
  info(layer, packet, out) {
    writeTitle(layer, out);
    const inner = packet.layers[layer.index + 1];
    if (layer.index + 1 >= packet.count || inner!.protocol !== eap || !inner!.whole) return;
    out.ascii(', EAP ');
    eap.info!(inner!, packet, out);
  },
  card(layer, _packet, out) {
    out.ascii('RADIUS  ');
    writeTitle(layer, out);
    if (cursor.seek(layer, USER_NAME)) {
      out.ascii('\nuser ');
      out.safe(stringOf(layer.bytes, cursor.at, cursor.end));
    }
  },
};

/** `Access-Request id=46` */
function writeTitle(layer: Layer, out: Writer): void {
  if (!layer.captured(2)) return;
  out.ascii(codeName(code(layer)));
  out.ascii(' id=');
  out.uint(identifier(layer));
}

/** Ports are not kept for it alone: others that happen to use one send other codes, or other lengths. */
function looksLikeRadius(layer: Layer): boolean {
  return codeName(code(layer)) !== '' && length(layer) >= HEADER && length(layer) <= LONGEST;
}

/** Checks the lengths, and hands what the attributes carry of EAP on. */
function decodeAttributes(layer: Layer, packet: Packet): void {
  let pieces = 0;
  let octets = 0;
  let first = 0;
  let end = 0;
  cursor.begin(layer);
  while (cursor.more()) {
    if (cursor.type !== EAP_MESSAGE) continue;
    if (pieces++ === 0) first = cursor.at;
    octets += cursor.end - cursor.at;
    end = cursor.end;
  }
  if (cursor.broken) {
    const have = layer.wireEnd - cursor.start;
    packet.malformed(layer, 'attribute', cursor.end - cursor.start, have, 'radius.avp.length');
  }
  if (pieces === 0 || first >= layer.capturedEnd) return;
  // What the capture cut off may have been any number of further pieces: then the message itself says how long it is.
  const isCut = layer.capturedEnd < layer.wireEnd && first + EAP_LENGTH + 2 <= layer.capturedEnd;
  const whole = isCut ? Math.max(octets, u16(layer.bytes, first + EAP_LENGTH)) : octets;
  if (pieces === 1) packet.decode(eap, layer.bytes, first, Math.min(end, layer.capturedEnd), first + whole);
  else decodeJoined(layer, packet, octets, whole);
}

const EAP_LENGTH = 2;

/** A message of `whole` octets in several attributes, which have `octets`. */
function decodeJoined(layer: Layer, packet: Packet, octets: number, whole: number): void {
  const message = new Uint8Array(octets);
  let have = 0;
  cursor.begin(layer);
  while (cursor.more()) {
    if (cursor.type !== EAP_MESSAGE) continue;
    const piece = layer.bytes.subarray(cursor.at, Math.min(cursor.end, layer.capturedEnd));
    message.set(piece, have);
    have += piece.length;
  }
  packet.decode(eap, message, 0, have, whole);
}

/** `fallback` shows what has no row of its own. */
function visitValue(
  known: RadiusAttribute | null,
  fallback: Row,
  layer: Layer,
  at: number,
  end: number,
  visit: Visit,
): void {
  if (known === null) {
    visit(fallback, at, end - at, at, 1);
    return;
  }
  const { bytes } = layer;
  let from = at;
  if (known.tag !== null && isTagged(known, bytes, at, end)) {
    visit(known.tag, at, 1, u8(bytes, at), 1);
    from = at + 1;
  }
  const value = fieldValue(known, bytes, from, end);
  if (value === null) visit(ODD_VALUE, at, end - at, at, 1);
  else visit(known.row, from, end - from, value, 1);
}

/** Numbers always have the octet of the tag; text has it when it could not begin the text (RFC 2868 §3.3). */
function isTagged({ form }: RadiusAttribute, bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end) return false;
  return form !== 'tagged text' || u8(bytes, at) <= HIGHEST_TAG;
}

const HIGHEST_TAG = 0x1f;

/** Null when the octets are not as many as this kind of value has. */
function fieldValue({ form }: RadiusAttribute, bytes: Uint8Array, at: number, end: number): Value {
  const size = end - at;
  switch (form) {
    case 'uint':
    case 'tagged uint':
      return size === 8 ? u64(bytes, at) : size >= 1 && size <= 4 ? numberOf(bytes, at, end) : null;
    case 'text':
    case 'tagged text':
      return stringOf(bytes, at, end);
    case 'ipv4':
      return size === 4 ? at : null;
    case 'ipv6':
      return size === 16 ? at : null;
    case 'date':
      return size === 4 ? dateText(u32(bytes, at)) : null;
    default:
      return at;
  }
}

function numberOf(bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  for (let i = at; i < end; i++) value = value * 256 + u8(bytes, i);
  return value;
}

/** RFC 2865 §5.26: any number of the vendor's own attributes. */
function visitVendor(layer: Layer, at: number, end: number, visit: Visit): void {
  if (at + VENDOR_ID > end) {
    visit(ODD_VALUE, at, end - at, at, 1);
    return;
  }
  const vendor = u32(layer.bytes, at);
  visit(VENDOR, at, VENDOR_ID, vendor, 1);
  const format = vendorFormat(vendor);
  for (let from = at + VENDOR_ID; from < end; ) {
    const next = visitVendorAttribute(vendor, format, layer, from, end, visit);
    if (next < 0) visit(VENDOR_VALUE, from, end - from, from, 1);
    from = next < 0 ? end : next;
  }
}

/** Where the next one begins, or -1 when the vendor lays its attributes out otherwise. */
function visitVendorAttribute(
  vendor: number,
  format: VendorFormat,
  layer: Layer,
  from: number,
  end: number,
  visit: Visit,
): number {
  const { bytes } = layer;
  const { typeOctets, lengthOctets } = format;
  const header = typeOctets + lengthOctets + (format.hasFlags ? 1 : 0);
  if (from + header > end) return -1;
  const size = lengthOctets === 0 ? end - from : numberOf(bytes, from + typeOctets, from + typeOctets + lengthOctets);
  const next = from + size;
  if (size < header || next > end) return -1;
  const type = numberOf(bytes, from, from + typeOctets);
  visit(VENDOR_TYPE, from, typeOctets, type, 1);
  if (lengthOctets > 0) visit(VENDOR_LENGTH, from + typeOctets, lengthOctets, size, 1);
  visitValue(vendorAttribute(vendor, type), VENDOR_VALUE, layer, from + header, next, visit);
  return next;
}

/** RFC 4675 §2.1. */
function visitVlan({ bytes }: Layer, at: number, visit: Visit): void {
  visit(VLAN_TAG, at, 1, u8(bytes, at), 1);
  visit(VLAN_PAD, at + 1, 2, (u8(bytes, at + 1) << 4) | (u8(bytes, at + 2) >>> 4), 1);
  visit(VLAN_ID, at + 2, 2, u16(bytes, at + 2) & 0xfff, 1);
}

/** RFC 4675 §2.3. */
function visitVlanName({ bytes }: Layer, at: number, end: number, visit: Visit): void {
  visit(VLAN_NAME_TAG, at, 1, u8(bytes, at), 1);
  visit(VLAN_NAME, at + 1, end - at - 1, stringOf(bytes, at + 1, end), 1);
}

/** The octets are the digits 1 and 2. */
function taggedName(value: number): string {
  return value === 0x31 ? 'yes' : value === 0x32 ? 'no' : '';
}

/** RFC 6929 §2.1, §2.2. */
function visitExtended(layer: Layer, type: number, at: number, end: number, visit: Visit): void {
  const header = extendedOctets(type);
  if (at + header > end) {
    visit(ODD_VALUE, at, end - at, at, 1);
    return;
  }
  visit(EXTENDED_TYPE, at, 1, u8(layer.bytes, at), 1);
  if (header === 2) visit(EXTENDED_MORE, at + 1, 1, u8(layer.bytes, at + 1) >>> 7, 1);
  visit(UNKNOWN, at + header, end - at - header, at + header, 1);
}

/** IANA's registry "RADIUS Packet Type Codes". */
export function codeName(value: number): string {
  return CODES.get(value) ?? '';
}

const CODES = new Map([
  [ACCESS_REQUEST, 'Access-Request'],
  [ACCESS_ACCEPT, 'Access-Accept'],
  [ACCESS_REJECT, 'Access-Reject'],
  [ACCOUNTING_REQUEST, 'Accounting-Request'],
  [ACCOUNTING_RESPONSE, 'Accounting-Response'],
  [6, 'Accounting-Status'],
  [7, 'Password-Request'],
  [8, 'Password-Ack'],
  [9, 'Password-Reject'],
  [10, 'Accounting-Message'],
  [ACCESS_CHALLENGE, 'Access-Challenge'],
  [STATUS_SERVER, 'Status-Server'],
  [13, 'Status-Client'],
  [21, 'Resource-Free-Request'],
  [22, 'Resource-Free-Response'],
  [23, 'Resource-Query-Request'],
  [24, 'Resource-Query-Response'],
  [25, 'Alternate-Resource-Reclaim-Request'],
  [26, 'NAS-Reboot-Request'],
  [27, 'NAS-Reboot-Response'],
  [29, 'Next-Passcode'],
  [30, 'New-Pin'],
  [31, 'Terminate-Session'],
  [32, 'Password-Expired'],
  [33, 'Event-Request'],
  [34, 'Event-Response'],
  [DISCONNECT_REQUEST, 'Disconnect-Request'],
  [DISCONNECT_ACK, 'Disconnect-ACK'],
  [DISCONNECT_NAK, 'Disconnect-NAK'],
  [COA_REQUEST, 'CoA-Request'],
  [COA_ACK, 'CoA-ACK'],
  [COA_NAK, 'CoA-NAK'],
]);
