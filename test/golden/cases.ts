import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

/** One recorded case: `web/first-page-lan` and its capture. */
export interface Case {
  readonly name: string;
  readonly folder: string;
  readonly capture: string;
  bytes(): Uint8Array;
}

/** Every `<subject>/<case>/capture.*` below `root`, in the order of their names. */
export function cases(root = FIXTURES): Case[] {
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(root, name)).map((inner) => `${name}/${inner}`));
  return folders.sort().flatMap((name) => {
    const folder = join(root, name);
    const capture = ['capture.pcap', 'capture.pcapng'].map((file) => join(folder, file)).find(existsSync);
    return capture === undefined ? [] : [{ name, folder, capture, bytes: () => readBytes(capture) }];
  });
}

/** A plain Uint8Array, as a browser has it: a Buffer would hide a dependence on its methods. */
export function readBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}
