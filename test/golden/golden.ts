import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cases } from './cases.ts';
import { FORMS, type Form, forms, printed } from './print.ts';

/** Another result than what was kept. */
export interface Mismatch {
  readonly file: string;
  readonly fault: 'missing' | 'orphaned' | 'differs';
  /** Which command shows what is printed now, and the first lines that differ. */
  readonly detail: string;
}

const PREFIX = 'expected.';
const fileOf = (form: Form): string => PREFIX + form;

/** Prints every case below `root` in every form and compares with what is kept there. `update` keeps what is printed. */
export async function goldenFiles(root: string, update: boolean): Promise<Map<string, Mismatch[]>> {
  const results = new Map<string, Mismatch[]>();
  for (const { name, folder, capture, bytes } of cases(root)) {
    const found: Mismatch[] = [];
    for (const file of orphans(folder)) {
      if (update) rmSync(join(folder, file));
      else found.push({ file, fault: 'orphaned', detail: 'no form is called that' });
    }
    for (const form of forms) {
      const text = await printed(form, bytes());
      if (update) writeFileSync(join(folder, fileOf(form)), text);
      const kept = update ? text : keptText(join(folder, fileOf(form)));
      if (kept === text) continue;
      const command = `dissect ${capture} --width 100 ${FORMS[form]}`.trimEnd();
      const detail = kept === null ? command : `${command}\n${firstDifference(kept, text)}`;
      found.push({ file: fileOf(form), fault: kept === null ? 'missing' : 'differs', detail });
    }
    results.set(name, found);
  }
  for (const name of foldersWithout(root)) {
    results.set(name, [{ file: `${PREFIX}*`, fault: 'orphaned', detail: 'there is no capture beside it' }]);
  }
  return results;
}

const keptText = (file: string): string | null => (existsSync(file) ? readFileSync(file, 'utf8') : null);

/** Expected files of forms that are no more. */
function orphans(folder: string): string[] {
  const known = new Set(forms.map(fileOf));
  return readdirSync(folder).filter((file) => file.startsWith(PREFIX) && !known.has(file));
}

/** Folders with expected files whose capture is gone. */
function foldersWithout(root: string): string[] {
  const named = new Set(cases(root).map(({ name }) => name));
  const files = readdirSync(root, { recursive: true }).map((file) => String(file).replaceAll('\\', '/'));
  const folders = files
    .filter((file) => /^[^/]+\/[^/]+\/expected\.[^/]+$/.test(file))
    .map((file) => file.replace(/\/[^/]+$/, ''));
  return [...new Set(folders)].filter((name) => !named.has(name));
}

const SHOWN_LINES = 5;

function firstDifference(kept: string, text: string): string {
  const before = kept.split('\n');
  const now = text.split('\n');
  const at = before.findIndex((line, i) => line !== now[i]);
  const from = at < 0 ? before.length : at;
  const some = (lines: readonly string[], mark: string) =>
    lines.slice(from, from + SHOWN_LINES).map((line) => `${mark} ${line}`);
  return [`line ${from + 1} (- kept, + now)`, ...some(before, '-'), ...some(now, '+')].join('\n');
}
