import type { Row, Visit } from '../core/field.ts';
import { textOf } from '../core/octet-text.ts';

/**
 * What a certificate says of its owner. RFC 5280 §4.1, in DER (ITU-T X.690 §8): each value stands behind its tag and length.
 *
 *   Certificate { TBSCertificate { [0] version, serial number, algorithm, issuer, validity, subject, public key,
 *                                  [1], [2], [3] extensions }, algorithm, signature }
 */
const SEQUENCE = 0x30;
const SET = 0x31;
const OBJECT = 0x06;
const OCTETS = 0x04;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const DNS_NAME = 0x82;

/** id-at-commonName and id-ce-subjectAltName (RFC 5280 appendix A). */
const COMMON_NAME = [0x55, 0x04, 0x03];
const ALTERNATIVE_NAME = [0x55, 0x1d, 0x11];

/** Names that are shown of one certificate: some have thousands. */
const MOST_NAMES = 256;

/** One value: its tag, and where its content stands. Each step checks that this is within what surrounds it. */
class Value {
  tag = -1;
  from = 0;
  to = 0;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  is(tag: number): boolean {
    return this.tag === tag;
  }

  /** Reads the value that begins at `at`. False when it does not fit before `end`. */
  read(at: number, end: number): boolean {
    const { bytes } = this;
    if (at + 2 > end) return false;
    const first = bytes[at + 1]!;
    const octets = first < 0x80 ? 0 : first & 0x7f;
    if (octets > 4 || first === 0x80 || at + 2 + octets > end) return false;
    let length = octets === 0 ? first : 0;
    for (let i = 0; i < octets; i++) length = length * 256 + bytes[at + 2 + i]!;
    this.tag = bytes[at]!;
    this.from = at + 2 + octets;
    this.to = this.from + length;
    return this.to <= end;
  }
}

const equals = (bytes: Uint8Array, from: number, to: number, id: readonly number[]): boolean =>
  to - from === id.length && id.every((octet, i) => bytes[from + i] === octet);

/** Where something stands, -1 where it does not. */
export interface Span {
  at: number;
  end: number;
}

/** The parts that tell who it is, as places in the bytes. What is damaged or not there stays out. */
export class Certificate {
  readonly issuer: Span = { at: -1, end: -1 };
  readonly subject: Span = { at: -1, end: -1 };
  readonly notBefore: Span = { at: -1, end: -1 };
  readonly notAfter: Span = { at: -1, end: -1 };
  readonly names: Span[] = [];
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    const value = new Value(bytes);
    if (!value.read(at, end) || value.tag !== SEQUENCE) return;
    if (!value.read(value.from, value.to) || value.tag !== SEQUENCE) return;
    this.fields(value.from, value.to);
  }

  private fields(at: number, end: number): void {
    const value = new Value(this.bytes);
    if (!value.read(at, end)) return;
    if (value.tag === VERSION && !value.read(value.to, end)) return;
    if (!value.read(value.to, end)) return; // behind the serial number
    if (!value.read(value.to, end)) return;
    this.commonName(value.from, value.to, this.issuer);
    if (!value.read(value.to, end)) return;
    this.validity(value.from, value.to);
    if (!value.read(value.to, end)) return;
    this.commonName(value.from, value.to, this.subject);
    while (value.read(value.to, end)) if (value.tag === EXTENSIONS) this.extensions(value.from, value.to);
  }

  /** The last common name: the most particular one stands at the end (RFC 4514 §2.1). */
  private commonName(from: number, end: number, found: Span): void {
    const set = new Value(this.bytes);
    const pair = new Value(this.bytes);
    const value = new Value(this.bytes);
    for (let at = from; set.read(at, end); at = set.to) {
      if (set.tag !== SET || !pair.read(set.from, set.to) || !value.read(pair.from, pair.to)) continue;
      if (value.tag !== OBJECT || !equals(this.bytes, value.from, value.to, COMMON_NAME)) continue;
      if (!value.read(value.to, pair.to)) continue;
      found.at = value.from;
      found.end = value.to;
    }
  }

  private validity(from: number, end: number): void {
    const value = new Value(this.bytes);
    if (!value.read(from, end)) return;
    place(value, this.notBefore);
    if (value.read(value.to, end)) place(value, this.notAfter);
  }

  private extensions(from: number, to: number): void {
    const list = new Value(this.bytes);
    const extension = new Value(this.bytes);
    const value = new Value(this.bytes);
    if (!list.read(from, to)) return;
    for (let at = list.from; extension.read(at, list.to); at = extension.to) {
      if (!value.read(extension.from, extension.to) || value.tag !== OBJECT) continue;
      if (!equals(this.bytes, value.from, value.to, ALTERNATIVE_NAME)) continue;
      // It may be marked as critical in between.
      while (value.read(value.to, extension.to)) {
        if (value.is(OCTETS)) this.alternativeNames(value.from, value.to);
      }
    }
  }

  private alternativeNames(from: number, to: number): void {
    const list = new Value(this.bytes);
    const name = new Value(this.bytes);
    if (!list.read(from, to)) return;
    for (let at = list.from; name.read(at, list.to) && this.names.length < MOST_NAMES; at = name.to) {
      if (name.tag === DNS_NAME) this.names.push({ at: name.from, end: name.to });
    }
  }

  text(span: Span): string | null {
    return span.at < 0 ? null : textOf(this.bytes, span.at, span.end);
  }

  /** `2026-11-21 01:30:54Z`, of both forms (RFC 5280 §4.1.2.5); null where it is none. */
  time(span: Span): string | null {
    const digits = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(this.text(span) ?? '');
    if (digits === null) return null;
    const [, written, month, day, hour, minute, second] = digits;
    const year = written!.length === 4 ? written : `${Number(written) < 50 ? 20 : 19}${written}`;
    return `${year}-${month}-${day} ${hour}:${minute}:${second}Z`;
  }
}

function place({ tag, from, to }: Value, found: Span): void {
  if (tag !== UTC_TIME && tag !== GENERALIZED_TIME) return;
  found.at = from;
  found.end = to;
}

const row = (id: string, label: string, about: string): Row => ({
  id: `dissect.tls.certificate.${id}`,
  label,
  kind: 'text',
  about,
});
const SUBJECT = row('subject', 'Subject', 'Common name of the one whose certificate this is.');
const ISSUER = row('issuer', 'Issuer', 'Common name of the one who signed it.');
const NAME = row('name', 'Valid for', 'A DNS name of subjectAltName.');
const NOT_BEFORE = row('not_before', 'Valid from', 'In UTC.');
const NOT_AFTER = row('not_after', 'Valid until', 'In UTC.');

export const certificateRows: readonly Row[] = [SUBJECT, ISSUER, NAME, NOT_BEFORE, NOT_AFTER];

export function visitCertificate(bytes: Uint8Array, at: number, end: number, visit: Visit): void {
  const certificate = new Certificate(bytes, at, end);
  const { subject, issuer, notBefore, notAfter } = certificate;
  const show = (made: Row, span: Span, text: string | null): void => {
    if (text !== null) visit(made, span.at, span.end - span.at, text, 3);
  };
  show(SUBJECT, subject, certificate.text(subject));
  show(ISSUER, issuer, certificate.text(issuer));
  for (const name of certificate.names) show(NAME, name, certificate.text(name));
  show(NOT_BEFORE, notBefore, certificate.time(notBefore));
  show(NOT_AFTER, notAfter, certificate.time(notAfter));
}
