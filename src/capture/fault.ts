import type { CaptureProblem } from '../core/frame.ts';

/** A capture that could not be opened at all: missing, a directory, not permitted. `message` is the sentence. */
export class CaptureError extends Error {
  readonly problem: CaptureProblem;

  constructor(sentence: string) {
    super(sentence);
    this.name = 'CaptureError';
    this.problem = { kind: 'unreadable', sentence };
  }
}

export const emptyCapture: CaptureProblem = { kind: 'empty', sentence: 'the file is empty' };

/** The input ended inside `part` (`frame 17`, `the file header`): what it wants and what there was. */
export function cutOff(part: string, unit: string, want: number, have: number): CaptureProblem {
  return {
    kind: 'cut-off',
    sentence: `cut off in ${part}: ${unit} wants ${octets(want)}, the file has ${have === 0 ? 'none' : count(have)}`,
  };
}

/** The input's own problem before that of the frames in it, which often is its consequence. */
export function joinProblems(input: CaptureProblem | null, frames: CaptureProblem | null): CaptureProblem | null {
  if (input === null || frames === null) return input ?? frames;
  if (input.kind === 'unreadable' || frames.kind === 'empty') return input;
  return { kind: input.kind, sentence: `${input.sentence}: ${frames.sentence}` };
}

export function malformed(sentence: string): CaptureProblem {
  return { kind: 'malformed', sentence };
}

/** `1,514 bytes`. */
export function octets(n: number): string {
  return n === 1 ? '1 byte' : `${count(n)} bytes`;
}

export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** What bytes that are no capture are, as far as their beginning shows. */
export function notACapture(bytes: Uint8Array, start: number, end: number): CaptureProblem {
  const kind = OTHER_KINDS.find(({ magic }) => beginsWith(bytes, start, end, magic));
  const what = kind === undefined ? `it begins with ${beginning(bytes, start, end)}` : kind.sentence;
  return { kind: 'not-a-capture', sentence: `not a packet capture: ${what}` };
}

const OTHER_KINDS: readonly { magic: readonly number[]; sentence: string }[] = [
  { magic: [0x1f, 0x8b], sentence: 'it is compressed with gzip, decompress it first' },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], sentence: 'it is compressed with xz, decompress it first' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], sentence: 'it is compressed with zstd, decompress it first' },
  { magic: [0x04, 0x22, 0x4d, 0x18], sentence: 'it is compressed with lz4, decompress it first' },
  { magic: [0x42, 0x5a, 0x68], sentence: 'it is compressed with bzip2, decompress it first' },
  { magic: [0x50, 0x4b, 0x03, 0x04], sentence: 'it is a zip archive, unpack it first' },
  {
    magic: [0x73, 0x6e, 0x6f, 0x6f, 0x70, 0x00, 0x00, 0x00],
    sentence: 'it is a snoop file, convert it with editcap first',
  },
  {
    magic: [0x47, 0x4d, 0x42, 0x55],
    sentence: 'it is a Microsoft Network Monitor file, convert it with editcap first',
  },
];

function beginsWith(bytes: Uint8Array, start: number, end: number, magic: readonly number[]): boolean {
  return end - start >= magic.length && magic.every((octet, i) => bytes[start + i] === octet);
}

/** The first octets: as quoted text when they all are printable ASCII or line ends, otherwise in hexadecimal. */
function beginning(bytes: Uint8Array, start: number, end: number): string {
  const shown = Array.from(bytes.subarray(start, Math.min(end, start + 24)));
  const text = shown.every((octet) => (octet >= 0x20 && octet < 0x7f) || octet === 9 || octet === 10 || octet === 13);
  if (!text) return shown.slice(0, 8).map(hexOctet).join(' ');
  const line = shown.map((octet) => (octet < 0x20 ? ' ' : String.fromCharCode(octet))).join('');
  return `the text "${line.trim()}"`;
}

const hexOctet = (octet: number): string => octet.toString(16).padStart(2, '0');
