import { u8, u16, u32 } from '../core/bytes.ts';
import { VERDICT_TEXT, type Verdict } from '../core/checksum.ts';
import { payloadRow, type Row } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { Literal } from '../core/literal.ts';
import type { Writer } from '../core/writer.ts';
import { transportVerdict } from './pseudo-header.ts';
import { TCP_OPTION_ROWS, walkTcpOptions, writeTcpOptions } from './tcp-options.ts';

/**
 * Transmission Control Protocol, one segment's header. RFC 9293 §3.1; AE bit RFC 9768.
 *
 *   0                   1                   2                   3
 *  |          Source Port          |       Destination Port        |
 *  |                        Sequence Number                        |
 *  |                    Acknowledgment Number                      |
 *  | Offs. | Rsvd|A|C|E|U|A|P|R|S|F|            Window             |
 *  |           Checksum            |         Urgent Pointer        |
 *  |                  Options (0 to 40 bytes) ...                  |
 *
 * Stateless: connections, streams and per-end states live in src/tcp/.
 */
export const MIN_HEADER = 20;
export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;
const URG = 0x20;
const ECE = 0x40;
const CWR = 0x80;
const AE = 0x100;

// Accessors are the hot path. `decode` proved the first 20 octets were captured.
export const srcPort = (tcp: Layer): number => u16(tcp.bytes, tcp.start);
export const dstPort = (tcp: Layer): number => u16(tcp.bytes, tcp.start + 2);
export const seq = (tcp: Layer): number => u32(tcp.bytes, tcp.start + 4);
export const ack = (tcp: Layer): number => u32(tcp.bytes, tcp.start + 8);
export const headerLength = (tcp: Layer): number => (u8(tcp.bytes, tcp.start + 12) >>> 4) * 4;
/** The twelve low bits of the word: three reserved, AE, then CWR to FIN. */
export const flags = (tcp: Layer): number => u16(tcp.bytes, tcp.start + 12) & 0x0fff;
export const window = (tcp: Layer): number => u16(tcp.bytes, tcp.start + 14);
export const checksum = (tcp: Layer): number => u16(tcp.bytes, tcp.start + 16);
const urgentPointer = (tcp: Layer): number => u16(tcp.bytes, tcp.start + 18);
/** Octets of payload as sent, captured or not. */
export const payloadLength = (tcp: Layer): number => tcp.wireEnd - tcp.headerEnd;

const flag = (mask: number) => (tcp: Layer) => ((flags(tcp) & mask) === 0 ? 0 : 1);

export const checksumVerdict = (tcp: Layer): Verdict => transportVerdict(tcp, 6, checksum(tcp));

const flagRow = (name: string, label: string, bit: number, mask: number): Row => ({
  id: `tcp.flags.${name}`,
  label,
  kind: 'bool',
  bit,
  bits: 1,
  read: flag(mask),
  level: 1,
});

const FLAGS_END = 14;
/** One letter a bit, from the reserved ones down; a dot for what is not set. */
const FLAG_LETTERS = 'RRRNCEUAPRSF';

const flagLetters = (set: number): string =>
  [...FLAG_LETTERS].map((letter, i) => ((set >>> (FLAG_LETTERS.length - 1 - i)) & 1 ? letter : '·')).join('');

