import { u8, u16, u32 } from '../core/bytes.ts';
import { VERDICT_TEXT, type Verdict } from '../core/checksum.ts';
import type { Kind, Row } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { data } from './data.ts';
import {
  LISTENER_DONE,
  LISTENER_QUERY,
  LISTENER_REPORT,
  LISTENER_REPORT_2,
  LISTENER_ROWS,
  walkListeners,
} from './icmpv6-listeners.ts';
import {
  findNdOption,
  linkAddressLength,
  ND_OPTION_ROWS,
  REDIRECTED,
  SOURCE_LINK_ADDRESS,
  TARGET_LINK_ADDRESS,
  walkNdOptions,
} from './icmpv6-options.ts';
import { hopLimit, ipv6 } from './ipv6.ts';
import { transportVerdict } from './pseudo-header.ts';

/**
 * Internet Control Message Protocol for IPv6. RFC 4443 §2.1; neighbour discovery RFC 4861 §4; multicast listeners RFC
 * 2710 and 3810.
 *
 *   0                   1                   2                   3
 *  |     Type      |     Code      |           Checksum            |
 *  |                  Message body (by type) ...                   |
 *
 * Errors (types below 128) quote as much of the packet that caused them as fits the minimum MTU.
 */
export const HEADER = 4;
const BODY = 8;
const NUMBER = 58;

export const UNREACHABLE = 1;
export const TOO_BIG = 2;
export const TIME_EXCEEDED = 3;
export const PARAMETER_PROBLEM = 4;
export const ECHO_REQUEST = 128;
export const ECHO_REPLY = 129;
export const ROUTER_SOLICITATION = 133;
export const ROUTER_ADVERTISEMENT = 134;
export const NEIGHBOR_SOLICITATION = 135;
export const NEIGHBOR_ADVERTISEMENT = 136;
const REDIRECT = 137;

export const type = (icmp: Layer): number => u8(icmp.bytes, icmp.start);
export const code = (icmp: Layer): number => u8(icmp.bytes, icmp.start + 1);
export const checksum = (icmp: Layer): number => u16(icmp.bytes, icmp.start + 2);
export const checksumVerdict = (icmp: Layer): Verdict => transportVerdict(icmp, NUMBER, checksum(icmp));
/** Of an echo. */
export const identifier = (icmp: Layer): number => u16(icmp.bytes, icmp.start + 4);
export const sequence = (icmp: Layer): number => u16(icmp.bytes, icmp.start + 6);
/** Of a packet that is too big. */
export const mtu = (icmp: Layer): number => u32(icmp.bytes, icmp.start + 4);
/** Of a neighbour solicitation, a neighbour advertisement, or a redirect. */
export const targetAt = (icmp: Layer): number => icmp.start + 8;
/** Of a neighbour advertisement. */
export const isRouter = (icmp: Layer): number => u8(icmp.bytes, icmp.start + 4) >>> 7;
export const isSolicited = (icmp: Layer): number => (u8(icmp.bytes, icmp.start + 4) >>> 6) & 1;
const isOverride = (icmp: Layer): number => (u8(icmp.bytes, icmp.start + 4) >>> 5) & 1;

const isError = (icmp: Layer): boolean => type(icmp) < 128;
const isEcho = (value: number): boolean => value === ECHO_REQUEST || value === ECHO_REPLY;

/** Where the options of this message type begin, counted from the message's start; 0 for types without. */
function optionsAt(value: number): number {
  if (value === ROUTER_SOLICITATION) return 8;
  if (value === ROUTER_ADVERTISEMENT) return 16;
  if (value === NEIGHBOR_SOLICITATION || value === NEIGHBOR_ADVERTISEMENT) return 24;
  return value === REDIRECT ? 40 : 0;
}

/** The link-layer address that an option tells, an offset, or -1. */
export const linkAddressAt = (icmp: Layer, option: number): number => {
  const from = optionsAt(type(icmp));
  const at = from === 0 ? -1 : findNdOption(icmp, icmp.start + from, option);
  return at < 0 ? -1 : at + 2;
};

/** A field that only messages of these types have. */
function only(
  types: readonly number[],
  id: string,
  label: string,
  kind: Kind,
  bit: number,
  bits: number,
  read: (icmp: Layer) => number,
  level = 0,
): Row {
  return { id, label, kind, bit, bits, level, read: (icmp) => (types.includes(type(icmp)) ? read(icmp) : null) };
}

