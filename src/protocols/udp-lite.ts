import { u16 } from '../core/bytes.ts';
import { addWords, fold, VERDICT_TEXT, type Verdict } from '../core/checksum.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { pseudoHeaderSum } from './pseudo-header.ts';
import { dstPort, HEADER, PORT_ROWS, payloadOf, srcPort, writePorts } from './udp.ts';

/**
 * Lightweight User Datagram Protocol: UDP whose checksum covers only as many octets as the sender says, so that speech
 * and pictures with an error in them still arrive. RFC 3828.
 *
 *   0                   1                   2                   3
 *  |          Source Port          |       Destination Port        |
 *  |       Checksum Coverage       |           Checksum            |
 *
 * The fields that it shares with UDP have UDP's ids.
 */
const NUMBER = 136;

const coverage = (layer: Layer): number => u16(layer.bytes, layer.start + 4);
export const checksum = (layer: Layer): number => u16(layer.bytes, layer.start + 6);

/** A coverage of zero means all; the pseudo-header has the length of all in any case (RFC 3828 §3.1, §3.2). */
export function checksumVerdict(layer: Layer): Verdict {
  const length = layer.wireEnd - layer.start;
  const covered = coverage(layer) === 0 ? length : coverage(layer);
  if (covered < HEADER || covered > length) return 'bad';
  if (layer.network === null || layer.quoted || layer.start + covered > layer.capturedEnd) return 'unverifiable';
  const pseudo = pseudoHeaderSum(layer.network, NUMBER, length);
  return fold(addWords(layer.bytes, layer.start, layer.start + covered, pseudo)) === 0xffff ? 'good' : 'bad';
}

export const udpLite: Protocol = {
  id: 'udplite',
  name: 'Lightweight User Datagram Protocol',
  column: 'UDP-Lite',
  spec: 'RFC 3828',
  fields: [
    ...PORT_ROWS,
    { id: 'udp.checksum_coverage', label: 'Checksum coverage', kind: 'uint', bit: 32, bits: 16, read: coverage },
    {
      id: 'udp.length',
      label: 'Length',
      kind: 'uint',
      read: (layer) => (layer.captured(HEADER) ? layer.wireEnd - layer.start : null),
    },
    { id: 'udp.checksum', label: 'Checksum', kind: 'hex', bit: 48, bits: 16, read: checksum },
    {
      id: 'dissect.udp.checksum',
      label: 'Checksum verdict',
      kind: 'text',
      read: (layer) => (layer.captured(HEADER) ? checksumVerdict(layer) : null),
      level: 1,
    },
  ],
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    layer.headerEnd = layer.start + HEADER;
    return payloadOf(layer, packet);
  },
  info(layer, _packet, out) {
    writePorts(layer, out);
    out.ascii(' Len=');
    out.uint(layer.wireEnd - layer.headerEnd);
  },
  card(layer, _packet, out) {
    out.text(`UDP-Lite  ${srcPort(layer)} → ${dstPort(layer)}\n`);
    out.text(`checksum over ${coverage(layer)} bytes ${VERDICT_TEXT[checksumVerdict(layer)]}`);
  },
};
