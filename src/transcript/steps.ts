import type { Step } from './dialogue.ts';
import type { Told } from './telling.ts';

/** Steps of one dialogue that are kept. */
const MOST_STEPS = 2_000;

interface Pending {
  readonly fromA: boolean;
  text: string;
  readonly frame: number;
  readonly run: boolean;
  /** Octets of payload that no protocol claims, as long as this end goes on; -1 for a message. */
  octets: number;
  /** The same as text, as far as it is text. */
  said: string;
}

/** The steps of a dialogue, as they come. */
export class Steps {
  /** How many were not kept. */
  leftOut = 0;
  private readonly kept: Pending[] = [];

  message(told: Told, fromA: boolean, frame: number): void {
    const { text, run } = told;
    if (told.answers > 0 && this.answer(told)) return;
    const last = this.kept[this.kept.length - 1];
    if (run && last !== undefined && last.fromA === fromA && last.text === text) return;
    this.add({ fromA, text: told.id === null ? text : `${told.id}: ${text}`, frame, run, octets: -1, said: '' });
  }

  /** An answer stands behind its question: in which order answers come is chance. */
  private answer({ answers, text }: Told): boolean {
    const question = this.kept.find(({ frame, octets }) => frame === answers && octets < 0);
    if (question === undefined) return false;
    question.text += ` → ${text}`;
    return true;
  }

  /** Payload of no protocol: what one end says until the other speaks is one step, however it was cut into segments. */
  payload(octets: number, said: string, fromA: boolean, frame: number): void {
    const last = this.kept[this.kept.length - 1];
    if (last !== undefined && last.octets >= 0 && last.fromA === fromA) {
      last.octets += octets;
      if (last.said.length < LONGEST_SAID) last.said += said;
      return;
    }
    this.add({ fromA, text: '', frame, run: false, octets, said });
  }

  /** One datagram. */
  datagram(octets: number, said: string, fromA: boolean, frame: number): void {
    this.add({ fromA, text: '', frame, run: false, octets, said });
  }

  private add(step: Pending): void {
    if (this.kept.length < MOST_STEPS) this.kept.push(step);
    else this.leftOut++;
  }

  /** @param recognised payload that no protocol claims is part of something that one did claim */
  *told(aIsClient: boolean, form: StepForm, recognised: boolean): Generator<Step> {
    for (const step of this.kept) {
      if (recognised && step.octets >= 0) continue;
      const text = step.octets >= 0 ? payloadText(step, form) : step.text;
      yield { side: step.fromA === aIsClient ? '>' : '<', text, frame: step.frame };
    }
  }
}

/** What of mere payload a transcript shows. */
interface StepForm {
  readonly sizes: boolean;
  readonly content: boolean;
}

/** Characters that are shown of what no protocol claims. */
const LONGEST_SAID = 80;

function payloadText({ octets, said }: Pending, { sizes, content }: StepForm): string {
  const parts: string[] = [];
  if (sizes) parts.push(octets === 1 ? '1 octet' : `${octets} octets`);
  if (content && said !== '') parts.push(JSON.stringify(said.slice(0, LONGEST_SAID)));
  return parts.length === 0 ? 'data' : parts.join(' ');
}
