import { u8, u16, u24 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Writer } from '../core/writer.ts';
import { data } from './data.ts';
import { etherTypeName } from './ether-types.ts';
import { etherTypes } from './tables.ts';

/**
 * IEEE 802.1Q backbone service instance tag (§9.7, formerly 802.1ah, "MAC in MAC"): a provider's bridges carry the
 * customer's addresses behind their own.
 *
 *  | PCP (3) | DEI (1) | UCA (1) | Res1 (1) | Res2 (2) | I-SID (24) |
 *  |           C-DA (48)            |           C-SA (48)            | Type (16) |
 */
const HEADER = 18;
/** Octets before the customer's frame. */
export const SERVICE_TAG = 4;

const flags = (tag: Layer): number => u8(tag.bytes, tag.start);
export const instance = (tag: Layer): number => u24(tag.bytes, tag.start + 1);
const typeOf = (tag: Layer): number => u16(tag.bytes, tag.start + 16);

const bits = (bit: number, width: number) => (tag: Layer) => (flags(tag) >>> (8 - bit - width)) & ((1 << width) - 1);

export const backboneTag: Protocol = {
  id: 'ieee8021ah',
  name: '802.1ah Backbone Service Instance Tag',
  column: '802.1ah',
  spec: 'IEEE 802.1Q §9.7',
  fields: [
    { id: 'ieee8021ah.priority', label: 'Priority', kind: 'uint', bit: 0, bits: 3, read: bits(0, 3) },
    { id: 'ieee8021ah.drop', label: 'Drop eligible', kind: 'uint', bit: 3, bits: 1, read: bits(3, 1) },
    { id: 'ieee8021ah.nca', label: 'Use customer addresses', kind: 'uint', bit: 4, bits: 1, read: bits(4, 1) },
    { id: 'ieee8021ah.res1', label: 'Reserved 1', kind: 'uint', bit: 5, bits: 1, read: bits(5, 1) },
    { id: 'ieee8021ah.res2', label: 'Reserved 2', kind: 'uint', bit: 6, bits: 2, read: bits(6, 2) },
    { id: 'ieee8021ah.isid', label: 'Service instance', kind: 'uint', bit: 8, bits: 24, read: instance },
    {
      id: 'ieee8021ah.cdst',
      label: "Customer's destination",
      kind: 'mac',
      bit: 32,
      bits: 48,
      read: (tag) => tag.start + 4,
    },
    {
      id: 'ieee8021ah.csrc',
      label: "Customer's source",
      kind: 'mac',
      bit: 80,
      bits: 48,
      read: (tag) => tag.start + 10,
    },
    { id: 'ieee8021ah.etype', label: 'Type', kind: 'hex', bit: 128, bits: 16, read: typeOf, show: etherTypeName },
  ],
  decode(tag, packet) {
    if (!tag.captured(HEADER)) return packet.short(tag, 'header', HEADER);
    tag.headerEnd = tag.start + HEADER;
    return packet.follow(etherTypes, typeOf(tag), data);
  },
  info(tag, _packet, out) {
    out.ascii('I-SID: ');
    out.uint(instance(tag));
    out.ascii('  ');
    writeCustomer(tag, out);
  },
  card(tag, _packet, out) {
    out.ascii('802.1ah  I-SID ');
    out.uint(instance(tag));
    out.byte(LINE_FEED);
    writeCustomer(tag, out);
  },
};

const LINE_FEED = 10;

function writeCustomer(tag: Layer, out: Writer): void {
  out.mac(tag.bytes, tag.start + 10);
  out.text(' → ');
  out.mac(tag.bytes, tag.start + 4);
}
