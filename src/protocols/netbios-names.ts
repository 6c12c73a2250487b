import { u8 } from '../core/bytes.ts';
import { nameEnd, nameText } from './dns-names.ts';

/**
 * NetBIOS names as DNS names: each half of an octet is a letter from A on, so that 16 octets are a label of 32; a scope may
 * follow as further labels (RFC 1001 §14.1). The sixteenth octet is no letter: it tells what the name is for.
 */
const LABEL = 32;
const FIRST_LETTER = 65;
const SPACE = 0x20;

/** The name at `at`, spaces at its end left out: `GATEWAY<20>`; what cannot be read is shown as it stands. */
export function netbiosName(bytes: Uint8Array, message: number, at: number, end: number): string {
  const text = nameText(bytes, message, at, end);
  const octets = octetsOf(text);
  if (octets === null) return text;
  return `${printable(octets, 0, octets.length - 1)}${hexadecimal(octets[octets.length - 1]!)}${text.slice(LABEL)}`;
}

/** What the name at `at` is for, by its last octet; -1 when it cannot be read. */
export function suffixAt(bytes: Uint8Array, message: number, at: number, end: number): number {
  return octetsOf(nameText(bytes, message, at, end))?.[15] ?? -1;
}

/** True when a name of this form ends inside of `[at, end)`. */
export function isNetbiosName(bytes: Uint8Array, message: number, at: number, end: number): boolean {
  return nameEnd(bytes, at, end) >= 0 && octetsOf(nameText(bytes, message, at, end)) !== null;
}

/** Letters of a name that stands as it is, up to the spaces at its end, unless it is nothing else; other octets as <01>. */
export function printable(octets: Uint8Array, from: number, to: number): string {
  let last = to;
  while (last > from && octets[last - 1] === SPACE) last--;
  if (last === from) last = to;
  let text = '';
  for (let at = from; at < last; at++) {
    const octet = u8(octets, at);
    text += octet < SPACE || octet > 0x7e ? hexadecimal(octet) : String.fromCharCode(octet);
  }
  return text;
}

const hexadecimal = (octet: number): string => `<${octet.toString(16).padStart(2, '0')}>`;

/** The 16 octets that the first label stands for, or null when it has another form. */
function octetsOf(text: string): Uint8Array | null {
  if (text.length < LABEL || (text.length > LABEL && text[LABEL] !== '.')) return null;
  const octets = new Uint8Array(LABEL / 2);
  for (let i = 0; i < LABEL; i++) {
    const half = text.charCodeAt(i) - FIRST_LETTER;
    if (half < 0 || half > 15) return null;
    octets[i >>> 1] = (octets[i >>> 1]! << 4) | half;
  }
  return octets;
}

/** What names with this last octet are for, as Microsoft's table of NetBIOS suffixes has it. */
export const suffixName = (suffix: number): string => SUFFIXES.get(suffix) ?? 'Unknown';

const SUFFIXES = new Map([
  [0x00, 'Workstation/Redirector'],
  [0x01, 'Browser'],
  [0x02, 'Workstation/Redirector'],
  [0x03, 'Messenger service/Main name'],
  [0x05, 'Forwarded name'],
  [0x06, 'RAS Server service'],
  [0x1b, 'Domain Master Browser'],
  [0x1c, 'Domain Controllers'],
  [0x1d, 'Local Master Browser'],
  [0x1e, 'Browser Election Service'],
  [0x1f, 'Net DDE Service'],
  [0x20, 'Server service'],
  [0x21, 'RAS client service'],
  [0x22, 'Exchange Interchange (MSMail Connector)'],
  [0x23, 'Exchange Store'],
  [0x24, 'Exchange Directory'],
  [0x2b, 'Lotus Notes Server service'],
  [0x30, 'Modem sharing server service'],
  [0x31, 'Modem sharing client service'],
  [0x43, 'SMS Clients Remote Control'],
  [0x44, 'SMS Administrators Remote Control Tool'],
  [0x45, 'SMS Clients Remote Chat'],
  [0x46, 'SMS Clients Remote Transfer'],
  [0x6a, 'Microsoft Exchange IMC'],
  [0x87, 'Microsoft Exchange MTA'],
  [0xbe, 'Network Monitor Agent'],
  [0xbf, 'Network Monitor Analyzer'],
]);
