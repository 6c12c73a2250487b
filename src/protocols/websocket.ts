import { u8, u16, u32, u64 } from '../core/bytes.ts';
import { gatherRows, type Row, type Visit } from '../core/field.ts';
import type { Context, Layer, Protocol } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { data } from './data.ts';

/**
 * WebSocket, one frame. RFC 6455 §5.2.
 *
 *   0                   1                   2                   3
 *  |F|R|R|R| opcode|M| Payload len |  Extended payload length      |
 *  |I|S|S|S|  (4)  |A|     (7)     |  (16 where the 7 bits are 126,|
 *  |N|V|V|V|       |S|             |   64 where they are 127)      |
 *  |  Masking-key (32, if M)       |  Payload ...
 *
 * What a client sends is masked, and messages may be cut into frames and compressed (RFC 7692): src/streams/websocket.ts
 * undoes all three, and what comes out has a layer of its own.
 */
const SHORT = 2;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const KEY = 4;

export const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** Per-message compression (RFC 7692 §6): on the first frame of a message that is compressed. */
export const COMPRESSED = 0x40;
const FIN = 0x80;
const MASK = 0x80;
const RESERVED = 0x70;
/** The longest payload of a control frame (§5.5). */
const LONGEST_CONTROL = 125;

export const isFinal = (bytes: Uint8Array, at: number): boolean => (u8(bytes, at) & FIN) !== 0;
export const reserved = (bytes: Uint8Array, at: number): number => u8(bytes, at) & RESERVED;
export const opcode = (bytes: Uint8Array, at: number): number => u8(bytes, at) & 0x0f;
export const isControl = (code: number): boolean => (code & 8) !== 0;
export const isOpcode = (code: number): boolean => NAMES[code] !== undefined;
export const isMasked = (bytes: Uint8Array, at: number): boolean => (u8(bytes, at + 1) & MASK) !== 0;
const shortLength = (bytes: Uint8Array, at: number): number => u8(bytes, at + 1) & 0x7f;
const keyAt = (bytes: Uint8Array, at: number): number => {
  const length = shortLength(bytes, at);
  return at + SHORT + (length === LENGTH_16 ? 2 : length === LENGTH_64 ? 8 : 0);
};

/** Octets of the header that begins at `at`, or 0 when too few are there to tell. */
export function headerLength(bytes: Uint8Array, at: number, end: number): number {
  if (at + SHORT > end) return 0;
  const length = keyAt(bytes, at) - at + (isMasked(bytes, at) ? KEY : 0);
  return at + length <= end ? length : 0;
}

/** Only where the header is there. */
export function payloadLength(bytes: Uint8Array, at: number): number {
  const length = shortLength(bytes, at);
  if (length < LENGTH_16) return length;
  return length === LENGTH_16 ? u16(bytes, at + SHORT) : u32(bytes, at + SHORT) * 2 ** 32 + u32(bytes, at + SHORT + 4);
}

/** What a server agreed to in `Sec-WebSocket-Extensions`: messages compressed, which may refer to those before (RFC 7692 §7.1). */
export const agreementOf = (extensions: string) => ({
  compression: /(^|[,\s])permessage-deflate\b/i.test(extensions),
  clientRefersBack: !/\bclient_no_context_takeover\b/i.test(extensions),
  serverRefersBack: !/\bserver_no_context_takeover\b/i.test(extensions),
});

/** The payload that stands in [from, to) behind the header at `at`, without its mask (§5.3). */
export function unmasked(bytes: Uint8Array, at: number, from: number, to: number): Uint8Array {
  const key = from - KEY;
  const plain = bytes.slice(from, to);
  if (!isMasked(bytes, at)) return plain;
  for (let i = 0; i < plain.length; i++) plain[i]! ^= bytes[key + (i & 3)]!;
  return plain;
}

/** The two ends agreed on compression of messages: bit RSV1 has a meaning. */
class Agreed implements Context {
  readonly rows: readonly Row[] = [PER_MESSAGE];
}

const PER_MESSAGE: Row = {
  id: 'websocket.pmc',
  label: 'Per-message compressed',
  kind: 'bool',
  read: ({ bytes, start }) => (reserved(bytes, start) & COMPRESSED ? 1 : 0),
  about: 'Bit RSV1, where the two ends agreed that messages may be compressed.',
};

/** One for all frames. */
export const agreedCompression: Context = new Agreed();

/** What it adds, for the field reference. */
export const compressionRows: readonly Row[] = [PER_MESSAGE];

const walked: Row[] = [];
const row = gatherRows(walked, 'websocket.');

const MASKING_KEY = row('masking_key', 'Masking key', 'bytes');
const MASKED = row('masked_payload', 'Masked payload', 'none');
const PAYLOAD = row('payload', 'Payload', 'none');

