import { u8, u16, u32 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
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

export const stp: Protocol = {
  id: 'stp',
  name: 'Spanning Tree Protocol',
  column: 'STP',
  spec: 'IEEE 802.1D §9.3',
  fields: rowsWith([], []),
  walked: TIMES,
  decode(layer, packet) {
    if (!layer.captured(SHORT)) return packet.short(layer, 'header', SHORT);
    const length = isRapid(layer) ? RAPID_LENGTH : hasRoot(layer) ? CONFIGURATION_LENGTH : SHORT;
    if (!layer.captured(length)) return packet.short(layer, 'header', length);
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
  },
};

/** The same under the rapid protocol's BPDU type, whose flags say more. */
export const rapidStp: Protocol = { ...stp, fields: rowsWith(RAPID_FLAGS, [VERSION_1_LENGTH]) };

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
