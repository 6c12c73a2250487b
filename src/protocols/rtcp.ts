import { u16, u24, u32 } from '../core/bytes.ts';
import { gatherRows, type Row, type Visit } from '../core/field.ts';
import type { Context, Layer, Protocol } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { timestampText } from './ntp.ts';
import { type Announced, isRtcpType, isVersion2 } from './rtp.ts';

/**
 * RTP Control Protocol: one datagram, which holds several packets (RFC 3550 §6.1). Reports §6.4, description §6.5, goodbye
 * §6.6, application §6.7; feedback RFC 4585 §6; extended reports RFC 3611.
 *
 *   0                   1                   2                   3
 *  |V=2|P|  Count  |  Packet type  |            Length             |
 *  |                        SSRC of sender                         |
 *  |        What the type says: timestamps, report blocks ...      |
 *
 * The length counts words of 32 bits, less one.
 */
const HEADER = 4;

export const SENDER_REPORT = 200;
export const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
export const GOODBYE = 203;
const APPLICATION = 204;
const TRANSPORT_FEEDBACK = 205;
const PAYLOAD_FEEDBACK = 206;
const EXTENDED_REPORT = 207;

/** Sender's timestamps and counts, behind its SSRC (RFC 3550 §6.4.1). */
const SENDER_INFO = 20;
export const REPORT_BLOCK = 24;

/** Steps through the packets of one datagram. Used again for the next one. */
export class RtcpCursor {
  /** Where the packet begins, and where it ends as far as it was captured. */
  at = 0;
  end = 0;
  /** Where it ends on the wire. */
  wireEnd = 0;
  type = 0;
  /** Reports, sources or a subtype. */
  count = 0;

  begin(layer: Layer): this {
    this.wireEnd = layer.start;
    return this;
  }

  next({ bytes, capturedEnd }: Layer): boolean {
    const at = this.wireEnd;
    if (at + HEADER > capturedEnd || !isVersion2(bytes, at, capturedEnd) || !isRtcpType(bytes[at + 1]!)) return false;
    this.at = at;
    this.type = bytes[at + 1]!;
    this.count = bytes[at]! & 31;
    this.wireEnd = at + HEADER + u16(bytes, at + 2) * 4;
    this.end = Math.min(this.wireEnd, capturedEnd);
    return true;
  }

  /** Where its first report block stands. */
  get blocksAt(): number {
    return this.at + HEADER + 4 + (this.type === SENDER_REPORT ? SENDER_INFO : 0);
  }
}

/**
 * RTCP that nobody announced: a report (RFC 3550 §6.1) that fits into a datagram of whole words. What else stands first in
 * practice must end where the datagram does, or another packet begins.
 */
export function looksLikeRtcp(bytes: Uint8Array, at: number, end: number, wireEnd: number): boolean {
  if (at + HEADER > end || !isVersion2(bytes, at, end) || (wireEnd - at) % 4 !== 0) return false;
  const next = at + HEADER + u16(bytes, at + 2) * 4;
  const type = bytes[at + 1]!;
  if (type === SENDER_REPORT || type === RECEIVER_REPORT) return next <= wireEnd;
  return FIRST.includes(type) && (next === wireEnd || (isVersion2(bytes, next, end) && isRtcpType(bytes[next + 1]!)));
}

const FIRST: readonly number[] = [GOODBYE, APPLICATION, PAYLOAD_FEEDBACK];

/** What a tracker knows of a datagram: who announced it. */
export class RtcpDatagram implements Context {
  readonly rows: readonly Row[] = [];
  announced: Announced | null = null;
}

const rows: Row[] = [];
const row = gatherRows(rows, 'rtcp.');

