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
import { behaviourRemarks, bindingRemarks, countTwins, joinRemarks } from './nat-remarks.ts';
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
    for (const sentence of joinRemarks(join, words)) say(sentence);
    if (join.bindings.length > TABLE_ROWS) {
      for (const binding of join.bindings) writeBindingLine(binding, words, out);
    } else {
      writeBindings(join, words, colors, width, out);
    }
    say(words.counted(grouped(join.bindings.length)));
    out.line();
    say(colors.title(words.kind));
    for (const line of behaviourRemarks(join.behaviour!, words)) say(line, '  · ');
  }
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
      bindingRemarks(binding, words).join('\n'),
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
  out.text(`  ${bindingRemarks(binding, words).join('; ')}`);
  out.line();
}
