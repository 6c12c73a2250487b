import { textOf } from '../core/octet-text.ts';
import type { HeaderLine } from '../protocols/http2.ts';
import { CodedOctets } from './coded-octets.ts';
import { ENTRY_COST, type Entry, FieldTable } from './field-table.ts';

/** Fields of one block that are kept. */
const FIELDS_LIMIT = 1000;
/** Octets of names and values that one block may stand for. */
const LIST_LIMIT = 1 << 18;

/** What a block says. */
interface FieldSection {
  readonly lines: readonly HeaderLine[];
  /** Fields whose table entry has not come, or is lost: these are left out. */
  readonly left: number;
}

/** The smallest entry: its capacity divided by this is how many a table may have (RFC 9204 §3.2.1, §4.5.1.1). */
const SMALLEST = ENTRY_COST;

/**
 * The dynamic table that one end fills on its encoder stream. RFC 9204 §4.3.
 *
 *   1 T index(6+) value       joins with a name that is in a table: the static one where T is set
 *   01 H name(5+) value       joins, written out
 *   001 capacity(5+)          the table's size from now on
 *   000 index(5+)             joins once more
 */
export class QpackTable extends CodedOctets {
  readonly table = new FieldTable(0);
  /** How large the other end lets it be at the most. */
  limit = 0;

  /** Takes the instructions that are whole. Answers with how many octets that was. */
  take(bytes: Uint8Array, ready: number): number {
    this.open(bytes, 0, ready);
    let taken = 0;
    while (this.at < ready && this.instruction()) taken = this.at;
    return taken;
  }

  private instruction(): boolean {
    const first = this.bytes[this.at]!;
    if (first & 0x80) return this.insert(this.named(first & 0x40, this.integer(6)));
    if (first & 0x40) return this.insert(written(this.string(5)));
    const value = this.integer(5);
    if (value < 0) return false;
    if (first & 0x20) this.table.resize(value);
    else this.table.add(this.table.recent(value) ?? UNKNOWN);
    return true;
  }

  private named(isStatic: number, index: number): Entry | null {
    if (index < 0) return null;
    return (isStatic ? STATIC[index] : this.table.recent(index)) ?? UNKNOWN;
  }

  private insert(named: Entry | null): boolean {
    const octets = named === null ? null : this.string();
    if (octets === null) return false;
    this.table.add(entryOf(named!.name, named!.nameLength, octets));
    return true;
  }

  /** How many entries a block needs, of which it says the last bits (RFC 9204 §4.5.1.1); -1 where that cannot be. */
  requiredInserts(encoded: number): number {
    if (encoded <= 0) return encoded;
    const most = Math.floor(this.limit / SMALLEST);
    if (encoded > 2 * most) return -1;
    const greatest = this.table.inserted + most;
    const required = Math.floor(greatest / (2 * most)) * 2 * most + encoded - 1;
    return required > greatest ? required - 2 * most : required;
  }
}

/**
 * QPACK, header compression of HTTP/3 (RFC 9204 §4.5). A block begins with two integers that place it in the dynamic table,
 * then come these:
 *
 *   1 T index(6+)                  a field of a table: the static one where T is set
 *   01 N T index(4+) value         its name is in a table
 *   001 N H name(3+) value         written out
 *   0001 index(4+)                 a field of the dynamic table that came behind the block's base
 *   0000 N index(3+) value         its name is there
 */
export class FieldSectionDecoder extends CodedOctets {
  private left = 0;
  private table: FieldTable | null = null;
  private base = 0;

  /** Null for what is no such block. The table is that of the block's sender. */
  decode(bytes: Uint8Array, from: number, to: number, dynamic: QpackTable): FieldSection | null {
    this.open(bytes, from, to);
    this.left = 0;
    const required = dynamic.requiredInserts(this.integer(8));
    if (this.at >= to) return null;
    const sign = bytes[this.at]! & 0x80;
    const delta = this.integer(7);
    if (delta < 0) return null;
    // A block that came before what it needs has to wait; here it is shown without.
    this.table = required >= 0 && required <= dynamic.table.inserted ? dynamic.table : null;
    this.base = sign ? required - delta - 1 : required + delta;
    return this.section();
  }

  private section(): FieldSection | null {
    const lines: HeaderLine[] = [];
    let octets = 0;
    while (this.at < this.end) {
      const { at, left } = this;
      const field = this.field();
      if (field === null) return null;
      if (this.left > left) continue;
      octets += field.cost;
      if (lines.length >= FIELDS_LIMIT || octets > LIST_LIMIT) break;
      lines.push({ name: field.name, value: field.value, at, length: this.at - at });
    }
    return { lines, left: this.left };
  }

