import { readCapture } from '../../src/capture/from-bytes.ts';
import { addWords, crc32 } from '../../src/core/checksum.ts';
import { visitLayer } from '../../src/core/field.ts';
import { writeValue } from '../../src/core/field-value.ts';
import type { Frame } from '../../src/core/frame.ts';
import type { Layer } from '../../src/core/layer.ts';
import type { Packet } from '../../src/core/packet.ts';
import { Writer } from '../../src/core/writer.ts';
import type { Evidence, RaisedEvent } from '../../src/events/event.ts';
import { type Explainer, openExplainer } from '../../src/explain/explainer.ts';
import { fcsStart, fcsVerdict } from '../../src/protocols/ethernet.ts';
import * as icmp from '../../src/protocols/icmp.ts';
import * as icmpv6 from '../../src/protocols/icmpv6.ts';
import * as ipv4 from '../../src/protocols/ipv4.ts';
import * as tcp from '../../src/protocols/tcp.ts';
import * as udp from '../../src/protocols/udp.ts';
import { packets } from '../../src/walk.ts';
import { Retelling, type Told } from './retelling.ts';

/** Octets of the file, from `from` to before `to`. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** A checksum that was right: where it stands, and what it covers beside its pseudo-header's addresses. */
interface Sum {
  readonly at: number;
  readonly covers: readonly Span[];
}

/** Where a field stands that the frame has, and what forms print of it. */
interface Standing {
  readonly span: Span | null;
  readonly value: string;
  readonly shown: string;
}

/** What is known of a frame before anything is changed. */
interface Place {
  readonly frame: Span;
  readonly sums: readonly Sum[];
  /** What a frame check sequence that was right covers: it stands behind. */
  readonly fcs: Span | null;
  readonly fields: ReadonlyMap<string, readonly Standing[]>;
}

/** One explanation: which of its kind in its frame it is. */
export interface Occurrence {
  readonly frame: number;
  readonly event: RaisedEvent;
  readonly ordinal: number;
}

/** What became of an explanation: its sentences in each language, and its values. Null when it is gone. */
type Outcome = { readonly texts: readonly string[]; readonly event: RaisedEvent } | null;

/** What a slot of an explanation rests on, and what happened when that was changed. */
export interface Verdict {
  readonly kind: 'bytes' | 'field' | 'time' | 'frame' | 'computed';
  /** Null when all is right. */
  readonly fault: string | null;
  /** The explanation was no more there after every change: less proof than another value in its place. */
  readonly gone: boolean;
}

/**
 * Changes what explanations of one capture cite, in the bytes of the capture, and reads it again. Checksums that were right
 * are made right again (IPv4, TCP, UDP, ICMP, ICMPv6, FCS), so that a sentence does not change because a packet is damaged;
 * unless it is the checksum itself that is cited.
 */
export class Mutations {
  /** All explanations of the capture. */
  readonly occurrences: readonly Occurrence[];
  private readonly told: readonly Told[];
  private readonly retelling: Retelling;
  private readonly places: ReadonlyMap<number, Place>;
  private readonly explainer: Explainer;

  private constructor(retelling: Retelling, told: Told[], places: Map<number, Place>, explainer: Explainer) {
    this.retelling = retelling;
    this.told = told;
    this.occurrences = told.flatMap(({ frame, events }) =>
      events.map((event, i) => ({
        frame,
        event,
        ordinal: events.slice(0, i).filter(({ id }) => id === event.id).length,
      })),
    );
    this.places = places;
    this.explainer = explainer;
  }

  static async of(name: string): Promise<Mutations> {
    const retelling = Retelling.open(name);
    const places = new Map<number, Place>();
    for await (const packet of packets(readCapture(retelling.bytes))) places.set(packet.frame.number, placeOf(packet));
    return new Mutations(retelling, await retelling.tell(), places, await openExplainer(['en', 'ko'], 'full'));
  }

  /** Judges the evidence of one explanation, those of `slots` or all. */
  async judge(occurrence: Occurrence, slots: ReadonlySet<string> | null = null): Promise<Map<string, Verdict>> {
    const before = this.outcomeOf(occurrence, this.told[occurrence.frame - 1])!;
    const verdicts = new Map<string, Verdict>();
    const changed = new Set<string>();
    const computed: string[] = [];
    for (const [slot, evidence] of itemsOf(occurrence.event)) {
      if (evidence.frame === undefined) computed.push(slot);
      else if (slots === null || slots.has(slot) || computedAsked(occurrence.event, slots)) {
        verdicts.set(slot, await this.judgeCited(occurrence, slot, evidence, before, changed));
      }
    }
    if (computed.length > 0) await this.changeTwin(occurrence, before, changed);
    for (const slot of computed) {
      const known = changed.has(slot) || UNCITED.has(`${occurrence.event.id} ${slot}`);
      verdicts.set(slot, { kind: 'computed', fault: known ? null : 'rests on nothing that is cited', gone: false });
    }
    return verdicts;
  }