const SETUP_METHOD = row('setup-method', 'Announced by');
const SETUP_FRAME: Row = {
  id: 'dissect.rtcp.announced_in',
  label: 'Announced in frame',
  kind: 'uint',
  about: 'The frame whose description says that control packets go to this endpoint.',
};
rows.push(SETUP_FRAME);
const VERSION = row('version', 'Version', 'uint');
const PADDING = row('padding', 'Padding', 'bool');
const REPORT_COUNT = row('rc', 'Report blocks', 'uint');
const SOURCE_COUNT = row('sc', 'Sources', 'uint');
const SUBTYPE = row('app.subtype', 'Subtype', 'uint');
const TRANSPORT_FORMAT = row('rtpfb.fmt', 'Feedback', 'uint', {
  show: (n: number) => ({ 1: 'NACK', 3: 'TMMBR', 4: 'TMMBN', 15: 'transport-wide congestion control' })[n] ?? '',
});
const PAYLOAD_FORMAT = row('psfb.fmt', 'Feedback', 'uint', {
  show: (n: number) => ({ 1: 'picture loss', 2: 'slice loss', 4: 'full intra request', 15: 'application' })[n] ?? '',
});
const TYPE = row('pt', 'Packet type', 'uint', { show: (n: number) => NAMES.get(n) ?? '' });
const LENGTH = row('length', 'Length', 'uint', { show: (n: number) => `${(n + 1) * 4} bytes` });
const SENDER = row('senderssrc', 'Sender', 'hex', { digits: 8 });
const MEDIA = row('mediassrc', 'Source of the media', 'hex', { digits: 8 });
const NTP_SECONDS = row('timestamp.ntp.msw', 'NTP timestamp, seconds', 'uint');
const NTP_FRACTION = row('timestamp.ntp.lsw', 'NTP timestamp, fraction', 'uint');
const NTP = row('timestamp.ntp', 'NTP timestamp', 'time');
const RTP_TIME = row('timestamp.rtp', 'RTP timestamp', 'uint');
const PACKETS = row('sender.packetcount', 'Packets sent', 'uint');
const OCTETS = row('sender.octetcount', 'Octets of payload sent', 'uint');
const SOURCE = row('ssrc.identifier', 'Source', 'hex', { digits: 8 });
const FRACTION = row('ssrc.fraction', 'Fraction lost', 'uint', {
  level: 1,
  show: (n: number) => (n === 0 ? '' : `${((n * 100) / 256).toFixed(1)} %`),
});
const LOST = row('ssrc.cum_nr', 'Packets lost so far', 'int', { level: 1 });
const HIGHEST = row('ssrc.ext_high', 'Highest sequence number, extended', 'uint', { level: 1 });
const CYCLES = row('ssrc.high_cycles', 'Cycles of the sequence number', 'uint', { level: 2 });
const HIGHEST_SEQUENCE = row('ssrc.high_seq', 'Highest sequence number', 'uint', { level: 2 });
const JITTER = row('ssrc.jitter', 'Interarrival jitter', 'uint', { level: 1, about: 'In units of the RTP timestamp.' });
const LAST_REPORT = row('ssrc.lsr', 'Last sender report', 'uint', {
  level: 1,
  about: 'The middle 32 bits of its NTP timestamp; 0 for none.',
});
const SINCE_REPORT = row('ssrc.dlsr', 'Delay since that report', 'uint', {
  level: 1,
  show: (n: number) => shortTime(n),
});
const EXTENSION = row('profile-specific-extension', 'Extension of the profile', 'bytes');
const ITEM = row('sdes.type', 'Item', 'uint', { level: 1, show: (n: number) => ITEMS[n] ?? '' });
const ITEM_LENGTH = row('sdes.length', 'Length', 'uint', { level: 2 });
const PREFIX_LENGTH = row('sdes.prefix.length', 'Length of the prefix', 'uint', { level: 2 });
const PREFIX = row('sdes.prefix.string', 'Prefix', 'text', { level: 2 });
const TEXT = row('sdes.text', 'Text', 'text', { level: 2 });
const APP_NAME = row('app.name', 'Name');
const APP_DATA = row('app.data', 'Data', 'bytes');
const APP_TEXT = row('app.data_str', 'Data', 'text', { about: 'Data that is all letters.' });
const LOST_PACKET = row('rtpfb.nack_pid', 'Lost packet', 'uint');
const LOST_BITS = row('rtpfb.nack_blp', 'Lost behind it', 'hex', { digits: 4 });
const FEEDBACK = row('fci', 'Feedback information', 'bytes');
const BLOCK_TYPE = row('xr.bt', 'Block', 'uint', { show: (n: number) => BLOCKS[n] ?? '' });
const BLOCK_LENGTH = row('xr.bl', 'Length', 'uint', { level: 1, show: (n: number) => `${n * 4} bytes` });
const BLOCK_TIME = row('xr.timestamp', 'NTP timestamp', 'time', { level: 1 });
const BLOCK_LAST = row('xr.lrr', 'Last receiver report', 'uint', { level: 1 });
const BLOCK_SINCE = row('xr.dlrr', 'Delay since that report', 'uint', { level: 1, show: (n: number) => shortTime(n) });
const BLOCK_CONTENT: Row = { id: 'dissect.rtcp.xr.content', label: 'Content', kind: 'bytes', level: 1 };
const PADDING_COUNT = row('padding.count', 'Octets of padding', 'uint');
const LENGTH_CHECK = row('length_check', 'Lengths add up', 'bool', {
  about: 'The packets fill the datagram: a sign that this is RTCP.',
});
rows.push(BLOCK_CONTENT);

