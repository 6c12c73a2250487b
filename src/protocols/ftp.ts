import { gatherRows, type Row, type Visit } from '../core/field.ts';
import type { Context, Layer, Protocol } from '../core/layer.ts';
import { stringOf, writeString } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { addressOfLayer } from './ftp-address.ts';
import { isCommand, replyCode, TextLine } from './text-line.ts';

/**
 * File Transfer Protocol, the control connection: what one segment carries of it. RFC 959 §5.3, §4.2.
 *
 *   command    RETR notes.txt
 *   reply      211-Features:                  lines up to the one with the same code and a space
 *               EPSV
 *              211 End
 *
 * Fields are made of the first line, as everywhere else; further lines of the segment follow as they are.
 */
export const PORT = 21;

const SPACE = 32;

/** What stands in a line: the word, and what it is said of. Used again for the next one. */
export class FtpLine {
  wordEnd = 0;
  argumentAt = 0;

  command(bytes: Uint8Array, at: number, end: number): this {
    let i = at;
    while (i < end && bytes[i] !== SPACE) i++;
    this.wordEnd = i;
    while (i < end && bytes[i] === SPACE) i++;
    this.argumentAt = i;
    return this;
  }
}

/** Address and port of a data connection, as they are announced. */
interface Announced {
  /** As text; null where only the port is told. */
  readonly address: string | null;
  readonly port: number;
}

/** `10,0,0,2,4,5` anywhere in the text (RFC 959 §4.1.2; §4.2 does not say where it stands in a reply). */
function hostPort(text: string): Announced | null {
  const numbers = /(?<!\d)(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})(?!\d)/
    .exec(text)
    ?.slice(1)
    .map(Number);
  if (numbers === undefined || numbers.some((number) => number > 255)) return null;
  return { address: numbers.slice(0, 4).join('.'), port: numbers[4]! * 256 + numbers[5]! };
}

/** `(|||34567|)` of a reply to EPSV (RFC 2428 §3). */
function extendedPassive(text: string): Announced | null {
  const found = /\(([!-~])\1\1(\d{1,5})\1\)/.exec(text);
  return found === null ? null : portOf(null, found[2]!);
}

/** `|1|10.0.0.1|5555|` of EPRT (RFC 2428 §2). */
function extendedPort(text: string): (Announced & { readonly family: number }) | null {
  const found = /^([!-~])(\d{1,3})\1([0-9A-Fa-f:.]{2,45})\1(\d{1,5})\1/.exec(text);
  const announced = found === null ? null : portOf(found[3]!, found[4]!);
  return announced === null ? null : { ...announced, family: Number(found![2]) };
}

function portOf(address: string | null, digits: string): Announced | null {
  const port = Number(digits);
  return port > 0 && port <= 0xffff ? { address, port } : null;
}

/** What a line announces: of a reply, or of a command. */
export function announcement(bytes: Uint8Array, at: number, end: number): Announced | null {
  if (isCommand(bytes, at, end, 'PORT')) return hostPort(stringOf(bytes, at, end));
  if (isCommand(bytes, at, end, 'EPRT'))
    return extendedPort(stringOf(bytes, line.command(bytes, at, end).argumentAt, end));
  const code = replyCode(bytes, at, end);
  if (code === PASSIVE) return hostPort(stringOf(bytes, at + 4, end));
  return code === EXTENDED_PASSIVE ? extendedPassive(stringOf(bytes, at + 4, end)) : null;
}

export const PASSIVE = 227;
export const EXTENDED_PASSIVE = 229;

const line = new FtpLine();

const rows: Row[] = [];
const row = gatherRows(rows);

