/**
 * Queries by conversation, exchange and transaction id, in the order in which they were asked: a hash table over typed
 * arrays, so that a query is a row of numbers and no object. When it is full the oldest is forgotten.
 */
export class QueryTable {
  /** Of each query, by its slot: frame and time it was asked, and the frame of its answer, or 0. */
  frame = new Float64Array(FIRST_SIZE);
  seconds = new Float64Array(FIRST_SIZE);
  nanoseconds = new Int32Array(FIRST_SIZE);
  answer = new Float64Array(FIRST_SIZE);
  private conversations = new Int32Array(FIRST_SIZE);
  private exchanges = new Int32Array(FIRST_SIZE);
  private ids = new Uint16Array(FIRST_SIZE);
  /** The next one of the same bucket; slot + 1, and 0 for none, here and below. */
  private following = new Int32Array(FIRST_SIZE);
  /** The one that was asked before, and behind. */
  private older = new Int32Array(FIRST_SIZE);
  private newer = new Int32Array(FIRST_SIZE);
  private buckets = new Int32Array(FIRST_SIZE);
  private oldest = 0;
  private newest = 0;
  private used = 0;
  private readonly limit: number;
  /** Differs from run to run, so that nobody can prepare a capture whose queries all fall into one bucket. */
  private readonly seed = (Math.random() * 0x100000000) | 0;

  /** @param limit a power of two, 256 or more */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** The slot of a query, or -1. */
  find(conversation: number, exchange: number, id: number): number {
    let entry = this.buckets[this.bucket(conversation, exchange, id)]!;
    for (; entry !== 0; entry = this.following[entry - 1]!) {
      const slot = entry - 1;
      if (this.ids[slot] !== id || this.conversations[slot] !== conversation) continue;
      if (this.exchanges[slot] === exchange) return slot;
    }
    return -1;
  }

  /** A slot for a query that is not there. */
  add(conversation: number, exchange: number, id: number): number {
    if (this.used === this.frame.length && this.used < this.limit) this.grow();
    const slot = this.used < this.frame.length ? this.used++ : this.forgetOldest();
    this.conversations[slot] = conversation;
    this.exchanges[slot] = exchange;
    this.ids[slot] = id;
    this.answer[slot] = 0;
    this.append(slot);
    this.chain(slot);
    return slot;
  }

  /** A query that is asked anew: it becomes the newest. */
  renew(slot: number): void {
    this.answer[slot] = 0;
    this.unlink(slot);
    this.append(slot);
  }

  private forgetOldest(): number {
    const slot = this.oldest - 1;
    this.unlink(slot);
    const bucket = this.bucketOf(slot);
    if (this.buckets[bucket] === slot + 1) {
      this.buckets[bucket] = this.following[slot]!;
      return slot;
    }
    let before = this.buckets[bucket]! - 1;
    while (this.following[before] !== slot + 1) before = this.following[before]! - 1;
    this.following[before] = this.following[slot]!;
    return slot;
  }

  private append(slot: number): void {
    this.older[slot] = this.newest;
    this.newer[slot] = 0;
    if (this.newest === 0) this.oldest = slot + 1;
    else this.newer[this.newest - 1] = slot + 1;
    this.newest = slot + 1;
  }

  private unlink(slot: number): void {
    const older = this.older[slot]!;
    const newer = this.newer[slot]!;
    if (older === 0) this.oldest = newer;
    else this.newer[older - 1] = newer;
    if (newer === 0) this.newest = older;
    else this.older[newer - 1] = older;
  }

  private chain(slot: number): void {
    const bucket = this.bucketOf(slot);
    this.following[slot] = this.buckets[bucket]!;
    this.buckets[bucket] = slot + 1;
  }

  private grow(): void {
    const size = this.frame.length * 2;
    this.frame = grown(this.frame, new Float64Array(size));
    this.seconds = grown(this.seconds, new Float64Array(size));
    this.nanoseconds = grown(this.nanoseconds, new Int32Array(size));
    this.answer = grown(this.answer, new Float64Array(size));
    this.conversations = grown(this.conversations, new Int32Array(size));
    this.exchanges = grown(this.exchanges, new Int32Array(size));
    this.ids = grown(this.ids, new Uint16Array(size));
    this.older = grown(this.older, new Int32Array(size));
    this.newer = grown(this.newer, new Int32Array(size));
    this.following = new Int32Array(size);
    this.buckets = new Int32Array(size);
    for (let slot = 0; slot < this.used; slot++) this.chain(slot);
  }

  private bucketOf(slot: number): number {
    return this.bucket(this.conversations[slot]!, this.exchanges[slot]!, this.ids[slot]!);
  }

  private bucket(conversation: number, exchange: number, id: number): number {
    const hash = stir(stir(stir(this.seed, conversation), exchange), id);
    return (hash ^ (hash >>> 16)) & (this.buckets.length - 1);
  }
}

/** One round of multiplication and shift; the constant is odd and has its bits well spread (2^32 over the golden ratio). */
function stir(hash: number, bits: number): number {
  const product = Math.imul(hash ^ bits, 0x9e3779b1);
  return product ^ (product >>> 15);
}

const FIRST_SIZE = 1 << 8;

function grown<T extends Float64Array | Int32Array | Uint16Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
