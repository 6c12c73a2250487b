import { VERDICT_TEXT } from '../core/checksum.ts';
import type { Layer } from '../core/layer.ts';
import { Literal } from '../core/literal.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { ACK, checksumVerdict, dstPort, flagNames, SYN, srcPort, writePorts } from '../protocols/tcp.ts';
import { writeTcpOptions } from '../protocols/tcp-options.ts';
import { DUPLICATE_ACK, findings } from './analysis.ts';
import type { Segment } from './segment.ts';

/** A segment in one line, with its findings in front: `[TCP Dup ACK 12#1] 80 → 51234 [ACK] Seq=1 Ack=81 …`. */
export function writeSegmentInfo(segment: Segment, layer: Layer, _packet: Packet, out: Writer): void {
  if (segment.analysis !== 0) writeFindings(segment, out);
  writePorts(layer, out);
  out.literal(FLAGS_ARE);
  out.ascii(flagNames(segment.flags));
  out.literal(SEQ_IS);
  out.uint(segment.relativeSeq);
  if (segment.flags & ACK) {
    out.literal(ACK_IS);
    out.uint(segment.relativeAck);
  }
  out.literal(WINDOW_IS);
  out.uint(segment.window);
  out.literal(LENGTH_IS);
  out.uint(segment.length);
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
  out.text(`TCP  ${srcPort(layer)} → ${dstPort(layer)} [${flagNames(segment.flags)}]`);
  if (segment.length > 0) out.text(`  ${segment.length} bytes`);
  out.text(`\nseq ${segment.relativeSeq}`);
  if (segment.flags & SYN) out.ascii(` (${segment.seq})`);
  if (segment.flags & ACK) {
    out.text(` · ack ${segment.relativeAck}`);
    if (segment.flags & SYN) out.ascii(` (${segment.ack})`);
  }
  out.text(` · win ${segment.window} · checksum ${VERDICT_TEXT[checksumVerdict(layer)]}`);
  const from = out.at;
  writeTcpOptions(layer, out);
  const options = out.take(from).trim();
  if (options !== '') out.text(`\n${options.replaceAll(' ', ' · ')}`);
  for (const { bit, words } of findings) if (segment.analysis & bit) out.text(`\n${words}`);
}
