import type { Cause, Step } from './journey.ts';

/** Steps as they are told: causes point at places in it until it is put in order. */
export class StepList {
  private readonly steps: Step[] = [];

  /** Adds a step, and answers with what follows from it: by the frame that brought what others need. */
  add(step: Step, frame: number): Cause {
    return { step: this.steps.push(step) - 1, frame };
  }

  /** In the order in which they began; causes point at places in that. */
  inOrder(): Step[] {
    const order = this.steps.map((_, i) => i);
    order.sort((one, other) => this.steps[one]!.begin.frame - this.steps[other]!.begin.frame || one - other);
    const places = new Map(order.map((before, now) => [before, now]));
    return order.map((i) => {
      const step = this.steps[i]!;
      return { ...step, causes: step.causes.map(({ step, frame }) => ({ step: places.get(step)!, frame })) };
    });
  }
}
