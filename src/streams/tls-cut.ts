import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import { MESSAGE_HEADER, messageLength } from '../protocols/tls-hello.ts';
import type { StreamBudget } from '../tcp/reassembly.ts';

/** Octets of one message that are kept until it is whole; of a longer one they are counted. */
const LONGEST_MESSAGE = 1 << 16;
/** A message that is cut over records. */
export class Cut {
  /** Its octets so far; they stay where they are when another one begins. */
  bytes: Uint8Array = NOTHING;
  /** Octets that have come. */
  length = 0;
  /** Octets of the whole, or of its header while that has not come. 0 when nothing is cut. */
  need = 0;
  private readonly budget: StreamBudget;

  constructor(budget: StreamBudget) {
    this.budget = budget;
  }

  get open(): boolean {
    return this.need > 0;
  }

  begin(): void {
    this.need = MESSAGE_HEADER;
  }

  get type(): number {
    return this.bytes[0] ?? -1;
  }

  /** Takes what belongs to it of `bytes[from, to)`. Answers how much that was. */
  add(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to && this.length < this.need) {
      const part = Math.min(this.need - this.length, to - at);
      if (!this.keep(bytes, at, part)) this.lost = true;
      this.length += part;
      at += part;
      if (this.length === MESSAGE_HEADER && !this.lost) this.need = messageLength(this.bytes, 0);
    }
    return at - from;
  }

  /** Too long, or there is no room: it is only counted. */
  lost = false;

  private keep(bytes: Uint8Array, from: number, count: number): boolean {
    if (this.lost) return false;
    if (this.length + count > LONGEST_MESSAGE) return false;
    if (this.length + count > this.bytes.length && !this.grow(this.length + count)) return false;
    this.bytes.set(bytes.subarray(from, from + count), this.length);
    return true;
  }

  private grow(need: number): boolean {
    const size = Math.min(LONGEST_MESSAGE, Math.max(need, this.bytes.length * 2, FIRST_ROOM));
    const more = size - this.bytes.length;
    if (this.budget.used + more > this.budget.limit) return false;
    const grown = new Uint8Array(size);
    grown.set(this.bytes.subarray(0, this.length));
    this.budget.used += more;
    this.bytes = grown;
    return true;
  }

  get whole(): boolean {
    return this.length >= this.need && this.length >= MESSAGE_HEADER;
  }

  drop(): void {
    this.budget.used -= this.bytes.length;
    this.bytes = NOTHING;
    this.length = this.need = 0;
    this.lost = false;
  }

  rest(out: OctetStringWriter): void {
    out.number(this.need);
    if (this.need === 0) return;
    out.number(this.length);
    out.flag(this.lost);
    out.bytes(this.bytes, 0, Math.min(this.length, this.bytes.length));
  }

  wake(left: OctetStringReader): void {
    this.need = left.number();
    if (this.need === 0) return;
    this.length = left.number();
    this.lost = left.flag();
    this.bytes = left.bytes();
    this.budget.used += this.bytes.length;
  }
}

const NOTHING = new Uint8Array(0);
const FIRST_ROOM = 1 << 10;
