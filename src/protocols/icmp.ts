import { u8, u16, u32 } from '../core/bytes.ts';
import { addWords, fold, VERDICT_TEXT, type Verdict } from '../core/checksum.ts';
import { dateText } from '../core/date.ts';
import { durationText } from '../core/duration.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { data } from './data.ts';
import { ipv4, isFragment, ttl } from './ipv4.ts';

/**
 * Internet Control Message Protocol. RFC 792; address masks RFC 950, router discovery RFC 1256, lengths of quotes RFC 4884.
 *
 *   0                   1                   2                   3
 *  |     Type      |     Code      |           Checksum            |
 *  |     Identifier, gateway, pointer, MTU: by type and code       |
 *  |     Data, or the header and first octets of the packet that an error is about ...
 */
export const HEADER = 8;

export const ECHO_REPLY = 0;
export const UNREACHABLE = 3;
const SOURCE_QUENCH = 4;
const REDIRECT = 5;
export const ECHO_REQUEST = 8;
const ROUTER_ADVERTISEMENT = 9;
export const TIME_EXCEEDED = 11;
export const PARAMETER_PROBLEM = 12;
const TIMESTAMP = 13;
const TIMESTAMP_REPLY = 14;
const ADDRESS_MASK_REQUEST = 17;
const ADDRESS_MASK_REPLY = 18;
/** Code of UNREACHABLE (RFC 1191 §4). */
export const FRAGMENTATION_NEEDED = 4;

export const type = (icmp: Layer): number => u8(icmp.bytes, icmp.start);
export const code = (icmp: Layer): number => u8(icmp.bytes, icmp.start + 1);
export const checksum = (icmp: Layer): number => u16(icmp.bytes, icmp.start + 2);
export const identifier = (icmp: Layer): number => u16(icmp.bytes, icmp.start + 4);
export const sequence = (icmp: Layer): number => u16(icmp.bytes, icmp.start + 6);
export const mtu = (icmp: Layer): number => u16(icmp.bytes, icmp.start + 6);
const gatewayAt = (icmp: Layer): number => icmp.start + 4;
const pointer = (icmp: Layer): number => u8(icmp.bytes, icmp.start + 4);

const swapped = (value: number): number => ((value & 0xff) << 8) | (value >>> 8);
const identifierLittle = (icmp: Layer): number => swapped(identifier(icmp));
const sequenceLittle = (icmp: Layer): number => swapped(sequence(icmp));

const is = (...types: number[]) => {
  const set = new Set(types);
  return (icmp: Layer): boolean => set.has(type(icmp));
};
/** Questions and their answers: these carry an identifier and a sequence number. */
const isQuery = is(
  ECHO_REPLY,
  ECHO_REQUEST,
  TIMESTAMP,
  TIMESTAMP_REPLY,
  15,
  16,
  ADDRESS_MASK_REQUEST,
  ADDRESS_MASK_REPLY,
  37,
  38,
);
const isTimestamp = is(TIMESTAMP, TIMESTAMP_REPLY);
const isMask = is(ADDRESS_MASK_REQUEST, ADDRESS_MASK_REPLY);
export const isEcho = is(ECHO_REPLY, ECHO_REQUEST);
const isError = is(UNREACHABLE, SOURCE_QUENCH, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM);
const isFragmentationNeeded = (icmp: Layer): boolean =>
  type(icmp) === UNREACHABLE && code(icmp) === FRAGMENTATION_NEEDED;

const word = (offset: number) => (icmp: Layer) => u32(icmp.bytes, icmp.start + offset);

/** Seconds and microseconds, which a ping writes before its data so that the reply tells when it was asked. */
const SENT_AT = 8;
const DAY = 86_400;
const MICROSECONDS = 1_000_000;

/** How the clock that an echo carries was written, or none: nothing says so, but it is near the capture's own. */
function clock(icmp: Layer, packet: Packet): Clock | null {
  if (!isEcho(icmp) || !icmp.captured(HEADER + SENT_AT) || !packet.frame.hasTime) return null;
  return CLOCKS.find((order) => isNear(icmp, packet, order)) ?? null;
}

interface Clock {
  readonly seconds: (icmp: Layer) => number;
  readonly microseconds: (icmp: Layer) => number;
}

const littleWord = (offset: number) => (icmp: Layer) => {
  const { bytes, start } = icmp;
  const at = start + offset;
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
};
const CLOCKS: readonly Clock[] = [
  { seconds: word(8), microseconds: word(12) },
  { seconds: littleWord(8), microseconds: littleWord(12) },
];

const isNear = (icmp: Layer, { frame }: Packet, { seconds, microseconds }: Clock): boolean =>
  microseconds(icmp) < MICROSECONDS && Math.abs(seconds(icmp) - frame.seconds) < DAY;

