/** A regular expression as a tree, over octets. */
export type Node =
  | { readonly kind: 'set'; readonly set: OctetSet }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly of: Node; readonly least: number; readonly most: number }
  | { readonly kind: 'assert'; readonly that: Assertion };

/** What can be asked of a place between two octets. */
export type Assertion =
  | 'text begins'
  | 'text ends'
  | 'last line ends'
  | 'line begins'
  | 'line ends'
  | 'word edge'
  | 'no word edge';

/** Which of the 256 octets fit: 1 for each that does. */
export type OctetSet = Uint8Array;

export const NOTHING: Node = { kind: 'sequence', parts: [] };

export function setOf(fits: (octet: number) => boolean): OctetSet {
  return Uint8Array.from({ length: 256 }, (_, octet) => (fits(octet) ? 1 : 0));
}

export const isWordOctet = (octet: number): boolean =>
  (octet >= 48 && octet <= 57) || (octet >= 65 && octet <= 90) || octet === 95 || (octet >= 97 && octet <= 122);