const REQUEST = row('ftp.request', 'Command', 'bool');
const RESPONSE = row('ftp.response', 'Reply', 'bool');
const COMMAND = row('ftp.request.command', 'Command');
const ARGUMENT = row('ftp.request.arg', 'Argument');
const CODE = row('ftp.response.code', 'Code', 'uint', { show: (code: number) => REPLY_NAMES.get(code) ?? '' });
const TEXT = row('ftp.response.arg', 'Text');
const PASSIVE_IP = row('ftp.passive.ip', 'Data connection to');
const PASSIVE_PORT = row('ftp.passive.port', 'Port of the data connection', 'uint');
const ACTIVE_IP = row('ftp.active.cip', 'Data connection to');
const ACTIVE_PORT = row('ftp.active.port', 'Port of the data connection', 'uint');
const EPRT_FAMILY = row('ftp.eprt.af', 'Address family', 'uint', {
  show: (n: number) => (n === 1 ? 'IPv4' : n === 2 ? 'IPv6' : ''),
});
const EPRT_IP = row('ftp.eprt.ip', 'Data connection to');
const EPRT_IPV6 = row('ftp.eprt.ipv6', 'Data connection to');
const EPRT_PORT = row('ftp.eprt.port', 'Port of the data connection', 'uint');
const SERVER_ITSELF = { about: 'The server itself: EPSV tells the port only.' };
const EPSV_IP = row('ftp.epsv.ip', 'Data connection to', 'text', SERVER_ITSELF);
const EPSV_IPV6 = row('ftp.epsv.ipv6', 'Data connection to', 'text', SERVER_ITSELF);
const EPSV_PORT = row('ftp.epsv.port', 'Port of the data connection', 'uint');
const LINE = row('dissect.ftp.line', 'Further line');

/** RFC 959 §4.2.2, RFC 2228 §5.1, RFC 2428, RFC 3659. */
const REPLY_NAMES = new Map([
  [110, 'Restart marker'],
  [120, 'Ready in some minutes'],
  [125, 'Data connection is open, begins'],
  [150, 'Opening the data connection'],
  [200, 'Done'],
  [202, 'Not needed here'],
  [211, 'System status'],
  [212, 'Status of a directory'],
  [213, 'Status of a file'],
  [214, 'Help'],
  [215, 'System'],
  [220, 'Ready'],
  [221, 'Closing the connection'],
  [225, 'Data connection is open'],
  [226, 'Closing the data connection'],
  [227, 'Passive mode'],
  [229, 'Extended passive mode'],
  [230, 'Logged in'],
  [232, 'Logged in, by what TLS or Kerberos says'],
  [234, 'Security is agreed on'],
  [250, 'Done'],
  [257, 'Directory'],
  [331, 'Password needed'],
  [332, 'Account needed'],
  [334, 'More of the security exchange needed'],
  [350, 'More needed'],
  [421, 'Not available'],
  [425, 'Cannot open the data connection'],
  [426, 'Transfer broken off'],
  [431, 'No such security mechanism'],
  [450, 'File unavailable for now'],
  [451, 'Local error'],
  [452, 'Not enough storage'],
  [500, 'Command not known'],
  [501, 'Arguments wrong'],
  [502, 'Command not implemented'],
  [503, 'Commands out of order'],
  [504, 'Argument not implemented'],
  [522, 'Address family not known'],
  [530, 'Not logged in'],
  [532, 'Account needed'],
  [534, 'Refused for policy'],
  [550, 'File unavailable'],
  [551, 'Page type not known'],
  [552, 'Too much storage'],
  [553, 'Name of the file not allowed'],
]);

export const ftp: Protocol = {
  id: 'ftp',
  name: 'File Transfer Protocol',
  column: 'FTP',
  spec: 'RFC 959 §5.3',
  fields: [],
  walked: rows,
  decode: (layer, packet) => packet.takeAll(layer, 'line'),
  walk,
  info,
  card,
};

/** Who speaks; the conversation knows (src/streams/ftp.ts). */
class Speaker implements Context {
  readonly rows: readonly Row[] = [];
}

export const CLIENT = new Speaker();
export const SERVER = new Speaker();

/** Without a conversation, digits make a reply. */
const isReply = ({ context, bytes, start, capturedEnd }: Layer): boolean =>
  context instanceof Speaker ? context === SERVER : replyCode(bytes, start, capturedEnd) >= 0;

