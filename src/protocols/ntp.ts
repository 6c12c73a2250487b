import { u8, u16, u32 } from '../core/bytes.ts';
import { dateText } from '../core/date.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { textOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';

/**
 * Network Time Protocol. RFC 5905 §7.3; extension fields RFC 7822; control messages (mode 6) RFC 9327 §2.
 *
 *   0                   1                   2                   3
 *  |LI | VN  |Mode |    Stratum    |     Poll      |   Precision   |
 *  |                          Root delay                           |
 *  |                       Root dispersion                         |
 *  |                         Reference id                          |
 *  |   Reference, origin, receive, transmit timestamp (64 each)    |
 *  |          Extension fields, key id (32), digest ...            |
 */
const HEADER = 48;
const CONTROL_HEADER = 12;
const CONTROL = 6;
/** Seconds from 1900, where NTP counts from, to 1970; era 1 begins in 2036 (RFC 5905 §6). */
const TO_UNIX = 2_208_988_800;
const ERA = 2 ** 32;

const leap = (ntp: Layer): number => u8(ntp.bytes, ntp.start) >>> 6;
const version = (ntp: Layer): number => (u8(ntp.bytes, ntp.start) >>> 3) & 7;
export const mode = (ntp: Layer): number => u8(ntp.bytes, ntp.start) & 7;
export const stratum = (ntp: Layer): number => u8(ntp.bytes, ntp.start + 1);

/** Modes 0 to 5 carry the clock; 6 and 7 are about managing the server and have a form of their own. */
const tellsTime = (ntp: Layer): boolean => mode(ntp) < CONTROL;

const MODES = [
  'reserved',
  'symmetric active',
  'symmetric passive',
  'client',
  'server',
  'broadcast',
  'control',
  'private',
];
const LEAPS = ['no warning', 'last minute has 61 seconds', 'last minute has 59 seconds', 'clock not synchronized'];

/** The wall clock of a timestamp, or NULL for zero, which stands for "not known" (RFC 5905 §6). */
export function timestampText(bytes: Uint8Array, at: number): string {
  const seconds = u32(bytes, at);
  const fraction = u32(bytes, at + 4);
  if (seconds === 0 && fraction === 0) return 'NULL';
  // The first bit tells the era until 2104 (RFC 4330 §3).
  const unix = seconds - TO_UNIX + (seconds < ERA / 2 ? ERA : 0);
  return dateText(unix, Math.floor((fraction * 1e9) / ERA));
}

const TIMESTAMPS = { reference: 16, origin: 24, receive: 32, transmit: 40 } as const;

/** A timestamp in nanoseconds since 1900, exact to half a microsecond: for differences. */
export function timestampAt(ntp: Layer, which: keyof typeof TIMESTAMPS): number {
  const at = ntp.start + TIMESTAMPS[which];
  return u32(ntp.bytes, at) * 1e9 + Math.floor((u32(ntp.bytes, at + 4) * 1e9) / ERA);
}

const number = (id: string, label: string, at: number, bits: 8 | 32, show?: (value: number) => string): Row => {
  const read = (ntp: Layer) => {
    if (!tellsTime(ntp)) return null;
    return bits === 8 ? u8(ntp.bytes, ntp.start + at) : u32(ntp.bytes, ntp.start + at);
  };
  const row: Row = { id, label, kind: 'uint', bit: at * 8, bits, read };
  return show === undefined ? row : { ...row, show };
};

/** 16 bits of seconds and 16 of their fraction. */
const shortTime = (value: number): string => `${(value / 65536).toFixed(6)} s`;
const asPower = (value: number): string =>
  value === 0 ? '' : `${Number((2 ** ((value << 24) >> 24)).toPrecision(2))} s`;

const control = (id: string, label: string, at: number, kind: 'uint' | 'hex' = 'uint'): Row => ({
  id: `ntp.ctrl.${id}`,
  label,
  kind,
  bit: at * 8,
  bits: 16,
  read: (ntp) => (mode(ntp) === CONTROL ? u16(ntp.bytes, ntp.start + at) : null),
});

const TIMESTAMP_ROWS: readonly Row[] = [
  { id: 'ntp.reftime', label: 'Reference timestamp', kind: 'time' },
  { id: 'ntp.org', label: 'Origin timestamp', kind: 'time' },
  { id: 'ntp.rec', label: 'Receive timestamp', kind: 'time' },
  { id: 'ntp.xmt', label: 'Transmit timestamp', kind: 'time' },
];
const KEY_ID: Row = { id: 'ntp.keyid', label: 'Key id', kind: 'bytes' };
const DIGEST: Row = { id: 'ntp.mac', label: 'Message authentication code', kind: 'bytes' };
const EXTENSION: Row = { id: 'ntp.ext', label: 'Extension field', kind: 'none' };
const EXTENSION_TYPE: Row = { id: 'ntp.ext.type', label: 'Type', kind: 'hex', digits: 4, level: 1 };
const EXTENSION_LENGTH: Row = { id: 'ntp.ext.length', label: 'Length', kind: 'uint', level: 1 };
const CONTROL_DATA: Row = { id: 'ntp.ctrl.data', label: 'Data', kind: 'none' };

