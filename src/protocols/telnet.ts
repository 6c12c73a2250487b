import { u16 } from '../core/bytes.ts';
import { gatherRows, type Row, type Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { asciiStringOf, stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';

/**
 * Telnet: text with commands in it. RFC 854; options: RFC 855.
 *
 *   text                      lines end in CR LF, CR NUL stands for CR alone
 *   IAC command               IAC is 255; twice, it is an octet of the text
 *   IAC WILL|WON'T|DO|DON'T option
 *   IAC SB option … IAC SE    what an option has to say
 */
export const PORT = 23;
const IAC = 255;
export const SB = 250;
const SE = 240;
const WILL = 251;
const CR = 13;
const LF = 10;

/** One step through what was said: a command, or text up to the next one. Used again for the next step. */
export class TelnetPart {
  at = 0;
  end = 0;
  /** The command, or -1 for text; its option, or -1. */
  command = -1;
  option = -1;
  /** Where a suboption's octets end, before IAC SE. */
  inner = 0;
  /** False when the end of the command is not there. */
  whole = true;

  begin(from: number): this {
    this.end = from;
    return this;
  }

  step(bytes: Uint8Array, to: number): boolean {
    const at = this.end;
    if (at >= to) return false;
    this.at = at;
    this.command = this.option = -1;
    this.whole = true;
    if (bytes[at] === IAC && (at + 1 === to || bytes[at + 1] !== IAC)) this.readCommand(bytes, at, to);
    else this.end = this.inner = textEnd(bytes, at, to);
    return true;
  }

  private readCommand(bytes: Uint8Array, at: number, to: number): void {
    this.end = this.inner = to;
    this.whole = false;
    if (at + 2 > to) return;
    const command = bytes[at + 1]!;
    this.command = command;
    if (command < SB) {
      this.ends(at + 2);
      return;
    }
    if (at + 3 > to) return;
    this.option = bytes[at + 2]!;
    // IAC SE, which ends a suboption, is a command of its own.
    const end = command >= WILL ? at + 3 : suboptionEnd(bytes, at + 3, to);
    if (end >= 0) this.ends(end);
  }

  private ends(end: number): void {
    this.end = this.inner = end;
    this.whole = true;
  }
}

/** Where the next command begins, or `to`. */
function textEnd(bytes: Uint8Array, at: number, to: number): number {
  for (let i = at; i < to; i++) {
    if (bytes[i] !== IAC) continue;
    if (i + 1 === to || bytes[i + 1] !== IAC) return i;
    i++;
  }
  return to;
}

/** Where IAC SE stands, or -1. */
function suboptionEnd(bytes: Uint8Array, at: number, to: number): number {
  for (let i = at; i + 1 < to; i++) {
    if (bytes[i] !== IAC) continue;
    if (bytes[i + 1] === SE) return i;
    i++;
  }
  return -1;
}

const COMMANDS: Readonly<Record<number, string>> = {
  236: 'End of File',
  237: 'Suspend',
  238: 'Abort',
  239: 'End of Record',
  240: 'Suboption End',
  241: 'No Operation',
  242: 'Data Mark',
  243: 'Break',
  244: 'Interrupt Process',
  245: 'Abort Output',
  246: 'Are You There?',
  247: 'Erase Character',
  248: 'Erase Line',
  249: 'Go Ahead',
  250: 'Suboption',
  251: 'Will',
  252: "Won't",
  253: 'Do',
  254: "Don't",
};

const OPTIONS =
  `Binary Transmission|Echo|Reconnection|Suppress Go Ahead|Approx Message Size Negotiation|Status|Timing Mark
|Remote Controlled Trans and Echo|Output Line Width|Output Page Size|Output Carriage-Return Disposition
|Output Horizontal Tab Stops|Output Horizontal Tab Disposition|Output Formfeed Disposition|Output Vertical Tabstops
|Output Vertical Tab Disposition|Output Linefeed Disposition|Extended ASCII|Logout|Byte Macro|Data Entry Terminal|SUPDUP
|SUPDUP Output|Send Location|Terminal Type|End of Record|TACACS User Identification|Output Marking
|Terminal Location Number|Telnet 3270 Regime|X.3 PAD|Negotiate About Window Size|Terminal Speed|Remote Flow Control
|Linemode|X Display Location|Environment Option|Authentication Option|Encryption Option|New Environment Option|TN3270E
|XAUTH|CHARSET|Remote Serial Port|COM Port Control|Suppress Local Echo|Start TLS|KERMIT|SEND-URL|FORWARD_X`
    .split('|')
    .map((name) => name.trim());

export const commandName = (command: number): string => COMMANDS[command] ?? 'Unknown';
export const optionName = (option: number): string => OPTIONS[option] ?? '<unknown option>';

const TERMINAL_TYPE = 24;
const WINDOW_SIZE = 31;
const FLOW_CONTROL = 33;
const X_DISPLAY = 35;
const AUTHENTICATION = 37;
const ENCRYPTION = 38;

/** RFC 2941 §2, RFC 2946 §2. */
const AUTHENTICATION_COMMANDS = ['IS', 'SEND', 'REPLY', 'NAME'];
const ENCRYPTION_COMMANDS = 'IS SUPPORT REPLY START END REQUEST-START REQUEST-END ENC_KEYID DEC_KEYID'.split(' ');

const rows: Row[] = [];
const row = gatherRows(rows, 'telnet.');

const COMMAND = row('cmd', 'Command', 'uint', { show: commandName });
const OPTION = row('subcmd', 'Option', 'uint', { show: optionName });
const SUBCOMMAND: Row = {
  ...OPTION,
  label: 'Asks or tells',
  show: (n: number) => (n === 1 ? 'Send' : n === 0 ? 'Is' : ''),
};
const VALUE = row('string_subopt.value', 'Value', 'text');
const WIDTH = row('naws_subopt.width', 'Width', 'uint');
const HEIGHT = row('naws_subopt.height', 'Height', 'uint');
const FLOW = row('rfc_subopt.cmd', 'Flow control', 'uint');
const AUTHENTICATE = row('auth.cmd', 'Authentication', 'uint', {
  show: (n: number) => AUTHENTICATION_COMMANDS[n] ?? '',
});
const ENCRYPT = row('enc.cmd', 'Encryption', 'uint', { show: (n: number) => ENCRYPTION_COMMANDS[n] ?? '' });
const OPTION_DATA = row('option_data', 'Option data', 'bytes');
const TEXT = row('data', 'Text', 'text');

export const telnet: Protocol = {
  id: 'telnet',
  name: 'Telnet',
  column: 'TELNET',
  spec: 'RFC 854',
  fields: [],
  walked: rows,
  decode,
  walk,
  info,
  card,
};

function decode(layer: Layer, packet: Packet): null {
  const { bytes, start, capturedEnd, wireEnd } = layer;
  packet.takeAll(layer, 'text');
  if (capturedEnd < wireEnd) return null;
  const part = new TelnetPart().begin(start);
  while (part.step(bytes, capturedEnd)) {
    if (!part.whole) packet.malformed(layer, 'command', part.end - part.at + 1, part.end - part.at, 'telnet.cmd');
  }
  return null;
}

function walk(layer: Layer, _packet: Packet, visit: Visit): void {
  const { bytes, start, capturedEnd } = layer;
  const part = new TelnetPart().begin(start);
  while (part.step(bytes, capturedEnd)) {
    const { at, end, command, option, inner } = part;
    if (command < 0) {
      if (part.whole) visitText(bytes, at, end, visit);
      continue;
    }
    visit(COMMAND, at + 1, 1, command, 0);
    if (option < 0) continue;
    visit(OPTION, at + 2, 1, option, 1);
    if (command === SB && part.whole && at + 3 < inner) visitSuboption(option, bytes, at + 3, inner, visit);
  }
}

/** Line by line, each up to LF or CR NUL. */
function visitText(bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  let at = from;
  for (let i = from; i < to; i++) {
    const ends = bytes[i] === LF || (bytes[i] === 0 && i > at && bytes[i - 1] === CR);
    if (!ends && i + 1 < to) continue;
    visit(TEXT, at, i + 1 - at, asciiStringOf(bytes, at, i + 1), 0);
    at = i + 1;
  }
}

function visitSuboption(option: number, bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  const length = to - from;
  if (option === TERMINAL_TYPE || option === X_DISPLAY) {
    visit(SUBCOMMAND, from, 1, bytes[from]!, 1);
    if (length > 1) visit(VALUE, from + 1, length - 1, stringOf(bytes, from + 1, to), 1);
  } else if (option === WINDOW_SIZE && length === 4) {
    visit(WIDTH, from, 2, u16(bytes, from), 1);
    visit(HEIGHT, from + 2, 2, u16(bytes, from + 2), 1);
  } else if (option === FLOW_CONTROL && length === 1) visit(FLOW, from, 1, bytes[from]!, 1);
  else if (option === AUTHENTICATION) visit(AUTHENTICATE, from, 1, bytes[from]!, 1);
  else if (option === ENCRYPTION) visit(ENCRYPT, from, 1, bytes[from]!, 1);
  else visit(OPTION_DATA, from, length, from, 1);
}

function info(_layer: Layer, _packet: Packet, out: Writer): void {
  out.ascii('Telnet Data ...');
}

function card(layer: Layer, _packet: Packet, out: Writer): void {
  const { bytes, start, capturedEnd } = layer;
  out.ascii('TELNET  ');
  const part = new TelnetPart().begin(start);
  for (let lines = 0; part.step(bytes, capturedEnd) && lines < CARD_LINES; lines++) {
    const { at, end, command, option } = part;
    if (lines > 0) out.ascii('\n');
    if (command < 0) out.safe(stringOf(bytes, at, Math.min(end, at + CARD_TEXT)).trimEnd());
    else out.ascii(option < 0 ? commandName(command) : `${commandName(command)} ${optionName(option)}`);
  }
}

/** What a card has room for. */
const CARD_LINES = 6;
const CARD_TEXT = 60;
