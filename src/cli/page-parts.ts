import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PageParts } from '../page/html.ts';

/** What the build made of the page; it stands beside the command line. */
export function pageParts(): PageParts {
  const read = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../page-parts', name));
  return {
    script: read('page.js').toString('utf8'),
    style: read('page.css').toString('utf8'),
    engine: new Uint8Array(read('engine.js.gz')),
  };
}
