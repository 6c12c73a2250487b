import { type Row, type Value, type Visit, visitRows } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import type { Explainer } from '../explain/explainer.ts';
import { machineForm } from '../explain/machine.ts';
import { membersOf } from '../fields.ts';
import type { StateChange } from '../tcp/state-change.ts';
import type { Tracker } from '../track.ts';
import { copy } from './copy.ts';
import { momentOf } from './moment.ts';
import type { Printer } from './printer.ts';
import { isoTime } from './time.ts';
import { writeValue } from './value.ts';

/** Version of the form; schema/packet.schema.json describes it. */
export const SCHEMA = 1;

export interface JsonOptions {
  /** True for one array (`-T json`), false for an object a line (`-T ndjson`). */
  readonly array: boolean;
  /** Fields to print; null for all. */
  readonly only: readonly string[] | null;
  /** Adds `explanations` and `states`. */
  readonly explainer: Explainer | null;
}

/** `-T json` and `-T ndjson`: one object a packet, keys in a fixed order, none twice. */
export class JsonPrinter implements Printer {
  private readonly array: boolean;
  private readonly only: ReadonlySet<string> | null;
  private readonly explainer: Explainer | null;
  private readonly fields = new FieldsObject();
  private first = true;

  constructor({ array, only, explainer }: JsonOptions) {
    this.array = array;
    this.only = only === null ? null : new Set(only.flatMap(membersOf));
    this.explainer = explainer;
  }

  begin(out: Writer): void {
    if (this.array) out.byte(OPEN_BRACKET);
  }

  packet(packet: Packet, tracker: Tracker, out: Writer): void {
    if (this.array) out.ascii(this.first ? '\n' : ',\n');
    this.first = false;
    out.ascii(`{"schema":${SCHEMA},"frame":`);
    writeFrame(packet, out);
    out.ascii(',"layers":[');
    this.writeLayers(packet, out);
    out.ascii('],"issues":[');
    writeIssues(packet, out);
    out.byte(CLOSE_BRACKET);
    if (this.explainer !== null) this.writeExplanations(this.explainer, packet, tracker, out);
    out.byte(CLOSE_BRACE);
    if (!this.array) out.line();
  }

  end(out: Writer): void {
    if (this.array) out.ascii('\n]\n');
  }

  /** What the frame object says already is not said again by a layer, unless it was asked for. */
  private writeLayers(packet: Packet, out: Writer): void {
    let written = 0;
    for (let i = this.only === null ? 1 : 0; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      this.fields.read(layer, packet, this.only);
      if (this.only !== null && this.fields.count === 0) continue;
      if (written++ > 0) out.byte(COMMA);
      out.ascii('{"protocol":"');
      out.ascii(layer.protocol.id);
      out.ascii('","start":');
      out.uint(layer.start - origin(layer, packet));
      out.ascii(',"length":');
      out.uint(Math.max(0, Math.min(layer.headerEnd, layer.capturedEnd) - layer.start));
      if (layer.quoted) out.ascii(',"quoted":true');
      if (layer.reassembled) out.ascii(',"reassembled":true');
      out.ascii(',"fields":');
      this.fields.write(out);
      out.byte(CLOSE_BRACE);
    }
  }

  private writeExplanations(explainer: Explainer, packet: Packet, tracker: Tracker, out: Writer): void {
    out.ascii(',"explanations":');
    writeJson(machineForm(explainer.explain(tracker.events.raised, packet.frame.number)), out);
    out.ascii(',"states":');
    writeJson(
      tracker.changes.map((change) => stateForm(change, packet)),
      out,
    );
  }
}

const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const QUOTE = 34;
const COMMA = 44;

function writeFrame({ frame }: Packet, out: Writer): void {
  const { seconds, nanoseconds, hasTime } = frame;
  const time = hasTime ? isoTime(seconds, nanoseconds) : null;
  out.ascii(`{"number":${frame.number},"time":${time === null ? 'null' : `"${time}"`},"time_epoch":`);
  if (hasTime) {
    out.byte(QUOTE);
    out.time(seconds, nanoseconds, 9);
    out.byte(QUOTE);
  } else out.ascii('null');
  out.ascii(`,"interface_id":${frame.interfaceId},"len":${frame.wireLength},"cap_len":${frame.capturedLength}`);
  out.ascii(',"comments":');
  writeJson(frame.comments ?? [], out);
  out.byte(CLOSE_BRACE);
}

/** Offsets are counted from the frame's first byte, or from the beginning of what was put together. */
function origin(layer: Layer, packet: Packet): number {
  if (!layer.reassembled) return packet.frame.start;
  let first = layer;
  for (let i = layer.index - 1; i > 0 && packet.layers[i]!.bytes === layer.bytes; i--) first = packet.layers[i]!;
  return first.start;
}

function writeIssues(packet: Packet, out: Writer): void {
  for (const [index, { fault, code, layer, need, have, start, source }] of packet.issues.entries()) {
    if (index > 0) out.byte(COMMA);
    const blamed = packet.layers[layer]!;
    const at = start - origin(blamed, packet);
    writeJson({ fault, code, protocol: blamed.protocol.id, start: at, need, have, source }, out);
  }
}

