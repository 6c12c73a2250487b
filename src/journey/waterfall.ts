import type { Bar, Moment, Phase, Step } from './journey.ts';

/** The bars of all steps that are the journey's own, and of the time between. */
export function waterfallOf(steps: readonly Step[], begin: Moment, end: Moment): Bar[] {
  const bars: Bar[] = [];
  for (const [i, step] of steps.entries()) if (!step.earlier) addBars(bars, step, i, end);
  const shown = bars.filter((bar) => bar.end >= bar.begin).sort((one, other) => one.begin - other.begin);
  return withIdle(shown, begin, end);
}

function addBars(bars: Bar[], step: Step, place: number, last: Moment): void {
  const add = (phase: Phase, from: Moment | null, to: Moment | null): void => {
    if (from === null || to === null) return;
    bars.push({ phase, begin: from.time, end: to.time, step: place, frames: [from.frame, to.frame] });
  };
  switch (step.kind) {
    case 'lease':
    case 'lookup':
      add(step.kind, step.begin, step.end);
      return;
    case 'neighbour':
      add('neighbour', step.begin, step.end);
      return;
    case 'connect':
      add('connect', step.begin, step.end ?? (step.outcome === 'unanswered' ? last : null));
      return;
    case 'secure':
      add('secure', step.begin, step.end);
      return;
    case 'request':
      if (step.asked?.frame !== step.sent?.frame) add('send', step.asked, step.sent);
      add('wait', step.sent, step.firstByte);
      add('content', step.firstByte, step.lastByte);
      return;
    case 'turn':
      if (step.turns > 1) add('content', step.begin, step.end);
      else {
        if (step.begin.frame !== step.sent.frame || !step.byClient) {
          add(step.byClient ? 'send' : 'content', step.begin, step.sent);
        }
        if (step.byClient) {
          add('wait', step.sent, step.firstByte);
          add('content', step.firstByte, step.lastByte);
        }
      }
      return;
    case 'datagrams':
      add('wait', step.begin, step.firstAnswer);
      if (step.sent + step.answers > 2) add('content', step.firstAnswer, step.end);
      return;
    case 'stall':
      add('stall', step.begin, step.end ?? last);
      return;
    case 'close':
      add('close', step.begin, step.end);
  }
}

/** Puts in what no bar covers. */
function withIdle(bars: readonly Bar[], begin: Moment, end: Moment): Bar[] {
  const all: Bar[] = [];
  let until = begin.time;
  let frame = begin.frame;
  const idle = (to: number, next: number): void => {
    if (to > until) all.push({ phase: 'idle', begin: until, end: to, step: null, frames: [frame, next] });
  };
  for (const bar of bars) {
    idle(bar.begin, bar.frames[0]);
    all.push(bar);
    if (bar.end < until) continue;
    until = bar.end;
    frame = bar.frames[1];
  }
  idle(end.time, end.frame);
  return all;
}