export const ntp: Protocol = {
  id: 'ntp',
  name: 'Network Time Protocol',
  column: 'NTP',
  spec: 'RFC 5905 §7.3',
  fields: [
    { id: 'ntp.flags', label: 'Flags', kind: 'hex', bit: 0, bits: 8, read: (ntp) => u8(ntp.bytes, ntp.start) },
    {
      id: 'ntp.flags.li',
      label: 'Leap indicator',
      kind: 'uint',
      bit: 0,
      bits: 2,
      read: leap,
      show: (value: number) => LEAPS[value]!,
      level: 1,
    },
    { id: 'ntp.flags.vn', label: 'Version', kind: 'uint', bit: 2, bits: 3, read: version, level: 1 },
    {
      id: 'ntp.flags.mode',
      label: 'Mode',
      kind: 'uint',
      bit: 5,
      bits: 3,
      read: mode,
      show: (value: number) => MODES[value]!,
      level: 1,
    },
    number('ntp.stratum', 'Stratum', 1, 8, stratumName),
    number('ntp.ppoll', 'Poll interval', 2, 8, asPower),
    number('ntp.precision', 'Precision', 3, 8, asPower),
    number('ntp.rootdelay', 'Root delay', 4, 32, shortTime),
    number('ntp.rootdispersion', 'Root dispersion', 8, 32, shortTime),
    {
      id: 'ntp.refid',
      label: 'Reference id',
      kind: 'bytes',
      bit: 96,
      bits: 32,
      read: (ntp) => (tellsTime(ntp) ? ntp.start + 12 : null),
      show: (_at: number, ntp) => refersTo(ntp),
    },
    control('sequence', 'Sequence', 2),
    control('status', 'Status', 4, 'hex'),
    control('associd', 'Association', 6),
    control('offset', 'Offset', 8),
    control('count', 'Count', 10),
  ],
  walked: [...TIMESTAMP_ROWS, EXTENSION, EXTENSION_TYPE, EXTENSION_LENGTH, KEY_ID, DIGEST, CONTROL_DATA],
  decode(layer, packet) {
    if (!layer.captured(1)) return packet.short(layer, 'header', HEADER);
    const need = tellsTime(layer) ? HEADER : mode(layer) === CONTROL ? CONTROL_HEADER : 1;
    if (!layer.captured(need)) return packet.short(layer, 'header', need);
    layer.headerEnd = layer.capturedEnd;
    return null;
  },
  walk: walkTimes,
  info: writeInfo,
  card(layer, packet, out) {
    writeInfo(layer, packet, out);
    if (!tellsTime(layer) || !layer.captured(HEADER)) return;
    out.ascii('\nstratum ');
    out.uint(stratum(layer));
    out.text(' · leaves at ');
    out.text(timestampText(layer.bytes, layer.start + 40));
  },
};

function walkTimes(layer: Layer, _packet: Packet, visit: Visit): void {
  const data = layer.start + CONTROL_HEADER;
  if (mode(layer) === CONTROL && layer.capturedEnd > data) visit(CONTROL_DATA, data, layer.capturedEnd - data, null, 0);
  if (!tellsTime(layer) || !layer.captured(HEADER)) return;
  for (const [i, row] of TIMESTAMP_ROWS.entries()) {
    const at = layer.start + TIMESTAMPS.reference + i * 8;
    visit(row, at, 8, timestampText(layer.bytes, at), 0);
  }
  walkBehindHeader(layer, visit);
}

const EXTENSION_HEADER = 4;
/** Key id and digest: MD5's 16 octets, SHA-1's 20, or the key id alone (RFC 5905 §7.3, crypto-NAK). */
const AUTHENTICATION_SIZES: readonly number[] = [4, 20, 24];

/** Whatever is not as long as an authentication code can be is an extension field (RFC 7822 §7.5). */
function walkBehindHeader(layer: Layer, visit: Visit): void {
  const { bytes, capturedEnd } = layer;
  let at = layer.start + HEADER;
  while (!AUTHENTICATION_SIZES.includes(layer.wireEnd - at) && at + EXTENSION_HEADER <= capturedEnd) {
    const length = u16(bytes, at + 2);
    if (length < EXTENSION_HEADER || at + length > capturedEnd) return;
    visit(EXTENSION, at, length, null, 0);
    visit(EXTENSION_TYPE, at, 2, u16(bytes, at), 1);
    visit(EXTENSION_LENGTH, at + 2, 2, length, 1);
    at += length;
  }
  if (at + 4 > capturedEnd) return;
  visit(KEY_ID, at, 4, at, 0);
  if (capturedEnd > at + 4) visit(DIGEST, at + 4, capturedEnd - at - 4, at + 4, 0);
}

function writeInfo(layer: Layer, _packet: Packet, out: Writer): void {
  if (!layer.captured(1)) return;
  out.ascii('NTP Version ');
  out.uint(version(layer));
  out.ascii(', ');
  out.ascii(MODES[mode(layer)]!);
}

/** RFC 5905 figure 11. */
function stratumName(value: number): string {
  if (value === 0) return 'unspecified';
  if (value === 1) return 'primary server';
  if (value < 16) return 'secondary server';
  return value === 16 ? 'not synchronized' : 'reserved';
}

/**
 * Up to four letters up to stratum 1 (the clock, or a kiss of death); above, the address of the server it follows. A clock
 * without a name writes 127.127.t.u, the address of its driver.
 */
export function refersTo(ntp: Layer): string {
  const at = ntp.start + 12;
  if (u32(ntp.bytes, at) === 0) return '';
  const letters = textOf(ntp.bytes, at, at + 4).replace(/\0+$/, '');
  if (stratum(ntp) <= 1 && /^[\x20-\x7e]+$/.test(letters)) return letters;
  return [0, 1, 2, 3].map((i) => u8(ntp.bytes, at + i)).join('.');
}
