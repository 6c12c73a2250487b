import type { Layer } from '../core/layer.ts';
import { Literal } from '../core/literal.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import {
  ACK,
  CARD_ACK,
  CARD_SEQ,
  flagNames,
  SYN,
  writeCardPorts,
  writeCardWindow,
  writePorts,
} from '../protocols/tcp.ts';
import { writeTcpOptions } from '../protocols/tcp-options.ts';
import { DUPLICATE_ACK, findings } from './analysis.ts';
import type { Segment } from './segment.ts';

/** A segment in one line, with its findings in front: `[TCP Dup ACK 12#1] 80 → 51234 [ACK] Seq=1 Ack=81 …`. */
export function writeSegmentInfo(segment: Segment, layer: Layer, _packet: Packet, out: Writer): void {
  if (segment.analysis !== 0) writeFindings(segment, out);
  writePorts(layer, out);
  out.literal(FLAGS_ARE);
  out.ascii(flagNames(segment.flags));
  out.labelled(SEQ_IS, segment.relativeSeq);
  if (segment.flags & ACK) {
    out.labelled(ACK_IS, segment.relativeAck);
  }
  out.labelled(WINDOW_IS, segment.window);
  out.labelled(LENGTH_IS, segment.length);
  writeTcpOptions(layer, out);
}

const FLAGS_ARE = Literal.of(' [');
const SEQ_IS = Literal.of('] Seq=');
const ACK_IS = Literal.of(' Ack=');
const WINDOW_IS = Literal.of(' Win=');
const LENGTH_IS = Literal.of(' Len=');

function writeFindings(segment: Segment, out: Writer): void {
  for (const { bit, words } of findings) {
    if ((segment.analysis & bit) === 0) continue;
    out.byte(91);
    out.ascii(words);
    if (bit === DUPLICATE_ACK) out.ascii(` ${segment.duplicateOf}#${segment.duplicateNumber}`);
    out.ascii('] ');
  }
}

/** The card's left half: relative numbers first, the raw ones where the connection is being opened. */
export function writeSegmentCard(segment: Segment, layer: Layer, _packet: Packet, out: Writer): void {
  writeCardPorts(layer, out);
  if (segment.length > 0) {
    out.labelled(TWO_SPACES, segment.length);
    out.literal(BYTES);
  }
  out.labelled(CARD_SEQ, segment.relativeSeq);
  if (segment.flags & SYN) writeRaw(segment.seq, out);
  if (segment.flags & ACK) {
    out.labelled(CARD_ACK, segment.relativeAck);
    if (segment.flags & SYN) writeRaw(segment.ack, out);
  }
  writeCardWindow(layer, segment.window, out);
  writeCardOptions(layer, out);
  if (segment.analysis === 0) return;
  for (const { bit, words } of findings) {
    if ((segment.analysis & bit) === 0) continue;
    out.line();
    out.ascii(words);
  }
}

const TWO_SPACES = Literal.of('  ');
const BYTES = Literal.of(' bytes');

/** A number as it stands in the header, behind the relative one. */
function writeRaw(number: number, out: Writer): void {
  out.ascii(' (');
  out.uint(number);
  out.byte(CLOSING_PARENTHESIS);
}

/** The options in a line of their own, with dots between them. */
function writeCardOptions(layer: Layer, out: Writer): void {
  const from = out.at;
  writeTcpOptions(layer, out);
  if (out.at === from) return;
  out.bytes[from] = LINE_FEED;
  let spaces = 0;
  for (let i = from + 1; i < out.at; i++) if (out.bytes[i] === SPACE) spaces++;
  out.ensure(spaces * WIDER);
  const { bytes } = out;
  let to = out.at + spaces * WIDER;
  const end = to;
  for (let i = out.at - 1; to > i + 1; i--) {
    if (bytes[i] !== SPACE) bytes[--to] = bytes[i]!;
    else for (let octet = DOT.length - 1; octet >= 0; octet--) bytes[--to] = DOT[octet]!;
  }
  out.at = end;
}

const DOT = new TextEncoder().encode(' · ');
/** Octets by which a dot with its spaces is longer than a space. */
const WIDER = DOT.length - 1;
const LINE_FEED = 10;
const SPACE = 32;
const CLOSING_PARENTHESIS = 41;
