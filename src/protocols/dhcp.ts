import { u8, u16, u32 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import {
  DHCP_OPTION_ROWS,
  findOption,
  LEASE_TIME,
  MESSAGE_TYPE,
  messageName,
  OVERLOAD,
  REQUESTED_ADDRESS,
  SERVER_ID,
  walkOptions,
} from './dhcp-options.ts';

/**
 * Dynamic Host Configuration Protocol over the packet of BOOTP. RFC 2131 §2, RFC 951 §3.
 *
 *   0                   1                   2                   3
 *  |      op       |     htype     |     hlen      |     hops      |
 *  |                              xid                              |
 *  |             secs              |B|           flags             |
 *  |                    ciaddr (client's address)                  |
 *  |                    yiaddr (yours: the one given)              |
 *  |                    siaddr (next server)                       |
 *  |                    giaddr (relay agent)                       |
 *  |             chaddr (16), sname (64), file (128)               |
 *  |                magic cookie 99.130.83.99, options ...         |
 */
const FIXED = 236;
const CHADDR = 28;
const CHADDR_SIZE = 16;
const SNAME = 44;
const FILE = 108;
const COOKIE = 0x63825363;
const OPTIONS = FIXED + 4;
const ETHERNET = 1;
const REPLY = 2;

const operation = (dhcp: Layer): number => u8(dhcp.bytes, dhcp.start);
const hardwareType = (dhcp: Layer): number => u8(dhcp.bytes, dhcp.start + 1);
const hardwareLength = (dhcp: Layer): number => u8(dhcp.bytes, dhcp.start + 2);
const transactionId = (dhcp: Layer): number => u32(dhcp.bytes, dhcp.start + 4);
const flags = (dhcp: Layer): number => u16(dhcp.bytes, dhcp.start + 10);
export const yourAddressAt = (dhcp: Layer): number => dhcp.start + 16;
export const hardwareAddressAt = (dhcp: Layer): number => dhcp.start + CHADDR;

const hasMac = (dhcp: Layer): boolean => hardwareType(dhcp) === ETHERNET && hardwareLength(dhcp) === 6;
/** BOOTP's vendor area holds options only behind the cookie (RFC 2131 §3). */
const hasOptions = (dhcp: Layer): boolean => dhcp.captured(OPTIONS) && u32(dhcp.bytes, dhcp.start + FIXED) === COOKIE;

/** Where an option that was captured whole begins, or -1. */
export function optionOf(dhcp: Layer, code: number): number {
  return hasOptions(dhcp) ? findOption(dhcp.bytes, dhcp.start + OPTIONS, dhcp.capturedEnd, code) : -1;
}

/** Where the content of an option stands when it has `length` octets, or -1. */
export function optionAt(dhcp: Layer, code: number, length: number): number {
  const at = optionOf(dhcp, code);
  return at >= 0 && u8(dhcp.bytes, at + 1) === length ? at + 2 : -1;
}

/** The DHCP message type (RFC 2132 §9.6); 0 is plain BOOTP. */
export function messageType(dhcp: Layer): number {
  const at = optionAt(dhcp, MESSAGE_TYPE, 1);
  return at < 0 ? 0 : u8(dhcp.bytes, at);
}

/** sname and file hold options instead of names when option 52 says so (RFC 2132 §9.3). */
function overloaded(dhcp: Layer, bit: 1 | 2): boolean {
  const at = optionAt(dhcp, OVERLOAD, 1);
  return at >= 0 && (u8(dhcp.bytes, at) & bit) !== 0;
}

const SERVER_NAME: Row = { id: 'dhcp.server', label: 'Server host name', kind: 'text' };
const FILE_NAME: Row = { id: 'dhcp.file', label: 'Boot file name', kind: 'text' };

const address = (id: string, label: string, at: number): Row => ({
  id,
  label,
  kind: 'ipv4',
  bit: at * 8,
  bits: 32,
  read: (dhcp) => dhcp.start + at,
});

export const dhcp: Protocol = {
  id: 'dhcp',
  name: 'Dynamic Host Configuration Protocol',
  column: 'DHCP',
  spec: 'RFC 2131 §2',
  fields: [
    { id: 'dhcp.type', label: 'Message type', kind: 'uint', bit: 0, bits: 8, read: operation, show: operationName },
    { id: 'dhcp.hw.type', label: 'Hardware type', kind: 'hex', bit: 8, bits: 8, read: hardwareType },
    { id: 'dhcp.hw.len', label: 'Hardware address length', kind: 'uint', bit: 16, bits: 8, read: hardwareLength },
    { id: 'dhcp.hops', label: 'Hops', kind: 'uint', bit: 24, bits: 8, read: (dhcp) => u8(dhcp.bytes, dhcp.start + 3) },
    { id: 'dhcp.id', label: 'Transaction ID', kind: 'hex', bit: 32, bits: 32, read: transactionId },
    {
      id: 'dhcp.secs',
      label: 'Seconds elapsed',
      kind: 'uint',
      bit: 64,
      bits: 16,
      read: (dhcp) => u16(dhcp.bytes, dhcp.start + 8),
    },
    { id: 'dhcp.flags', label: 'Flags', kind: 'hex', bit: 80, bits: 16, read: flags },
    {
      id: 'dhcp.flags.bc',
      label: 'Broadcast',
      kind: 'bool',
      bit: 80,
      bits: 1,
      read: (dhcp) => flags(dhcp) >>> 15,
      level: 1,
      about: 'The client cannot receive unicast before it has an address: answer by broadcast.',
    },
    address('dhcp.ip.client', "Client's address", 12),
    address('dhcp.ip.your', 'Your address', 16),
    address('dhcp.ip.server', 'Next server address', 20),
    address('dhcp.ip.relay', 'Relay agent address', 24),
    {
      id: 'dhcp.hw.mac_addr',
      label: 'Client MAC address',
      kind: 'mac',
      bit: CHADDR * 8,
      bits: 48,
      read: (dhcp) => (hasMac(dhcp) ? hardwareAddressAt(dhcp) : null),
    },
    {
      id: 'dhcp.hw.addr',
      label: 'Client hardware address',
      kind: 'bytes',
      bit: CHADDR * 8,
      bits: CHADDR_SIZE * 8,
      read: (dhcp) => (hasMac(dhcp) || hardwareLength(dhcp) === 0 ? null : hardwareAddressAt(dhcp)),
      length: (dhcp) => Math.min(hardwareLength(dhcp), CHADDR_SIZE),
    },
    {
      id: 'dhcp.hw.addr_padding',
      label: 'Client hardware address padding',
      kind: 'bytes',
      bit: (CHADDR + 6) * 8,
      bits: (CHADDR_SIZE - 6) * 8,
      read: (dhcp) => (hasMac(dhcp) ? hardwareAddressAt(dhcp) + 6 : null),
    },
    {
      id: 'dhcp.cookie',
      label: 'Magic cookie',
      kind: 'ipv4',
      bit: FIXED * 8,
      bits: 32,
      read: (dhcp) => (hasOptions(dhcp) ? dhcp.start + FIXED : null),
    },
  ],
  walked: [SERVER_NAME, FILE_NAME, ...DHCP_OPTION_ROWS],
  decode(layer, packet) {
    if (!layer.captured(FIXED)) return packet.short(layer, 'header', FIXED);
    layer.headerEnd = layer.capturedEnd;
    if (messageType(layer) === 0) layer.protocol = bootp;
    return null;
  },
  walk: walkBody,
  info: writeInfo,
  card: writeCard,
};

/** The same packet without a DHCP message type: the protocol that DHCP was built on (RFC 951). */
const bootp: Protocol = { ...dhcp, name: 'Bootstrap Protocol', column: 'BOOTP', spec: 'RFC 951 §3' };

function walkBody(layer: Layer, _packet: Packet, visit: Visit): void {
  if (!layer.captured(FIXED)) return;
  const { bytes, start } = layer;
  const sname = start + SNAME;
  const file = start + FILE;
  if (!overloaded(layer, 2)) visit(SERVER_NAME, sname, FILE - SNAME, stringOf(bytes, sname, file), 0);
  if (!overloaded(layer, 1)) visit(FILE_NAME, file, FIXED - FILE, stringOf(bytes, file, start + FIXED), 0);
  if (!hasOptions(layer)) return;
  walkOptions(bytes, start + OPTIONS, layer.capturedEnd, visit);
  if (overloaded(layer, 1)) walkOptions(bytes, file, start + FIXED, visit);
  if (overloaded(layer, 2)) walkOptions(bytes, sname, file, visit);
}

function writeInfo(layer: Layer, _packet: Packet, out: Writer): void {
  if (!layer.captured(FIXED)) return;
  const type = messageType(layer);
  if (type !== 0) {
    out.ascii('DHCP ');
    out.ascii((messageName(type) || 'Unknown').padEnd(8));
    out.ascii(' - Transaction ID 0x');
    out.ascii(transactionId(layer).toString(16));
    return;
  }
  out.ascii(operationName(operation(layer)));
  if (operation(layer) === REPLY || !hasMac(layer)) return;
  out.ascii(' from ');
  out.mac(layer.bytes, hardwareAddressAt(layer));
}

function writeCard(layer: Layer, _packet: Packet, out: Writer): void {
  out.ascii(layer.protocol.column);
  if (!layer.captured(FIXED)) return;
  out.ascii('  ');
  out.ascii(messageName(messageType(layer)) || operationName(operation(layer)));
  out.text(' · id 0x');
  out.hex(transactionId(layer), 8);
  if (hasMac(layer)) {
    out.ascii('\nclient ');
    out.mac(layer.bytes, hardwareAddressAt(layer));
  }
  writeAddress('\nasks for ', layer, optionAt(layer, REQUESTED_ADDRESS, 4), out);
  if (u32(layer.bytes, yourAddressAt(layer)) !== 0) writeAddress('\ngiven ', layer, yourAddressAt(layer), out);
  writeAddress('\nserver ', layer, optionAt(layer, SERVER_ID, 4), out);
  const lease = optionAt(layer, LEASE_TIME, 4);
  if (lease < 0) return;
  out.text(' · lease ');
  out.uint(u32(layer.bytes, lease));
  out.ascii(' s');
}

function writeAddress(label: string, layer: Layer, at: number, out: Writer): void {
  if (at < 0) return;
  out.ascii(label);
  out.ipv4(layer.bytes, at);
}

function operationName(code: number): string {
  if (code === 1) return 'Boot Request';
  return code === REPLY ? 'Boot Reply' : '';
}
