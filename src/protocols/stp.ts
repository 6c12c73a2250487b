import { u8, u16, u32 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';

/**
 * Spanning Tree Protocol: bridges agree on a tree without loops. IEEE 802.1D-2004 §9.3 (configuration, topology change and
 * rapid BPDUs); multiple spanning trees IEEE 802.1Q §14.
 *
 *  | protocol id (16) | version (8) | type (8) | flags (8) | root (64) | path cost (32) | bridge (64) | port (16) |
 *  | message age | max age | hello time | forward delay (16 each, in 1/256 s) | version 1 length (8) |
 *
 * An id of a bridge: 4 bits of priority, 12 of system id extension (the VLAN), the MAC address.
 */
const SHORT = 4;
const CONFIGURATION_LENGTH = 35;
const RAPID_LENGTH = 36;
const CONFIGURATION = 0x00;
const RAPID = 0x02;
export const TOPOLOGY_CHANGE = 0x80;
const MULTIPLE = 3;
/** Multiple spanning trees: the region and its tree, then 16 octets for each further tree (IEEE 802.1Q §14.4). */
const REGION_AT = 38;
const REGION_LENGTH = 64;
const TREE_LENGTH = 16;
const REGION_NAME = 32;
/** Cisco's trees for each VLAN: behind a BPDU, filled up to 36 octets, elements of type, length and value. */
const ELEMENTS_AT = 36;
const ELEMENT_HEADER = 4;
const ORIGINATING_VLAN = 0;

const version = (stp: Layer): number => u8(stp.bytes, stp.start + 2);
export const type = (stp: Layer): number => u8(stp.bytes, stp.start + 3);
export const flags = (stp: Layer): number => u8(stp.bytes, stp.start + 4);
export const rootAt = (stp: Layer): number => stp.start + 5;
export const rootPathCost = (stp: Layer): number => u32(stp.bytes, stp.start + 13);
export const bridgeAt = (stp: Layer): number => stp.start + 17;
const port = (stp: Layer): number => u16(stp.bytes, stp.start + 25);

/** All but the notice of a topology change, which is four octets long. */
export const hasRoot = (stp: Layer): boolean => type(stp) === CONFIGURATION || type(stp) === RAPID;
/** True when the sender takes itself for the root. */
export function isRoot(stp: Layer): boolean {
  for (let i = 0; i < 8; i++) if (stp.bytes[rootAt(stp) + i] !== stp.bytes[bridgeAt(stp) + i]) return false;
  return true;
}
const isRapid = (stp: Layer): boolean => type(stp) === RAPID;

const ROLES = ['unknown', 'alternate or backup', 'root', 'designated'];

const flag = (id: string, label: string, shift: number): Row => ({
  id: `stp.flags.${id}`,
  label,
  kind: 'bool',
  bit: 32 + 7 - shift,
  bits: 1,
  read: (stp) => (hasRoot(stp) ? (flags(stp) >>> shift) & 1 : null),
  level: 1,
});

const bridgeId = (id: 'root' | 'bridge', label: string, at: number): readonly Row[] => [
  {
    id: `stp.${id}.prio`,
    label: `${label} priority`,
    kind: 'uint',
    bit: at * 8,
    bits: 4,
    read: (stp) => (hasRoot(stp) ? u16(stp.bytes, stp.start + at) & 0xf000 : null),
    scale: 4096,
  },
  {
    id: `stp.${id}.ext`,
    label: `${label} system id extension`,
    kind: 'uint',
    bit: at * 8 + 4,
    bits: 12,
    read: (stp) => (hasRoot(stp) ? u16(stp.bytes, stp.start + at) & 0x0fff : null),
  },
  {
    id: `stp.${id}.hw`,
    label: `${label} system id`,
    kind: 'mac',
    bit: (at + 2) * 8,
    bits: 48,
    read: (stp) => (hasRoot(stp) ? stp.start + at + 2 : null),
  },
];

/** Times, in the order they stand from octet 27 on. */
const TIMES: readonly Row[] = [
  { id: 'stp.msg_age', label: 'Message age (s)', kind: 'text' },
  { id: 'stp.max_age', label: 'Max age (s)', kind: 'text' },
  { id: 'stp.hello', label: 'Hello time (s)', kind: 'text' },
  { id: 'stp.forward', label: 'Forward delay (s)', kind: 'text' },
];
const TIMES_AT = 27;

/** They count in 1/256 s. */
function walkTimes(layer: Layer, _packet: Packet, visit: Visit): void {
  if (!layer.whole || !hasRoot(layer)) return;
  for (const [i, row] of TIMES.entries()) {
    const at = layer.start + TIMES_AT + i * 2;
    visit(row, at, 2, String(u16(layer.bytes, at) / 256), 0);
  }
}

/** What only rapid spanning tree has between the first and the last flag (IEEE 802.1D §9.3.3). */
const RAPID_FLAGS: readonly Row[] = [
  flag('agreement', 'Agreement', 6),
  flag('forwarding', 'Forwarding', 5),
  flag('learning', 'Learning', 4),
  {
    id: 'stp.flags.port_role',
    label: 'Port role',
    kind: 'uint',
    bit: 36,
    bits: 2,
    read: (stp) => (hasRoot(stp) ? (flags(stp) >>> 2) & 3 : null),
    show: (role: number) => ROLES[role]!,
    level: 1,
  },
  flag('proposal', 'Proposal', 1),
];

const rowsWith = (rapidFlags: readonly Row[], more: readonly Row[]): readonly Row[] => [
  {
    id: 'stp.protocol',
    label: 'Protocol identifier',
    kind: 'hex',
    bit: 0,
    bits: 16,
    read: (stp) => u16(stp.bytes, stp.start),
  },
  { id: 'stp.version', label: 'Version', kind: 'uint', bit: 16, bits: 8, read: version, show: versionName },
  { id: 'stp.type', label: 'BPDU type', kind: 'hex', bit: 24, bits: 8, read: type, show: typeName },
  {
    id: 'stp.flags',
    label: 'BPDU flags',
    kind: 'hex',
    bit: 32,
    bits: 8,
    read: (stp) => (hasRoot(stp) ? flags(stp) : null),
  },
  flag('tcack', 'Topology change acknowledgment', 7),
  ...rapidFlags,
  flag('tc', 'Topology change', 0),
  ...bridgeId('root', 'Root bridge', 5),
  {
    id: 'stp.root.cost',
    label: 'Root path cost',
    kind: 'uint',
    bit: 104,
    bits: 32,
    read: (stp) => (hasRoot(stp) ? rootPathCost(stp) : null),
  },
  ...bridgeId('bridge', 'Bridge', 17),
  {
    id: 'stp.port',
    label: 'Port identifier',
    kind: 'hex',
    bit: 200,
    bits: 16,
    read: (stp) => (hasRoot(stp) ? port(stp) : null),
  },
  ...more,
];

const VERSION_1_LENGTH: Row = {
  id: 'stp.version_1_length',
  label: 'Version 1 length',
  kind: 'uint',
  bit: 280,
  bits: 8,
  read: (stp) => (isRapid(stp) ? u8(stp.bytes, stp.start + 35) : null),
};

const mst = (id: string, label: string, kind: Row['kind'] = 'uint', more: Partial<Row> = {}): Row => ({
  id: `mstp.${id}`,
  label,
  kind,
  ...more,
});

function treeFlag(id: string, label: string): Row {
  return { id: `stp.flags.${id}`, label, kind: 'bool', level: 1 };
}

const VERSION_3_LENGTH = mst('version_3_length', 'Version 3 length');
const SELECTOR = mst('config_format_selector', 'Format of the configuration');
const REGION = mst('config_name', 'Name of the region', 'text');
const REVISION = mst('config_revision_level', 'Revision of the configuration');
const DIGEST = mst('config_digest', 'Digest of the configuration', 'bytes');
const REGION_COST = mst('cist_internal_root_path_cost', 'Path cost inside the region');
const REGION_PRIORITY = mst('cist_bridge.prio', 'Bridge priority in the region');
const REGION_EXTENSION = mst('cist_bridge.ext', 'Bridge system id extension in the region');
const REGION_BRIDGE = mst('cist_bridge.hw', 'Bridge system id in the region', 'mac');
const REGION_HOPS = mst('cist_remaining_hops', 'Hops left');
const TREE_FLAGS = mst('msti.flags', 'Flags of the tree', 'hex', { digits: 2 });
/** The same as in the BPDU's own flags. */
const TREE_FLAG_ROWS = [
  { shift: 7, mask: 1, row: treeFlag('tcack', 'Topology change acknowledgment') },
  { shift: 6, mask: 1, row: treeFlag('agreement', 'Agreement') },
  { shift: 5, mask: 1, row: treeFlag('forwarding', 'Forwarding') },
  { shift: 4, mask: 1, row: treeFlag('learning', 'Learning') },
  { shift: 2, mask: 3, row: { ...treeFlag('port_role', 'Port role'), kind: 'uint', show: (n: number) => ROLES[n]! } },
  { shift: 1, mask: 1, row: treeFlag('proposal', 'Proposal') },
  { shift: 0, mask: 1, row: treeFlag('tc', 'Topology change') },
] as const;
const TREE_PRIORITY = mst('msti.priority', 'Root priority of the tree', 'hex', { digits: 2, level: 1 });
const TREE_ID = mst('msti.msti_id', 'Tree', 'uint', { level: 1 });
const TREE_ROOT = mst('msti.root.hw', 'Root of the tree', 'mac', { level: 1 });
const TREE_COST = mst('msti.root_cost', 'Path cost in the tree', 'uint', { level: 1 });
const TREE_BRIDGE_PRIORITY = mst('msti.bridge_priority', 'Bridge priority in the tree', 'uint', { level: 1 });
const TREE_PORT_PRIORITY = mst('msti.port_priority', 'Port priority in the tree', 'uint', { level: 1 });
const TREE_HOPS = mst('msti.remaining_hops', 'Hops left in the tree', 'uint', { level: 1 });
const MULTIPLE_ROWS: readonly Row[] = [
  VERSION_3_LENGTH,
  SELECTOR,
  REGION,
  REVISION,
  DIGEST,
  REGION_COST,
  REGION_PRIORITY,
  REGION_EXTENSION,
  REGION_BRIDGE,
  REGION_HOPS,
  TREE_FLAGS,
  ...TREE_FLAG_ROWS.map(({ row }) => row),
  TREE_PRIORITY,
  TREE_ID,
  TREE_ROOT,
  TREE_COST,
  TREE_BRIDGE_PRIORITY,
  TREE_PORT_PRIORITY,
  TREE_HOPS,
];

function walkMultiple(layer: Layer, _packet: Packet, visit: Visit): void {
  if (!layer.whole || version(layer) < MULTIPLE || !layer.captured(REGION_AT)) return;
  const { bytes, start, capturedEnd } = layer;
  visit(VERSION_3_LENGTH, start + RAPID_LENGTH, 2, u16(bytes, start + RAPID_LENGTH), 0);
  const at = start + REGION_AT;
  if (at + REGION_LENGTH > capturedEnd) return;
  visit(SELECTOR, at, 1, u8(bytes, at), 0);
  visit(REGION, at + 1, REGION_NAME, stringOf(bytes, at + 1, at + 1 + REGION_NAME), 0);
  visit(REVISION, at + 33, 2, u16(bytes, at + 33), 0);
  visit(DIGEST, at + 35, 16, at + 35, 0);
  visit(REGION_COST, at + 51, 4, u32(bytes, at + 51), 0);
  visit(REGION_PRIORITY, at + 55, 2, u16(bytes, at + 55) & 0xf000, 0);
  visit(REGION_EXTENSION, at + 55, 2, u16(bytes, at + 55) & 0x0fff, 0);
  visit(REGION_BRIDGE, at + 57, 6, at + 57, 0);
  visit(REGION_HOPS, at + 63, 1, u8(bytes, at + 63), 0);
  const said = start + REGION_AT + u16(bytes, start + RAPID_LENGTH);
  for (let tree = at + REGION_LENGTH; tree + TREE_LENGTH <= Math.min(said, capturedEnd); tree += TREE_LENGTH) {
    visitTree(bytes, tree, visit);
  }
}

function visitTree(bytes: Uint8Array, at: number, visit: Visit): void {
  const set = u8(bytes, at);
  visit(TREE_FLAGS, at, 1, set, 0);
  for (const { row, shift, mask } of TREE_FLAG_ROWS) visit(row, at, 1, (set >>> shift) & mask, 1);
  visit(TREE_PRIORITY, at + 1, 1, u8(bytes, at + 1) >>> 4, 1);
  visit(TREE_ID, at + 1, 2, u16(bytes, at + 1) & 0x0fff, 1);
  visit(TREE_ROOT, at + 3, 6, at + 3, 1);
  visit(TREE_COST, at + 9, 4, u32(bytes, at + 9), 1);
  visit(TREE_BRIDGE_PRIORITY, at + 13, 1, u8(bytes, at + 13) >>> 4, 1);
  visit(TREE_PORT_PRIORITY, at + 14, 1, u8(bytes, at + 14) >>> 4, 1);
  visit(TREE_HOPS, at + 15, 1, u8(bytes, at + 15), 1);
}

const ELEMENT_TYPE: Row = { id: 'stp.pvst.tlvtype', label: 'Element', kind: 'hex', digits: 4 };
const ELEMENT_LENGTH: Row = { id: 'stp.pvst.tlvlen', label: 'Length', kind: 'uint', level: 1 };
const VLAN: Row = { id: 'stp.pvst.origvlan', label: 'Originating VLAN', kind: 'uint', level: 1 };
const ELEMENT_VALUE: Row = { id: 'stp.pvst.tlvval', label: 'Value', kind: 'bytes', level: 1 };

function walkElements(layer: Layer, _packet: Packet, visit: Visit): void {
  if (!layer.whole) return;
  const { bytes, capturedEnd } = layer;
  for (let at = layer.start + ELEMENTS_AT; at + ELEMENT_HEADER <= capturedEnd; ) {
    const length = u16(bytes, at + 2);
    const value = at + ELEMENT_HEADER;
    visit(ELEMENT_TYPE, at, 2, u16(bytes, at), 0);
    visit(ELEMENT_LENGTH, at + 2, 2, length, 1);
    if (value + length > capturedEnd) return;
    if (u16(bytes, at) === ORIGINATING_VLAN && length === 2) visit(VLAN, value, 2, u16(bytes, value), 1);
    else if (length > 0) visit(ELEMENT_VALUE, value, length, value, 1);
    at = value + length;
  }
}

/** Where Cisco's BPDU says which VLAN's tree it is about, or -1. It is the first element, everywhere. */
export function vlanAt(layer: Layer): number {
  if (layer.protocol !== vlanStp && layer.protocol !== rapidVlanStp) return -1;
  const at = layer.start + ELEMENTS_AT;
  const isThere = at + ELEMENT_HEADER + 2 <= layer.capturedEnd && u16(layer.bytes, at + 2) === 2;
  return isThere && u16(layer.bytes, at) === ORIGINATING_VLAN ? at + ELEMENT_HEADER : -1;
}

/** Octets of the BPDU itself, or -1 where fewer were captured. */
function lengthOf(layer: Layer, packet: Packet): number {
  if (!layer.captured(SHORT)) {
    packet.short(layer, 'header', SHORT);
    return -1;
  }
  const length = isRapid(layer) ? RAPID_LENGTH : hasRoot(layer) ? CONFIGURATION_LENGTH : SHORT;
  if (layer.captured(length)) return length;
  packet.short(layer, 'header', length);
  return -1;
}

export const stp: Protocol = {
  id: 'stp',
  name: 'Spanning Tree Protocol',
  column: 'STP',
  spec: 'IEEE 802.1D §9.3',
  fields: rowsWith([], []),
  walked: TIMES,
  decode(layer, packet) {
    const length = lengthOf(layer, packet);
    if (length < 0) return null;
    if (isRapid(layer)) layer.protocol = rapidStp;
    layer.headerEnd = version(layer) >= MULTIPLE && isRapid(layer) ? layer.capturedEnd : layer.start + length;
    layer.capturedEnd = layer.headerEnd;
    layer.wireEnd = layer.headerEnd;
    return null;
  },
  walk: walkTimes,
  info: writeInfo,
  card(layer, packet, out) {
    out.ascii('STP  ');
    writeInfo(layer, packet, out);
    if (!layer.whole || !hasRoot(layer)) return;
    out.ascii('\nsent by bridge ');
    writeBridge(layer, bridgeAt(layer), out);
    const vlan = vlanAt(layer);
    if (vlan >= 0) out.ascii(`\ntree of VLAN ${u16(layer.bytes, vlan)}`);
  },
};

/** The same under the rapid protocol's BPDU type, whose flags say more. */
export const rapidStp: Protocol = {
  ...stp,
  fields: rowsWith(RAPID_FLAGS, [VERSION_1_LENGTH]),
  walked: [...TIMES, ...MULTIPLE_ROWS],
  walk(layer, packet, visit) {
    walkTimes(layer, packet, visit);
    walkMultiple(layer, packet, visit);
  },
};

/** Cisco's: a tree for each VLAN, in a SNAP frame to an address of its own. */
export const vlanStp: Protocol = {
  ...stp,
  name: 'Per-VLAN Spanning Tree',
  walked: [...TIMES, ELEMENT_TYPE, ELEMENT_LENGTH, VLAN, ELEMENT_VALUE],
  decode(layer, packet) {
    const length = lengthOf(layer, packet);
    if (length < 0) return null;
    if (isRapid(layer)) layer.protocol = rapidVlanStp;
    layer.headerEnd = layer.capturedEnd;
    return null;
  },
  walk(layer, packet, visit) {
    walkTimes(layer, packet, visit);
    walkElements(layer, packet, visit);
  },
};

export const rapidVlanStp: Protocol = { ...vlanStp, fields: rapidStp.fields };

/** `RST. TC + Root = 32768/1/00:1d:a1:59:3f:80  Cost = 0  Port = 0x8008` */
function writeInfo(layer: Layer, _packet: Packet, out: Writer): void {
  if (!layer.whole) return;
  if (!hasRoot(layer)) {
    out.ascii(type(layer) === TOPOLOGY_CHANGE ? 'Topology Change Notification' : 'Unknown BPDU type');
    return;
  }
  out.ascii(isRapid(layer) ? (version(layer) >= MULTIPLE ? 'MST. ' : 'RST. ') : 'Conf. ');
  if (flags(layer) & 1) out.ascii('TC + ');
  out.ascii('Root = ');
  writeBridge(layer, rootAt(layer), out);
  out.ascii('  Cost = ');
  out.uint(rootPathCost(layer));
  out.ascii('  Port = 0x');
  out.hex(port(layer), 4);
}

function writeBridge(layer: Layer, at: number, out: Writer): void {
  const id = u16(layer.bytes, at);
  out.uint(id & 0xf000);
  out.byte(47);
  out.uint(id & 0x0fff);
  out.byte(47);
  out.mac(layer.bytes, at + 2);
}

function versionName(value: number): string {
  return VERSIONS[value] ?? '';
}

const VERSIONS = ['Spanning Tree', '', 'Rapid Spanning Tree', 'Multiple Spanning Tree', 'Shortest Path Tree'];

function typeName(value: number): string {
  if (value === CONFIGURATION) return 'Configuration';
  if (value === RAPID) return 'Rapid/Multiple Spanning Tree';
  return value === TOPOLOGY_CHANGE ? 'Topology Change Notification' : '';
}
