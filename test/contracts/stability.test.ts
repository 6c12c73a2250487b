import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cases } from '../golden/cases.ts';

/**
 * People build upon the forms for programs. What these print of a fixture may change only together with the form's number
 * (`schema`) or with a line in the CHANGELOG: `UPDATE_GOLDEN=1 npx vitest run test/contracts/stability.test.ts` writes the
 * record anew, and refuses where neither has changed since.
 */
const ROOT = join(import.meta.dirname, '../..');
const RECORD = join(import.meta.dirname, 'stability.json');

interface Promised {
  /** Of the CHANGELOG when this was written. */
  readonly changelog: string;
  readonly schemas: Readonly<Record<string, unknown>>;
  /** By fixture and form. */
  readonly forms: Readonly<Record<string, string>>;
}

const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);

function promised(): Promised {
  const schemas = readdirSync(join(ROOT, 'schema')).map((name) => {
    const { properties } = JSON.parse(readFileSync(join(ROOT, 'schema', name), 'utf8'));
    return [name, properties.schema.const] as const;
  });
  const forms = cases().map(({ name, folder }) => [name, digest(join(folder, 'expected.ndjson'))] as const);
  return {
    changelog: digest(join(ROOT, 'CHANGELOG.md')),
    schemas: Object.fromEntries(schemas),
    forms: Object.fromEntries(forms),
  };
}

it('what programs read changes only where the CHANGELOG or the number of the form says so', () => {
  const now = promised();
  const before = JSON.parse(readFileSync(RECORD, 'utf8')) as Promised;
  const changed = Object.keys(before.forms).filter((name) => before.forms[name] !== now.forms[name]);
  const said = before.changelog !== now.changelog || JSON.stringify(before.schemas) !== JSON.stringify(now.schemas);
  if (process.env.UPDATE_GOLDEN === '1') {
    expect(said || changed.length === 0, `say in CHANGELOG.md what changed of ${changed.join(', ')}`).toBe(true);
    writeFileSync(RECORD, `${JSON.stringify(now, null, 2)}\n`);
    return;
  }
  expect(changed, 'say it in CHANGELOG.md, or raise the number of the form; then write the record anew').toEqual([]);
  const missing = Object.keys(now.forms).filter((name) => before.forms[name] === undefined);
  expect(missing, 'fixtures that are new belong into the record').toEqual([]);
});
