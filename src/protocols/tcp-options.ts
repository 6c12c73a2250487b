import { u8, u16, u32 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';
import { Literal } from '../core/literal.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';

/**
 * TCP options (RFC 9293 §3.2; IANA "TCP Option Kind Numbers"): one octet for end of list and no-operation, else kind,
 * length, content.
 */
const MIN_HEADER = 20;
const END = 0;
const NOP = 1;
export const MSS = 2;
export const WINDOW_SCALE = 3;
export const SACK_PERMITTED = 4;
export const SACK = 5;
export const TIMESTAMPS = 8;
const MD5 = 19;
const USER_TIMEOUT = 28;
const AUTHENTICATION = 29;
const MULTIPATH = 30;
export const FAST_OPEN = 34;

/**
 * Where the option of this kind begins, or -1. Malformed lengths end the walk, as in a host (RFC 9293 §3.1 MUST-7 leaves
 * what follows unread).
 */
export function findOption(tcp: Layer, kind: number): number {
  const end = Math.min(tcp.headerEnd, tcp.capturedEnd);
  let at = tcp.start + MIN_HEADER;
  while (at < end) {
    const found = u8(tcp.bytes, at);
    if (found === END) return -1;
    if (found === NOP) {
      at++;
      continue;
    }
    if (at + 1 >= end) return -1;
    const length = u8(tcp.bytes, at + 1);
    if (length < 2 || at + length > end) return -1;
    if (found === kind) return at;
    at += length;
  }
  return -1;
}

const option = (id: string, label: string, kind: Row['kind'] = 'uint', level = 2): Row => ({ id, label, kind, level });

const KIND = { id: 'tcp.option_kind', label: 'Option', kind: 'uint', show: optionName, level: 1 } as Row;
const LENGTH = option('tcp.option_len', 'Length');
const MSS_VALUE = option('tcp.options.mss_val', 'Maximum segment size');
const SHIFT = option('tcp.options.wscale.shift', 'Window scale shift');
const MULTIPLIER = option('tcp.options.wscale.multiplier', 'Window scale factor');
const PERMITTED = option('tcp.options.sack_perm', 'SACK permitted', 'bytes');
const LEFT_EDGE = option('tcp.options.sack_le', 'Left edge');
const RIGHT_EDGE = option('tcp.options.sack_re', 'Right edge');
const TSVAL = option('tcp.options.timestamp.tsval', 'Timestamp value');
const TSECR = option('tcp.options.timestamp.tsecr', 'Timestamp echo reply');
const MD5_DIGEST = option('tcp.options.md5.digest', 'MD5 digest', 'bytes');
const USER_TIMEOUT_VALUE = option('tcp.options.user_to_val', 'User timeout');
const COOKIE = option('tcp.options.tfo.cookie', 'Fast Open cookie', 'bytes');
const AO_KEY = option('tcp.options.ao.keyid', 'AO key id');
const MPTCP_SUBTYPE = option('tcp.options.mptcp.subtype', 'Multipath TCP subtype');
const UNKNOWN = option('tcp.options.unknown.payload', 'Content', 'bytes');

export const TCP_OPTION_ROWS: readonly Row[] = [
  KIND,
  LENGTH,
  MSS_VALUE,
  SHIFT,
  MULTIPLIER,
  PERMITTED,
  LEFT_EDGE,
  RIGHT_EDGE,
  TSVAL,
  TSECR,
  MD5_DIGEST,
  USER_TIMEOUT_VALUE,
  COOKIE,
  AO_KEY,
  MPTCP_SUBTYPE,
  UNKNOWN,
];

/** What a tracker's context may know: numbers that the other end's stream is counted from. */
export interface SequenceReference {
  /** A number of the other end's stream, relative to its ISN. */
  relativeToReceiver(number: number): number;
}

export function walkTcpOptions(tcp: Layer, _packet: Packet, visit: Visit): void {
  const end = Math.min(tcp.headerEnd, tcp.capturedEnd);
  let at = tcp.start + MIN_HEADER;
  while (at < end) {
    const kind = u8(tcp.bytes, at);
    if (kind === END || kind === NOP) {
      visit(KIND, at, 1, kind, 1);
      at++;
      if (kind === END) return;
      continue;
    }
    if (at + 1 >= end) return;
    const length = u8(tcp.bytes, at + 1);
    if (length < 2 || at + length > end) return;
    visit(KIND, at, length, kind, 1);
    visit(LENGTH, at + 1, 1, length, 2);
    if (kind === SACK) visitSack(tcp, at, length, visit);
    else visitContent(tcp.bytes, kind, at, length, visit);
    at += length;
  }
}

/** Edges are numbers of the other end's stream: relative where its beginning is known, as the acknowledgment is. */
function visitSack(tcp: Layer, at: number, length: number, visit: Visit): void {
  const reference = tcp.context as (SequenceReference & typeof tcp.context) | null;
  for (let edge = at + 2; edge + 8 <= at + length; edge += 8) {
    const left = u32(tcp.bytes, edge);
    const right = u32(tcp.bytes, edge + 4);
    visit(LEFT_EDGE, edge, 4, reference?.relativeToReceiver(left) ?? left, 2);
    visit(RIGHT_EDGE, edge + 4, 4, reference?.relativeToReceiver(right) ?? right, 2);
  }
}

function visitContent(bytes: Uint8Array, kind: number, at: number, length: number, visit: Visit): void {
  if (kind === MSS && length === 4) {
    visit(MSS_VALUE, at + 2, 2, u16(bytes, at + 2), 2);
  } else if (kind === WINDOW_SCALE && length === 3) {
    const shift = u8(bytes, at + 2);
    visit(SHIFT, at + 2, 1, shift, 2);
    visit(MULTIPLIER, at + 2, 1, 2 ** Math.min(shift, 14), 2);
  } else if (kind === SACK_PERMITTED && length === 2) {
    visit(PERMITTED, at, 2, at, 2);
  } else if (kind === TIMESTAMPS && length === 10) {
    visit(TSVAL, at + 2, 4, u32(bytes, at + 2), 2);
    visit(TSECR, at + 6, 4, u32(bytes, at + 6), 2);
  } else if (kind === MD5 && length === 18) {
    visit(MD5_DIGEST, at + 2, 16, at + 2, 2);
  } else if (kind === USER_TIMEOUT && length === 4) {
    visit(USER_TIMEOUT_VALUE, at + 2, 2, u16(bytes, at + 2) & 0x7fff, 2);
  } else if (kind === FAST_OPEN && length > 2) {
    visit(COOKIE, at + 2, length - 2, at + 2, 2);
  } else if (kind === AUTHENTICATION && length >= 4) {
    visit(AO_KEY, at + 2, 1, u8(bytes, at + 2), 2);
  } else if (kind === MULTIPATH && length >= 3) {
    visit(MPTCP_SUBTYPE, at + 2, 1, u8(bytes, at + 2) >>> 4, 2);
  } else if (length > 2) {
    visit(UNKNOWN, at + 2, length - 2, at + 2, 2);
  }
}

/** Options as the one-line form words them: ` MSS=1460 SACK_PERM TSval=1 TSecr=2 WS=128`. */
export function writeTcpOptions(tcp: Layer, out: Writer): void {
  const end = Math.min(tcp.headerEnd, tcp.capturedEnd);
  let at = tcp.start + MIN_HEADER;
  while (at < end) {
    const kind = u8(tcp.bytes, at);
    if (kind === END) return;
    if (kind === NOP) {
      at++;
      continue;
    }
    if (at + 1 >= end) return;
    const length = u8(tcp.bytes, at + 1);
    if (length < 2 || at + length > end) return;
    writeOption(tcp.bytes, kind, at, length, out);
    at += length;
  }
}

function writeOption(bytes: Uint8Array, kind: number, at: number, length: number, out: Writer): void {
  if (kind === MSS && length === 4) {
    out.labelled(MSS_IS, u16(bytes, at + 2));
  } else if (kind === WINDOW_SCALE && length === 3) {
    out.labelled(SCALE_IS, 2 ** Math.min(u8(bytes, at + 2), 14));
  } else if (kind === SACK_PERMITTED) {
    out.literal(SACK_PERMITTED_WORD);
  } else if (kind === TIMESTAMPS && length === 10) {
    out.labelled(TSVAL_IS, u32(bytes, at + 2));
    out.labelled(TSECR_IS, u32(bytes, at + 6));
  } else if (kind === MD5) {
    out.ascii(' MD5');
  } else if (kind === FAST_OPEN) {
    out.ascii(length > 2 ? ' TFO=C' : ' TFO=R');
  }
}

const MSS_IS = Literal.of(' MSS=');
const SCALE_IS = Literal.of(' WS=');
const SACK_PERMITTED_WORD = Literal.of(' SACK_PERM');
const TSVAL_IS = Literal.of(' TSval=');
const TSECR_IS = Literal.of(' TSecr=');

const NAMES = new Map([
  [0, 'End of option list'],
  [1, 'No-operation'],
  [2, 'Maximum segment size'],
  [3, 'Window scale'],
  [4, 'SACK permitted'],
  [5, 'SACK'],
  [6, 'Echo (obsolete)'],
  [7, 'Echo reply (obsolete)'],
  [8, 'Timestamps'],
  [9, 'Partial order connection permitted (obsolete)'],
  [10, 'Partial order service profile (obsolete)'],
  [11, 'CC (obsolete)'],
  [12, 'CC.NEW (obsolete)'],
  [13, 'CC.ECHO (obsolete)'],
  [14, 'Alternate checksum request (obsolete)'],
  [15, 'Alternate checksum data (obsolete)'],
  [16, 'Skeeter'],
  [17, 'Bubba'],
  [18, 'Trailer checksum'],
  [19, 'MD5 signature'],
  [20, 'SCPS capabilities'],
  [21, 'Selective negative acknowledgements'],
  [22, 'Record boundaries'],
  [23, 'Corruption experienced'],
  [24, 'SNAP'],
  [26, 'TCP compression filter'],
  [27, 'Quick-start response'],
  [28, 'User timeout'],
  [29, 'Authentication (TCP-AO)'],
  [30, 'Multipath TCP'],
  [34, 'Fast Open cookie'],
  [69, 'Encryption negotiation (TCP-ENO)'],
  [172, 'Accurate ECN order 0'],
  [174, 'Accurate ECN order 1'],
  [253, 'Experiment 1'],
  [254, 'Experiment 2'],
]);

function optionName(kind: number): string {
  return NAMES.get(kind) ?? 'unknown';
}