  private async judgeCited(
    occurrence: Occurrence,
    slot: string,
    evidence: Evidence,
    before: NonNullable<Outcome>,
    changed: Set<string>,
  ): Promise<Verdict> {
    const kind = kindOf(evidence);
    if (!this.places.has(evidence.frame!)) return { kind, fault: `there is no frame ${evidence.frame}`, gone: false };
    const misquoted = this.misquoted(evidence, kind);
    let stayed: string | null = null;
    let gone = false;
    for (const change of this.changesOf(evidence, kind, occurrence)) {
      const after = await this.outcomeAfter(change, occurrence);
      if (after === null) {
        gone = true;
        if (isLoose(change) || isSmall(change)) return { kind, fault: misquoted, gone };
        continue;
      }
      const values = new Map(itemsOf(after.event));
      for (const [name, { value }] of itemsOf(before.event)) if (values.get(name)?.value !== value) changed.add(name);
      const sameText = after.texts.some((text, i) => text === before.texts[i]);
      const sameValue = values.get(slot)?.value === evidence.value;
      if (!sameText && (!sameValue || isLoose(change))) return { kind, fault: misquoted, gone: false };
      stayed = sameText ? 'the sentence stays' : 'the value stays';
    }
    return { kind, fault: misquoted ?? stayed, gone };
  }

  /** What stands in the capture of the other side is cited by the number of the frame there. */
  private async changeTwin(occurrence: Occurrence, before: NonNullable<Outcome>, changed: Set<string>): Promise<void> {
    const { otherSide } = this.retelling;
    const told = this.told[occurrence.frame - 1]!.events;
    const twin = told.map(({ parameters }) => parameters.twin?.value).find((number) => number !== undefined);
    if (otherSide === null || twin === undefined) return;
    for await (const { frame } of packets(readCapture(otherSide))) {
      if (frame.number !== twin) continue;
      const span = { from: frame.start, to: frame.start + frame.capturedLength };
      const original = otherSide.slice(span.from, span.to);
      for (let at = span.from; at < span.to; at++) otherSide[at]! ^= 0xff;
      const after = this.outcomeOf(occurrence, (await this.retelling.tell(occurrence.frame))[occurrence.frame - 1]);
      otherSide.set(original, span.from);
      const stays = after?.texts.some((text, i) => text === before.texts[i]);
      if (!stays) for (const slot of Object.keys(before.event.parameters)) changed.add(slot);
      return;
    }
  }

  /** What is wrong with evidence that names a field without its place, or a frame's number. */
  private misquoted({ value, field, frame }: Evidence, kind: Verdict['kind']): string | null {
    if (kind === 'frame' && field === undefined) return null;
    if (field === 'frame.number') return value === frame ? null : `is not frame ${frame}`;
    if (kind !== 'field') return null;
    const standings = this.places.get(frame!)?.fields.get(field!);
    if (standings === undefined) return `frame ${frame} has no ${field}`;
    const all = standings.map((standing) => standing.value).join(', ');
    const held = all === value || standings.some((standing) => holds(standing, value));
    return held ? null : `${field} of frame ${frame} is ${standings.map((s) => `${s.value} (${s.shown})`).join(', ')}`;
  }

  private *changesOf(evidence: Evidence, kind: Verdict['kind'], occurrence: Occurrence): Generator<Change> {
    const { frame, offset, length, field, value } = evidence;
    const place = this.places.get(frame!)!;
    if (kind === 'time') {
      yield later(frame!, occurrence.frame, Number(value));
      yield spoiled(frame!, place.frame);
    } else if (kind === 'bytes') {
      yield* alterations({ from: place.frame.from + offset!, to: place.frame.from + offset! + length! }, frame!);
    } else if (kind === 'field') {
      const standings = place.fields.get(STANDS_IN.get(field!) ?? field!) ?? [];
      const spans = standings.flatMap((s) =>
        s.span !== null && (STANDS_IN.has(field!) || holds(s, value)) ? [s.span] : [],
      );
      if (spans.length > 0) for (const span of spans) yield* alterations(span, frame!);
      else if (field === 'frame.len') yield { recorded: [frame!, (other) => void other.wireLength++] };
      else if (/time$/.test(field!)) yield later(frame!, occurrence.frame, Number(value));
      else yield spoiled(frame!, place.frame);
    } else yield spoiled(frame!, place.frame);
  }

