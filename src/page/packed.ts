/** Data as JSON: what an excerpt holds, with its arrays of numbers as base64 of their octets. */

const ARRAYS = { Uint8Array, Uint32Array, Int32Array } as const;
type ArrayName = keyof typeof ARRAYS;

/** Marks an array of numbers; no other object of an excerpt has such a key. */
const MARK = '$';

export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (!ArrayBuffer.isView(one)) return one;
    const bytes = new Uint8Array(one.buffer, one.byteOffset, one.byteLength);
    return { [MARK]: one.constructor.name, octets: base64(bytes) };
  });
}

export function fromJson(text: string): unknown {
  return JSON.parse(text, (_, one: unknown) => {
    if (typeof one !== 'object' || one === null || !(MARK in one)) return one;
    const { [MARK]: name, octets } = one as { [MARK]: ArrayName; octets: string };
    return new ARRAYS[name](fromBase64(octets).buffer);
  });
}

/** Octets of a piece of base64: a multiple of three. */
const PIECE = 3 * 8192;

export function base64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE))));
  }
  return pieces.join('');
}

export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
