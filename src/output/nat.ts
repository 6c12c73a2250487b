import { durationText } from '../core/duration.ts';
import type { Writer } from '../core/writer.ts';
import type { Behaviour } from '../nat/behaviour.ts';
import type { Binding } from '../nat/bindings.ts';
import type { ClockOffset } from '../nat/clocks.ts';
import type { Join } from '../nat/join.ts';
import type { Sightings } from '../nat/sightings.ts';
import type { Palette } from './color.ts';
import { writeJson } from './json-text.ts';
import { epochText } from './moment.ts';
import type { NatWords } from './nat-words.ts';
import { grouped } from './numbers.ts';
import { writeTable } from './table.ts';
import { isoTime } from './time.ts';
import { wrap } from './width.ts';

/** Bindings that a table shows at the most; more are one line each. */
const TABLE_ROWS = 200;

/** One object a binding. */
export function writeBindingNdjson(binding: Binding, join: Join, out: Writer): void {
  writeJson(bindingForm(binding, join), out);
  out.line();
}

function bindingForm(binding: Binding, { twins: { first, second } }: Join) {
  const { crossing, insidePlace } = binding;
  const [inner, outer] = insidePlace === 0 ? [first, second] : [second, first];
  const rows = [crossing.firstRow, crossing.lastRow];
  const others = [crossing.firstTwin, crossing.lastTwin];
  const [innerRows, outerRows] = insidePlace === 0 ? [rows, others] : [others, rows];
  return {
    schema: 1,
    proto: binding.protocol,
    inside: binding.inside,
    outside: binding.outside,
    remote: binding.remote,
    remote_translated: binding.remoteTranslated,
    translation: binding.translation,
    packets: binding.twins,
    first: momentText(inner, innerRows[0]!, isoTime),
    last: momentText(inner, innerRows[1]!, isoTime),
    first_epoch: momentText(inner, innerRows[0]!, epochText),
    last_epoch: momentText(inner, innerRows[1]!, epochText),
    inside_capture: inner.name,
    inside_frames: innerRows.map((row) => inner.frames[row]),
    outside_capture: outer.name,
    outside_frames: outerRows.map((row) => outer.frames[row]),
    ttl_delta: binding.lowered[0],
    ttl_delta_max: binding.lowered[1],
    port_preserved: binding.portPreserved,
    payload_unchanged: binding.payloadUnchanged,
    longest_silence: durationText(binding.longestSilence),
  };
}

/** The time of a row's packet, by the clock of its own capture. */
function momentText<T>(place: Sightings, row: number, form: (seconds: number, nanoseconds: number) => T): T {
  const nanoseconds = place.times[row]! + place.epochNanoseconds;
  const seconds = Math.floor(nanoseconds / 1e9);
  return form(place.epoch + seconds, nanoseconds - seconds * 1e9);
}

/** All that was found, as one object. */
export function writeNatJson(places: readonly Sightings[], joins: readonly Join[], out: Writer): void {
  const form = {
    schema: 1,
    captures: places.map(({ name, count, left }) => ({ name, ip_packets: count, not_looked_at: left })),
    joins: joins.map((join) => {
      const { twins, bindings, behaviour } = join;
      return {
        captures: [twins.first.name, twins.second.name],
        twins: { ...countTwins(join), dependents: twins.dependents },
        ambiguous: twins.ambiguous,
        alike: twins.alike,
        clock: clockForm(twins.clock),
        bindings: bindings.map((binding) => bindingForm(binding, join)),
        behaviour: behaviour === null ? null : behaviourForm(behaviour),
      };
    }),
  };
  writeJson(form, out);
  out.line();
}

const clockForm = ({ ahead, within, drift }: ClockOffset) => ({
  ahead: ahead === null ? null : durationText(Math.round(ahead)),
  within: within === null ? null : durationText(Math.round(within)),
  drift_ppm: drift === null ? null : Number(drift.toFixed(3)),
});

const behaviourForm = ({ ports, mapping, lowered, outlived, renewedAfter, clamped, ...counts }: Behaviour) => ({
  ports,
  mapping,
  ttl_delta: lowered,
  outlived: outlived === null ? null : durationText(outlived),
  renewed_after: renewedAfter === null ? null : durationText(renewedAfter),
  mss_clamped: clamped,
  ...counts,
});

/** Packets that were joined: those translated, and those that crossed as they were. */
function countTwins({ twins: { crossings } }: Join): { readonly translated: number; readonly plain: number } {
  const sum = (translates: boolean) =>
    crossings.reduce((total, crossing) => total + (crossing.translates === translates ? crossing.twins : 0), 0);
  return { translated: sum(true), plain: sum(false) };
}

