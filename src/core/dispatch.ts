import type { Protocol } from './layer.ts';

/** Numbers below this are looked up in an array, others in a map: V8 reads the array three times as fast. */
const DENSE = 1 << 16;

/**
 * Number → protocol. Named after the field that holds the number, so that what is not decoded can say which number named
 * it. A number filled twice is a programmer's mistake and throws at start-up.
 */
export class DispatchTable {
  readonly id: string;
  /** In the order they were filled in. */
  private readonly rows = new Map<number, Protocol>();
  /** The protocols that small numbers name, and for each such number which of them; the first stands for none. */
  private readonly protocols: (Protocol | null)[] = [null];
  private readonly dense = new Uint16Array(DENSE);

  constructor(id: string) {
    this.id = id;
  }

  fill(rows: readonly (readonly [number, Protocol])[]): void {
    for (const [number, protocol] of rows) {
      if (this.rows.has(number)) throw new Error(`${this.id} ${number} is already ${this.rows.get(number)!.id}`);
      this.rows.set(number, protocol);
      if (number < DENSE) this.dense[number] = this.protocols.push(protocol) - 1;
    }
  }

  get(number: number): Protocol | null {
    if (number < DENSE) return this.protocols[this.dense[number]!]!;
    return this.rows.get(number) ?? null;
  }

  [Symbol.iterator](): Iterator<[number, Protocol]> {
    return this.rows.entries();
  }
}
