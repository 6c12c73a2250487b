import type { Row } from './core/field.ts';
import { dnsTransactionRows } from './flows/dns-transactions.ts';
import { fragmentRows } from './flows/fragments.ts';
import { likelyRows } from './flows/likely-media.ts';
import { rtpPacketRows } from './flows/media-streams.ts';
import { radiusExchangeRows } from './flows/radius-exchanges.ts';
import { udpStreamRows } from './flows/udp-streams.ts';
import { nearest } from './nearest.ts';
import { ROWS as transferRows } from './protocols/ftp-data.ts';
import { protocols } from './protocols/index.ts';
import { compressionRows } from './protocols/websocket.ts';
import { httpAnswerRows } from './streams/http.ts';
import { segmentRows } from './tcp/fields.ts';

/** One field id of the reference: what `dissect fields` lists and `-e` accepts. */
export interface FieldEntry {
  readonly id: string;
  /** Id of the protocol that it belongs to. */
  readonly protocol: string;
  /** Its row; for a field that stands for several others, the row of the first. */
  readonly row: Row;
  /** Ids that it stands for; empty for a field of its own. */
  readonly members: readonly string[];
}

/** Fields that stand for several others, in Wireshark's words and in the order in which it prints them. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  'eth.addr': ['eth.dst', 'eth.src'],
  'tr.addr': ['tr.dst', 'tr.src'],
  'eth.lg': ['eth.dst.lg', 'eth.src.lg'],
  'eth.ig': ['eth.dst.ig', 'eth.src.ig'],
  // Names are never looked up: they are the addresses, as with tshark -n.
  'eth.addr_resolved': ['eth.dst', 'eth.src'],
  'eth.dst_resolved': ['eth.dst'],
  'eth.src_resolved': ['eth.src'],
  'ip.addr': ['ip.src', 'ip.dst'],
  'ip.host': ['ip.src', 'ip.dst'],
  'ip.src_host': ['ip.src'],
  'ip.dst_host': ['ip.dst'],
  'ipv6.host': ['ipv6.src', 'ipv6.dst'],
  'ipv6.src_host': ['ipv6.src'],
  'ipv6.dst_host': ['ipv6.dst'],
  'ipv6.addr': ['ipv6.src', 'ipv6.dst'],
  'tcp.port': ['tcp.srcport', 'tcp.dstport'],
  'udp.port': ['udp.srcport', 'udp.dstport'],
};

/** Rows that memory across packets adds to a protocol's own. */
export const contextRows: readonly (readonly [protocol: string, rows: readonly Row[]])[] = [
  ['ftp-data', transferRows],
  ['ip', fragmentRows.ip],
  ['ipv6', fragmentRows.ipv6],
  ['tcp', segmentRows],
  ['udp', udpStreamRows],
  ['rtp', rtpPacketRows],
  ['data', likelyRows],
  ['radius', radiusExchangeRows],
  ['dns', dnsTransactionRows],
  ['http', httpAnswerRows],
  ['websocket', compressionRows],
];

/** Rows under one id, as they are declared. Several protocols may share an id when it means the same in all. */
export function declaredRows(): readonly (readonly [protocol: string, row: Row])[] {
  const own = protocols.flatMap(({ id, fields, walked }) =>
    [...fields, ...(walked ?? [])].map((row) => [id, row] as const),
  );
  const added = contextRows.flatMap(([id, rows]) => rows.map((row) => [id, row] as const));
  return [...own, ...added];
}

let reference: ReadonlyMap<string, FieldEntry> | null = null;

/** Every field id with its row, in the order of the protocols. Made when it is needed first. */
export function fieldReference(): ReadonlyMap<string, FieldEntry> {
  reference ??= makeReference();
  return reference;
}

function makeReference(): ReadonlyMap<string, FieldEntry> {
  const entries = new Map<string, FieldEntry>();
  for (const [protocol, row] of declaredRows()) {
    if (!entries.has(row.id)) entries.set(row.id, { id: row.id, protocol, row, members: [] });
  }
  for (const [id, members] of Object.entries(ALIASES)) {
    const first = entries.get(members[0]!);
    if (first !== undefined && !entries.has(id)) entries.set(id, { ...first, id, members });
  }
  return entries;
}

/** The ids whose values a field shows: itself, or those that it stands for. */
export function membersOf(id: string): readonly string[] {
  const members = ALIASES[id];
  return members !== undefined && fieldReference().get(id)?.members === members ? members : [id];
}

/** The known id that is nearest to `id`, when it is near enough for a slip of the finger; else null. */
export function nearestField(id: string): string | null {
  return nearest(id, fieldReference().keys());
}