/** For reading: the bindings, and what kind of translator they prove. */
export function writeNat(
  places: readonly Sightings[],
  joins: readonly Join[],
  words: NatWords,
  colors: Palette,
  width: number,
  out: Writer,
): void {
  const say = (text: string, indent = ''): void => {
    for (const [i, line] of wrap(text, width - indent.length).entries()) {
      out.text(`${i === 0 ? indent : ' '.repeat(indent.length)}${line}`);
      out.line();
    }
  };
  for (const { name, count, left } of places) {
    say(words.seen(name, grouped(count)));
    if (left > 0) say(words.tooMany(name, grouped(left)));
  }
  const telling = joins.filter(({ bindings }) => bindings.length > 0);
  if (telling.length === 0) {
    say(places.length === 1 ? words.alone : words.none(places.map(({ name }) => name).join(', ')));
    for (const { twins } of joins) if (twins.alike > 0) say(words.alike(grouped(twins.alike)));
    return;
  }
  for (const join of telling) {
    out.line();
    writeHead(join, words, say);
    if (join.bindings.length > TABLE_ROWS) {
      for (const binding of join.bindings) writeBindingLine(binding, words, out);
    } else {
      writeBindings(join, words, colors, width, out);
    }
    say(words.counted(grouped(join.bindings.length)));
    out.line();
    say(colors.title(words.kind));
    for (const line of remarksOn(join.behaviour!, words)) say(line, '  · ');
  }
}

function writeHead(join: Join, words: NatWords, say: (text: string) => void): void {
  const { first, second, dependents, ambiguous, alike, clock } = join.twins;
  const { translated, plain } = countTwins(join);
  if (first !== second) say(`${first.name} → ${second.name}`);
  say(words.joined(grouped(translated), grouped(plain)));
  if (dependents > 0) say(words.dependents(grouped(dependents)));
  if (ambiguous > 0) say(words.ambiguous(grouped(ambiguous)));
  if (alike > 0) say(words.alike(grouped(alike)));
  if (first === second) return;
  if (join.bindings.every(({ insidePlace }) => insidePlace === 1)) say(words.reversed(second.name));
  const said = clockText(second.name, clock, words);
  if (said !== null) say(said);
}

function clockText(name: string, { ahead, within, drift }: ClockOffset, words: NatWords): string | null {
  if (ahead === null) return null;
  // Packets tell no more than microseconds.
  const text = (nanoseconds: number): string => (Math.ceil(Math.abs(nanoseconds) / 1000) / 1e6).toFixed(6);
  const room = within === null ? null : text(within);
  if (room !== null && within !== null && Math.abs(ahead) <= within) return words.agree(room);
  const offset = ahead < 0 ? words.behind(name, text(ahead), room) : words.clock(name, text(ahead), room);
  return drift === null ? offset : `${offset}; ${words.drift(drift.toFixed(1))}`;
}

function writeBindings(join: Join, words: NatWords, colors: Palette, width: number, out: Writer): void {
  const columns = [
    { head: words.protocol },
    { head: words.inside, least: 15 },
    { head: words.outside, least: 15 },
    { head: words.remote, least: 15 },
    { head: words.packets, align: 'right' },
    { head: words.time, align: 'right' },
    { head: words.remarks, least: 14 },
  ] as const;
  writeTable(
    columns.map((column) => ({ ...column, head: column.head.split('\n').map(colors.title).join('\n') })),
    join.bindings.map((binding) => [
      binding.protocol,
      binding.inside,
      colors.state(binding.outside),
      binding.remote,
      grouped(binding.twins),
      [binding.crossing.firstRow, binding.crossing.lastRow].map((row) => seconds(join.twins.first, row)).join('\n'),
      remarksOf(binding, words).join('\n'),
    ]),
    width,
    out,
  );
}

/** Since its capture's first frame. */
const seconds = ({ times }: Sightings, row: number): string => (times[row]! / 1e9).toFixed(6);

function writeBindingLine(binding: Binding, words: NatWords, out: Writer): void {
  const { protocol, inside, outside, remote, twins } = binding;
  out.text(`${protocol}  ${inside} ↔ ${outside}  ${words.remote} ${remote}  ${grouped(twins)} ${words.packets}`);
  out.text(`  ${remarksOf(binding, words).join('; ')}`);
  out.line();
}

function remarksOf(binding: Binding, words: NatWords): string[] {
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

function remarksOn(behaviour: Behaviour, words: NatWords): string[] {
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
