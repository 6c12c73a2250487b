import { gatherRows, type Row, type Visit } from '../core/field.ts';
import type { Context, Layer, Protocol } from '../core/layer.ts';
import { stringOf, writeString } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { isCommand, replyCode, TextLine } from './text-line.ts';

/**
 * Simple Mail Transfer Protocol: the lines that one side sent together. RFC 5321 §2.3.8, §4.2.
 *
 *   command    MAIL FROM:<a@example.test> SIZE=512
 *   reply      250-mail.example.test          the same code in all its lines; a space in the last
 *              250 STARTTLS
 *   content    lines of the message, up to one that is a dot (§4.5.2)
 *
 * Which of these a line is, only its conversation tells (src/streams/smtp.ts), which puts one of the parts below into the
 * layer's context.
 */
export class Part implements Context {
  readonly rows: readonly Row[] = [];
}

export const COMMANDS = new Part();
export const REPLIES = new Part();
export const CONTENT = new Part();
/** Content with the dot that ends it. */
export const LAST_CONTENT = new Part();
/** What answers a challenge of AUTH (RFC 4954 §4), in base64. */
export const USERNAME = new Part();
export const PASSWORD = new Part();
export const CREDENTIALS = new Part();

const HYPHEN = 45;
const SPACE = 32;

/** Where the command's word ends. */
export function commandEnd(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && bytes[i] !== SPACE) i++;
  return i;
}

const rows: Row[] = [];
const row = gatherRows(rows);

const REQUEST = row('smtp.req', 'Command', 'bool');
const COMMAND_LINE = row('smtp.command_line', 'Command line');
const COMMAND = row('smtp.req.command', 'Command');
const PARAMETER = row('smtp.req.parameter', 'Parameter');
const RESPONSE = row('smtp.rsp', 'Reply', 'bool');
const RESPONSE_LINE = row('smtp.response', 'Reply line');
const CODE = row('smtp.response.code', 'Code', 'uint', { show: (code: number) => REPLY_NAMES.get(code) ?? '' });
const RESPONSE_PARAMETER = row('smtp.rsp.parameter', 'Text');
const IN_BASE64 = { about: 'As it was sent, in base64.' };
const USER = row('smtp.auth.username', 'User name', 'text', IN_BASE64);
const PASS = row('smtp.auth.password', 'Password', 'text', IN_BASE64);
const USER_AND_PASS = row('smtp.auth.username_password', 'User name and password', 'text', IN_BASE64);
const LINE = row('dissect.smtp.line', 'Line of the message');
const END = row('smtp.eom', 'End of the message', 'none');

/** RFC 5321 §4.2.3, RFC 4954 §6. */
const REPLY_NAMES = new Map([
  [211, 'System status'],
  [214, 'Help'],
  [220, 'Ready'],
  [221, 'Closing the connection'],
  [235, 'Authentication succeeded'],
  [250, 'Completed'],
  [251, 'Not local, will forward'],
  [252, 'Cannot verify, will try'],
  [334, 'Challenge'],
  [354, 'Send the message'],
  [421, 'Not available'],
  [432, 'A password transition is needed'],
  [450, 'Mailbox unavailable for now'],
  [451, 'Local error'],
  [452, 'Not enough storage'],
  [454, 'Temporary authentication failure'],
  [455, 'Parameters not possible now'],
  [500, 'Command not known'],
  [501, 'Parameters wrong'],
  [502, 'Command not implemented'],
  [503, 'Commands out of order'],
  [504, 'Parameter not implemented'],
  [530, 'Authentication required'],
  [534, 'Mechanism too weak'],
  [535, 'Credentials invalid'],
  [538, 'Encryption required'],
  [550, 'Mailbox unavailable'],
  [551, 'Not local'],
  [552, 'Too much storage'],
  [553, 'Name of the mailbox not allowed'],
  [554, 'Failed'],
  [555, 'Parameters not known'],
]);

export const smtp: Protocol = {
  id: 'smtp',
  name: 'Simple Mail Transfer Protocol',
  column: 'SMTP',
  spec: 'RFC 5321 §2.3.8',
  fields: [],
  walked: rows,
  decode: (layer, packet) => packet.takeAll(layer, 'line'),
  walk,
  info,
  card,
};

/** What the lines are. Without their conversation, digits make a reply. */
function partOf({ context, bytes, start, capturedEnd }: Layer): Part {
  if (context instanceof Part) return context;
  return replyCode(bytes, start, capturedEnd) < 0 ? COMMANDS : REPLIES;
}

function walk(layer: Layer, _packet: Packet, visit: Visit): void {
  const { bytes, start, capturedEnd } = layer;
  const part = partOf(layer);
  if (part === COMMANDS) visitCommands(bytes, start, capturedEnd, visit);
  else if (part === REPLIES) visitReplies(bytes, start, capturedEnd, visit);
  else if (part === CONTENT || part === LAST_CONTENT) visitContent(layer, part === LAST_CONTENT, visit);
  else visitCredentials(part, bytes, start, capturedEnd, visit);
}