const byte =
  (at: number, shift = 0, mask = 0xff) =>
  (icmp: Layer) =>
    (u8(icmp.bytes, icmp.start + at) >>> shift) & mask;
const word = (at: number) => (icmp: Layer) => u32(icmp.bytes, icmp.start + at);

const ECHO = [ECHO_REQUEST, ECHO_REPLY];
const ADVERTISED = [ROUTER_ADVERTISEMENT];
const NA = [NEIGHBOR_ADVERTISEMENT];

export const icmpv6: Protocol = {
  id: 'icmpv6',
  name: 'Internet Control Message Protocol v6',
  column: 'ICMPv6',
  spec: 'RFC 4443 §2.1',
  fields: [
    {
      id: 'icmpv6.type',
      label: 'Type',
      kind: 'uint',
      bit: 0,
      bits: 8,
      read: type,
      show: (value: number) => TYPE_NAMES.get(value) ?? '',
    },
    {
      id: 'icmpv6.code',
      label: 'Code',
      kind: 'uint',
      bit: 8,
      bits: 8,
      read: code,
      show: (value: number, layer) => CODE_NAMES[type(layer)]?.[value] ?? '',
    },
    { id: 'icmpv6.checksum', label: 'Checksum', kind: 'hex', bit: 16, bits: 16, read: checksum },
    {
      id: 'dissect.icmpv6.checksum',
      label: 'Checksum verdict',
      kind: 'text',
      read: (icmp) => (icmp.captured(HEADER) ? checksumVerdict(icmp) : null),
      level: 1,
      about: 'good, bad, partial (left to the network card), or unverifiable (snapped, a fragment, or quoted in part).',
    },
    only(ECHO, 'icmpv6.echo.identifier', 'Identifier', 'hex', 32, 16, identifier),
    only(ECHO, 'icmpv6.echo.sequence_number', 'Sequence number', 'uint', 48, 16, sequence),
    only([TOO_BIG], 'icmpv6.mtu', 'MTU', 'uint', 32, 32, mtu),
    only([PARAMETER_PROBLEM], 'icmpv6.pointer', 'Pointer', 'uint', 32, 32, word(4)),
    only(ADVERTISED, 'icmpv6.nd.ra.cur_hop_limit', 'Hop limit to use', 'uint', 32, 8, byte(4)),
    only(ADVERTISED, 'icmpv6.nd.ra.flag', 'Flags', 'hex', 40, 8, byte(5)),
    only(ADVERTISED, 'icmpv6.nd.ra.flag.m', 'Managed addresses', 'bool', 40, 1, byte(5, 7, 1), 1),
    only(ADVERTISED, 'icmpv6.nd.ra.flag.o', 'Other configuration', 'bool', 41, 1, byte(5, 6, 1), 1),
    only(ADVERTISED, 'icmpv6.nd.ra.flag.h', 'Home agent', 'bool', 42, 1, byte(5, 5, 1), 1),
    only(ADVERTISED, 'icmpv6.nd.ra.flag.prf', 'Router preference', 'uint', 43, 2, byte(5, 3, 3), 1),
    only(ADVERTISED, 'icmpv6.nd.ra.flag.p', 'Proxy', 'bool', 45, 1, byte(5, 2, 1), 1),
    only(ADVERTISED, 'icmpv6.nd.ra.router_lifetime', 'Router lifetime (s)', 'uint', 48, 16, (icmp) =>
      u16(icmp.bytes, icmp.start + 6),
    ),
    only(ADVERTISED, 'icmpv6.nd.ra.reachable_time', 'Reachable time (ms)', 'uint', 64, 32, word(8)),
    only(ADVERTISED, 'icmpv6.nd.ra.retrans_timer', 'Retransmission timer (ms)', 'uint', 96, 32, word(12)),
    only([NEIGHBOR_SOLICITATION], 'icmpv6.nd.ns.target_address', 'Target', 'ipv6', 64, 128, targetAt),
    only(NA, 'icmpv6.nd.na.flag.r', 'Router', 'bool', 32, 1, isRouter),
    only(NA, 'icmpv6.nd.na.flag.s', 'Solicited', 'bool', 33, 1, isSolicited),
    only(NA, 'icmpv6.nd.na.flag.o', 'Override', 'bool', 34, 1, isOverride),
    only(NA, 'icmpv6.nd.na.target_address', 'Target', 'ipv6', 64, 128, targetAt),
    only([REDIRECT], 'icmpv6.nd.rd.target_address', 'Target', 'ipv6', 64, 128, targetAt),
    only([REDIRECT], 'icmpv6.rd.na.destination_address', 'Destination', 'ipv6', 192, 128, (icmp) => icmp.start + 24),
  ],
  walked: [...ND_OPTION_ROWS, ...LISTENER_ROWS],
  decode(icmp, packet) {
    if (!icmp.captured(HEADER)) return packet.short(icmp, 'header', HEADER);
    const kind = type(icmp);
    if (kind <= PARAMETER_PROBLEM && kind > 0) return quoted(icmp, packet);
    if (isEcho(kind)) {
      if (!icmp.captured(BODY)) return packet.short(icmp, 'body', BODY);
      icmp.headerEnd = icmp.start + BODY;
      return data;
    }
    const least = LEAST.get(kind) ?? HEADER;
    if (!icmp.captured(least)) return packet.short(icmp, 'body', least);
    if (kind === REDIRECT) return redirected(icmp, packet);
    icmp.headerEnd = icmp.capturedEnd;
    return null;
  },
  walk(icmp, _packet, visit) {
    if (!icmp.captured(HEADER)) return;
    const from = optionsAt(type(icmp));
    if (from > 0) walkNdOptions(icmp, icmp.start + from, visit);
    else walkListeners(icmp, type(icmp), visit);
  },
  info,
  card(icmp, packet, out) {
    out.ascii('ICMPv6  ');
    info(icmp, packet, out);
    out.text(`\ntype ${type(icmp)} · code ${code(icmp)} · checksum ${VERDICT_TEXT[checksumVerdict(icmp)]}`);
  },
};

