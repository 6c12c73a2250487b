import { elapsed } from '../core/duration.ts';
import type { Row } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';
import { ACK, SYN } from '../protocols/tcp.ts';
import { ANY_RETRANSMISSION, DUPLICATE_ACK, type Finding, findings, RETRANSMISSION } from './analysis.ts';
import type { End } from './end.ts';
import { SCALE_NONE, scaleFactor } from './end.ts';
import type { Segment } from './segment.ts';

/** What a connection's memory adds to a segment's header, as rows. Read only while the packet is at hand. */
const of = (layer: Layer): Segment => layer.context as Segment;

const positive = (value: number): number | null => (value > 0 ? value : null);
const measured = (value: number): number | null => (Number.isFinite(value) && value !== 0 ? value : null);

const endOf = (segment: Segment, role: 'client' | 'server'): End | null => {
  const { a, b } = segment.connection;
  return a.role === role ? a : b.role === role ? b : null;
};

/** A retransmission of a kind is a retransmission too. */
function findingRow({ bit, id, words }: Finding): Row {
  const mask = bit === RETRANSMISSION ? ANY_RETRANSMISSION : bit;
  return {
    id: `tcp.analysis.${id}`,
    label: words,
    kind: 'none',
    twice: bit === DUPLICATE_ACK,
    read: (layer) => (of(layer).analysis & mask ? 1 : null),
  };
}

export const segmentRows: readonly Row[] = [
  { id: 'tcp.stream', label: 'Stream', kind: 'uint', read: (layer) => of(layer).connection.stream },
  { id: 'tcp.completeness', label: 'Completeness', kind: 'uint', read: (layer) => of(layer).completeness },
  { id: 'tcp.seq', label: 'Sequence number (relative)', kind: 'uint', read: (layer) => of(layer).relativeSeq },
  {
    id: 'tcp.nxtseq',
    label: 'Next sequence number (relative)',
    kind: 'uint',
    read: (layer) => (of(layer).next - of(layer).sender.base) >>> 0,
  },
  {
    id: 'tcp.ack',
    label: 'Acknowledgment number (relative)',
    kind: 'uint',
    read: (layer) => (of(layer).flags & ACK ? of(layer).relativeAck : of(layer).ack),
  },
  { id: 'tcp.window_size', label: 'Window, scaled', kind: 'uint', read: (layer) => of(layer).window },
  {
    id: 'tcp.window_size_scalefactor',
    label: 'Window scale factor',
    kind: 'int',
    read: (layer) => (of(layer).flags & SYN ? null : scaleFactor(of(layer).sender)),
    show: (value: number) => (value === SCALE_NONE ? 'no scaling' : value < 0 ? 'unknown' : ''),
  },
  {
    id: 'tcp.time_relative',
    label: 'Time since the connection began',
    ...elapsed((layer) => of(layer).sinceFirst),
  },
  {
    id: 'tcp.time_delta',
    label: 'Time since its segment before',
    ...elapsed((layer) => of(layer).sinceLast),
  },
  {
    id: 'tcp.analysis.acks_frame',
    label: 'Acknowledges frame',
    kind: 'uint',
    read: (layer) => positive(of(layer).acksFrame),
  },
  { id: 'tcp.analysis.ack_rtt', label: 'Round-trip time', ...elapsed((layer) => measured(of(layer).rtt)) },
  {
    id: 'tcp.analysis.initial_rtt',
    label: 'Round-trip time of the handshake',
    ...elapsed((layer) => (of(layer).analysed ? positive(of(layer).initialRtt) : null)),
  },
  {
    id: 'tcp.analysis.bytes_in_flight',
    label: 'Bytes in flight',
    kind: 'uint',
    read: (layer) => positive(of(layer).bytesInFlight),
  },
  {
    id: 'tcp.analysis.push_bytes_sent',
    label: 'Bytes since the last push',
    kind: 'uint',
    read: (layer) => positive(of(layer).pushBytes),
  },
  {
    id: 'tcp.analysis.flags',
    label: 'Anything found',
    kind: 'none',
    read: (layer) => (of(layer).analysis === 0 ? null : 1),
    asked: true,
    about: 'There when any of the findings is: what Wireshark puts them under.',
  },
  ...findings.map(findingRow),
  {
    id: 'tcp.analysis.duplicate_ack_num',
    label: 'Duplicate ACK number',
    kind: 'uint',
    read: (layer) => (of(layer).analysis & DUPLICATE_ACK ? of(layer).duplicateNumber : null),
  },
  {
    id: 'tcp.analysis.duplicate_ack_frame',
    label: 'Repeats frame',
    kind: 'uint',
    read: (layer) => (of(layer).analysis & DUPLICATE_ACK ? of(layer).duplicateOf : null),
  },
  { id: 'tcp.analysis.rto', label: 'Retransmission timeout', ...elapsed((layer) => positive(of(layer).rto)) },
  {
    id: 'tcp.analysis.rto_frame',
    label: 'Sent first in frame',
    kind: 'uint',
    read: (layer) => positive(of(layer).rtoFrame),
  },
  {
    id: 'dissect.tcp.reset.cause',
    label: 'Why the reset',
    kind: 'text',
    read: (layer) => {
      const { reset } = of(layer);
      if (reset === null) return null;
      return reset.causes.length === 0 ? 'cannot be told' : reset.causes.join(', ');
    },
    about: 'What the RST was sent for, the likeliest first, or "cannot be told".',
  },
  {
    id: 'dissect.tcp.state.client',
    label: 'State of the client',
    kind: 'text',
    read: (layer) => endOf(of(layer), 'client')?.state ?? null,
    about: 'The RFC 9293 state of the client once this segment has arrived.',
  },
  {
    id: 'dissect.tcp.state.server',
    label: 'State of the server',
    kind: 'text',
    read: (layer) => endOf(of(layer), 'server')?.state ?? null,
    about: 'The RFC 9293 state of the server once this segment has arrived.',
  },
  {
    id: 'dissect.tcp.state.sender',
    label: 'State of the sender',
    kind: 'text',
    read: (layer) => of(layer).sender.state,
    about:
      'The RFC 9293 state of the end that sent this segment, after it. UNKNOWN where its beginning was not captured.',
  },
  {
    id: 'dissect.tcp.state.receiver',
    label: 'State of the receiver',
    kind: 'text',
    read: (layer) => of(layer).receiver.state,
    about: 'The RFC 9293 state of the end that gets this segment, once it has arrived.',
  },
];