  private async outcomeAfter(change: Change, occurrence: Occurrence): Promise<Outcome> {
    if ('recorded' in change) {
      const [number, record] = change.recorded;
      const told = await this.retelling.tell(occurrence.frame, (frame) => {
        if (frame.number === number) record(frame);
      });
      return this.outcomeOf(occurrence, told[occurrence.frame - 1]);
    }
    const { bytes } = this.retelling;
    const { frame } = this.places.get(change.frame)!;
    const original = bytes.slice(frame.from, frame.to);
    for (let at = change.span.from; at < change.span.to; at++) bytes[at]! ^= change.flip;
    if (!change.whole) mend(bytes, original, change.span, this.places.get(change.frame)!);
    try {
      const told = await this.retelling.tell(occurrence.frame);
      return this.outcomeOf(occurrence, told[occurrence.frame - 1]);
    } finally {
      bytes.set(original, frame.from);
    }
  }

  private outcomeOf({ event: { id }, ordinal, frame }: Occurrence, told: Told | undefined): Outcome {
    const event = told?.events.filter((other) => other.id === id)[ordinal];
    if (event === undefined) return null;
    const [explanation] = this.explainer.explain([event], frame);
    const texts = explanation!.wordings.map(({ title, paragraphs }) => [title, ...paragraphs].join('\n'));
    return { texts, event };
  }
}

/** What no packet says. */
const UNCITED: ReadonlySet<string> = new Set([
  // How long it lasts is an option of the command line.
  'tcp.close.time-wait seconds',
  // The capture in which the packet is missing.
  'nat.missing capture',
  'nat.appeared capture',
]);

/** Other bytes in a frame, or something else than was recorded of it: its time, its length. */
type Change =
  | { readonly frame: number; readonly span: Span; readonly flip: number; readonly whole?: true }
  | { readonly recorded: readonly [frame: number, record: (frame: Frame) => void] };

/** One bit of it: what vanishes then rests on it. */
const isSmall = (change: Change): boolean => 'flip' in change && change.flip !== 0xff;

/** Not of what is cited alone: another value in its place is more than can be asked. */
const isLoose = (change: Change): boolean => 'whole' in change || 'recorded' in change;

/** A frame of which nothing is as it was. */
const spoiled = (frame: number, span: Span): Change => ({ frame, span, flip: 0xff, whole: true });

/** Further away from the explanation's frame, by more than the duration that was measured. */
function later(frame: number, from: number, duration: number): Change {
  const seconds = Math.abs(duration) * (frame < from ? -1.3 : 1.3);
  return { recorded: [frame, (other) => move(other, seconds)] };
}

/** Fields that are reckoned from another one, which stands in the bytes. */
const STANDS_IN = new Map([
  ['tcp.window_size', 'tcp.window_size_value'],
  ['tcp.nxtseq', 'tcp.seq'],
]);

/** The evidence of an event by slot; an address before a port has its own. */
export function itemsOf({ parameters }: RaisedEvent): [string, Evidence][] {
  return Object.entries(parameters).flatMap(([slot, evidence]): [string, Evidence][] => {
    if (evidence === null) return [];
    return evidence.address === undefined
      ? [[slot, evidence]]
      : [
          [slot, evidence],
          [`${slot}.address`, evidence.address],
        ];
  });
}

const computedAsked = (event: RaisedEvent, slots: ReadonlySet<string>): boolean =>
  itemsOf(event).some(([slot, { frame }]) => frame === undefined && slots.has(slot));

function kindOf({ offset, field, frame, value }: Evidence): Verdict['kind'] {
  if (frame === undefined) return 'computed';
  if (offset !== undefined) return 'bytes';
  if (field !== undefined && field !== 'frame.number') return 'field';
  return typeof value === 'number' && !Number.isInteger(value) ? 'time' : 'frame';
}

/** Each bit of the last octet of what is cited, the last one of others, then all that is cited. */
function* alterations(span: Span, frame: number): Generator<Change> {
  for (let flip = 1; flip < 256; flip *= 2) yield { frame, span: { from: span.to - 1, to: span.to }, flip };
  const most = Math.min(span.to - 1, span.from + MOST_OCTETS);
  for (let from = span.from; from < most; from++) yield { frame, span: { from, to: from + 1 }, flip: 1 };
  yield { frame, span, flip: 0xff };
}

