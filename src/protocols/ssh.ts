import { u32 } from '../core/bytes.ts';
import { gatherRows, type Row, type Visit } from '../core/field.ts';
import type { Context, Layer, Protocol } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { srcPort, tcp } from './tcp.ts';
import { lineFeed } from './text-line.ts';

/**
 * Secure Shell, one packet of its transport. RFC 4253 §6; before the first one each side sends a line (§4.2).
 *
 *   0                   1                   2                   3
 *  |                        Packet length                          |
 *  |Padding length |  Message code | ...        (behind: padding)
 *
 * From New Keys on everything is encrypted, often the length as well: src/streams/ssh.ts knows from where, and hands over
 * what a segment carries.
 */
export const PORT = 22;
export const HEADER = 6;
const LENGTH = 4;
/** Lengths above are none: an implementation need not take more than 35,000 (§6.1). */
const LONGEST_PACKET = 1 << 18;

export const KEY_EXCHANGE_INIT = 20;
export const NEW_KEYS = 21;
const COOKIE = 16;

/** What the conversation knows of a packet. */
export class Phase implements Context {
  readonly rows: readonly Row[] = [];
  /** Names of the messages 30 to 34, which each method of key exchange has for itself. */
  readonly names: readonly string[];
  readonly column: string;

  constructor(names: readonly string[], column = 'SSHv2') {
    this.names = names;
    this.column = column;
  }
}

const DH = 'Diffie-Hellman';
const GROUP_EXCHANGE = `${DH} Group Exchange`;
/** Only one side, or neither, has said which version it speaks. */
export const BEFORE_VERSIONS = new Phase([], 'SSH');
export const ENCRYPTED = new Phase([]);
export const ENCRYPTED_BEFORE_VERSIONS = new Phase([], 'SSH');
export const DIFFIE_HELLMAN = new Phase([`${DH} Key Exchange Init`, `${DH} Key Exchange Reply`]);
/** RFC 5656 §4, RFC 8731: the same two messages. */
export const ELLIPTIC_CURVE = new Phase(DIFFIE_HELLMAN.names.map((name) => `Elliptic Curve ${name}`));
/** RFC 4419 §5. */
export const CHOSEN_GROUP = new Phase([
  '',
  `${GROUP_EXCHANGE} Group`,
  `${GROUP_EXCHANGE} Init`,
  `${GROUP_EXCHANGE} Reply`,
  `${GROUP_EXCHANGE} Request`,
]);

/** How the method of this name exchanges keys. */
export function phaseOf(method: string): Phase {
  if (method.startsWith('diffie-hellman-group-exchange')) return CHOSEN_GROUP;
  return /^(ecdh|curve)/.test(method) ? ELLIPTIC_CURVE : DIFFIE_HELLMAN;
}

const MESSAGES: Readonly<Record<number, string>> = {
  1: 'Disconnect',
  2: 'Ignore',
  3: 'Unimplemented',
  4: 'Debug',
  5: 'Service Request',
  6: 'Service Accept',
  20: 'Key Exchange Init',
  21: 'New Keys',
};
const FIRST_OF_METHOD = 30;

const messageName = (code: number, { names }: Phase): string =>
  MESSAGES[code] ?? (names[code - FIRST_OF_METHOD] || 'Unknown');

/** True where the line stands that each side begins with. */
export function isBanner(bytes: Uint8Array, at: number, end: number): boolean {
  return at + BANNER.length <= end && BANNER.every((octet, i) => bytes[at + i] === octet);
}

const BANNER = [0x53, 0x53, 0x48, 0x2d]; // SSH-

export const packetLength = (bytes: Uint8Array, at: number): number => u32(bytes, at);

/** True when the six octets at `at` may begin a packet that is not encrypted (§6). */
export function looksLikePacket(bytes: Uint8Array, at: number): boolean {
  const length = packetLength(bytes, at);
  const padding = bytes[at + 4]!;
  return length >= 5 && length <= LONGEST_PACKET && padding >= 4 && padding + 1 < length;
}

const isPacket = ({ context, bytes, start, capturedEnd }: Layer): boolean =>
  context !== ENCRYPTED &&
  context !== ENCRYPTED_BEFORE_VERSIONS &&
  start + HEADER <= capturedEnd &&
  !isBanner(bytes, start, capturedEnd) &&
  looksLikePacket(bytes, start);

const rows: Row[] = [];
const row = gatherRows(rows, 'ssh.');

const phase = ({ context }: Layer): Phase => (context instanceof Phase ? context : DIFFIE_HELLMAN);

const PROTOCOL = row('protocol', 'Version', 'text');
const PACKET_LENGTH = row('packet_length', 'Packet length', 'uint');
const PADDING_LENGTH = row('padding_length', 'Padding length', 'uint');
const MESSAGE = row('message_code', 'Message', 'uint', {
  show: (code: number, layer) => messageName(code, phase(layer)),
});
const COOKIE_ROW = row('cookie', 'Random octets', 'bytes');
const FIRST_FOLLOWS = row('first_kex_packet_follows', 'A guess follows', 'bool');
const ENCRYPTED_PACKET = row('encrypted_packet', 'Encrypted', 'bytes');

