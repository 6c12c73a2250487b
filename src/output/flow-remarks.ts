import type { Flow, FlowEnd, Trouble } from '../flows/flow.ts';
import type { FlowsWords } from './flows-words.ts';
import { grouped } from './numbers.ts';

/** The client above the server; where nobody knows who is who, as they appeared. */
export const clientFirst = ({ a, b }: Flow): [FlowEnd, FlowEnd] =>
  b.role === 'client' || a.role === 'server' ? [b, a] : [a, b];

/** How it began and ended, and what went wrong on the way. */
export function flowRemarks(flow: Flow, ends: readonly FlowEnd[], words: FlowsWords): string[] {
  const said: string[] = [];
  if (flow.midStream) said.push(words.midStream);
  if (flow.ending !== null) said.push(words.ending(flow.ending, flow.endedBy === null ? null : who(flow, words)));
  if (flow.cause !== null && flow.ending === 'reset') said.push(words.cause(flow.cause));
  if (flow.initialRtt !== null) said.push(words.rtt((flow.initialRtt / 1e6).toFixed(3)));
  for (const end of ends) if (hasTrouble(end)) said.push(troubles(end, end.trouble, words));
  if (flow.reusedPorts) said.push(words.reusedPorts);
  return said;
}

function who({ a, b, endedBy }: Flow, words: FlowsWords): string {
  const end = a.name === endedBy ? a : b;
  return end.role === null ? end.name : words[end.role].toLowerCase();
}

type TroubledEnd = FlowEnd & { readonly trouble: Trouble };

/** Mostly there is none. */
function hasTrouble(end: FlowEnd): end is TroubledEnd {
  const { trouble } = end;
  if (trouble === null) return false;
  const { retransmissions, outOfOrder, lostSegments, duplicateAcks, zeroWindows, badChecksums } = trouble;
  return retransmissions + outOfOrder + lostSegments + duplicateAcks + zeroWindows + badChecksums > 0;
}

function troubles({ role, name }: FlowEnd, trouble: Trouble, words: FlowsWords): string {
  const counted = TROUBLES.filter((kind) => trouble[kind] > 0).map((kind) => words[kind](grouped(trouble[kind])));
  return `${role === null ? name : words[role].toLowerCase()}: ${counted.join(', ')}`;
}

const TROUBLES = [
  'retransmissions',
  'outOfOrder',
  'lostSegments',
  'duplicateAcks',
  'zeroWindows',
  'badChecksums',
] as const;