/** Visits a text, where there is any. */
function word(made: Row, bytes: Uint8Array, from: number, to: number, level: number, visit: Visit): void {
  if (from < to) visit(made, from, to - from, stringOf(bytes, from, to), level);
}

function visitCommands(bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  const line = new TextLine().begin(from);
  while (line.step(bytes, to)) {
    const { at, end, next } = line;
    visit(REQUEST, at, next - at, 1, 0);
    visit(COMMAND_LINE, at, next - at, stringOf(bytes, at, next), 0);
    const behind = commandEnd(bytes, at, end);
    word(COMMAND, bytes, at, behind, 1, visit);
    word(PARAMETER, bytes, behind + 1, end, 1, visit);
    if (!isCommand(bytes, at, end, 'AUTH') || !isCommand(bytes, behind + 1, end, 'PLAIN')) continue;
    word(USER_AND_PASS, bytes, behind + 1 + 'PLAIN '.length, end, 1, visit);
  }
}

function visitReplies(bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  visit(RESPONSE, from, to - from, 1, 0);
  const line = new TextLine().begin(from);
  let goesOn = false;
  while (line.step(bytes, to)) {
    const { at, end, next } = line;
    const code = replyCode(bytes, at, end);
    if (code < 0) continue;
    if (!goesOn) {
      visit(RESPONSE_LINE, at, next - at, stringOf(bytes, at, next), 0);
      visit(CODE, at, 3, code, 1);
    }
    word(RESPONSE_PARAMETER, bytes, at + 4, end, 1, visit);
    goesOn = bytes[at + 3] === HYPHEN && at + 3 < end;
  }
}

function visitContent({ bytes, start, capturedEnd }: Layer, ends: boolean, visit: Visit): void {
  const line = new TextLine().begin(start);
  while (line.step(bytes, capturedEnd)) {
    const { at, next } = line;
    if (ends && next === capturedEnd) visit(END, at, next - at, null, 0);
    else visit(LINE, at, next - at, stringOf(bytes, at, next), 0);
  }
}

function visitCredentials(part: Part, bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  const line = new TextLine().begin(from);
  line.step(bytes, to);
  visit(REQUEST, from, to - from, 1, 0);
  word(part === USERNAME ? USER : part === PASSWORD ? PASS : USER_AND_PASS, bytes, line.at, line.end, 0, visit);
}

/** All parts that came with this one: the line has room for one layer only. */
function info(layer: Layer, packet: Packet, out: Writer): void {
  let some = false;
  for (let i = 0; i <= layer.index; i++) {
    const other = packet.layers[i]!;
    if (other.protocol !== smtp) continue;
    const part = partOf(other);
    out.ascii(some ? ' | ' : part === REPLIES ? 'S: ' : 'C: ');
    some = true;
    writePart(part, other, out);
  }
}

function writePart(part: Part, layer: Layer, out: Writer): void {
  const { bytes, start, capturedEnd } = layer;
  if (part === REPLIES) writeReplies(bytes, start, capturedEnd, out);
  else if (part === CONTENT || part === LAST_CONTENT) writeContent(layer, part === LAST_CONTENT, out);
  else writeCommands(part, bytes, start, capturedEnd, out);
}

/** What the client says beside content, parted by bars. */
function writeCommands(part: Part, bytes: Uint8Array, start: number, capturedEnd: number, out: Writer): void {
  if (part === USERNAME) out.ascii('User: ');
  else if (part === PASSWORD) out.ascii('Pass: ');
  const line = new TextLine().begin(start);
  for (let first = true; line.step(bytes, capturedEnd); first = false) {
    if (!first) out.ascii(' | ');
    writeString(bytes, line.at, line.end, out);
  }
}

/** `250-mail.example.test | STARTTLS`: the code once a reply. */
function writeReplies(bytes: Uint8Array, from: number, to: number, out: Writer): void {
  const line = new TextLine().begin(from);
  let goesOn = false;
  for (let first = true; line.step(bytes, to); first = false) {
    const { at, end } = line;
    if (!first) out.ascii(' | ');
    if (replyCode(bytes, at, end) < 0) continue;
    writeString(bytes, goesOn ? Math.min(at + 4, end) : at, end, out);
    goesOn = bytes[at + 3] === HYPHEN && at + 3 < end;
  }
}

function writeContent({ bytes, start, capturedEnd, wireEnd }: Layer, ends: boolean, out: Writer): void {
  const dot = ends ? dotAt(bytes, start, capturedEnd) : wireEnd;
  if (dot > start) {
    out.ascii('DATA fragment, ');
    out.uint(dot - start);
    out.ascii(' bytes');
  }
  if (ends) out.ascii(dot > start ? ' | .' : '.');
}

/** Where the last line begins, which is a dot. */
function dotAt(bytes: Uint8Array, start: number, end: number): number {
  let at = end - 1;
  while (at > start && bytes[at] !== DOT) at--;
  return at;
}

const DOT = 46;

function card(layer: Layer, packet: Packet, out: Writer): void {
  out.ascii('SMTP  ');
  info(layer, packet, out);
}