const NAMES = new Map([
  [192, 'full intra request'],
  [193, 'negative acknowledgement'],
  [SENDER_REPORT, 'sender report'],
  [RECEIVER_REPORT, 'receiver report'],
  [SOURCE_DESCRIPTION, 'source description'],
  [GOODBYE, 'goodbye'],
  [APPLICATION, 'application'],
  [TRANSPORT_FEEDBACK, 'transport feedback'],
  [PAYLOAD_FEEDBACK, 'payload feedback'],
  [EXTENDED_REPORT, 'extended report'],
]);
/** RFC 3550 §6.5. */
const ITEMS = ['end', 'CNAME', 'NAME', 'EMAIL', 'PHONE', 'LOC', 'TOOL', 'NOTE', 'PRIV'];
const PRIVATE = 8;
/** RFC 3611 §4. */
const BLOCKS = [
  '',
  'loss RLE',
  'duplicate RLE',
  'packet receipt times',
  'receiver reference time',
  'DLRR',
  'statistics',
  'VoIP metrics',
];
const REFERENCE_TIME = 4;
const DLRR = 5;

/** Units of 1/65536 s. */
const shortTime = (units: number): string => `${(units / 65536).toFixed(6)} s`;

export const rtcp: Protocol = {
  id: 'rtcp',
  name: 'RTP Control Protocol',
  column: 'RTCP',
  spec: 'RFC 3550 §6',
  fields: [],
  walked: rows,
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    if (!cursor.begin(layer).next(layer)) {
      layer.headerEnd = layer.capturedEnd;
      return packet.malformed(layer, 'packetType', HEADER, layer.capturedEnd - layer.start);
    }
    do {
      if (cursor.wireEnd > layer.wireEnd) {
        const need = cursor.wireEnd - layer.start;
        packet.report('malformed', layer, 'length', need, layer.wireEnd - layer.start, 'rtcp.length');
      }
    } while (cursor.next(layer));
    return packet.takeAll(layer, 'packets');
  },
  walk,
  info(layer, _packet, out) {
    let first = true;
    for (const found = new RtcpCursor().begin(layer); found.next(layer); first = false) {
      if (!first) out.ascii(', ');
      out.ascii(NAMES.get(found.type) ?? `type ${found.type}`);
    }
  },
  card(layer, packet, out) {
    out.ascii('RTCP  ');
    rtcp.info!(layer, packet, out);
    writeReports(layer, out);
  },
};

const cursor = new RtcpCursor();

function walk(layer: Layer, _packet: Packet, visit: Visit): void {
  const { bytes, context } = layer;
  const announced = context instanceof RtcpDatagram ? context.announced : null;
  const found = new RtcpCursor().begin(layer);
  while (found.next(layer)) {
    const { at, count, type } = found;
    if (announced !== null) {
      visit(SETUP_FRAME, -1, 0, announced.frame, 0);
      visit(SETUP_METHOD, -1, 0, announced.method, 0);
    }
    const first = bytes[at]!;
    visit(VERSION, at, 1, first >>> 6, 0);
    visit(PADDING, at, 1, (first >>> 5) & 1, 0);
    const counted = COUNTED.get(type);
    if (counted !== undefined) visit(counted, at, 1, count, 0);
    visit(TYPE, at + 1, 1, type, 0);
    visit(LENGTH, at + 2, 2, u16(bytes, at + 2), 0);
    visitContent(bytes, found, visit);
    if ((first & 0x20) !== 0 && found.end === found.wireEnd) {
      visit(PADDING_COUNT, found.end - 1, 1, bytes[found.end - 1]!, 0);
    }
  }
  if (found.wireEnd > layer.start && layer.capturedEnd === layer.wireEnd)
    visit(LENGTH_CHECK, -1, 0, found.wireEnd === layer.wireEnd ? 1 : 0, 0);
}

/** What the five bits behind version and padding are, by packet type. */
const COUNTED = new Map([
  [SENDER_REPORT, REPORT_COUNT],
  [RECEIVER_REPORT, REPORT_COUNT],
  [SOURCE_DESCRIPTION, SOURCE_COUNT],
  [GOODBYE, SOURCE_COUNT],
  [APPLICATION, SUBTYPE],
  [TRANSPORT_FEEDBACK, TRANSPORT_FORMAT],
  [PAYLOAD_FEEDBACK, PAYLOAD_FORMAT],
]);