export const websocket: Protocol = {
  id: 'websocket',
  name: 'WebSocket',
  column: 'WebSocket',
  spec: 'RFC 6455 §5.2',
  fields: [
    {
      id: 'websocket.fin',
      label: 'Last of the message',
      kind: 'bool',
      bit: 0,
      bits: 1,
      read: ({ bytes, start }) => (isFinal(bytes, start) ? 1 : 0),
    },
    {
      id: 'websocket.rsv',
      label: 'Reserved',
      kind: 'hex',
      bit: 1,
      bits: 3,
      digits: 2,
      read: ({ bytes, start }) => reserved(bytes, start) >>> 4,
    },
    {
      id: 'websocket.opcode',
      label: 'Opcode',
      kind: 'uint',
      bit: 4,
      bits: 4,
      read: ({ bytes, start }) => opcode(bytes, start),
      show: opcodeName,
    },
    {
      id: 'websocket.mask',
      label: 'Masked',
      kind: 'bool',
      bit: 8,
      bits: 1,
      read: ({ bytes, start }) => (isMasked(bytes, start) ? 1 : 0),
    },
    {
      id: 'websocket.payload_length',
      label: 'Payload length',
      kind: 'uint',
      bit: 9,
      bits: 7,
      read: ({ bytes, start }) => shortLength(bytes, start),
    },
    {
      id: 'websocket.payload_length_ext_16',
      label: 'Extended payload length (16 bits)',
      kind: 'uint',
      bit: 16,
      bits: 16,
      read: ({ bytes, start }) => (shortLength(bytes, start) === LENGTH_16 ? u16(bytes, start + SHORT) : null),
    },
    {
      id: 'websocket.payload_length_ext_64',
      label: 'Extended payload length (64 bits)',
      kind: 'uint',
      bit: 16,
      bits: 64,
      read: ({ bytes, start }) => (shortLength(bytes, start) === LENGTH_64 ? u64(bytes, start + SHORT) : null),
    },
  ],
  walked,
  decode(layer, packet) {
    const { bytes, start, capturedEnd } = layer;
    const header = headerLength(bytes, start, capturedEnd);
    if (header === 0) return packet.short(layer, 'header', layer.captured(SHORT) ? keyAt(bytes, start) - start : SHORT);
    layer.headerEnd = capturedEnd;
    const length = payloadLength(bytes, start);
    if (capturedEnd - start < header + length)
      packet.short(layer, 'payload', header + length, 'websocket.payload_length');
    else checkControl(layer, packet);
    return null;
  },
  walk(layer, _packet, visit) {
    const { bytes, start, capturedEnd } = layer;
    const header = headerLength(bytes, start, capturedEnd);
    if (header === 0) return;
    const payload = start + header;
    if (isMasked(bytes, start)) visit(MASKING_KEY, payload - KEY, KEY, payload - KEY, 0);
    if (payload === capturedEnd) return;
    if (isMasked(bytes, start)) visit(MASKED, payload, capturedEnd - payload, null, 0);
    visit(PAYLOAD, payload, capturedEnd - payload, null, 0);
  },
  info: writeInfo,
  card(layer, packet, out) {
    out.ascii('WebSocket  ');
    writeFrame(layer, out);
    const { bytes, start } = layer;
    if (headerLength(bytes, start, layer.capturedEnd) === 0) return;
    out.text(`\n${payloadLength(bytes, start)} bytes`);
    if (isMasked(bytes, start)) out.text(' · masked');
    if (layer.context === agreedCompression && reserved(bytes, start) & COMPRESSED) out.text(' · compressed');
    writeContents(layer, packet, out);
  },
};

/** §5.5: control frames are short and whole. */
function checkControl(layer: Layer, packet: Packet): void {
  const { bytes, start } = layer;
  const code = opcode(bytes, start);
  if (!isControl(code)) return;
  const length = payloadLength(bytes, start);
  if (length > LONGEST_CONTROL) {
    packet.malformed(layer, 'control', LONGEST_CONTROL, length, 'websocket.payload_length');
  } else if (!isFinal(bytes, start)) packet.malformed(layer, 'control', 1, 0, 'websocket.fin');
  else if (code === CLOSE && length === 1) packet.malformed(layer, 'close', 2, 1, 'websocket.payload_length');
}

/**
 * What a message says: octets without mask, put together and inflated. A layer behind the frame that brought the end of it,
 * one protocol for each opcode.
 */
const content = (walk: NonNullable<Protocol['walk']>, carried: Protocol | null = null): Protocol => ({
  ...websocket,
  name: 'WebSocket message',
  spec: 'RFC 6455 §5.6',
  fields: [],
  decode(layer) {
    layer.headerEnd = carried === null ? layer.capturedEnd : layer.start;
    return carried;
  },
  walk,
  card(layer, _packet, out) {
    out.ascii('WebSocket message  ');
    out.uint(layer.capturedEnd - layer.start);
    out.ascii(' bytes');
  },
});

const made = gatherRows(walked, 'websocket.payload.');

