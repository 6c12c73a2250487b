import { gatherRows, type Row, type Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { stringOf, writeString } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { type Encoding, staticEncoding } from './rtp-payload-types.ts';
import { TextLine } from './text-line.ts';

/**
 * Session Description Protocol. RFC 8866 §5.
 *
 *   v=0                                    the version
 *   o=alice 5339 1 IN IP4 192.168.0.10     who made it, session, its version, address
 *   s=-                                    a name
 *   c=IN IP4 192.168.0.10                  where media goes
 *   t=0 0                                  from when to when
 *   m=audio 6000 RTP/AVP 0 101             a medium, its port, how it is carried, its formats
 *   a=rtpmap:101 telephone-event/8000      what a format is
 *
 * One line, one letter; lines behind an `m=` are about that medium.
 */
const rows: Row[] = [];
const row = gatherRows(rows, 'sdp.');

const PARTS = 1;

/** A line, and the rows of its parts, which spaces separate. */
interface Line {
  readonly whole: Row;
  readonly parts: readonly Row[];
}

const line = (id: string, label: string, ...parts: readonly (readonly [string, string])[]): Line => ({
  whole: row(id, label),
  parts: parts.map(([part, name]) => row(`${id}.${part}`, name, 'text', { level: PARTS })),
});

const LINES = new Map<string, Line>([
  ['v', line('version', 'Version')],
  [
    'o',
    line(
      'owner',
      'Origin',
      ['username', 'User'],
      ['sessionid', 'Session'],
      ['version', 'Version of the session'],
      ['network_type', 'Network'],
      ['address_type', 'Kind of address'],
      ['address', 'Address'],
    ),
  ],
  ['s', line('session_name', 'Name of the session')],
  ['i', line('session_info', 'About the session')],
  ['u', line('uri', 'URI')],
  ['e', line('email', 'E-mail address')],
  ['p', line('phone', 'Phone number')],
  [
    'c',
    line(
      'connection_info',
      'Connection',
      ['network_type', 'Network'],
      ['address_type', 'Kind of address'],
      ['address', 'Address'],
    ),
  ],
  ['b', line('bandwidth', 'Bandwidth')],
  ['t', line('time', 'Time', ['start', 'From'], ['stop', 'To'])],
  ['r', line('repeat_time', 'Repeated')],
  ['z', line('timezone', 'Time zone')],
  ['k', line('encryption_key', 'Encryption key')],
]);
const MEDIA_TITLE = row('media_title', 'About the medium');
const MEDIA = row('media', 'Medium');
const MEDIA_KIND = row('media.media', 'Kind', 'text', { level: PARTS });
const MEDIA_PORT = row('media.port', 'Port', 'uint', { level: PARTS });
const MEDIA_PORT_COUNT = row('media.portcount', 'Ports', 'text', { level: PARTS });
const MEDIA_PROTOCOL = row('media.proto', 'Carried by', 'text', { level: PARTS });
const MEDIA_FORMAT: Row = {
  id: 'dissect.sdp.format',
  label: 'Format',
  kind: 'text',
  level: PARTS,
  show: (format: string) => staticEncoding(Number(format))?.name ?? '',
  about: 'A payload type of RTP, as the number that stands there.',
};
rows.push(MEDIA_FORMAT);
const SESSION_ATTRIBUTE = row('session_attr', 'Attribute of the session');
const SESSION_FIELD = row('session_attr.field', 'Name', 'text', { level: PARTS });
const SESSION_VALUE = row('session_attr.value', 'Value', 'text', { level: PARTS });
const MEDIA_ATTRIBUTE = row('media_attr', 'Attribute of the medium');
const MEDIA_FIELD = row('media_attribute.field', 'Name', 'text', { level: PARTS });
const MEDIA_VALUE = row('media_attribute.value', 'Value', 'text', { level: PARTS });
const MIME_TYPE = row('mime.type', 'Encoding', 'text', { level: PARTS });
const SAMPLE_RATE = row('sample_rate', 'Clock rate', 'text', { level: PARTS });
const PARAMETERS = row('fmtp.parameter', 'Parameters', 'text', { level: PARTS });

export const sdp: Protocol = {
  id: 'sdp',
  name: 'Session Description Protocol',
  column: 'SDP',
  spec: 'RFC 8866 §5',
  fields: [],
  walked: rows,
  decode: (layer, packet) => packet.takeAll(layer, 'line'),
  walk,
  info: writeMedia,
  card(layer, packet, out) {
    out.ascii('SDP  ');
    writeMedia(layer, packet, out);
  },
};

const EQUALS = 61;

/** The letter of a line that has the form; empty for another. */
const letterOf = (bytes: Uint8Array, at: number, end: number): string =>
  at + 2 <= end && bytes[at + 1] === EQUALS ? String.fromCharCode(bytes[at]!) : '';

function walk({ bytes, start, capturedEnd }: Layer, _packet: Packet, visit: Visit): void {
  const lines = new TextLine().begin(start);
  let inMedia = false;
  while (lines.step(bytes, capturedEnd)) {
    const { at, end } = lines;
    const from = at + 2;
    switch (letterOf(bytes, at, end)) {
      case '':
        break;
      case 'm':
        inMedia = true;
        visitMedia(bytes, from, end, visit);
        break;
      case 'a':
        visitAttribute(bytes, from, end, inMedia, visit);
        break;
      case 'i':
        text(inMedia ? MEDIA_TITLE : LINES.get('i')!.whole, bytes, from, end, 0, visit);
        break;
      default:
        visitLine(LINES.get(letterOf(bytes, at, end)), bytes, from, end, visit);
    }
  }
}

function text(made: Row, bytes: Uint8Array, from: number, to: number, level: number, visit: Visit): void {
  visit(made, from, to - from, stringOf(bytes, from, to), level);
}

const SPACE = 32;
const COLON = 58;
const SLASH = 47;

/** Steps through what spaces separate. Used again for the next line. */
class Words {
  at = 0;
  end = 0;

  begin(from: number): this {
    this.end = from;
    return this;
  }

  step(bytes: Uint8Array, to: number): boolean {
    let at = this.end;
    while (at < to && bytes[at] === SPACE) at++;
    if (at >= to) return false;
    this.at = at;
    while (at < to && bytes[at] !== SPACE) at++;
    this.end = at;
    return true;
  }
}

function visitLine(found: Line | undefined, bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  if (found === undefined) return;
  text(found.whole, bytes, from, to, 0, visit);
  const words = new Words().begin(from);
  for (const part of found.parts) {
    if (!words.step(bytes, to)) return;
    text(part, bytes, words.at, words.end, PARTS, visit);
  }
}

function visitMedia(bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  text(MEDIA, bytes, from, to, 0, visit);
  const words = new Words().begin(from);
  if (!words.step(bytes, to)) return;
  text(MEDIA_KIND, bytes, words.at, words.end, PARTS, visit);
  if (!words.step(bytes, to)) return;
  const slash = indexOf(bytes, SLASH, words.at, words.end);
  const port = digits(bytes, words.at, slash < 0 ? words.end : slash);
  if (port >= 0) visit(MEDIA_PORT, words.at, words.end - words.at, port, PARTS);
  if (slash >= 0) text(MEDIA_PORT_COUNT, bytes, slash + 1, words.end, PARTS, visit);
  if (!words.step(bytes, to)) return;
  text(MEDIA_PROTOCOL, bytes, words.at, words.end, PARTS, visit);
  while (words.step(bytes, to)) text(MEDIA_FORMAT, bytes, words.at, words.end, PARTS, visit);
}

function visitAttribute(bytes: Uint8Array, from: number, to: number, inMedia: boolean, visit: Visit): void {
  text(inMedia ? MEDIA_ATTRIBUTE : SESSION_ATTRIBUTE, bytes, from, to, 0, visit);
  const colon = indexOf(bytes, COLON, from, to);
  if (colon < 0) return;
  text(inMedia ? MEDIA_FIELD : SESSION_FIELD, bytes, from, colon, PARTS, visit);
  const name = stringOf(bytes, from, colon);
  if (inMedia && name === 'rtpmap') visitMap(bytes, colon + 1, to, visit);
  else if (inMedia && name === 'fmtp') visitParameters(bytes, colon + 1, to, visit);
  else if (colon + 1 < to) text(inMedia ? MEDIA_VALUE : SESSION_VALUE, bytes, colon + 1, to, PARTS, visit);
}

/** `101 telephone-event/8000` (RFC 8866 §6.6). */
function visitMap(bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  const words = new Words().begin(from);
  if (!words.step(bytes, to)) return;
  text(MEDIA_FORMAT, bytes, words.at, words.end, PARTS, visit);
  if (!words.step(bytes, to)) return;
  const slash = indexOf(bytes, SLASH, words.at, words.end);
  text(MIME_TYPE, bytes, words.at, slash < 0 ? words.end : slash, PARTS, visit);
  if (slash < 0) return;
  const second = indexOf(bytes, SLASH, slash + 1, words.end);
  text(SAMPLE_RATE, bytes, slash + 1, second < 0 ? words.end : second, PARTS, visit);
}

/** `101 0-16` (RFC 8866 §6.15). */
function visitParameters(bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  const words = new Words().begin(from);
  if (!words.step(bytes, to)) return;
  text(MEDIA_FORMAT, bytes, words.at, words.end, PARTS, visit);
  if (words.step(bytes, to)) text(PARAMETERS, bytes, words.at, to, PARTS, visit);
}

function indexOf(bytes: Uint8Array, octet: number, from: number, to: number): number {
  for (let i = from; i < to; i++) if (bytes[i] === octet) return i;
  return -1;
}

/** A number of up to five digits, or -1. */
function digits(bytes: Uint8Array, from: number, to: number): number {
  if (from === to || to - from > 5) return -1;
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** The media, as the lines say them. */
function writeMedia({ bytes, start, capturedEnd }: Layer, _packet: Packet, out: Writer): void {
  const lines = new TextLine().begin(start);
  let first = true;
  while (lines.step(bytes, capturedEnd)) {
    if (letterOf(bytes, lines.at, lines.end) !== 'm') continue;
    if (!first) out.ascii(', ');
    writeString(bytes, lines.at + 2, lines.end, out);
    first = false;
  }
}

/** What a description says of one medium: all that is needed to know its packets. */
export interface Medium {
  /** `audio`, `video`. */
  readonly kind: string;
  /** As text; null where none is told. */
  readonly address: string | null;
  readonly port: number;
  /** Where its port stands, and how long it is. */
  readonly portAt: number;
  readonly portLength: number;
  /** `RTP/AVP`. */
  readonly protocol: string;
  readonly formats: readonly string[];
  readonly encodings: ReadonlyMap<number, Encoding>;
  /** Port and address of RTCP, where they are told (RFC 3605), or RTP's own (RFC 5761). */
  readonly rtcpPort: number;
  /** `sendrecv`, `sendonly`, `recvonly`, `inactive` (RFC 8866 §6.7). */
  readonly direction: string;
}

/** Media of one description that are looked at; a hostile one may name thousands. */
const MOST_MEDIA = 32;
const MOST_ENCODINGS = 64;

type Draft = { -readonly [K in keyof Medium]: Medium[K] } & { encodings: Map<number, Encoding> };

/** The media that a description announces. */
export function mediaOf({ bytes, start, capturedEnd }: Layer): readonly Medium[] {
  const media: Draft[] = [];
  let address: string | null = null;
  let direction = 'sendrecv';
  let medium: Draft | null = null;
  const lines = new TextLine().begin(start);
  while (lines.step(bytes, capturedEnd)) {
    const said = stringOf(bytes, lines.at + 2, lines.end);
    switch (letterOf(bytes, lines.at, lines.end)) {
      case 'c':
        if (medium === null) address = addressIn(said);
        else medium.address = addressIn(said);
        break;
      case 'm':
        if (media.length === MOST_MEDIA) return media;
        medium = draft(said, lines.at + 2, address, direction);
        if (medium !== null) media.push(medium);
        break;
      case 'a':
        if (DIRECTIONS.includes(said)) {
          if (medium === null) direction = said;
          else medium.direction = said;
        } else if (medium !== null) learn(medium, said);
    }
  }
  return media;
}

const DIRECTIONS: readonly string[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

/** `IN IP4 224.2.1.1/127`: the address without its lifetime (RFC 8866 §5.7). */
const addressIn = (said: string): string | null => /^IN\s+IP[46]\s+([0-9A-Fa-f.:]+)/.exec(said)?.[1] ?? null;

function draft(said: string, at: number, address: string | null, direction: string): Draft | null {
  const found = /^(\S+)\s+(\d{1,5})(?:\/\d+)?\s+(\S+)\s*(.*)$/.exec(said);
  if (found === null) return null;
  const port = Number(found[2]);
  if (port > 0xffff) return null;
  return {
    kind: found[1]!,
    address,
    port,
    portAt: at + said.indexOf(found[2]!, found[1]!.length),
    portLength: found[2]!.length,
    protocol: found[3]!,
    formats: found[4]!.split(/\s+/).slice(0, MOST_ENCODINGS),
    encodings: new Map(),
    rtcpPort: port + 1,
    direction,
  };
}

function learn(medium: Draft, said: string): void {
  const map = /^rtpmap:(\d{1,3})\s+([^/\s]+)\/(\d{1,9})/.exec(said);
  if (map !== null) {
    if (medium.encodings.size < MOST_ENCODINGS) {
      medium.encodings.set(Number(map[1]), { name: map[2]!, rate: Number(map[3]) });
    }
    return;
  }
  const port = /^rtcp:(\d{1,5})/.exec(said);
  if (port !== null && Number(port[1]) <= 0xffff) medium.rtcpPort = Number(port[1]);
}

/** RTP over UDP, in whatever profile (RFC 3551, RFC 3711, RFC 4585, RFC 5764). */
export const isRtp = ({ protocol }: Medium): boolean => /^(UDP\/TLS\/)?RTP\/S?AVPF?$/.test(protocol);
/** Encrypted: its header can be read, its payload and its control packets cannot. */
export const isSecured = ({ protocol }: Medium): boolean => /RTP\/SAVPF?$/.test(protocol);
