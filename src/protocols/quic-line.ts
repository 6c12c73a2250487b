import { u8 } from '../core/bytes.ts';
import type { Context, Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { frameNames, quicFrames } from './quic-frames.ts';
import {
  destinationIdAt,
  destinationIdLength,
  isLong,
  packetType,
  sourceIdAt,
  sourceIdLength,
  TYPE_NAMES,
  version,
} from './quic-header.ts';
import { ID, shortIdLength, stateOf } from './quic-rows.ts';
import { isReserved, NEGOTIATION, versionName } from './quic-versions.ts';
import { tlsMessages } from './tls.ts';
import { findServerName, MESSAGE_HEADER, messageLength, messageName, Place } from './tls-hello.ts';
import { CLIENT_HELLO } from './tls-names.ts';

/** All packets of the datagram: the line has room for one layer only. */
export function writeDatagram(packet: Packet, out: Writer): void {
  let first: Layer | null = null;
  for (let i = 1; i < packet.count; i++) {
    const layer = packet.layers[i]!;
    if (layer.protocol.id !== ID || layer.protocol === quicFrames || layer.quoted || !layer.whole) continue;
    if (first !== null) out.ascii('; ');
    out.ascii(TYPE_NAMES[packetType(layer)]!);
    writePhase(layer, out);
    if (first === null) writeIds(layer, packet, out);
    first ??= layer;
    writeContent(layer, packet, out);
  }
}

/** Which of two keys in turn a short header says that it has. */
function writePhase(layer: Layer, out: Writer): void {
  const first = stateOf(layer)?.first ?? -1;
  if (first >= 0 && !isLong(layer)) out.ascii((first & 0x04) === 0 ? ' (KP0)' : ' (KP1)');
}

/** Of a layer whose line is that of the whole datagram. */
export const ofDatagram: Context = { rows: [], info: (_layer, packet, out) => writeDatagram(packet, out) };

/** Those of the first packet are those of the others. */
function writeIds(layer: Layer, packet: Packet, out: Writer): void {
  const { bytes, start, capturedEnd } = layer;
  if (!isLong(layer)) {
    const length = shortIdLength(layer, packet);
    if (length > 0 && start + 1 + length <= capturedEnd) writeId('DCID', bytes, start + 1, length, out);
    return;
  }
  writeId('DCID', bytes, destinationIdAt(layer), destinationIdLength(layer), out);
  writeId('SCID', bytes, sourceIdAt(layer), sourceIdLength(layer), out);
}

function writeId(name: string, bytes: Uint8Array, at: number, length: number, out: Writer): void {
  if (length === 0) return;
  out.ascii(`, ${name}=`);
  out.octets(bytes, at, at + length);
}

function writeContent(layer: Layer, packet: Packet, out: Writer): void {
  const known = stateOf(layer);
  if (known === null || known.number < 0) return;
  out.ascii(', PKN: ');
  out.uint(known.number);
  const frames = packet.layers[known.frames];
  if (frames?.protocol !== quicFrames) return;
  out.ascii(', ');
  out.ascii(frameNames(frames));
  const messages = packet.layers[known.frames + 1];
  if (known.frames + 1 < packet.count && messages!.protocol === tlsMessages) writeMessages(messages!, out);
}

const name = new Place();

/** Messages of TLS that are whole with this packet. */
function writeMessages({ bytes, start, capturedEnd }: Layer, out: Writer): void {
  for (let at = start; at + MESSAGE_HEADER <= capturedEnd; at += messageLength(bytes, at)) {
    const end = at + messageLength(bytes, at);
    out.ascii(', ');
    out.ascii(messageName(bytes, at, end));
    if (bytes[at] !== CLIENT_HELLO || !findServerName(bytes, at, end, name)) continue;
    out.ascii(' (SNI=');
    out.safe(String.fromCharCode(...bytes.subarray(name.at, Math.min(name.end, name.at + LONGEST_NAME))));
    out.byte(41);
  }
}

/** Octets of a name that a line has room for. */
const LONGEST_NAME = 255;

export function card(layer: Layer, packet: Packet, out: Writer): void {
  out.ascii('QUIC  ');
  out.ascii(TYPE_NAMES[packetType(layer)]!);
  const known = stateOf(layer);
  if (known !== null && known.number >= 0) {
    out.ascii(' ');
    out.uint(known.number);
  }
  if (isLong(layer)) writeVersion(layer, out);
  const { bytes, start, capturedEnd } = layer;
  const [at, length] = isLong(layer)
    ? [destinationIdAt(layer), destinationIdLength(layer)]
    : [start + 1, shortIdLength(layer, packet)];
  if (length > 0 && at + length <= capturedEnd) writeCardId('to ', bytes, at, length, out);
  if (isLong(layer)) writeCardId('from ', bytes, sourceIdAt(layer), sourceIdLength(layer), out);
  else out.ascii((u8(bytes, start) & 0x20) === 0 ? '\nspin bit 0' : '\nspin bit 1');
}

function writeVersion(layer: Layer, out: Writer): void {
  const number = version(layer);
  if (number === NEGOTIATION) return;
  out.ascii('\nversion ');
  const known = versionName(number);
  if (known !== '' && !isReserved(number)) {
    out.ascii(known);
    return;
  }
  out.ascii('0x');
  out.hex(number, 8);
}

function writeCardId(name: string, bytes: Uint8Array, at: number, length: number, out: Writer): void {
  if (length === 0) return;
  out.byte(10);
  out.ascii(name);
  out.octets(bytes, at, at + length);
}
