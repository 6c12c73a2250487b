import { readCapture } from '../../src/capture/from-bytes.ts';
import { compileFilter } from '../../src/filter/filter.ts';
import { run } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';
import { cases } from '../golden/cases.ts';

const captures = new Map(cases().map((fixture) => [fixture.name, fixture]));

/** The frames of a fixture that a filter takes, as `1-3,5`, or `-` for none. */
export async function framesTaken(fixture: string, text: string): Promise<string> {
  const filter = compileFilter(text);
  const tracker = new Tracker({ timeWait: 240, explain: filter.asksEvents });
  const taken: number[] = [];
  await run(readCapture(captures.get(fixture)!.bytes()), tracker, {
    packet(packet) {
      if (filter.takes(packet, tracker)) taken.push(packet.frame.number);
      return true;
    },
    pause() {},
  });
  return ranges(taken);
}

function ranges(numbers: readonly number[]): string {
  const parts: [from: number, to: number][] = [];
  for (const number of numbers) {
    const last = parts.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',') || '-';
}
