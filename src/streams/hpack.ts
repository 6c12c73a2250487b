import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import { textOf } from '../core/octet-text.ts';

/**
 * HPACK, header compression of HTTP/2 (RFC 7541). A header block is a row of these, each beginning with its own bits:
 *
 *   1 index(7+)                     a field of the tables, name and value
 *   01 index(6+) [name] value       a field, which joins the dynamic table
 *   001 size(5+)                    the dynamic table's size from now on
 *   0000 index(4+) [name] value     a field that joins no table
 *   0001 index(4+) [name] value     the same, and nobody on the way may put it into one
 *
 * Index 0 means that the name is written out. A string is H length(7+) octets, with H for the Huffman code of appendix B.
 */
interface HeaderField {
  readonly name: string;
  readonly value: string;
  /** Where it stands in the octets that were decoded. */
  readonly at: number;
  readonly end: number;
}

/** What a table may have before anybody says otherwise (RFC 9113 §6.5.2). */
const DEFAULT_TABLE = 4096;
/**
 * Octets that a table keeps here, however large its owner wants it. Indexes count from the newest entry, so that a
 * smaller table lacks entries, and never has wrong ones.
 */
const TABLE_LIMIT = 1 << 16;
/** What an entry costs beside its octets (§4.1). */
const ENTRY_COST = 32;
/** Fields and octets of one block that are kept: one octet may stand for a field as large as the table. */
const FIELDS_LIMIT = 1000;
const LIST_LIMIT = 1 << 18;
/** Integers beyond this are refused: no length and no index is as large. */
const INTEGER_LIMIT = 2 ** 32;

interface Entry {
  readonly name: string;
  readonly value: string;
  /** Octets of the name, which are more than its characters where they are not ASCII. */
  readonly nameLength: number;
  readonly cost: number;
}

/** One direction's memory: the dynamic table, and the place in the block at hand. */
export class HeaderDecoder {
  /** Oldest first. */
  private readonly entries: Entry[] = [];
  private size = 0;
  private capacity = DEFAULT_TABLE;
  /** A block was lost: the table lacks entries, and what names them cannot be told. */
  private incomplete = false;
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  private end = 0;

  /** Octets of the dynamic table, counted as RFC 7541 §4.1 does. */
  get tableSize(): number {
    return this.size;
  }

  rest(out: OctetStringWriter): void {
    out.number(this.capacity);
    out.flag(this.incomplete);
    out.number(this.entries.length);
    for (const { name, value, nameLength, cost } of this.entries) {
      out.text(name);
      out.text(value);
      out.number(nameLength);
      out.number(cost);
    }
  }

  wake(left: OctetStringReader): void {
    this.capacity = left.number();
    this.incomplete = left.flag();
    for (let entries = left.number(); entries > 0; entries--) {
      const entry = { name: left.string(), value: left.string(), nameLength: left.number(), cost: left.number() };
      this.entries.push(entry);
      this.size += entry.cost;
    }
  }

  /** Blocks of this direction are missing. */
  forget(): void {
    this.incomplete = true;
    this.evict(0);
  }

  /** Decodes a whole block. Null when it is no HPACK: then nothing that follows can be relied on (RFC 9113 §4.3). */
  decode(bytes: Uint8Array, from: number, to: number): HeaderField[] | null {
    const fields: HeaderField[] = [];
    this.bytes = bytes;
    this.at = from;
    this.end = to;
    let octets = 0;
    while (this.at < this.end) {
      const at = this.at;
      const entry = this.representation();
      if (entry === BROKEN) {
        this.forget();
        return null;
      }
      if (entry === NOTHING) continue;
      octets += entry.cost;
      if (fields.length >= FIELDS_LIMIT || octets > LIST_LIMIT) continue;
      fields.push({ name: entry.name, value: entry.value, at, end: this.at });
    }
    return fields;
  }

  private representation(): Entry {
    const first = this.bytes[this.at]!;
    if (first & 0x80) return this.entry(this.integer(7));
    if ((first & 0xe0) === 0x20) return this.resize(this.integer(5));
    const joins = (first & 0x40) !== 0;
    const index = this.integer(joins ? 6 : 4);
    if (index < 0) return BROKEN;
    const named = index === 0 ? null : this.entry(index);
    if (named === BROKEN) return BROKEN;
    const written = named === null ? this.string() : NO_OCTETS;
    const octets = written === null ? null : this.string();
    if (written === null || octets === null) return BROKEN;
    const name = named === null ? textOf(written, 0, written.length) : named === NOTHING ? UNKNOWN : named.name;
    const value = textOf(octets, 0, octets.length);
    const nameLength = named === null ? written.length : named.nameLength;
    const made = { name, value, nameLength, cost: nameLength + octets.length + ENTRY_COST };
    if (joins) this.add(made);
    return made;
  }

  /** Both tables in one address space (§2.3.3). */
  private entry(index: number): Entry {
    if (index <= 0) return BROKEN;
    if (index <= STATIC.length) return STATIC[index - 1]!;
    const found = this.entries[this.entries.length - (index - STATIC.length)];
    if (found !== undefined) return found;
    return this.incomplete ? NOTHING : BROKEN;
  }

  private resize(size: number): Entry {
    if (size < 0) return BROKEN;
    if (size > TABLE_LIMIT) this.incomplete = true;
    this.capacity = Math.min(size, TABLE_LIMIT);
    this.evict(this.capacity);
    return NOTHING;
  }

  /** An entry larger than the table empties it (§4.4). */
  private add(entry: Entry): void {
    this.evict(Math.max(this.capacity - entry.cost, 0));
    if (entry.cost > this.capacity) return;
    this.entries.push(entry);
    this.size += entry.cost;
  }