export const tcp: Protocol = {
  id: 'tcp',
  name: 'Transmission Control Protocol',
  column: 'TCP',
  spec: 'RFC 9293 §3.1',
  byUnit: true,
  fields: [
    { id: 'tcp.srcport', label: 'Source port', kind: 'uint', bit: 0, bits: 16, read: srcPort },
    { id: 'tcp.dstport', label: 'Destination port', kind: 'uint', bit: 16, bits: 16, read: dstPort },
    {
      id: 'tcp.seq_raw',
      label: 'Sequence number (raw)',
      kind: 'uint',
      bit: 32,
      bits: 32,
      read: (layer) => (layer.quoted ? null : seq(layer)), // there tcp.seq is the raw number
    },
    { id: 'tcp.ack_raw', label: 'Acknowledgment number (raw)', kind: 'uint', bit: 64, bits: 32, read: ack },
    { id: 'tcp.hdr_len', label: 'Header length', kind: 'uint', bit: 96, bits: 4, scale: 4, read: headerLength },
    {
      id: 'tcp.flags',
      label: 'Flags',
      kind: 'hex',
      bit: 100,
      bits: 12,
      read: flags,
      show: (value: number) => flagNames(value),
    },
    {
      id: 'tcp.flags.str',
      label: 'Flags as letters',
      kind: 'text',
      read: (layer) => (layer.captured(FLAGS_END) ? flagLetters(flags(layer)) : null),
      asked: true,
    },
    flagRow('ae', 'Accurate ECN', 103, AE),
    flagRow('cwr', 'Congestion window reduced', 104, CWR),
    flagRow('ece', 'ECN echo', 105, ECE),
    flagRow('urg', 'Urgent', 106, URG),
    flagRow('ack', 'Acknowledgment', 107, ACK),
    flagRow('push', 'Push', 108, PSH),
    flagRow('reset', 'Reset', 109, RST),
    flagRow('syn', 'Synchronize', 110, SYN),
    flagRow('fin', 'Finish', 111, FIN),
    { id: 'tcp.window_size_value', label: 'Window', kind: 'uint', bit: 112, bits: 16, read: window },
    { id: 'tcp.checksum', label: 'Checksum', kind: 'hex', bit: 128, bits: 16, read: checksum },
    {
      id: 'dissect.tcp.checksum',
      label: 'Checksum verdict',
      kind: 'text',
      read: checksumVerdict,
      level: 1,
      about: 'good, bad, partial (left to the network card), or unverifiable (snapped or one fragment of several).',
    },
    { id: 'tcp.urgent_pointer', label: 'Urgent pointer', kind: 'uint', bit: 144, bits: 16, read: urgentPointer },
    {
      id: 'tcp.len',
      label: 'Payload length',
      kind: 'uint',
      read: (layer) => (layer.captured(MIN_HEADER) && !layer.quoted ? payloadLength(layer) : null),
    },
    {
      id: 'tcp.options',
      label: 'Options',
      kind: 'bytes',
      read: (layer) => (layer.headerEnd > layer.start + MIN_HEADER ? layer.start + MIN_HEADER : null),
      length: (layer) => Math.min(layer.headerEnd, layer.capturedEnd) - layer.start - MIN_HEADER,
      asked: true,
    },
    payloadRow('tcp.payload', MIN_HEADER),
  ],
  walked: TCP_OPTION_ROWS,
  decode(layer, packet) {
    if (!layer.captured(MIN_HEADER)) return packet.short(layer, 'header', MIN_HEADER);
    const length = headerLength(layer);
    if (length < MIN_HEADER) {
      layer.headerEnd = layer.start + MIN_HEADER;
      return packet.malformed(layer, 'dataOffset', MIN_HEADER, length, 'tcp.hdr_len');
    }
    layer.headerEnd = layer.start + length;
    if (!layer.captured(length)) {
      packet.short(layer, 'options', length, 'tcp.hdr_len');
      layer.headerEnd = Math.min(layer.start + length, layer.wireEnd);
    }
    return null; // the payload belongs to a stream: src/streams/ decides what it is
  },
  walk: walkTcpOptions,
  info(layer, _packet, out) {
    writePorts(layer, out);
    out.ascii(` [${flagNames(flags(layer))}] Seq=${seq(layer)}`);
    if (flags(layer) & ACK) out.ascii(` Ack=${ack(layer)}`);
    out.ascii(` Win=${window(layer)} Len=${payloadLength(layer)}`);
    writeTcpOptions(layer, out);
  },
  card(layer, _packet, out) {
    writeCardPorts(layer, out);
    out.literal(CARD_SEQ);
    out.uint(seq(layer));
    if (flags(layer) & ACK) {
      out.literal(CARD_ACK);
      out.uint(ack(layer));
    }
    writeCardWindow(layer, window(layer), out);
  },
};

/** The card's title: `TCP  80 → 51234 [SYN, ACK]`. */
export function writeCardPorts(layer: Layer, out: Writer): void {
  out.literal(CARD_TITLE);
  writePorts(layer, out);
  out.literal(CARD_FLAGS);
  out.ascii(flagNames(flags(layer)));
  out.byte(CLOSING_BRACKET);
}

export function writeCardWindow(layer: Layer, octets: number, out: Writer): void {
  out.literal(CARD_WINDOW);
  out.uint(octets);
  out.literal(CARD_CHECKSUM);
  out.ascii(VERDICT_TEXT[checksumVerdict(layer)]);
}

const CARD_TITLE = Literal.of('TCP  ');
const CARD_FLAGS = Literal.of(' [');
export const CARD_SEQ: Literal = Literal.of('\nseq ');
export const CARD_ACK: Literal = Literal.of(' · ack ');
const CARD_WINDOW = Literal.of(' · win ');
const CARD_CHECKSUM = Literal.of(' · checksum ');
const CLOSING_BRACKET = 93;

const FLAG_NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'AE'];
const flagText: string[] = [];

/** `SYN, ACK` and so on, from the lowest bit up, as Wireshark orders them. */
export function flagNames(value: number): string {
  const known = flagText[value];
  if (known !== undefined) return known;
  const names = FLAG_NAMES.filter((_, bit) => value & (1 << bit));
  const text = names.length > 0 ? names.join(', ') : '<None>';
  flagText[value] = text;
  return text;
}

export function writePorts(layer: Layer, out: Writer): void {
  out.uint(srcPort(layer));
  out.labelled(ARROW, dstPort(layer));
}

const ARROW = Literal.of(' → ');