/** Octets that a message of this type has at least. */
const LEAST = new Map([
  [LISTENER_QUERY, 24],
  [LISTENER_REPORT, 24],
  [LISTENER_DONE, 24],
  [ROUTER_SOLICITATION, 8],
  [ROUTER_ADVERTISEMENT, 16],
  [NEIGHBOR_SOLICITATION, 24],
  [NEIGHBOR_ADVERTISEMENT, 24],
  [REDIRECT, 40],
  [LISTENER_REPORT_2, 8],
]);

function quoted(icmp: Layer, packet: Packet): Protocol | null {
  if (!icmp.captured(BODY)) return packet.short(icmp, 'body', BODY);
  icmp.headerEnd = icmp.start + BODY;
  packet.quoteFrom(icmp);
  return ipv6;
}

/** A redirect quotes the packet that it is about in an option (RFC 4861 §4.6.3). */
function redirected(icmp: Layer, packet: Packet): Protocol | null {
  const option = findNdOption(icmp, icmp.start + optionsAt(REDIRECT), REDIRECTED);
  if (option < 0) {
    icmp.headerEnd = icmp.capturedEnd;
    return null;
  }
  icmp.headerEnd = option + 8;
  packet.quoteFrom(icmp);
  return ipv6;
}

function info(icmp: Layer, _packet: Packet, out: Writer): void {
  if (!icmp.captured(HEADER)) return;
  const kind = type(icmp);
  const name = TYPE_NAMES.get(kind);
  out.ascii(name ?? `Unknown (${kind})`);
  if (isError(icmp)) {
    const reason = CODE_NAMES[kind]?.[code(icmp)];
    if (reason !== undefined) out.ascii(` (${reason})`);
  }
  if (!icmp.captured(LEAST.get(kind) ?? BODY)) return;
  if (isEcho(kind)) writeEcho(icmp, out);
  else if (optionsAt(kind) > 0) writeDiscovery(icmp, kind, out);
}

function writeEcho(icmp: Layer, out: Writer): void {
  out.ascii(' id=0x');
  out.hex(identifier(icmp), 4);
  out.ascii(', seq=');
  out.uint(sequence(icmp));
  if (icmp.network?.protocol !== ipv6) return;
  out.ascii(', hop limit=');
  out.uint(hopLimit(icmp.network));
}