function visitContent(bytes: Uint8Array, found: RtcpCursor, visit: Visit): void {
  const at = found.at + HEADER;
  switch (found.type) {
    case SOURCE_DESCRIPTION:
      visitDescription(bytes, found, visit);
      return;
    case GOODBYE:
      visitGoodbye(bytes, found, visit);
      return;
  }
  if (at + 4 > found.end) return;
  visit(found.type === APPLICATION ? SOURCE : SENDER, at, 4, u32(bytes, at), 0);
  switch (found.type) {
    case SENDER_REPORT:
    case RECEIVER_REPORT:
      if (found.type === SENDER_REPORT) visitSender(bytes, at + 4, found.end, visit);
      visitBlocks(bytes, found, visit);
      return;
    case APPLICATION:
      if (at + 8 > found.end) return;
      visit(APP_NAME, at + 4, 4, stringOf(bytes, at + 4, at + 8), 0);
      if (at + 8 >= found.end) return;
      if (isLetters(bytes, at + 8, found.end)) {
        visit(APP_TEXT, at + 8, found.end - at - 8, stringOf(bytes, at + 8, found.end), 0);
      } else visit(APP_DATA, at + 8, found.end - at - 8, at + 8, 0);
      return;
    case TRANSPORT_FEEDBACK:
    case PAYLOAD_FEEDBACK:
      visitFeedback(bytes, found, visit);
      return;
    case EXTENDED_REPORT:
      visitExtended(bytes, at + 4, found.end, visit);
      return;
  }
}

function isLetters(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i]! < 0x20 || bytes[i]! > 0x7e) return false;
  return true;
}

function visitSender(bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  if (at + SENDER_INFO > end) return;
  visit(NTP_SECONDS, at, 4, u32(bytes, at), 0);
  visit(NTP_FRACTION, at + 4, 4, u32(bytes, at + 4), 0);
  visit(NTP, at, 8, timestampText(bytes, at), 0);
  visit(RTP_TIME, at + 8, 4, u32(bytes, at + 8), 0);
  visit(PACKETS, at + 12, 4, u32(bytes, at + 12), 0);
  visit(OCTETS, at + 16, 4, u32(bytes, at + 16), 0);
}

/** How many packets a report block says were lost: 24 bits with a sign, for duplicates count against losses. */
export const lostSoFar = (bytes: Uint8Array, at: number): number => (u24(bytes, at + 5) << 8) >> 8;

function visitBlocks(bytes: Uint8Array, found: RtcpCursor, visit: Visit): void {
  let at = found.blocksAt;
  for (let i = 0; i < found.count && at + REPORT_BLOCK <= found.end; i++, at += REPORT_BLOCK) {
    visit(SOURCE, at, 4, u32(bytes, at), 0);
    visit(FRACTION, at + 4, 1, bytes[at + 4]!, 1);
    visit(LOST, at + 5, 3, lostSoFar(bytes, at), 1);
    visit(HIGHEST, at + 8, 4, u32(bytes, at + 8), 1);
    visit(CYCLES, at + 8, 2, u16(bytes, at + 8), 2);
    visit(HIGHEST_SEQUENCE, at + 10, 2, u16(bytes, at + 10), 2);
    visit(JITTER, at + 12, 4, u32(bytes, at + 12), 1);
    visit(LAST_REPORT, at + 16, 4, u32(bytes, at + 16), 1);
    visit(SINCE_REPORT, at + 20, 4, u32(bytes, at + 20), 1);
  }
  if (at < found.end && found.end === found.wireEnd) visit(EXTENSION, at, found.end - at, at, 0);
}

/** Chunks of a source and its items, each padded to a word (RFC 3550 §6.5). */
function visitDescription(bytes: Uint8Array, { at: start, count, end }: RtcpCursor, visit: Visit): void {
  let at = start + HEADER;
  for (let i = 0; i < count && at + 4 <= end; i++) {
    visit(SOURCE, at, 4, u32(bytes, at), 0);
    at += 4;
    while (at < end) {
      const type = bytes[at]!;
      visit(ITEM, at, 1, type, 1);
      if (type === 0) break;
      if (at + 2 > end || at + 2 + bytes[at + 1]! > end) return;
      at = visitItem(bytes, at, type, visit);
    }
    at += 4 - ((at - start) & 3);
  }
}

