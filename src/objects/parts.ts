import type { StreamBudget } from '../tcp/reassembly.ts';
import { LARGEST_OBJECT } from './carried.ts';

/** What a kept part costs beside its octets: bounds the number of empty ones. */
const PART_COST = 64;

/** Octets that came one after another, paid for while they are kept. */
export class Parts {
  length = 0;
  private readonly budget: StreamBudget;
  private parts: Uint8Array[] = [];

  constructor(budget: StreamBudget) {
    this.budget = budget;
  }

  /** Why the octets cannot be kept; null when they are. */
  add(bytes: Uint8Array, from: number, to: number): 'length' | 'memory' | null {
    if (from >= to) return null;
    if (this.length + to - from > LARGEST_OBJECT) return 'length';
    const cost = to - from + PART_COST;
    if (this.budget.used + cost > this.budget.limit) return 'memory';
    this.parts.push(bytes.slice(from, to));
    this.length += to - from;
    this.budget.used += cost;
    return null;
  }

  /** All of it in one piece; nothing is kept then. */
  take(): Uint8Array {
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.budget.used -= this.length + PART_COST * this.parts.length;
    this.parts = [];
    this.length = 0;
    return whole;
  }
}