function writeDiscovery(icmp: Layer, kind: number, out: Writer): void {
  if (kind === NEIGHBOR_SOLICITATION) {
    out.ascii(' for ');
    out.ipv6(icmp.bytes, targetAt(icmp));
  } else if (kind === NEIGHBOR_ADVERTISEMENT) {
    out.byte(32);
    out.ipv6(icmp.bytes, targetAt(icmp));
    writeAnswerFlags(icmp, out);
  }
  writeLinkAddress(icmp, SOURCE_LINK_ADDRESS, ' from ', out);
  writeLinkAddress(icmp, TARGET_LINK_ADDRESS, ' is at ', out);
}

function writeAnswerFlags(icmp: Layer, out: Writer): void {
  let before = ' (';
  for (const [set, name] of [
    [isRouter(icmp), 'rtr'],
    [isSolicited(icmp), 'sol'],
    [isOverride(icmp), 'ovr'],
  ] as const) {
    if (!set) continue;
    out.ascii(before);
    out.ascii(name);
    before = ', ';
  }
  out.ascii(before === ', ' ? ')' : ' (none)');
}

function writeLinkAddress(icmp: Layer, option: number, word: string, out: Writer): void {
  const at = linkAddressAt(icmp, option);
  if (at < 0) return;
  const end = at + linkAddressLength(u8(icmp.bytes, at - 1) * 8);
  if (end > icmp.capturedEnd) return;
  out.ascii(word);
  out.octets(icmp.bytes, at, end, COLON);
}

const COLON = 58;

const TYPE_NAMES = new Map([
  [UNREACHABLE, 'Destination Unreachable'],
  [TOO_BIG, 'Packet Too Big'],
  [TIME_EXCEEDED, 'Time Exceeded'],
  [PARAMETER_PROBLEM, 'Parameter Problem'],
  [ECHO_REQUEST, 'Echo (ping) request'],
  [ECHO_REPLY, 'Echo (ping) reply'],
  [LISTENER_QUERY, 'Multicast Listener Query'],
  [LISTENER_REPORT, 'Multicast Listener Report'],
  [LISTENER_DONE, 'Multicast Listener Done'],
  [ROUTER_SOLICITATION, 'Router Solicitation'],
  [ROUTER_ADVERTISEMENT, 'Router Advertisement'],
  [NEIGHBOR_SOLICITATION, 'Neighbor Solicitation'],
  [NEIGHBOR_ADVERTISEMENT, 'Neighbor Advertisement'],
  [REDIRECT, 'Redirect'],
  [138, 'Router Renumbering'],
  [139, 'Node Information Query'],
  [140, 'Node Information Reply'],
  [141, 'Inverse Neighbor Discovery Solicitation'],
  [142, 'Inverse Neighbor Discovery Advertisement'],
  [LISTENER_REPORT_2, 'Multicast Listener Report Message v2'],
  [144, 'Home Agent Address Discovery Request'],
  [145, 'Home Agent Address Discovery Reply'],
  [146, 'Mobile Prefix Solicitation'],
  [147, 'Mobile Prefix Advertisement'],
  [148, 'Certification Path Solicitation'],
  [149, 'Certification Path Advertisement'],
  [151, 'Multicast Router Advertisement'],
  [152, 'Multicast Router Solicitation'],
  [153, 'Multicast Router Termination'],
  [155, 'RPL Control'],
  [160, 'Extended Echo request'],
  [161, 'Extended Echo reply'],
]);

const CODE_NAMES: Readonly<Record<number, readonly string[]>> = {
  [UNREACHABLE]: [
    'no route to destination',
    'Administratively prohibited',
    'Beyond scope of source address',
    'Address unreachable',
    'Port unreachable',
    'Source address failed ingress/egress policy',
    'Reject route to destination',
    'Error in Source Routing Header',
  ],
  [TIME_EXCEEDED]: ['hop limit exceeded in transit', 'fragment reassembly time exceeded'],
  [PARAMETER_PROBLEM]: [
    'erroneous header field encountered',
    'unrecognized Next Header type encountered',
    'unrecognized IPv6 option encountered',
    'IPv6 First Fragment has incomplete IPv6 Header Chain',
  ],
};
