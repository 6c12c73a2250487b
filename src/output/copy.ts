import type { Writer } from '../core/writer.ts';

/** Writes octets out. They are a few: a loop is faster than `set` with a view. */
export function copy(from: Uint8Array, start: number, end: number, out: Writer): void {
  out.ensure(end - start);
  for (let i = start; i < end; i++) out.bytes[out.at++] = from[i]!;
}
