import type { Evidence } from '../events/event.ts';
import type { Explanation } from './explainer.ts';

/** One explanation as machine forms print it (`explanations` of `-T ndjson`). */
export interface MachineExplanation {
  readonly event: string;
  /** Only when several languages were asked for: one object each. */
  readonly lang?: string;
  readonly title: string;
  readonly text: string;
  readonly claims: readonly string[];
  readonly spec: string;
  readonly evidence: readonly {
    readonly field: string | null;
    readonly frame: number | null;
    readonly offset: number | null;
    readonly length: number | null;
    readonly value: string | number;
  }[];
}

/** Explanations with stable keys, one a language. */
export function machineForm(explanations: readonly Explanation[]): MachineExplanation[] {
  return explanations.flatMap(({ event, wordings, claims, spec, evidence }) =>
    wordings.map(({ language, title, paragraphs }) => ({
      event,
      ...(wordings.length > 1 ? { lang: language } : {}),
      title,
      text: paragraphs.length > 0 ? paragraphs.join('\n') : title,
      claims,
      spec,
      evidence: evidence.map(stableEvidence),
    })),
  );
}

const stableEvidence = ({ field, frame, offset, length, value }: Evidence): MachineExplanation['evidence'][number] => ({
  field: field ?? null,
  frame: frame ?? null,
  offset: offset ?? null,
  length: length ?? null,
  value,
});