function visitItem(bytes: Uint8Array, at: number, type: number, visit: Visit): number {
  const length = bytes[at + 1]!;
  const end = at + 2 + length;
  let text = at + 2;
  visit(ITEM_LENGTH, at + 1, 1, length, 2);
  if (length === 0) return end;
  if (type === PRIVATE && text + 1 + bytes[text]! <= end) {
    const prefix = bytes[text]!;
    visit(PREFIX_LENGTH, text, 1, prefix, 2);
    visit(PREFIX, text + 1, prefix, stringOf(bytes, text + 1, text + 1 + prefix), 2);
    text += 1 + prefix;
  }
  visit(TEXT, text, end - text, stringOf(bytes, text, end), 2);
  return end;
}

/** The sources that leave, and why (RFC 3550 §6.6). */
function visitGoodbye(bytes: Uint8Array, { at: start, count, end }: RtcpCursor, visit: Visit): void {
  let at = start + HEADER;
  for (let i = 0; i < count && at + 4 <= end; i++, at += 4) visit(SOURCE, at, 4, u32(bytes, at), 0);
  if (at >= end || at < start + HEADER + count * 4) return;
  const length = bytes[at]!;
  visit(ITEM_LENGTH, at, 1, length, 0);
  if (at + 1 + length <= end) visit(TEXT, at + 1, length, stringOf(bytes, at + 1, at + 1 + length), 0);
}

/** Why the source that a goodbye names first leaves, where it says so: [from, to), else null. */
export function goodbyeReason(bytes: Uint8Array, { at, count, end }: RtcpCursor): readonly [number, number] | null {
  const from = at + HEADER + count * 4;
  if (from >= end || bytes[from] === 0 || from + 1 + bytes[from]! > end) return null;
  return [from + 1, from + 1 + bytes[from]!];
}

const NACK = 1;
const PICTURE_LOSS = 1;

function visitFeedback(bytes: Uint8Array, { at: start, count, end, type }: RtcpCursor, visit: Visit): void {
  const at = start + HEADER + 4;
  if (at + 4 > end) return;
  visit(MEDIA, at, 4, u32(bytes, at), 0);
  const from = at + 4;
  if (from >= end || (type === PAYLOAD_FEEDBACK && count === PICTURE_LOSS)) return;
  if (type === TRANSPORT_FEEDBACK && count === NACK) {
    for (let i = from; i + 4 <= end; i += 4) {
      visit(LOST_PACKET, i, 2, u16(bytes, i), 0);
      visit(LOST_BITS, i + 2, 2, u16(bytes, i + 2), 0);
    }
  } else visit(FEEDBACK, from, end - from, from, 0);
}

function visitExtended(bytes: Uint8Array, from: number, end: number, visit: Visit): void {
  let at = from;
  while (at + 4 <= end) {
    const type = bytes[at]!;
    const length = u16(bytes, at + 2) * 4;
    visit(BLOCK_TYPE, at, 1, type, 0);
    visit(BLOCK_LENGTH, at + 2, 2, length / 4, 1);
    const content = at + 4;
    const stop = Math.min(content + length, end);
    if (type === REFERENCE_TIME && content + 8 <= stop) visit(BLOCK_TIME, content, 8, timestampText(bytes, content), 1);
    else if (type === DLRR) visitDelays(bytes, content, stop, visit);
    else if (content < stop) visit(BLOCK_CONTENT, content, stop - content, content, 1);
    at = content + length;
  }
}

function visitDelays(bytes: Uint8Array, from: number, end: number, visit: Visit): void {
  for (let at = from; at + 12 <= end; at += 12) {
    visit(SOURCE, at, 4, u32(bytes, at), 1);
    visit(BLOCK_LAST, at + 4, 4, u32(bytes, at + 4), 1);
    visit(BLOCK_SINCE, at + 8, 4, u32(bytes, at + 8), 1);
  }
}

/** Each report block in a line of the card. */
function writeReports(layer: Layer, out: Writer): void {
  const { bytes } = layer;
  for (const found = new RtcpCursor().begin(layer); found.next(layer); ) {
    if (found.type !== SENDER_REPORT && found.type !== RECEIVER_REPORT) continue;
    let at = found.blocksAt;
    for (let i = 0; i < found.count && at + REPORT_BLOCK <= found.end; i++, at += REPORT_BLOCK) {
      out.ascii('\n0x');
      out.hex(u32(bytes, at), 8);
      out.text(` · lost ${lostSoFar(bytes, at)} · jitter `);
      out.uint(u32(bytes, at + 12));
    }
  }
}
