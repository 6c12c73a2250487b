import { durationText } from '../core/duration.ts';
import type { Row } from '../core/field.ts';
import type { Context, Layer } from '../core/layer.ts';
import * as tcp from '../protocols/tcp.ts';
import type { Connection } from './connection.ts';
import { type End, scaleFactor } from './end.ts';

/**
 * A segment that an ICMP error quotes: it passed before, so it moves no state and is not analysed. Its connection is
 * known all the same. As Wireshark has it, its numbers are absolute.
 */
export class QuotedSegment implements Context {
  readonly rows: readonly Row[] = quotedRows;
  connection!: Connection;
  sender!: End;
  sinceFirst = 0;
  sinceLast = 0;
}

const of = (layer: Layer): QuotedSegment => layer.context as QuotedSegment;

/** Old routers quote eight octets: ports and sequence number, and nothing behind (RFC 792). */
const whole =
  <T>(read: (layer: Layer) => T) =>
  (layer: Layer): T | null =>
    layer.captured(tcp.MIN_HEADER) ? read(layer) : null;

const quotedRows: readonly Row[] = [
  { id: 'tcp.stream', label: 'Stream', kind: 'uint', read: (layer) => of(layer).connection.stream },
  {
    id: 'tcp.completeness',
    label: 'Completeness',
    kind: 'uint',
    read: whole((layer) => of(layer).connection.completeness),
  },
  { id: 'tcp.seq', label: 'Sequence number', kind: 'uint', read: tcp.seq },
  { id: 'tcp.ack', label: 'Acknowledgment number', kind: 'uint', read: whole(tcp.ack) },
  { id: 'tcp.window_size', label: 'Window', kind: 'uint', read: whole(tcp.window) },
  {
    id: 'tcp.window_size_scalefactor',
    label: 'Window scale factor',
    kind: 'int',
    read: whole((layer) => (tcp.flags(layer) & tcp.SYN ? null : scaleFactor(of(layer).sender))),
  },
  {
    id: 'tcp.time_relative',
    label: 'Time since the connection began',
    kind: 'time',
    read: whole((layer) => durationText(of(layer).sinceFirst)),
  },
  {
    id: 'tcp.time_delta',
    label: 'Time since its segment before',
    kind: 'time',
    read: whole((layer) => durationText(of(layer).sinceLast)),
  },
];
