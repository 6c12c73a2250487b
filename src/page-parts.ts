import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PageParts } from './page/html.ts';

/** What the build made of the page of `dissect report`, for `pageHtml`. `folder` is where it stands. */
export function pageParts(folder: string = join(import.meta.dirname, 'page-parts')): PageParts {
  const read = (name: string): Uint8Array => readFileSync(join(folder, name));
  const text = (name: string): string => new TextDecoder().decode(read(name));
  return { script: text('page.js'), style: text('page.css'), engine: new Uint8Array(read('engine.js.gz')) };
}
