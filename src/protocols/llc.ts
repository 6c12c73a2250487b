import { u8, u16, u24 } from '../core/bytes.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { data } from './data.ts';
import { etherTypeName } from './ether-types.ts';
import { bridgedTypes, ciscoTypes, etherTypes, llcSaps } from './tables.ts';

/**
 * Logical Link Control (IEEE 802.2) behind an 802.3 length, with the Subnetwork Access Protocol (IEEE 802) where both SAPs
 * are 0xaa.
 *
 *  | DSAP (8) | SSAP (8) | Control (8 or 16) |  SNAP: OUI (24) | protocol id (16) |
 */
const SNAP = 0xaa;
/** What follows such an OUI is an EtherType: encapsulated Ethernet (RFC 1042), Cisco's and Apple's use of it. */
const OUI_ETHERNET = 0;
const OUI_CISCO_90 = 0x0000f8;
const OUI_APPLE = 0x080007;
/** Cisco's own protocols: spanning trees of VLANs, discovery. */
const OUI_CISCO = 0x00000c;
/** RFC 2684 §5.2: whole frames of another network. */
const OUI_BRIDGED = 0x0080c2;

const dsap = (layer: Layer): number => u8(layer.bytes, layer.start);
const ssap = (layer: Layer): number => u8(layer.bytes, layer.start + 1);
/** U frames (low bits 11) have one octet, I and S frames two, low octet first (IEEE 802.2 §5.2). */
const control = (layer: Layer): number => {
  const low = u8(layer.bytes, layer.start + 2);
  return isUnnumbered(low) || !layer.captured(4) ? low : low | (u8(layer.bytes, layer.start + 3) << 8);
};
const oui = (layer: Layer): number => u24(layer.bytes, layer.start + 3);
const snapType = (layer: Layer): number => u16(layer.bytes, layer.start + 6);

const isUnnumbered = (low: number): boolean => (low & 3) === 3;
const isSnap = (layer: Layer): boolean => dsap(layer) === SNAP && ssap(layer) === SNAP;
const namesEtherType = (layer: Layer): boolean => {
  const organization = oui(layer);
  return organization === OUI_ETHERNET || organization === OUI_CISCO_90 || organization === OUI_APPLE;
};

export const llc: Protocol = {
  id: 'llc',
  name: 'Logical Link Control',
  column: 'LLC',
  spec: 'IEEE 802.2',
  fields: [
    { id: 'llc.dsap', label: 'DSAP', kind: 'hex', bit: 0, bits: 8, read: dsap, show: sapName },
    {
      id: 'llc.ssap',
      label: 'SSAP',
      kind: 'hex',
      bit: 8,
      bits: 8,
      read: ssap,
      show: (sap: number) => sapName(sap & 0xfe),
    },
    { id: 'llc.control', label: 'Control', kind: 'hex', bit: 16, bits: 8, digits: 4, read: control },
    {
      id: 'llc.oui',
      label: 'Organization code',
      kind: 'uint',
      bit: 24,
      bits: 24,
      read: (layer) => (isSnap(layer) ? oui(layer) : null),
    },
    {
      id: 'llc.type',
      label: 'Type',
      kind: 'hex',
      bit: 48,
      bits: 16,
      read: (layer) => (isSnap(layer) && namesEtherType(layer) ? snapType(layer) : null),
      show: etherTypeName,
    },
    {
      id: 'llc.pid',
      label: 'Protocol id',
      kind: 'hex',
      bit: 48,
      bits: 16,
      read: (layer) => (isSnap(layer) && !namesEtherType(layer) && oui(layer) !== OUI_CISCO ? snapType(layer) : null),
    },
    {
      id: 'llc.cisco_pid',
      label: "Cisco's protocol id",
      kind: 'hex',
      bit: 48,
      bits: 16,
      read: (layer) => (isSnap(layer) && oui(layer) === OUI_CISCO ? snapType(layer) : null),
      show: ciscoName,
    },
  ],
  decode(layer, packet) {
    if (!layer.captured(3)) return packet.short(layer, 'header', 3);
    const unnumbered = isUnnumbered(u8(layer.bytes, layer.start + 2));
    layer.headerEnd = layer.start + (unnumbered ? 3 : 4);
    if (!unnumbered && !layer.captured(4)) return packet.short(layer, 'header', 4);
    if (!isSnap(layer)) return packet.follow(llcSaps, dsap(layer), data);
    if (!layer.captured(8)) return packet.short(layer, 'snap', 8);
    layer.headerEnd = layer.start + 8;
    if (namesEtherType(layer)) return packet.follow(etherTypes, snapType(layer), data);
    if (oui(layer) === OUI_CISCO) return packet.follow(ciscoTypes, snapType(layer), data);
    return oui(layer) === OUI_BRIDGED ? packet.follow(bridgedTypes, snapType(layer), data) : data;
  },
  info(layer, _packet, out) {
    writeSaps(layer, out);
    if (isSnap(layer) && layer.captured(8)) {
      out.ascii(', SNAP OUI 0x');
      out.hex(oui(layer), 6);
      out.ascii(' PID 0x');
      out.hex(snapType(layer), 4);
    }
  },
  card(layer, _packet, out) {
    out.ascii('LLC  ');
    writeSaps(layer, out);
    if (!isSnap(layer) || !layer.captured(8)) return;
    out.ascii('\nSNAP OUI 0x');
    out.hex(oui(layer), 6);
    out.text(' · type 0x');
    out.hex(snapType(layer), 4);
    if (namesEtherType(layer)) out.ascii(` ${etherTypeName(snapType(layer))}`);
  },
};

function writeSaps(layer: Layer, out: Parameters<NonNullable<Protocol['info']>>[2]): void {
  out.ascii('DSAP 0x');
  out.hex(dsap(layer), 2);
  if (sapName(dsap(layer)) !== '') out.ascii(` ${sapName(dsap(layer))}`);
  out.ascii(', SSAP 0x');
  out.hex(ssap(layer), 2);
}

/** Service access points (IEEE 802.2 and the registration authority's list). Empty for one that is not here. */
function sapName(sap: number): string {
  return SAPS.get(sap) ?? '';
}

const SAPS = new Map([
  [0x00, 'Null'],
  [0x02, 'LLC management'],
  [0x06, 'IP'],
  [0x42, 'Spanning tree'],
  [0x98, 'ARP'],
  [0xaa, 'SNAP'],
  [0xe0, 'NetWare'],
  [0xf0, 'NetBIOS'],
  [0xfe, 'OSI'],
  [0xff, 'Global'],
]);

function ciscoName(pid: number): string {
  return CISCO_TYPES.get(pid) ?? '';
}

const CISCO_TYPES = new Map([
  [0x0104, 'PAgP'],
  [0x010b, 'PVST+'],
  [0x010c, 'VLAN bridging'],
  [0x0111, 'UDLD'],
  [0x2000, 'CDP'],
  [0x2003, 'VTP'],
  [0x2004, 'DTP'],
]);