const SENT: Row = {
  id: 'icmp.data_time',
  label: 'Sent at, as the data say',
  kind: 'text',
  about: 'The first octets of an echo, where they look like a time within a day of the capture: pings put it there.',
};
const SINCE_SENT: Row = { id: 'icmp.data_time_relative', label: 'Time since then', kind: 'time' };

function walk(icmp: Layer, packet: Packet, visit: Visit): void {
  const sent = icmp.captured(HEADER) ? clock(icmp, packet) : null;
  if (sent === null) return;
  const seconds = sent.seconds(icmp);
  const nanoseconds = sent.microseconds(icmp) * 1000;
  const since = (packet.frame.seconds - seconds) * 1e9 + packet.frame.nanoseconds - nanoseconds;
  visit(SENT, icmp.start + HEADER, SENT_AT, dateText(seconds, nanoseconds), 0);
  visit(SINCE_SENT, icmp.start + HEADER, SENT_AT, durationText(since), 0);
}

/** The sum covers the whole message; RFC 792 needs no pseudo-header. A quoted message is cut short by design. */
export function checksumVerdict(icmp: Layer): Verdict {
  const { network } = icmp;
  if (icmp.quoted || icmp.capturedEnd < icmp.wireEnd) return 'unverifiable';
  if (network !== null && network.protocol === ipv4 && isFragment(network) && !icmp.reassembled) return 'unverifiable';
  return fold(addWords(icmp.bytes, icmp.start, icmp.capturedEnd, 0)) === 0xffff ? 'good' : 'bad';
}

/** Wireshark's numbers for it. */
const STATUS: Record<Verdict, number> = { bad: 0, good: 1, unverifiable: 2, partial: 0, zero: 0 };

const when = (
  id: string,
  label: string,
  kind: Row['kind'],
  bit: number,
  bits: number,
  read: (icmp: Layer) => number,
  has: (icmp: Layer) => boolean,
): Row => ({
  id,
  label,
  kind,
  bit,
  bits,
  read: (icmp) => (has(icmp) ? read(icmp) : null),
});

export const icmp: Protocol = {
  id: 'icmp',
  name: 'Internet Control Message Protocol',
  column: 'ICMP',
  spec: 'RFC 792',
  fields: [
    { id: 'icmp.type', label: 'Type', kind: 'uint', bit: 0, bits: 8, read: type, show: typeName },
    {
      id: 'icmp.code',
      label: 'Code',
      kind: 'uint',
      bit: 8,
      bits: 8,
      read: code,
      show: (value: number, layer) => codeName(type(layer), value),
    },
    { id: 'icmp.checksum', label: 'Checksum', kind: 'hex', bit: 16, bits: 16, read: checksum },
    {
      id: 'icmp.checksum.status',
      label: 'Checksum status',
      kind: 'uint',
      read: (layer) => (layer.captured(4) ? STATUS[checksumVerdict(layer)] : null),
      level: 1,
      about: '1 good, 0 bad, 2 unverified: snapped, quoted, or one fragment of several.',
    },
    when('icmp.ident', 'Identifier', 'uint', 32, 16, identifier, isQuery),
    when('icmp.ident_le', 'Identifier, low octet first', 'uint', 32, 16, identifierLittle, isQuery),
    when('icmp.seq', 'Sequence number', 'uint', 48, 16, sequence, isQuery),
    when('icmp.seq_le', 'Sequence number, low octet first', 'uint', 48, 16, sequenceLittle, isQuery),
    when('icmp.originate_timestamp', 'Originate timestamp', 'uint', 64, 32, word(8), isTimestamp),
    when('icmp.receive_timestamp', 'Receive timestamp', 'uint', 96, 32, word(12), isTimestamp),
    when('icmp.transmit_timestamp', 'Transmit timestamp', 'uint', 128, 32, word(16), isTimestamp),
    when('icmp.address_mask', 'Address mask', 'ipv4', 64, 32, (layer) => layer.start + HEADER, isMask),
    when('icmp.mtu', 'MTU of next hop', 'uint', 48, 16, mtu, isFragmentationNeeded),
    when('icmp.redir_gw', 'Gateway', 'ipv4', 32, 32, gatewayAt, is(REDIRECT)),
    when('icmp.pointer', 'Pointer', 'uint', 32, 8, pointer, is(PARAMETER_PROBLEM)),
    when('icmp.num_addrs', 'Addresses', 'uint', 32, 8, pointer, is(ROUTER_ADVERTISEMENT)),
    when('icmp.lifetime', 'Lifetime', 'uint', 48, 16, mtu, is(ROUTER_ADVERTISEMENT)),
  ],
  walked: [SENT, SINCE_SENT],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    layer.headerEnd = layer.start + HEADER;
    if (isError(layer)) return quoted(layer, packet);
    if (isEcho(layer)) {
      if (clock(layer, packet) !== null) layer.headerEnd += SENT_AT;
      return data;
    }
    const length = HEADER + (isTimestamp(layer) ? 12 : isMask(layer) ? 4 : 0);
    if (!layer.captured(length)) return packet.short(layer, 'message', length);
    layer.headerEnd = layer.start + length;
    return data;
  },
  walk,
  info: writeInfo,
  card(layer, _packet, out) {
    out.ascii('ICMP  ');
    out.ascii(typeName(type(layer)) || `type ${type(layer)}`);
    const ofCode = codeName(type(layer), code(layer));
    if (ofCode !== '') out.ascii(` (${ofCode})`);
    out.line();
    if (isQuery(layer)) out.text(`id ${identifier(layer)} · seq ${sequence(layer)} · `);
    if (isFragmentationNeeded(layer)) out.text(`next hop's MTU ${mtu(layer)} · `);
    if (type(layer) === PARAMETER_PROBLEM) out.text(`octet ${pointer(layer)} · `);
    if (type(layer) === REDIRECT) {
      out.ascii('use gateway ');
      out.ipv4(layer.bytes, gatewayAt(layer));
      out.text(' · ');
    }
    out.ascii(`checksum ${VERDICT_TEXT[checksumVerdict(layer)]}`);
  },
};