  /** Null where nothing like that stands here. */
  private field(): Entry | null {
    const first = this.bytes[this.at]!;
    if (first & 0x80) return this.entry(first & 0x40, this.integer(6), false);
    if (first & 0x40) return this.valued(this.entry(first & 0x10, this.integer(4), false));
    if (first & 0x20) return this.valued(written(this.string(3)));
    if (first & 0x10) return this.entry(0, this.integer(4), true);
    return this.valued(this.entry(0, this.integer(3), true));
  }

  private entry(isStatic: number, index: number, isBehindBase: boolean): Entry | null {
    if (index < 0) return null;
    if (isStatic) return STATIC[index] ?? null;
    const found = this.table?.absolute(isBehindBase ? this.base + index : this.base - 1 - index);
    if (found !== undefined && found !== UNKNOWN) return found;
    this.left++;
    return UNKNOWN;
  }

  /** With another value, which stands behind. */
  private valued(entry: Entry | null): Entry | null {
    const octets = entry === null ? null : this.string();
    return octets === null ? null : entryOf(entry!.name, entry!.nameLength, octets);
  }
}

const UNKNOWN: Entry = { name: '', value: '', nameLength: 0, cost: ENTRY_COST };

function entryOf(name: string, nameLength: number, value: Uint8Array): Entry {
  const cost = nameLength + value.length + ENTRY_COST;
  return { name, nameLength, value: textOf(value, 0, value.length), cost };
}

/** A name of which no value is known yet. */
const written = (octets: Uint8Array | null): Entry | null =>
  octets === null ? null : entryOf(textOf(octets, 0, octets.length), octets.length, NO_OCTETS);

const NO_OCTETS = new Uint8Array(0);

/** RFC 9204 appendix A. */
const STATIC: readonly Entry[] = `:authority
:path=/
age=0
content-disposition
content-length=0
cookie
date
etag
if-modified-since
if-none-match
last-modified
link
location
referer
set-cookie
:method=CONNECT
:method=DELETE
:method=GET
:method=HEAD
:method=OPTIONS
:method=POST
:method=PUT
:scheme=http
:scheme=https
:status=103
:status=200
:status=304
:status=404
:status=503
accept=*/*
accept=application/dns-message
accept-encoding=gzip, deflate, br
accept-ranges=bytes
access-control-allow-headers=cache-control
access-control-allow-headers=content-type
access-control-allow-origin=*
cache-control=max-age=0
cache-control=max-age=2592000
cache-control=max-age=604800
cache-control=no-cache
cache-control=no-store
cache-control=public, max-age=31536000
content-encoding=br
content-encoding=gzip
content-type=application/dns-message
content-type=application/javascript
content-type=application/json
content-type=application/x-www-form-urlencoded
content-type=image/gif
content-type=image/jpeg
content-type=image/png
content-type=text/css
content-type=text/html; charset=utf-8
content-type=text/plain
content-type=text/plain;charset=utf-8
range=bytes=0-
strict-transport-security=max-age=31536000
strict-transport-security=max-age=31536000; includesubdomains
strict-transport-security=max-age=31536000; includesubdomains; preload
vary=accept-encoding
vary=origin
x-content-type-options=nosniff
x-xss-protection=1; mode=block
:status=100
:status=204
:status=206
:status=302
:status=400
:status=403
:status=421
:status=425
:status=500
accept-language
access-control-allow-credentials=FALSE
access-control-allow-credentials=TRUE
access-control-allow-headers=*
access-control-allow-methods=get
access-control-allow-methods=get, post, options
access-control-allow-methods=options
access-control-expose-headers=content-length
access-control-request-headers=content-type
access-control-request-method=get
access-control-request-method=post
alt-svc=clear
authorization
content-security-policy=script-src 'none'; object-src 'none'; base-uri 'none'
early-data=1
expect-ct
forwarded
if-range
origin
purpose=prefetch
server
timing-allow-origin=*
upgrade-insecure-requests=1
user-agent
x-forwarded-for
x-frame-options=deny
x-frame-options=sameorigin`
  .split('\n')
  .map((line) => {
    const at = line.indexOf('=');
    const name = at < 0 ? line : line.slice(0, at);
    const value = at < 0 ? '' : line.slice(at + 1);
    return { name, value, nameLength: name.length, cost: line.length + ENTRY_COST };
  });
