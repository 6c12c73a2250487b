import type { Carried } from './carried.ts';
import { percentDecoded } from './disposition.ts';

/** Octets of a name: file systems take 255, and a number or a temporary ending may come to it. */
const LONGEST_NAME = 200;
/** An ending that is longer is a part of the name. */
const LONGEST_ENDING = 16;

/** What a file of this object is called in whatever folder: never a path, and nothing that any system reads otherwise. */
export function fileNameOf(object: Carried): string {
  const asked = object.named ?? lastSegment(object.uri);
  const name = safeFileName(asked === '' ? `index${endingOf(object.type)}` : asked) || `object${endingOf(object.type)}`;
  return object.coding === null ? name : safeFileName(`${name}.${safeFileName(object.coding) || 'coded'}`);
}

/** The last part of a URI's path; empty for a path that ends in a slash. */
function lastSegment(uri: string | null): string {
  const path = (uri ?? '').replace(/[?#].*$/s, '').replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
  return percentDecoded(path.slice(path.lastIndexOf('/') + 1));
}

/**
 * A name without anything that leads elsewhere or is taken for something else: folders, drives, streams and devices of
 * Windows, controls and marks that reorder text, leading dots and dashes, dots and spaces at the end. Empty where nothing
 * is left.
 */
export function safeFileName(asked: string): string {
  const base = asked.slice(Math.max(asked.lastIndexOf('/'), asked.lastIndexOf('\\')) + 1);
  const plain = base
    .normalize('NFC')
    .replace(UNPRINTABLE, '')
    .replace(FORBIDDEN, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+/, '')
    .replace(/^-/, '_')
    .replace(/[. ]+$/, '');
  const name = DEVICE.test(plain) ? `_${plain}` : plain;
  return shortened(name);
}

/** The same with a number before its ending, for one more file of that name. */
export function numberedName(name: string, number: number): string {
  const at = endingAt(name);
  return `${name.slice(0, at)}-${number}${name.slice(at)}`;
}

/** Controls, marks that reorder or hide text, and what is no character. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029\ufffd]/gu;
/** What Windows allows in no name. */
const FORBIDDEN = /[<>:"/\\|?*]/g;
/** Names of devices on Windows, whatever follows the first dot. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i;

function shortened(name: string): string {
  if (octetsOf(name) <= LONGEST_NAME) return name;
  const at = endingAt(name);
  const ending = name.slice(at);
  let room = LONGEST_NAME - octetsOf(ending);
  let kept = '';
  for (const character of name.slice(0, at)) {
    room -= octetsOf(character);
    if (room < 0) break;
    kept += character;
  }
  return kept.replace(/[. ]+$/, '') + ending;
}

/** Where the ending begins, with its dot; at the end of the name where it has none. */
function endingAt(name: string): number {
  const dot = name.lastIndexOf('.');
  return dot > 0 && octetsOf(name.slice(dot)) <= LONGEST_ENDING ? dot : name.length;
}

const octetsOf = (text: string): number => ENCODER.encode(text).length;
const ENCODER = new TextEncoder();

/** By what a file without a name ends in, so that programs know it. */
function endingOf(type: string | null): string {
  return ENDINGS.get((type ?? '').split(';', 1)[0]!.trim().toLowerCase()) ?? '';
}

const ENDINGS = new Map([
  ['text/html', '.html'],
  ['text/plain', '.txt'],
  ['text/css', '.css'],
  ['text/xml', '.xml'],
  ['text/javascript', '.js'],
  ['application/javascript', '.js'],
  ['application/json', '.json'],
  ['application/xml', '.xml'],
  ['application/pdf', '.pdf'],
  ['application/zip', '.zip'],
  ['application/gzip', '.gz'],
  ['application/octet-stream', '.bin'],
  ['image/gif', '.gif'],
  ['image/jpeg', '.jpg'],
  ['image/png', '.png'],
  ['image/svg+xml', '.svg'],
  ['image/webp', '.webp'],
  ['message/rfc822', '.eml'],
]);