/** The lists of names in their order (§7.1), each with its length before it. */
const LISTS = [
  ['kex_algorithms', 'Key exchange methods'],
  ['server_host_key_algorithms', 'Host key algorithms'],
  ['encryption_algorithms_client_to_server', 'Encryption, to the server'],
  ['encryption_algorithms_server_to_client', 'Encryption, to the client'],
  ['mac_algorithms_client_to_server', 'Integrity, to the server'],
  ['mac_algorithms_server_to_client', 'Integrity, to the client'],
  ['compression_algorithms_client_to_server', 'Compression, to the server'],
  ['compression_algorithms_server_to_client', 'Compression, to the client'],
  ['languages_client_to_server', 'Languages, to the server'],
  ['languages_server_to_client', 'Languages, to the client'],
].map(([id, label]) => ({ names: row(id!, label!, 'text'), length: row(`${id}_length`, `${label}: length`, 'uint') }));

/** Where the lists of names of a Key Exchange Init begin. */
const listsAt = (start: number): number => start + HEADER + COOKIE;

/** Where the list with this index begins, behind its length; -1 when the message is too short for it. */
export function nameListAt(bytes: Uint8Array, start: number, end: number, index: number): number {
  let at = listsAt(start);
  for (let i = 0; i <= index; i++) {
    if (at + LENGTH > end) return -1;
    const length = u32(bytes, at);
    at += LENGTH;
    if (length > end - at) return -1;
    if (i === index) return at;
    at += length;
  }
  return -1;
}

/** The list with this index as text; null when the message is too short for it. */
export function nameList(bytes: Uint8Array, start: number, end: number, index: number): string | null {
  const at = nameListAt(bytes, start, end, index);
  return at < 0 ? null : stringOf(bytes, at, at + u32(bytes, at - LENGTH));
}

export const ssh: Protocol = {
  id: 'ssh',
  name: 'SSH Protocol',
  column: 'SSH',
  spec: 'RFC 4253 §6',
  fields: [],
  walked: rows,
  decode: (layer, packet) => packet.takeAll(layer, 'packet'),
  walk,
  info,
  card,
};

function walk(layer: Layer, _packet: Packet, visit: Visit): void {
  const { bytes, start, capturedEnd } = layer;
  if (isBanner(bytes, start, capturedEnd)) {
    const end = bannerEnd(bytes, start, capturedEnd);
    visit(PROTOCOL, start, end - start, stringOf(bytes, start, end), 0);
    return;
  }
  if (!isPacket(layer)) {
    if (isLeftOver(layer)) return;
    visit(ENCRYPTED_PACKET, start, capturedEnd - start, start, 0);
    return;
  }
  visit(PACKET_LENGTH, start, 4, packetLength(bytes, start), 0);
  visit(PADDING_LENGTH, start + 4, 1, bytes[start + 4]!, 0);
  visit(MESSAGE, start + 5, 1, bytes[start + 5]!, 0);
  if (bytes[start + 5] === KEY_EXCHANGE_INIT) visitKeyExchangeInit(bytes, start, capturedEnd, visit);
}

/** What the capture left is too little to tell a version or a packet from what is encrypted. */
const isLeftOver = ({ context, start, capturedEnd, wireEnd }: Layer): boolean =>
  context !== ENCRYPTED && capturedEnd < wireEnd && capturedEnd - start < HEADER;

/** Where the line ends, without CR LF. */
function bannerEnd(bytes: Uint8Array, start: number, end: number): number {
  const feed = lineFeed(bytes, start, end);
  const behind = feed < 0 ? end : feed;
  return behind > start && bytes[behind - 1] === 13 ? behind - 1 : behind;
}

function visitKeyExchangeInit(bytes: Uint8Array, start: number, end: number, visit: Visit): void {
  let at = listsAt(start);
  if (at > end) return;
  visit(COOKIE_ROW, at - COOKIE, COOKIE, at - COOKIE, 1);
  for (const { names, length } of LISTS) {
    if (at + LENGTH > end) return;
    const octets = u32(bytes, at);
    visit(length, at, LENGTH, octets, 1);
    at += LENGTH;
    if (octets > end - at) return;
    if (octets > 0) visit(names, at, octets, stringOf(bytes, at, at + octets), 1);
    at += octets;
  }
  if (at < end) visit(FIRST_FOLLOWS, at, 1, bytes[at] === 0 ? 0 : 1, 1);
}

/** All packets of the segment: the line has room for one layer only. */
function info(layer: Layer, packet: Packet, out: Writer): void {
  let some = false;
  for (let i = 0; i <= layer.index; i++) {
    const other = packet.layers[i]!;
    if (other.protocol !== ssh) continue;
    if (some) out.ascii(', ');
    else writeSide(packet, out);
    some = true;
    writePacket(other, out);
  }
}

function writeSide(packet: Packet, out: Writer): void {
  const transport = packet.find(tcp);
  if (transport?.whole) out.ascii(srcPort(transport) === PORT ? 'Server: ' : 'Client: ');
}

function writePacket(layer: Layer, out: Writer): void {
  const { bytes, start, capturedEnd, wireEnd } = layer;
  if (isBanner(bytes, start, capturedEnd)) {
    out.ascii('Protocol (');
    out.safe(stringOf(bytes, start, bannerEnd(bytes, start, capturedEnd)));
    out.byte(41);
  } else if (isPacket(layer)) out.ascii(messageName(bytes[start + 5]!, phase(layer)));
  else out.ascii(`Encrypted packet (len=${wireEnd - start})`);
}

function card(layer: Layer, packet: Packet, out: Writer): void {
  out.ascii('SSH  ');
  info(layer, packet, out);
}