const TEXT_ROW = made('text', 'Text', 'text');
const CLOSE_ROW = made('close', 'Close', 'none');
const CODE_ROW = made('close.status_code', 'Status code', 'uint', { level: 1, show: statusName });
const REASON_ROW = made('close.reason', 'Reason', 'text', { level: 1 });

const octets = (id: string, label: string): Protocol => {
  const only = made(id, label, 'bytes');
  return content(({ start, capturedEnd }, _packet, visit) => {
    if (capturedEnd > start) visit(only, start, capturedEnd - start, start, 0);
  });
};

const text = content(({ bytes, start, capturedEnd }, _packet, visit) => {
  if (capturedEnd > start) visit(TEXT_ROW, start, capturedEnd - start, stringOf(bytes, start, capturedEnd), 0);
});
const close = content(visitClose);
const unknown = octets('unknown', 'Unknown');
const CONTENTS = new Map([
  [CONTINUATION, octets('continue', 'Continuation')],
  [TEXT, text],
  [BINARY, content(() => {}, data)],
  [CLOSE, close],
  [PING, octets('ping', 'Ping')],
  [PONG, octets('pong', 'Pong')],
]);

export const contentOf = (code: number): Protocol => CONTENTS.get(code) ?? unknown;

/** The code that a close frame's content begins with (§5.5.1), or null: it may say nothing. */
export const closeCode = (bytes: Uint8Array, from: number, to: number): number | null =>
  to - from < 2 ? null : u16(bytes, from);

function visitClose({ bytes, start, capturedEnd }: Layer, _packet: Packet, visit: Visit): void {
  if (capturedEnd === start) return;
  visit(CLOSE_ROW, start, capturedEnd - start, null, 0);
  const code = closeCode(bytes, start, capturedEnd);
  if (code === null) return;
  visit(CODE_ROW, start, 2, code, 1);
  if (capturedEnd > start + 2) {
    visit(REASON_ROW, start + 2, capturedEnd - start - 2, stringOf(bytes, start + 2, capturedEnd), 1);
  }
}

/** All frames of the segment: the line has room for one layer only. */
function writeInfo(layer: Layer, packet: Packet, out: Writer): void {
  let some = false;
  for (let i = 0; i <= layer.index; i++) {
    const other = packet.layers[i]!;
    if (other.protocol !== websocket) continue;
    if (some) out.ascii(', ');
    writeFrame(other, out);
    some = true;
  }
}

function writeFrame({ bytes, start, capturedEnd }: Layer, out: Writer): void {
  out.ascii('WebSocket');
  if (start + SHORT > capturedEnd) return;
  out.ascii(` ${opcodeName(opcode(bytes, start)) || 'Unknown'}`);
  if (isFinal(bytes, start)) out.ascii(' [FIN]');
  if (isMasked(bytes, start)) out.ascii(' [MASKED]');
}

/** Texts and reasons that the frame's message has, as many letters as a card has room for. */
function writeContents(layer: Layer, packet: Packet, out: Writer): void {
  const next = packet.layers[layer.index + 1];
  if (next === undefined || layer.index + 1 >= packet.count) return;
  const { bytes, start, capturedEnd } = next;
  const code = next.protocol === close ? closeCode(bytes, start, capturedEnd) : null;
  if (code !== null) {
    out.ascii(`\n${code} ${statusName(code)}`.trimEnd());
    if (capturedEnd > start + 2) out.safe(`: ${stringOf(bytes, start + 2, capturedEnd)}`);
  } else if (next.protocol === text) {
    out.byte(10);
    out.safe(stringOf(bytes, start, Math.min(capturedEnd, start + SHOWN)).replaceAll('\n', ' '));
  }
}

/** Octets of a text that a card shows. */
const SHOWN = 60;

export function opcodeName(code: number): string {
  return NAMES[code] ?? '';
}

/** §11.8. */
const NAMES: Readonly<Record<number, string>> = {
  [CONTINUATION]: 'Continuation',
  [TEXT]: 'Text',
  [BINARY]: 'Binary',
  [CLOSE]: 'Connection Close',
  [PING]: 'Ping',
  [PONG]: 'Pong',
};

export function statusName(code: number): string {
  return STATUS.get(code) ?? '';
}

/** §7.4.1, and the registry behind it. */
const STATUS = new Map([
  [1000, 'Normal Closure'],
  [1001, 'Going Away'],
  [1002, 'Protocol error'],
  [1003, 'Unsupported Data'],
  [1005, 'No Status Rcvd'],
  [1006, 'Abnormal Closure'],
  [1007, 'Invalid frame payload data'],
  [1008, 'Policy Violation'],
  [1009, 'Message Too Big'],
  [1010, 'Mandatory Ext.'],
  [1011, 'Internal Error'],
  [1012, 'Service Restart'],
  [1013, 'Try Again Later'],
  [1014, 'Bad Gateway'],
  [1015, 'TLS handshake'],
]);