const MOST_OCTETS = 32;

/** A text that no field has in it by chance. */
const LONG_ENOUGH = 8;

function holds({ value, shown }: Standing, told: string | number): boolean {
  if (typeof told === 'number') return Number(value) === told;
  if (told.length >= LONG_ENOUGH && value.includes(told)) return true;
  return value === told || shown.toLowerCase() === told.toLowerCase() || told.endsWith(`:${value}`);
}

function move(frame: Frame, seconds: number): void {
  const moved = frame.nanoseconds + Math.round(seconds * 1e9);
  frame.seconds += Math.floor(moved / 1e9);
  frame.nanoseconds = ((moved % 1e9) + 1e9) % 1e9;
}

function placeOf(packet: Packet): Place {
  const { frame } = packet;
  const fields = new Map<string, Standing[]>();
  const sums: Sum[] = [];
  let fcs: Span | null = null;
  for (const layer of packet.layers.slice(0, packet.count)) {
    const own = !layer.reassembled && !layer.decrypted;
    if (own && !layer.quoted && layer.whole) sums.push(...sumsOf(layer));
    if (layer.protocol.id === 'eth' && fcsVerdict(layer, packet) === 'good') {
      fcs = { from: layer.start, to: fcsStart(layer, packet) };
    }
    visitLayer(layer, packet, (row, at, length, value) => {
      out.clear();
      if (value !== null || row.kind === 'bytes') writeValue(row, layer, at, length, value, out);
      const span = own && at >= 0 && length > 0 ? { from: at, to: at + length } : null;
      const shown = row.show?.(value as never, layer) ?? '';
      const standing = { span, value: out.toString(), shown };
      const others = fields.get(row.id);
      if (others === undefined) fields.set(row.id, [standing]);
      else others.push(standing);
    });
  }
  return { frame: { from: frame.start, to: frame.start + frame.capturedLength }, sums: sums.reverse(), fcs, fields };
}

const out = new Writer(1 << 12);

/** The checksums of a layer that are right. */
function sumsOf(layer: Layer): Sum[] {
  const { start, headerEnd, capturedEnd, network } = layer;
  const unit = { from: start, to: capturedEnd };
  const addresses = network?.protocol.addresses;
  const pseudo =
    addresses === undefined
      ? []
      : [{ from: addresses.source(network!), to: addresses.source(network!) + 2 * addresses.size }];
  switch (layer.protocol.id) {
    case 'ip':
      return ipv4.checksumVerdict(layer) === 'good'
        ? [{ at: start + 10, covers: [{ from: start, to: headerEnd }] }]
        : [];
    case 'tcp':
      return tcp.checksumVerdict(layer) === 'good' ? [{ at: start + 16, covers: [unit, ...pseudo] }] : [];
    case 'udp':
      return udp.checksumVerdict(layer) === 'good' ? [{ at: start + 6, covers: [unit, ...pseudo] }] : [];
    case 'icmp':
      return icmp.checksumVerdict(layer) === 'good' ? [{ at: start + 2, covers: [unit] }] : [];
    case 'icmpv6':
      return icmpv6.checksumVerdict(layer) === 'good' ? [{ at: start + 2, covers: [unit, ...pseudo] }] : [];
    default:
      return [];
  }
}

/** Makes the checksums right that were, the innermost first; RFC 1624 §3. */
function mend(bytes: Uint8Array, original: Uint8Array, changed: Span, { frame, sums, fcs }: Place): void {
  for (const { at, covers } of sums) {
    if (overlap(changed, { from: at, to: at + 2 })) continue;
    let sum = ~((bytes[at]! << 8) | bytes[at + 1]!) & 0xffff;
    for (const { from, to } of covers) {
      sum += addWords(bytes, from, to, 0) - addWords(original, from - frame.from, to - frame.from, 0);
    }
    // Zero would say that there is none.
    const checksum = ~(((sum % 0xffff) + 0xffff) % 0xffff) & 0xffff;
    bytes[at] = checksum >>> 8;
    bytes[at + 1] = checksum & 0xff;
  }
  if (fcs === null || overlap(changed, { from: fcs.to, to: fcs.to + 4 })) return;
  const crc = crc32(bytes, fcs.from, fcs.to);
  for (let i = 0; i < 4; i++) bytes[fcs.to + i] = (crc >>> (8 * i)) & 0xff;
}

const overlap = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to;
