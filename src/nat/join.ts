import { type Behaviour, behaviourOf } from './behaviour.ts';
import { type Binding, bindingsOf } from './bindings.ts';
import type { Twins } from './twins.ts';

/** What two places tell of what stands between them. */
export interface Join {
  readonly twins: Twins;
  readonly bindings: readonly Binding[];
  /** Null where nothing is translated. */
  readonly behaviour: Behaviour | null;
}

/** Judges twins, whose doubts were settled. */
export function judge(twins: Twins): Join {
  const bindings = bindingsOf(twins);
  return { twins, bindings, behaviour: behaviourOf(twins, bindings) };
}
