import { u8, u24 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import {
  CLIENT_ID,
  DHCPV6_OPTION_ROWS,
  eachOption,
  findOption,
  HEADER,
  IA_ADDRESS,
  IA_PREFIX,
  isRelayed,
  messageHeader,
  messageName,
  optionEnd,
  overlongOption,
  RELAY_MESSAGE,
  walkOptions,
} from './dhcpv6-options.ts';

/**
 * Dynamic Host Configuration Protocol for IPv6. RFC 8415 §8; a relay puts the message into one of its own, §9.
 *
 *   0                   1                   2                   3
 *  |   msg-type    |               transaction-id                  |
 *  |   options ...
 *
 *  |   msg-type    |   hop-count   |                               |
 *  |                     link-address (128)                        |
 *  |                     peer-address (128)                        |
 *  |   options ..., one of them the message
 */
export const SOLICIT = 1;
export const ADVERTISE = 2;
export const REQUEST = 3;
export const CONFIRM = 4;
export const RENEW = 5;
export const REBIND = 6;
export const REPLY = 7;
export const RELEASE = 8;
export const DECLINE = 9;
export const INFORMATION_REQUEST = 11;
export const RELAY_FORWARD = 12;
const LINK_ADDRESS = 2;
const PEER_ADDRESS = 18;
/** Relays that one message passes at the most (RFC 8415 §7.6), and room for those that count otherwise. */
const MOST_RELAYS = 16;

export const messageType = (dhcp: Layer): number => u8(dhcp.bytes, dhcp.start);
export const linkAddressAt = (dhcp: Layer): number => dhcp.start + LINK_ADDRESS;
const wasRelayed = (dhcp: Layer): boolean => isRelayed(messageType(dhcp));

/** The message that a client or server wrote, taken out of what relays put around it. Used again for the next one. */
export class Message {
  type = 0;
  transaction = 0;
  /** Where its options stand. */
  from = 0;
  to = 0;
  /** Where the client's address stands that the first relay wrote down, or -1. */
  peerAt = -1;

  /** False when it was not captured. */
  read({ bytes, start, capturedEnd }: Layer): boolean {
    let at = start;
    this.to = capturedEnd;
    this.peerAt = -1;
    for (let relays = 0; relays <= MOST_RELAYS; relays++) {
      if (at >= this.to) return false;
      this.type = u8(bytes, at);
      this.from = at + messageHeader(this.type);
      if (this.from > this.to) return false;
      if (!isRelayed(this.type)) {
        this.transaction = u24(bytes, at + 1);
        return true;
      }
      this.peerAt = at + PEER_ADDRESS;
      const inner = findOption(bytes, this.from, this.to, RELAY_MESSAGE);
      if (inner < 0) return false;
      at = inner + HEADER;
      this.to = optionEnd(bytes, inner);
    }
    return false;
  }
}

const TYPE: Row = { id: 'dhcpv6.msgtype', label: 'Message type', kind: 'uint', show: messageName };
const HOP_COUNT: Row = { id: 'dhcpv6.hopcount', label: 'Hop count', kind: 'uint' };
const LINK: Row = { id: 'dhcpv6.linkaddr', label: 'Link address', kind: 'ipv6' };
const PEER: Row = { id: 'dhcpv6.peeraddr', label: 'Peer address', kind: 'ipv6' };
const TRANSACTION: Row = { id: 'dhcpv6.xid', label: 'Transaction id', kind: 'hex', digits: 6 };

export const dhcpv6: Protocol = {
  id: 'dhcpv6',
  name: 'Dynamic Host Configuration Protocol for IPv6',
  column: 'DHCPv6',
  spec: 'RFC 8415 §8',
  fields: [
    { ...TYPE, bit: 0, bits: 8, read: messageType },
    {
      ...TRANSACTION,
      bit: 8,
      bits: 24,
      read: (dhcp) => (wasRelayed(dhcp) ? null : u24(dhcp.bytes, dhcp.start + 1)),
    },
    { ...HOP_COUNT, bit: 8, bits: 8, read: (dhcp) => (wasRelayed(dhcp) ? u8(dhcp.bytes, dhcp.start + 1) : null) },
    {
      ...LINK,
      bit: LINK_ADDRESS * 8,
      bits: 128,
      read: (dhcp) => (wasRelayed(dhcp) ? linkAddressAt(dhcp) : null),
      about: 'An address of the link that the client is on: the server chooses the pool by it.',
    },
    {
      ...PEER,
      bit: PEER_ADDRESS * 8,
      bits: 128,
      read: (dhcp) => (wasRelayed(dhcp) ? dhcp.start + PEER_ADDRESS : null),
      about: 'Whom the relay has the message from, or hands it to.',
    },
  ],
  walked: [TYPE, TRANSACTION, HOP_COUNT, LINK, PEER, ...DHCPV6_OPTION_ROWS],
  decode(layer, packet) {
    if (!layer.captured(1)) return packet.short(layer, 'header', messageHeader(0));
    const header = messageHeader(messageType(layer));
    if (!layer.captured(header)) return packet.short(layer, 'header', header);
    layer.headerEnd = layer.capturedEnd;
    const { bytes, start, capturedEnd, wireEnd } = layer;
    const fault = overlongOption(bytes, start + header, capturedEnd);
    if (fault < 0) return null;
    const need = fault + HEADER > capturedEnd ? fault + HEADER : optionEnd(bytes, fault);
    // An option inside of another contradicts that one, unless both were cut off together.
    if (need <= capturedEnd) return packet.malformed(layer, 'options', need - start, wireEnd - start, LENGTH_FIELD);
    return packet.short(layer, 'options', need - start, LENGTH_FIELD);
  },
  walk(layer, _packet, visit) {
    if (!layer.whole) return;
    const { bytes, start, capturedEnd } = layer;
    walkMessageOptions(bytes, start, capturedEnd, 0, visit, MOST_RELAYS);
  },
  info: writeInfo,
  card: writeCard,
};

const LENGTH_FIELD = 'dhcpv6.option.length';

function walkMessageOptions(
  bytes: Uint8Array,
  start: number,
  end: number,
  level: number,
  visit: Visit,
  relays: number,
): void {
  const type = u8(bytes, start);
  walkOptions({
    bytes,
    visit,
    from: start + messageHeader(type),
    to: end,
    level,
    messageType: type,
    message(from, to, inner) {
      if (relays === 0 || from >= to || from + messageHeader(u8(bytes, from)) > to) return;
      visitHeader(bytes, from, inner, visit);
      walkMessageOptions(bytes, from, to, inner, visit, relays - 1);
    },
  });
}

function visitHeader(bytes: Uint8Array, at: number, level: number, visit: Visit): void {
  const type = u8(bytes, at);
  visit(TYPE, at, 1, type, level);
  if (!isRelayed(type)) {
    visit(TRANSACTION, at + 1, 3, u24(bytes, at + 1), level);
    return;
  }
  visit(HOP_COUNT, at + 1, 1, u8(bytes, at + 1), level);
  visit(LINK, at + LINK_ADDRESS, 16, at + LINK_ADDRESS, level);
  visit(PEER, at + PEER_ADDRESS, 16, at + PEER_ADDRESS, level);
}

function writeInfo(layer: Layer, _packet: Packet, out: Writer): void {
  if (layer.whole) writeMessage(layer.bytes, layer.start, layer.capturedEnd, out, MOST_RELAYS);
}

function writeMessage(bytes: Uint8Array, at: number, end: number, out: Writer, relays: number): void {
  const type = u8(bytes, at);
  out.ascii(messageName(type) || `Message type ${type}`);
  if (isRelayed(type)) {
    out.ascii(' L: ');
    out.ipv6(bytes, at + LINK_ADDRESS);
  } else {
    out.ascii(' XID: 0x');
    out.hex(u24(bytes, at + 1), 6);
  }
  eachOption(bytes, at + messageHeader(type), end, (code, from, to) => {
    if (code === CLIENT_ID) {
      out.ascii(' CID: ');
      out.octets(bytes, from, to);
    } else if (code === IA_ADDRESS && to - from >= 16) {
      out.ascii(' IAA: ');
      out.ipv6(bytes, from);
    } else if (code === RELAY_MESSAGE && relays > 0 && from < to && from + messageHeader(u8(bytes, from)) <= to) {
      out.byte(32);
      writeMessage(bytes, from, to, out, relays - 1);
    }
  });
}

/** For what is over before the next message is looked at. */
const message = new Message();

function writeCard(layer: Layer, _packet: Packet, out: Writer): void {
  out.ascii('DHCPv6');
  if (!layer.whole) return;
  const { bytes } = layer;
  const type = messageType(layer);
  out.ascii('  ');
  out.ascii(messageName(type) || `message type ${type}`);
  if (isRelayed(type)) {
    out.ascii('\nfor the link of ');
    out.ipv6(bytes, linkAddressAt(layer));
  }
  if (!message.read(layer)) return;
  if (isRelayed(type)) {
    out.ascii('\nclient ');
    out.ipv6(bytes, message.peerAt);
    out.ascii('\nmessage ');
    out.ascii(messageName(message.type) || String(message.type));
  }
  out.text(' · id 0x');
  out.hex(message.transaction, 6);
  eachOption(bytes, message.from, message.to, (code, from, to) => {
    if (code === IA_ADDRESS && to - from >= 16) {
      out.ascii('\naddress ');
      out.ipv6(bytes, from);
    } else if (code === IA_PREFIX && to - from >= 25) {
      out.ascii('\nprefix ');
      out.ipv6(bytes, from + 9);
      out.byte(47);
      out.uint(u8(bytes, from + 8));
    }
  });
}
