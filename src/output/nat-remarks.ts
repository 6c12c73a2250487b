import type { Behaviour } from '../nat/behaviour.ts';
import type { Binding } from '../nat/bindings.ts';
import type { ClockOffset } from '../nat/clocks.ts';
import type { Join } from '../nat/join.ts';
import type { NatWords } from './nat-words.ts';
import { grouped } from './numbers.ts';

/** Packets that were joined: those translated, and those that crossed as they were. */
export function countTwins({ twins: { crossings } }: Join): { readonly translated: number; readonly plain: number } {
  const sum = (translates: boolean) =>
    crossings.reduce((total, crossing) => total + (crossing.translates === translates ? crossing.twins : 0), 0);
  return { translated: sum(true), plain: sum(false) };
}

/** What joins two places: their clocks, and how many packets were seen at both. */
export function joinRemarks(join: Join, words: NatWords): string[] {
  const said: string[] = [];
  const say = (text: string): void => {
    said.push(text);
  };
  const { first, second, dependents, ambiguous, alike, clock } = join.twins;
  const { translated, plain } = countTwins(join);
  if (first !== second) say(`${first.name} → ${second.name}`);
  say(words.joined(grouped(translated), grouped(plain)));
  if (dependents > 0) say(words.dependents(grouped(dependents)));
  if (ambiguous > 0) say(words.ambiguous(grouped(ambiguous)));
  if (alike > 0) say(words.alike(grouped(alike)));
  if (first === second) return said;
  if (join.bindings.every(({ insidePlace }) => insidePlace === 1)) say(words.reversed(second.name));
  const offset = clockText(second.name, clock, words);
  if (offset !== null) say(offset);
  return said;
}

/** How the clock of the second place, `name`, stands to that of the first; null when nothing tells. */
export function clockText(name: string, { ahead, within, drift }: ClockOffset, words: NatWords): string | null {
  if (ahead === null) return null;
  // Packets tell no more than microseconds.
  const text = (nanoseconds: number): string => (Math.ceil(Math.abs(nanoseconds) / 1000) / 1e6).toFixed(6);
  const room = within === null ? null : text(within);
  if (room !== null && within !== null && Math.abs(ahead) <= within) return words.agree(room);
  const offset = ahead < 0 ? words.behind(name, text(ahead), room) : words.clock(name, text(ahead), room);
  return drift === null ? offset : `${offset}; ${words.drift(drift.toFixed(1))}`;
}

/** What is to be known of a binding. */
export function bindingRemarks(binding: Binding, words: NatWords): string[] {
  const { protocol, portPreserved, translation, remoteTranslated, payloadUnchanged } = binding;
  const said: string[] = [];
  if (translation === 'destination') said.push(words.forwarded);
  if (protocol === 'tcp' || protocol === 'udp') said.push(portPreserved ? words.portKept : words.portChanged);
  if (remoteTranslated !== null) said.push(words.remoteBecomes(remoteTranslated));
  said.push(words.lowered(range(binding.lowered)));
  if (payloadUnchanged !== null) said.push(payloadUnchanged ? words.unchanged : words.touched);
  return said;
}

const range = ([least, most]: readonly [number, number]): string => (least === most ? `${least}` : `${least}–${most}`);

/** Shorter ones say nothing of how long a translator remembers. */
const LONG_SILENCE = 1e9;

/** What kind of translator it is, as far as the packets tell. */
export function behaviourRemarks(behaviour: Behaviour, words: NatWords): string[] {
  const { ports, mapping, lowered, outlived, renewedAfter, clamped, checksums, lost, unsolicited } = behaviour;
  const said: string[] = [];
  const when = (count: number, sentence: (count: string) => string): void => {
    if (count > 0) said.push(sentence(grouped(count)));
  };
  when(ports.bindings, (bindings) => words.ports(grouped(ports.preserved), bindings));
  said.push(words.mapping[mapping ?? 'untold'], words.ttl(range(lowered)));
  if (outlived !== null && outlived >= LONG_SILENCE) said.push(words.outlived((outlived / 1e9).toFixed(3)));
  if (renewedAfter !== null) said.push(words.renewed((renewedAfter / 1e9).toFixed(3)));
  if (clamped !== null) said.push(words.clamped(grouped(clamped.segments), String(clamped.to)));
  when(checksums.proven, words.proven);
  when(checksums.rewritten, words.rewritten);
  when(checksums.touched, words.contentTouched);
  when(checksums.silent, words.silent);
  when(lost.outward, words.lostOutward);
  when(lost.inward, words.lostInward);
  when(unsolicited.conversations, (count) =>
    words.unsolicited(count, grouped(unsolicited.packets), grouped(unsolicited.answered)),
  );
  return said;
}