  private evict(size: number): void {
    let gone = 0;
    while (this.size > size) this.size -= this.entries[gone++]!.cost;
    if (gone > 0) this.entries.splice(0, gone);
  }

  /** RFC 7541 §5.1; -1 when it has no end or is too large. */
  private integer(prefix: number): number {
    const most = (1 << prefix) - 1;
    let value = this.bytes[this.at++]! & most;
    if (value < most) return value;
    for (let factor = 1; this.at < this.end && factor < INTEGER_LIMIT; factor *= 128) {
      const octet = this.bytes[this.at++]!;
      value += (octet & 0x7f) * factor;
      if (octet < 0x80) return value < INTEGER_LIMIT ? value : -1;
    }
    return -1;
  }

  /** The octets of a string (RFC 7541 §5.2); null when it is none. */
  private string(): Uint8Array | null {
    if (this.at >= this.end) return null;
    const coded = (this.bytes[this.at]! & 0x80) !== 0;
    const length = this.integer(7);
    const from = this.at;
    if (length < 0 || length > this.end - from) return null;
    this.at += length;
    const octets = this.bytes.subarray(from, this.at);
    return coded ? fromHuffman(octets) : octets;
  }
}

const NO_OCTETS = new Uint8Array(0);
const BROKEN: Entry = { name: '', value: '', nameLength: 0, cost: 0 };
/** No field: the size of the table, or an entry that was lost. */
const NOTHING: Entry = { name: '', value: '', nameLength: 0, cost: 0 };
/** Stands for a name that was lost. */
const UNKNOWN = '?';

/** Appendix A. */
const STATIC: readonly Entry[] =
  `:authority|:method=GET|:method=POST|:path=/|:path=/index.html|:scheme=http|:scheme=https
:status=200|:status=204|:status=206|:status=304|:status=400|:status=404|:status=500|accept-charset
accept-encoding=gzip, deflate|accept-language|accept-ranges|accept|access-control-allow-origin|age|allow|authorization
cache-control|content-disposition|content-encoding|content-language|content-length|content-location|content-range
content-type|cookie|date|etag|expect|expires|from|host|if-match|if-modified-since|if-none-match|if-range
if-unmodified-since|last-modified|link|location|max-forwards|proxy-authenticate|proxy-authorization|range|referer
refresh|retry-after|server|set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via|www-authenticate`
    .split(/[|\n]/)
    .map((line) => {
      const [name, value = ''] = line.split('=') as [string, string?];
      return { name, value, nameLength: name.length, cost: name.length + value.length + ENTRY_COST };
    });

/**
 * Lengths of the codes of appendix B, octet by octet, then EOS. The code is canonical: of codes of one length those of
 * smaller octets come first, and each length goes on where the shorter one ended.
 */
const LENGTHS = `13 23 28 28 28 28 28 28 28 24 30 28 28 30 28 28 28 28 28 28 28 28 30 28 28 28 28 28 28 28 28 28
6 10 10 12 13 6 8 11 10 10 8 11 8 6 6 6 5 5 5 6 6 6 6 6 6 6 7 8 15 6 12 10
13 6 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 8 7 8 13 19 13 14 6
15 5 6 5 6 5 6 6 6 5 7 7 6 6 6 5 6 7 6 5 5 6 7 7 7 7 7 15 11 14 13 28
20 22 20 20 22 22 22 23 22 23 23 23 23 23 24 23 24 24 22 23 24 23 23 23 23 21 22 23 22 23 23 24
22 21 20 22 22 23 23 21 23 22 22 24 21 22 23 23 21 21 22 21 23 22 23 23 20 22 22 22 23 22 22 23
26 26 20 19 22 23 22 25 26 26 26 27 27 26 24 25 19 21 26 27 27 26 27 24 21 21 26 26 28 27 27 27
20 24 20 21 22 21 21 23 22 22 25 25 24 24 26 23 26 27 26 26 27 27 27 27 27 28 27 27 27 27 27 26
30`
  .split(/\s+/)
  .map(Number);
const EOS = 256;
const LONGEST_CODE = 30;

/** Octets (and EOS) in the order of their codes. */
const SYMBOLS = LENGTHS.map((_, symbol) => symbol).sort((a, b) => LENGTHS[a]! - LENGTHS[b]! || a - b);
/** For each length: how many codes have it. */
const COUNTS = new Uint16Array(LONGEST_CODE + 1);
for (const length of LENGTHS) COUNTS[length]!++;

/** What the Huffman code stands for; null for EOS inside, or padding that is longer than 7 bits or not all ones (§5.2). */
export function fromHuffman(coded: Uint8Array): Uint8Array | null {
  // The shortest code has five bits.
  const text = new Uint8Array(Math.ceil((coded.length * 8) / 5));
  let written = 0;
  let code = 0;
  let length = 0;
  let first = 0;
  let index = 0;
  let ones = true;
  for (const octet of coded) {
    for (let bit = 7; bit >= 0; bit--) {
      const next = (octet >>> bit) & 1;
      if (next === 0) ones = false;
      code = code * 2 + next;
      first *= 2;
      length++;
      const count = COUNTS[length]!;
      if (code - first < count) {
        const symbol = SYMBOLS[index + code - first]!;
        if (symbol === EOS) return null;
        text[written++] = symbol;
        code = length = first = index = 0;
        ones = true;
        continue;
      }
      first += count;
      index += count;
    }
  }
  return length > 7 || !ones ? null : text.subarray(0, written);
}