/** One state change, as `states` and `dissect states` print it. */
export function stateForm(change: StateChange, packet: Packet): Record<string, string | number | null> {
  const { frame, stream, end, peer, role, from, to, by, certainty, time } = change;
  const moment = momentOf(packet.frame, frame === packet.frame.number ? null : time);
  return { frame, time_epoch: moment?.epoch ?? null, stream, end, peer, role, from, to, by, certainty };
}

/**
 * The fields of one layer as an object. A field that occurs once has its value, one that occurs several times an array of
 * them, at the place of the first. Only what is walked can occur several times: rows of a header and of its context have
 * each an id of their own, and are not looked up as long as nothing was walked.
 */
class FieldsObject {
  count = 0;
  private readonly ids: string[] = [];
  /** Where each id stands in `ids`; filled when something is walked. */
  private readonly indexOf = new Map<string, number>();
  private indexed = false;
  /** For each id, from where to where in `values` its values stand. */
  private readonly spans: number[][] = [];
  private readonly values = new Writer(4096);
  private layer!: Layer;
  private only: ReadonlySet<string> | null = null;

  read(layer: Layer, packet: Packet, only: ReadonlySet<string> | null): void {
    const { protocol, context } = layer;
    this.layer = layer;
    this.only = only;
    this.count = 0;
    this.indexed = false;
    this.values.clear();
    visitRows(protocol.fields, layer, packet, this.visitOwn);
    protocol.walk?.(layer, packet, this.visitWalked);
    if (context !== null) visitRows(context.rows, layer, packet, this.visitOwn);
  }

  private readonly visitOwn: Visit = (row, at, length, value) => {
    if (this.only !== null && !this.only.has(row.id)) return;
    this.add(this.indexed ? this.place(row.id) : this.append(row.id), row, at, length, value);
  };

  private readonly visitWalked: Visit = (row, at, length, value) => {
    if (this.only !== null && !this.only.has(row.id)) return;
    if (!this.indexed) this.index();
    this.add(this.place(row.id), row, at, length, value);
  };

  private add(spans: number[], row: Row, at: number, length: number, value: Value): void {
    const { values } = this;
    const from = values.at;
    writeJsonValue(row, this.layer, at, length, value, values);
    spans.push(from, values.at);
  }

  private append(id: string): number[] {
    const index = this.count++;
    this.ids[index] = id;
    const spans = this.spans[index];
    if (spans === undefined) {
      this.spans[index] = [];
      return this.spans[index];
    }
    if (spans.length > 0) spans.length = 0;
    return spans;
  }

  private place(id: string): number[] {
    const known = this.indexOf.get(id);
    if (known !== undefined) return this.spans[known]!;
    this.indexOf.set(id, this.count);
    return this.append(id);
  }

  private index(): void {
    this.indexed = true;
    this.indexOf.clear();
    for (let i = 0; i < this.count; i++) this.indexOf.set(this.ids[i]!, i);
  }

  write(out: Writer): void {
    out.byte(OPEN_BRACE);
    for (let i = 0; i < this.count; i++) {
      out.ascii(i > 0 ? ',"' : '"');
      out.ascii(this.ids[i]!);
      out.ascii('":');
      this.writeValues(this.spans[i]!, out);
    }
    out.byte(CLOSE_BRACE);
  }

  private writeValues(spans: readonly number[], out: Writer): void {
    const several = spans.length > 2;
    if (several) out.byte(OPEN_BRACKET);
    for (let i = 0; i < spans.length; i += 2) {
      if (i > 0) out.byte(COMMA);
      copy(this.values.bytes, spans[i]!, spans[i + 1]!, out);
    }
    if (several) out.byte(CLOSE_BRACKET);
  }
}

/** Numbers (hexadecimal fields too) as numbers, flags as true and false, everything else as text. */
function writeJsonValue(row: Row, layer: Layer, at: number, length: number, value: Value, out: Writer): void {
  switch (row.kind) {
    case 'uint':
    case 'int':
    case 'hex':
      if (typeof value === 'string') writeJson(value, out);
      else if (typeof value === 'number' && value >= 0) out.uint(value);
      else out.ascii(String(value));
      return;
    case 'bool':
      out.ascii(value ? 'true' : 'false');
      return;
    case 'none':
      out.ascii('true');
      return;
    case 'text':
      writeJson(value, out);
      return;
    default:
      out.byte(QUOTE);
      writeValue(row, layer, at, length, value, out);
      out.byte(QUOTE);
  }
}

// JSON.stringify escapes C0 and lone surrogates; these would still drive a terminal or hide what a line says.
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A value as JSON that is safe to look at in a terminal. Such characters stand only inside strings. */
export function writeJson(value: unknown, out: Writer): void {
  out.text(
    JSON.stringify(value).replace(UNSAFE, (character) =>
      Array.from({ length: character.length }, (_, i) => `\\u${hexadecimal(character.charCodeAt(i))}`).join(''),
    ),
  );
}

const hexadecimal = (unit: number): string => unit.toString(16).padStart(4, '0');
