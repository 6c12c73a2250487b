import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import type { StreamBudget } from '../tcp/reassembly.ts';

/** Octets that came in parts, paid for while they are kept. */
export class Parts {
  private parts: Uint8Array[] = [];
  /** Octets that are kept, with what each part costs. */
  kept = 0;
  private readonly budget: StreamBudget;
  private readonly limit: number;

  constructor(budget: StreamBudget, limit: number) {
    this.budget = budget;
    this.limit = limit;
  }

  get empty(): boolean {
    return this.parts.length === 0;
  }

  /** False when a limit stands against it: then there is nothing left. */
  add(bytes: Uint8Array, from: number, to: number): boolean {
    const more = to - from + PART_COST;
    if (this.kept + more > this.limit || this.budget.used + more > this.budget.limit) {
      this.drop();
      return false;
    }
    this.parts.push(bytes.slice(from, to));
    this.kept += more;
    this.budget.used += more;
    return true;
  }

  rest(out: OctetStringWriter): void {
    out.number(this.parts.length);
    for (const part of this.parts) out.bytes(part, 0, part.length);
  }

  wake(left: OctetStringReader): void {
    for (let parts = left.number(); parts > 0; parts--) {
      const part = left.bytes();
      this.parts.push(part);
      this.kept += part.length + PART_COST;
      this.budget.used += part.length + PART_COST;
    }
  }

  /** All of it in one piece, which is given away. */
  take(): Uint8Array {
    const whole = new Uint8Array(this.parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.drop();
    return whole;
  }

  drop(): void {
    this.budget.used -= this.kept;
    this.parts = [];
    this.kept = 0;
  }
}

/** What a kept part costs beside its octets: bounds the number of empty ones. */
const PART_COST = 64;