function walk(layer: Layer, _packet: Packet, visit: Visit): void {
  const { bytes, start, capturedEnd } = layer;
  const reply = isReply(layer);
  const lines = new TextLine().begin(start);
  if (!lines.step(bytes, capturedEnd)) return;
  const { at, end, next, whole } = lines;
  visit(REQUEST, at, next - at, reply ? 0 : 1, 0);
  visit(RESPONSE, at, next - at, reply ? 1 : 0, 0);
  if (reply) visitReply(layer, at, end, visit);
  else visitCommand(bytes, at, end, visit);
  // Half a number is another port.
  if (whole && reply) visitAnswered(layer, at, end, visit);
  else if (whole) visitAsked(bytes, at, end, visit);
  while (lines.step(bytes, capturedEnd)) {
    visit(LINE, lines.at, lines.next - lines.at, stringOf(bytes, lines.at, lines.end), 0);
  }
}

/** Visits a text, where there is any. */
function word(made: Row, bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  if (from < to) visit(made, from, to - from, stringOf(bytes, from, to), 0);
}

function visitCommand(bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  const { wordEnd, argumentAt } = new FtpLine().command(bytes, at, end);
  word(COMMAND, bytes, at, wordEnd, visit);
  word(ARGUMENT, bytes, argumentAt, end, visit);
}

/** The data connection that a command asks for. */
function visitAsked(bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  const { argumentAt } = new FtpLine().command(bytes, at, end);
  const length = end - argumentAt;
  if (isCommand(bytes, at, end, 'PORT')) {
    visitAnnounced(ACTIVE_IP, ACTIVE_PORT, hostPort(stringOf(bytes, argumentAt, end)), argumentAt, length, visit);
  } else if (isCommand(bytes, at, end, 'EPRT')) {
    const announced = extendedPort(stringOf(bytes, argumentAt, end));
    if (announced === null) return;
    visit(EPRT_FAMILY, argumentAt, length, announced.family, 1);
    visitAnnounced(announced.family === 2 ? EPRT_IPV6 : EPRT_IP, EPRT_PORT, announced, argumentAt, length, visit);
  }
}

function visitReply(layer: Layer, at: number, end: number, visit: Visit): void {
  const { bytes } = layer;
  const code = replyCode(bytes, at, end);
  if (code < 0 && end - at < 3) return; // the beginning of a code, which is no text
  const textAt = code < 0 ? at : Math.min(at + 4, end);
  if (code >= 0) visit(CODE, at, 3, code, 0);
  word(TEXT, bytes, textAt, end, visit);
}

/** The data connection that a reply offers. */
function visitAnswered(layer: Layer, at: number, end: number, visit: Visit): void {
  const { bytes } = layer;
  const code = replyCode(bytes, at, end);
  const textAt = Math.min(at + 4, end);
  const length = end - textAt;
  if (code === PASSIVE) {
    visitAnnounced(PASSIVE_IP, PASSIVE_PORT, hostPort(stringOf(bytes, textAt, end)), textAt, length, visit);
  } else if (code === EXTENDED_PASSIVE) {
    const announced = extendedPassive(stringOf(bytes, textAt, end));
    if (announced === null) return;
    const server = addressOfLayer(layer.network, 'source');
    const made = server?.includes(':') ? EPSV_IPV6 : EPSV_IP;
    visitAnnounced(made, EPSV_PORT, { ...announced, address: server }, textAt, length, visit);
  }
}

function visitAnnounced(ip: Row, port: Row, said: Announced | null, at: number, length: number, visit: Visit): void {
  if (said === null) return;
  if (said.address !== null) visit(ip, at, length, said.address, 1);
  visit(port, at, length, said.port, 1);
}

function info(layer: Layer, _packet: Packet, out: Writer): void {
  const { bytes, start, capturedEnd } = layer;
  out.ascii(isReply(layer) ? 'Response: ' : 'Request: ');
  const first = new TextLine().begin(start);
  if (first.step(bytes, capturedEnd)) writeString(bytes, first.at, first.end, out);
}

function card(layer: Layer, packet: Packet, out: Writer): void {
  out.ascii('FTP  ');
  info(layer, packet, out);
}
