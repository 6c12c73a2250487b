import { nearest } from '../nearest.ts';
import { isVolatile, VOLATILE, type Volatile } from '../transcript/volatile.ts';
import { UsageFault } from './fault.ts';
import type { Arguments } from './parse.ts';

/** What `--normalize` names; null where it is not given. */
export function normalizedOf(given: Arguments): readonly Volatile[] | null {
  const text = given.get('normalize');
  if (text === null) return null;
  if (text === 'none') return [];
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (isVolatile(name)) continue;
    const close = nearest(name, VOLATILE);
    const hint = close === null ? `; it can be ${VOLATILE.join(', ')} or none` : `; did you mean ${close}?`;
    throw new UsageFault(`--normalize knows nothing called "${name}"${hint}`);
  }
  return VOLATILE.filter((name) => names.includes(name));
}
