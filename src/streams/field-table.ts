/** A field of a table of header compression. */
export interface Entry {
  readonly name: string;
  readonly value: string;
  /** Octets of the name, which are more than its characters where they are not ASCII. */
  readonly nameLength: number;
  readonly cost: number;
}

/** What an entry costs beside its octets (RFC 7541 §4.1, RFC 9204 §3.2.1). */
export const ENTRY_COST = 32;
/** Octets that a table keeps here, however large its owner wants it: it lacks entries then, and never has wrong ones. */
const TABLE_LIMIT = 1 << 16;

/** The dynamic table of one direction, of HPACK (RFC 7541 §2.3.2) or QPACK (RFC 9204 §3.2). */
export class FieldTable {
  /** Oldest first. */
  readonly entries: Entry[] = [];
  size = 0;
  capacity: number;
  /** Entries that were there and had to make room. */
  gone = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** How many there have ever been. */
  get inserted(): number {
    return this.gone + this.entries.length;
  }

  /** Counted from the newest, which is 0. */
  recent(index: number): Entry | undefined {
    return this.entries[this.entries.length - 1 - index];
  }

  /** Counted from the first that ever was, which is 0. */
  absolute(index: number): Entry | undefined {
    return this.entries[index - this.gone];
  }

  /** False where the owner wants more than is kept here. */
  resize(capacity: number): boolean {
    this.capacity = Math.min(capacity, TABLE_LIMIT);
    this.evict(this.capacity);
    return capacity <= TABLE_LIMIT;
  }

  /** An entry larger than the table empties it (RFC 7541 §4.4). */
  add(entry: Entry): void {
    this.evict(Math.max(this.capacity - entry.cost, 0));
    if (entry.cost > this.capacity) return;
    this.entries.push(entry);
    this.size += entry.cost;
  }

  evict(size: number): void {
    let gone = 0;
    while (this.size > size) this.size -= this.entries[gone++]!.cost;
    if (gone > 0) this.entries.splice(0, gone);
    this.gone += gone;
  }
}
