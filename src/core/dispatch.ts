import type { Protocol } from './layer.ts';

/** Numbers up to this are looked up in an array, others in a map: V8 reads the array three times as fast. */
const DENSE = 1 << 16;

/**
 * Number → protocol. Named after the field that holds the number, so that what is not decoded can say which number named
 * it. A number filled twice is a programmer's mistake and throws at start-up.
 */
export class DispatchTable {
  readonly id: string;
  private readonly dense: (Protocol | undefined)[] = [];
  private readonly sparse = new Map<number, Protocol>();

  constructor(id: string) {
    this.id = id;
  }

  fill(rows: readonly (readonly [number, Protocol])[]): void {
    for (const [number, protocol] of rows) {
      if (this.get(number) !== null) throw new Error(`${this.id} ${number} is already ${this.get(number)!.id}`);
      if (number < DENSE) this.dense[number] = protocol;
      else this.sparse.set(number, protocol);
    }
  }

  get(number: number): Protocol | null {
    if (number < DENSE) return this.dense[number] ?? null;
    return this.sparse.get(number) ?? null;
  }

  *[Symbol.iterator](): Iterator<[number, Protocol]> {
    for (const [number, protocol] of this.dense.entries()) if (protocol) yield [number, protocol];
    yield* this.sparse;
  }
}
