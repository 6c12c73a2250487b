import { u8, u16 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { data } from './data.ts';
import { etherTypes } from './tables.ts';

/**
 * Messages between the Linux kernel and its tools, as the nlmon device records them (LINKTYPE_NETLINK; RFC 3549 §2.3). Of
 * these, packets that the firewall hands to a program (nfnetlink_queue) are followed into; other messages stay as data.
 *
 *  | Packet type (16) | Link-layer type 824 (16) |  unused (80)  | Family (16) |     in network order
 *  | Length (32) | Type (16) | Flags (16) | Sequence (32) | Port id (32) |           in the host's order, as all below
 *  | Address family (8) | Version (8) | Resource id (16) |  { Length (16) | Type (16) | value } ...
 */
const COOKED = 16;
const MESSAGE = COOKED + 16;
const NETFILTER = MESSAGE + 4;
const ATTRIBUTE = 4;
const FAMILY_NETFILTER = 12;
/** Subsystem 3 (queue), message 0 (packet); linux/netfilter/nfnetlink.h. */
const QUEUED_PACKET = 0x0300;
/** linux/netfilter/nfnetlink_queue.h: NFQA_PACKET_HDR, NFQA_PAYLOAD. */
const PACKET_HEADER = 1;
const PAYLOAD = 10;

const hardwareType = (layer: Layer): number => u16(layer.bytes, layer.start + 2);
const family = (layer: Layer): number => u16(layer.bytes, layer.start + 14);

/** The message's length tells the host's order: read the wrong way round it is far too long. */
const isLittle = (layer: Layer): boolean => u8(layer.bytes, layer.start + COOKED) !== 0;

const short = (layer: Layer, at: number): number =>
  isLittle(layer) ? u8(layer.bytes, at) | (u8(layer.bytes, at + 1) << 8) : u16(layer.bytes, at);

const messageType = (layer: Layer): number => short(layer, layer.start + COOKED + 4);

export const netlink: Protocol = {
  id: 'netlink',
  name: 'Linux netlink',
  column: 'NETLINK',
  spec: 'LINKTYPE_NETLINK',
  fields: [
    { id: 'netlink.hatype', label: 'Link-layer type', kind: 'uint', bit: 16, bits: 16, read: hardwareType },
    { id: 'netlink.family', label: 'Family', kind: 'hex', bit: 112, bits: 16, read: family },
    {
      id: 'netlink.hdr_type',
      label: 'Message type',
      kind: 'hex',
      digits: 4,
      read: (layer) => (layer.captured(MESSAGE) ? messageType(layer) : null),
    },
  ],
  decode(layer, packet) {
    if (!layer.captured(COOKED)) return packet.short(layer, 'header', COOKED);
    layer.headerEnd = layer.start + COOKED;
    if (!layer.captured(MESSAGE)) return packet.short(layer, 'message', MESSAGE);
    if (family(layer) !== FAMILY_NETFILTER || messageType(layer) !== QUEUED_PACKET) return data;
    return queued(layer, packet);
  },
  info(layer, _packet, out) {
    out.ascii('Family ');
    out.uint(family(layer));
  },
  card(layer, _packet, out) {
    out.ascii('Netlink  family ');
    out.uint(family(layer));
  },
};

/** Walks the attributes to the packet's content; an attribute before it says which protocol that is. */
function queued(layer: Layer, packet: Packet): Protocol {
  let protocol = 0;
  let at = layer.start + NETFILTER;
  while (at + ATTRIBUTE <= layer.capturedEnd) {
    const length = short(layer, at);
    if (length < ATTRIBUTE) break;
    const type = short(layer, at + 2) & 0x3fff;
    if (type === PACKET_HEADER && at + 10 <= layer.capturedEnd) protocol = u16(layer.bytes, at + 8);
    if (type === PAYLOAD) {
      layer.headerEnd = at + ATTRIBUTE;
      layer.endAt(at + length);
      return packet.follow(etherTypes, protocol, data);
    }
    at += (length + 3) & ~3;
  }
  return data;
}
