import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import { textOf } from '../core/octet-text.ts';
import { CodedOctets } from './coded-octets.ts';
import { ENTRY_COST, type Entry, FieldTable } from './field-table.ts';

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
/** Fields and octets of one block that are kept: one octet may stand for a field as large as the table. */
const FIELDS_LIMIT = 1000;
const LIST_LIMIT = 1 << 18;

/** One direction's memory: the dynamic table, and the place in the block at hand. */
export class HeaderDecoder extends CodedOctets {
  private readonly table = new FieldTable(DEFAULT_TABLE);
  /** A block was lost: the table lacks entries, and what names them cannot be told. */
  private incomplete = false;

  /** Octets of the dynamic table, counted as RFC 7541 §4.1 does. */
  get tableSize(): number {
    return this.table.size;
  }

  rest(out: OctetStringWriter): void {
    const { capacity, entries } = this.table;
    out.number(capacity);
    out.flag(this.incomplete);
    out.number(entries.length);
    for (const { name, value, nameLength, cost } of entries) {
      out.text(name);
      out.text(value);
      out.number(nameLength);
      out.number(cost);
    }
  }

  wake(left: OctetStringReader): void {
    this.table.capacity = left.number();
    this.incomplete = left.flag();
    for (let entries = left.number(); entries > 0; entries--) {
      this.table.add({ name: left.string(), value: left.string(), nameLength: left.number(), cost: left.number() });
    }
  }

  /** Blocks of this direction are missing. */
  forget(): void {
    this.incomplete = true;
    this.table.evict(0);
  }

  /** Decodes a whole block. Null when it is no HPACK: then nothing that follows can be relied on (RFC 9113 §4.3). */
  decode(bytes: Uint8Array, from: number, to: number): HeaderField[] | null {
    const fields: HeaderField[] = [];
    this.open(bytes, from, to);
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
    if (joins) this.table.add(made);
    return made;
  }

  /** Both tables in one address space (§2.3.3). */
  private entry(index: number): Entry {
    if (index <= 0) return BROKEN;
    if (index <= STATIC.length) return STATIC[index - 1]!;
    const found = this.table.recent(index - STATIC.length - 1);
    if (found !== undefined) return found;
    return this.incomplete ? NOTHING : BROKEN;
  }

  private resize(size: number): Entry {
    if (size < 0) return BROKEN;
    if (!this.table.resize(size)) this.incomplete = true;
    return NOTHING;
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
