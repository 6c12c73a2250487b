import type { Row } from '../core/field.ts';
import { type FieldEntry, fieldReference } from '../fields.ts';
import { ownEntries } from '../filter/own-fields.ts';
import { writeJson } from '../output/json-text.ts';
import { UsageFault } from './fault.ts';
import { StandardOutput } from './standard-output.ts';

/** `dissect fields [PREFIX]`: the reference of field ids, made from the protocols' own rows, and what filters know beside. */
export function printFields(prefix: string, form: 'text' | 'ndjson'): void {
  const own = new Set(ownEntries());
  const entries = [...fieldReference().values(), ...own].filter(({ id }) => id.startsWith(prefix));
  if (entries.length === 0) throw new UsageFault(`no field id begins with ${prefix}`);
  const output = new StandardOutput(false);
  const { writer } = output;
  const width = Math.max(...entries.map(({ id }) => id.length));
  for (const entry of entries) {
    if (form === 'ndjson') writeJson({ ...machineEntry(entry), printed: !own.has(entry) }, writer);
    else
      writer.text(
        `${entry.id.padEnd(width)}  ${typeOf(entry.row).padEnd(6)}  ${meaningOf(entry)}${own.has(entry) ? ' (in filters only)' : ''}`,
      );
    writer.line();
  }
  output.flush();
}

const machineEntry = (entry: FieldEntry) => ({
  schema: 1,
  field: entry.id,
  type: typeOf(entry.row),
  protocol: entry.protocol,
  label: entry.row.label,
  about: entry.row.about ?? null,
  members: entry.members,
});

const typeOf = ({ kind }: Row): string => (kind === 'none' ? 'mark' : kind);

function meaningOf({ row, members }: FieldEntry): string {
  if (members.length > 0) return `each of ${members.join(', ')}`;
  return row.about === undefined ? row.label : `${row.label}: ${row.about}`;
}
