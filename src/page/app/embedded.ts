import type { Excerpt, ReadingOptions } from '../model.ts';
import { fromBase64, fromJson } from '../packed.ts';

/** What a page brings with it, in elements that are no script: `src/page/html.ts` writes them. */
export interface Settings {
  readonly version: string;
  readonly language: 'en' | 'ko' | null;
  /** The names of the captures; none where the page begins empty. */
  readonly names: readonly string[];
  readonly options: ReadingOptions;
  /** True where the page does not hold the capture itself, but what is worth seeing of it. */
  readonly excerpt: boolean;
}

export function settings(): Settings {
  return JSON.parse(textOf('settings')) as Settings;
}

/** The program of the engine. */
export const engineProgram = (): Promise<Blob> => unpacked('engine', 'text/javascript');

/** The capture of this number. */
export async function embeddedCapture(number: number): Promise<Uint8Array> {
  return new Uint8Array(await (await unpacked(`capture-${number}`, '')).arrayBuffer());
}

const textOf = (id: string): string => document.getElementById(id)?.textContent ?? '';

/** What the page holds of a capture that is too large for it. */
export async function embeddedExcerpt(): Promise<Excerpt> {
  return fromJson(await (await unpacked('excerpt', '')).text()) as Excerpt;
}

/** What stands there in base64, compressed by gzip. */
async function unpacked(id: string, type: string): Promise<Blob> {
  const bytes = await inflated(new Blob([fromBase64(textOf(id))]));
  return new Blob([bytes], { type });
}

/** Takes gzip off, as far as it goes to `most` octets. */
export async function inflated(packed: Blob, most = Number.POSITIVE_INFINITY): Promise<Uint8Array<ArrayBuffer>> {
  const reader = packed.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    if (length > most) throw new RangeError('too large');
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