/** What an error quotes is an IPv4 header and the first octets behind it (RFC 792, RFC 1812 §4.3.2.3). */
function quoted(layer: Layer, packet: Packet): Protocol {
  packet.quoteFrom(layer);
  return ipv4;
}

function writeInfo(layer: Layer, _packet: Packet, out: Writer): void {
  const name = typeName(type(layer));
  if (name === '') {
    out.ascii(`Unknown ICMP type ${type(layer)}`);
    return;
  }
  out.ascii(name);
  const ofCode = codeName(type(layer), code(layer));
  if (!isQuery(layer) && ofCode === '') return;
  for (let width = name.length; width < 20; width++) out.byte(32);
  if (!isQuery(layer)) {
    out.ascii(` (${ofCode})`);
    return;
  }
  out.ascii(' id=0x');
  out.hex(identifier(layer), 4);
  out.ascii(`, seq=${sequence(layer)}/${sequenceLittle(layer)}`);
  const { network } = layer;
  if (network !== null && network.protocol === ipv4) out.ascii(`, ttl=${ttl(network)}`);
}

/** IANA "ICMP Type Numbers". Empty for one that is not here. */
function typeName(value: number): string {
  return TYPES.get(value) ?? '';
}

const TYPES = new Map([
  [0, 'Echo (ping) reply'],
  [3, 'Destination unreachable'],
  [4, 'Source quench (flow control)'],
  [5, 'Redirect'],
  [6, 'Alternate host address'],
  [8, 'Echo (ping) request'],
  [9, 'Router advertisement'],
  [10, 'Router solicitation'],
  [11, 'Time-to-live exceeded'],
  [12, 'Parameter problem'],
  [13, 'Timestamp request'],
  [14, 'Timestamp reply'],
  [15, 'Information request'],
  [16, 'Information reply'],
  [17, 'Address mask request'],
  [18, 'Address mask reply'],
  [30, 'Traceroute'],
  [31, 'Datagram conversion error'],
  [37, 'Domain name request'],
  [38, 'Domain name reply'],
  [40, 'Photuris'],
  [42, 'Extended Echo request'],
  [43, 'Extended Echo reply'],
]);

function codeName(ofType: number, value: number): string {
  return CODES.get(ofType)?.[value] ?? '';
}

const CODES = new Map<number, readonly string[]>([
  [
    UNREACHABLE,
    [
      'Network unreachable',
      'Host unreachable',
      'Protocol unreachable',
      'Port unreachable',
      'Fragmentation needed',
      'Source route failed',
      'Network unknown',
      'Host unknown',
      'Source host isolated',
      'Network administratively prohibited',
      'Host administratively prohibited',
      'Network unreachable for TOS',
      'Host unreachable for TOS',
      'Communication administratively filtered',
      'Host precedence violation',
      'Precedence cutoff in effect',
    ],
  ],
  [
    REDIRECT,
    ['Redirect for network', 'Redirect for host', 'Redirect for TOS and network', 'Redirect for TOS and host'],
  ],
  [TIME_EXCEEDED, ['Time to live exceeded in transit', 'Fragment reassembly time exceeded']],
  [PARAMETER_PROBLEM, ['Pointer indicates the error', 'Required option missing', 'Bad length']],
]);
