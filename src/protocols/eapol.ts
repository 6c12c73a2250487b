import { u8, u16, u64 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { data } from './data.ts';
import { eap } from './eap.ts';

/**
 * EAP over LANs: how a host and the switch or access point that it hangs on carry EAP, and agree on keys. IEEE 802.1X §11.3;
 * the keys of a wireless LAN IEEE 802.11 §12.7.2; RC4 keys IEEE 802.1X-2001 §7.6.
 *
 *  | version (8) | type (8) | body length (16) | body ...
 *
 *  type 3, descriptor 2 (RSN) or 254 (WPA):
 *  | descriptor (8) | key information (16) | key length (16) | replay counter (64) | nonce (256) | IV (128) | RSC (64) |
 *  | reserved (64) | MIC (128, or what the cipher suite says) | key data length (16) | key data |
 *
 *  type 3, descriptor 1 (RC4):
 *  | descriptor (8) | key length (16) | replay counter (64) | IV (128) | key index (8) | signature (128) | key |
 */
const HEADER = 4;
const PACKET = 0;
export const START = 1;
export const LOGOFF = 2;
const KEY = 3;

const RC4 = 1;
const RSN = 2;
const WPA = 254;

const KEY_INFORMATION_AT = 5;
const REPLAY_AT = 9;
const NONCE_AT = 17;
const NONCE_LENGTH = 32;
const MIC_AT = 81;
const RC4_KEY_AT = 48;

const PAIRWISE = 0x0008;
const INSTALL = 0x0040;
const ACK = 0x0080;
const MIC = 0x0100;
const REQUEST = 0x0800;
/** Of the messages of a handshake: which of these bits are set tells which message it is. */
const STEP = INSTALL | ACK | MIC;

export const type = (eapol: Layer): number => u8(eapol.bytes, eapol.start + 1);
const bodyLength = (eapol: Layer): number => u16(eapol.bytes, eapol.start + 2);
const descriptor = (eapol: Layer): number => u8(eapol.bytes, eapol.start + HEADER);
const keyInformation = (eapol: Layer): number => u16(eapol.bytes, eapol.start + KEY_INFORMATION_AT);
export const replayCounterAt = (eapol: Layer): number => eapol.start + REPLAY_AT;
export const nonceAt = (eapol: Layer): number => eapol.start + NONCE_AT;
const keyDataLengthAt = (eapol: Layer): number => eapol.start + MIC_AT + micLength(eapol);

/** Suites with SHA-384 have 24 octets (IEEE 802.11 §12.7.3), FILS none: what leaves room for just the key data is it. */
function micLength(eapol: Layer): number {
  const body = HEADER + bodyLength(eapol);
  for (const length of MIC_LENGTHS) {
    const at = MIC_AT + length;
    if (eapol.captured(at + 2) && at + 2 + u16(eapol.bytes, eapol.start + at) === body) return length;
  }
  return MIC_LENGTHS[0]!;
}

const MIC_LENGTHS = [16, 24, 0];

/** True when the layer is a message about the keys of a wireless LAN, with all of its fixed part. */
export const isKeyMessage = (eapol: Layer): boolean =>
  eapol.protocol === eapolKey && keyDataLengthAt(eapol) + 2 <= eapol.capturedEnd;

/** 1 to 4 in the four-way handshake, 1 or 2 in the group key handshake; 0 for what belongs to neither. */
export function messageNumber(eapol: Layer): number {
  const information = keyInformation(eapol);
  if (information & REQUEST) return 0;
  if (!isPairwise(eapol)) return information & ACK ? 1 : 2;
  switch (information & STEP) {
    case ACK:
      return 1;
    case MIC:
      return isLast(eapol) ? 4 : 2;
    case STEP:
    case ACK | MIC:
      return 3;
    default:
      return 0;
  }
}

export const isPairwise = (eapol: Layer): boolean => (keyInformation(eapol) & PAIRWISE) !== 0;

/** Both come from the station: the second brings its nonce and its RSN element, the fourth has no key data. */
const isLast = (eapol: Layer): boolean => u16(eapol.bytes, keyDataLengthAt(eapol)) === 0;

const bit = (id: string, label: string, mask: number, kind: 'bool' | 'uint' = 'bool', bits = 1, more = {}): Row => {
  const shift = Math.log2(mask & -mask);
  return {
    id: `wlan_rsna_eapol.keydes.key_info.${id}`,
    label,
    kind,
    bit: KEY_INFORMATION_AT * 8 + 16 - shift - bits,
    bits,
    read: (layer) => (keyInformation(layer) & mask) >>> shift,
    level: 1,
    ...more,
  };
};

const octets = (id: string, label: string, at: number, length: number): Row => ({
  id,
  label,
  kind: 'bytes',
  bit: at * 8,
  bits: length * 8,
  read: (layer) => layer.start + at,
});

const fields: readonly Row[] = [
  {
    id: 'eapol.version',
    label: 'Version',
    kind: 'uint',
    bit: 0,
    bits: 8,
    read: (layer) => u8(layer.bytes, layer.start),
    show: versionName,
  },
  { id: 'eapol.type', label: 'Type', kind: 'uint', bit: 8, bits: 8, read: type, show: typeName },
  { id: 'eapol.len', label: 'Length', kind: 'uint', bit: 16, bits: 16, read: bodyLength },
];

const DESCRIPTOR: Row = {
  id: 'eapol.keydes.type',
  label: 'Key descriptor',
  kind: 'uint',
  bit: 32,
  bits: 8,
  read: descriptor,
  show: descriptorName,
};

const keyLength = (at: number): Row => ({
  id: 'eapol.keydes.key_len',
  label: 'Key length',
  kind: 'uint',
  bit: at * 8,
  bits: 16,
  read: (layer) => u16(layer.bytes, layer.start + at),
});

const replayCounter = (at: number): Row => ({
  id: 'eapol.keydes.replay_counter',
  label: 'Replay counter',
  kind: 'uint',
  bit: at * 8,
  bits: 64,
  read: (layer) => u64(layer.bytes, layer.start + at),
});

const KEY_FIELDS: readonly Row[] = [
  ...fields,
  DESCRIPTOR,
  {
    id: 'wlan_rsna_eapol.keydes.msgnr',
    label: 'Message number',
    kind: 'uint',
    read: (layer) => (isKeyMessage(layer) ? messageNumber(layer) || null : null),
    about: 'Which message of the handshake this is, as its key information tells.',
  },
  {
    id: 'wlan_rsna_eapol.keydes.key_info',
    label: 'Key information',
    kind: 'hex',
    bit: KEY_INFORMATION_AT * 8,
    bits: 16,
    read: keyInformation,
  },
  bit('keydes_version', 'Descriptor version', 0x0007, 'uint', 3, { show: digestName }),
  bit('key_type', 'Pairwise key', PAIRWISE),
  bit('key_index', 'Key index', 0x0030, 'uint', 2),
  bit('install', 'Install', INSTALL),
  bit('key_ack', 'Answer wanted', ACK),
  bit('key_mic', 'MIC', MIC),
  bit('secure', 'Secure', 0x0200),
  bit('error', 'Error', 0x0400),
  bit('request', 'Request', REQUEST),
  bit('encrypted_key_data', 'Key data encrypted', 0x1000),
  bit('smk_message', 'SMK message', 0x2000),
  keyLength(7),
  replayCounter(REPLAY_AT),
  octets('wlan_rsna_eapol.keydes.nonce', 'Nonce', NONCE_AT, NONCE_LENGTH),
  octets('eapol.keydes.key_iv', 'IV', 49, 16),
  octets('wlan_rsna_eapol.keydes.rsc', 'Receive sequence counter', 65, 8),
  octets('wlan_rsna_eapol.keydes.id', 'Reserved', 73, 8),
];

const MIC_ROW: Row = { id: 'wlan_rsna_eapol.keydes.mic', label: 'MIC', kind: 'bytes' };
const KEY_DATA_LENGTH: Row = { id: 'wlan_rsna_eapol.keydes.data_len', label: 'Key data length', kind: 'uint' };
const KEY_DATA: Row = { id: 'wlan_rsna_eapol.keydes.data', label: 'Key data', kind: 'bytes' };

export const eapol: Protocol = {
  id: 'eapol',
  name: 'EAP over LANs',
  column: 'EAPOL',
  spec: 'IEEE 802.1X §11.3',
  fields,
  decode(layer, packet) {
    if (!layer.captured(HEADER)) return packet.short(layer, 'header', HEADER);
    const said = bodyLength(layer);
    const have = layer.wireEnd - layer.start - HEADER;
    if (said > have) packet.malformed(layer, 'length', said, have, 'eapol.len');
    layer.wireEnd = layer.start + HEADER + Math.min(said, have);
    layer.capturedEnd = Math.min(layer.capturedEnd, layer.wireEnd);
    layer.headerEnd = layer.start + HEADER;
    if (type(layer) === PACKET) return eap;
    if (type(layer) === KEY) return decodeKey(layer, packet);
    if (type(layer) !== START && type(layer) !== LOGOFF) return data;
    layer.headerEnd = layer.capturedEnd;
    return null;
  },
  info: writeInfo,
  card(layer, packet, out) {
    out.ascii('EAPOL  ');
    writeInfo(layer, packet, out);
  },
};

/** The same with a key of a wireless LAN. */
export const eapolKey: Protocol = {
  ...eapol,
  fields: KEY_FIELDS,
  walked: [MIC_ROW, KEY_DATA_LENGTH, KEY_DATA],
  walk(layer, _packet, visit) {
    if (!isKeyMessage(layer)) return;
    const lengthAt = keyDataLengthAt(layer);
    visitOctets(MIC_ROW, layer.start + MIC_AT, lengthAt, visit);
    const length = u16(layer.bytes, lengthAt);
    visit(KEY_DATA_LENGTH, lengthAt, 2, length, 0);
    if (lengthAt + 2 + length <= layer.capturedEnd) visitOctets(KEY_DATA, lengthAt + 2, lengthAt + 2 + length, visit);
  },
  card(layer, packet, out) {
    eapol.card!(layer, packet, out);
    if (!isKeyMessage(layer)) return;
    out.ascii('\nreplay counter ');
    out.ascii(String(u64(layer.bytes, replayCounterAt(layer))));
    out.text(keyInformation(layer) & MIC ? ' · MIC' : ' · no MIC');
    const length = u16(layer.bytes, keyDataLengthAt(layer));
    out.text(length === 0 ? ' · no key data' : ` · ${length} bytes of key data`);
  },
};

const RC4_KEY: Row = { id: 'eapol.keydes.key', label: 'Key', kind: 'bytes' };

/** The same with a WEP key, as access points gave them out before IEEE 802.11i. */
export const eapolRc4: Protocol = {
  ...eapol,
  fields: [
    ...fields,
    DESCRIPTOR,
    keyLength(5),
    replayCounter(7),
    octets('eapol.keydes.key_iv', 'IV', 15, 16),
    {
      id: 'eapol.keydes.key_index',
      label: 'Key index',
      kind: 'hex',
      bit: 31 * 8,
      bits: 8,
      read: (layer) => u8(layer.bytes, layer.start + 31),
    },
    {
      id: 'eapol.keydes.key_index.type',
      label: 'Unicast',
      kind: 'bool',
      bit: 31 * 8,
      bits: 1,
      read: (layer) => u8(layer.bytes, layer.start + 31) >>> 7,
      level: 1,
    },
    {
      id: 'eapol.keydes.key_index.number',
      label: 'Number',
      kind: 'uint',
      bit: 31 * 8 + 1,
      bits: 7,
      read: (layer) => u8(layer.bytes, layer.start + 31) & 0x7f,
      level: 1,
    },
    octets('eapol.keydes.key_signature', 'Signature', 32, 16),
  ],
  walked: [RC4_KEY],
  walk(layer, _packet, visit) {
    if (layer.captured(RC4_KEY_AT)) visitOctets(RC4_KEY, layer.start + RC4_KEY_AT, layer.capturedEnd, visit);
  },
};

function decodeKey(layer: Layer, packet: Packet): Protocol | null {
  if (!layer.captured(HEADER + 1)) return packet.short(layer, 'descriptor', HEADER + 1);
  const isRc4 = descriptor(layer) === RC4;
  if (!isRc4 && descriptor(layer) !== RSN && descriptor(layer) !== WPA) return data;
  layer.protocol = isRc4 ? eapolRc4 : eapolKey;
  const need = isRc4 ? RC4_KEY_AT : keyDataLengthAt(layer) + 2 - layer.start;
  if (!layer.captured(need)) return packet.short(layer, 'key', need, 'eapol.len');
  layer.headerEnd = layer.capturedEnd;
  return null;
}

function visitOctets(row: Row, at: number, end: number, visit: Visit): void {
  if (end > at) visit(row, at, end - at, at, 0);
}

/** `Key (Message 3 of 4)` */
function writeInfo(layer: Layer, _packet: Packet, out: Writer): void {
  if (!layer.captured(2)) return;
  out.ascii(typeName(type(layer)) || 'Unknown type');
  if (layer.protocol === eapolRc4) out.ascii(' (RC4)');
  if (!isKeyMessage(layer)) return;
  const message = messageNumber(layer);
  if (message === 0) out.ascii(keyInformation(layer) & REQUEST ? ' (Request)' : '');
  else if (isPairwise(layer)) out.ascii(` (Message ${message} of 4)`);
  else out.ascii(` (Group Message ${message} of 2)`);
}

function versionName(value: number): string {
  return VERSIONS[value] ?? '';
}

const VERSIONS = ['', '802.1X-2001', '802.1X-2004', '802.1X-2010'];

function typeName(value: number): string {
  return TYPES[value] ?? '';
}

/** IEEE 802.1X table 11-3. */
const TYPES = [
  'EAP Packet',
  'Start',
  'Logoff',
  'Key',
  'Encapsulated ASF Alert',
  'MACsec Key Agreement',
  'Announcement',
  'Announcement (specific)',
  'Announcement Request',
];

function descriptorName(value: number): string {
  if (value === RC4) return 'RC4';
  if (value === RSN) return 'RSN';
  return value === WPA ? 'WPA' : '';
}

function digestName(value: number): string {
  return DIGESTS[value] ?? '';
}

/** IEEE 802.11 §12.7.2: what makes the MIC and encrypts key data; 0 where the cipher suite says it. */
const DIGESTS = ['as the suite says', 'HMAC-MD5, RC4', 'HMAC-SHA1, AES key wrap', 'AES-128-CMAC, AES key wrap'];
