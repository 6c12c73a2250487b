import { type Kind, type Row, type Value, type Visit, type VisitOctets, visitLayer } from '../core/field.ts';
import { writeValue } from '../core/field-value.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import { Literal } from '../core/literal.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import type { Explainer } from '../explain/explainer.ts';
import { machineForm } from '../explain/machine.ts';
import { membersOf } from '../fields.ts';
import type { StateChange } from '../tcp/state-change.ts';
import type { Tracker } from '../track.ts';
import { copy } from './copy.ts';
import { insideQuotes, writeJson, writeTextInside } from './json-text.ts';
import { momentOf } from './moment.ts';
import type { Printer } from './printer.ts';
import { type RowStyle, Sheets, VisitedRows } from './row-printer.ts';
import { isoSecond } from './time.ts';

/** Version of the form; schema/packet.schema.json describes it. */
const SCHEMA = 1;

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
  private readonly fields: FieldsWriter;
  private readonly openings = new Map<Protocol, Literal>();
  private first = true;

  constructor({ array, only, explainer }: JsonOptions) {
    this.array = array;
    this.only = only === null ? null : new Set(only.flatMap(membersOf));
    this.explainer = explainer;
    this.fields = new FieldsWriter(this.only);
  }

  begin(out: Writer): void {
    if (this.array) out.byte(OPEN_BRACKET);
  }

  packet(packet: Packet, tracker: Tracker, out: Writer): void {
    if (this.array) out.ascii(this.first ? '\n' : ',\n');
    this.first = false;
    out.literal(BEGIN);
    writeFrame(packet, out);
    out.literal(LAYERS);
    this.writeLayers(packet, out);
    out.literal(ISSUES);
    if (packet.issues.length > 0) writeIssues(packet, out);
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
    const first = out.at;
    for (let i = this.only === null ? 1 : 0; i < packet.count; i++) {
      const from = out.at;
      if (from > first) out.byte(COMMA);
      if (!this.writeLayer(packet.layers[i]!, packet, out)) out.at = from;
    }
  }

  /** False when the layer has none of the fields that were asked for. */
  private writeLayer(layer: Layer, packet: Packet, out: Writer): boolean {
    const { protocol } = layer;
    out.literal(this.openings.get(protocol) ?? this.keepOpening(protocol));
    out.uint(layer.start - origin(layer, packet));
    out.literal(LENGTH);
    out.uint(Math.max(0, Math.min(layer.headerEnd, layer.capturedEnd) - layer.start));
    if (layer.quoted) out.ascii(',"quoted":true');
    if (layer.reassembled) out.ascii(',"reassembled":true');
    if (layer.decrypted) out.ascii(',"decrypted":true');
    out.literal(FIELDS);
    const from = out.at;
    this.fields.write(layer, packet, out);
    if (out.at === from) {
      if (this.only !== null) return false;
      out.byte(OPEN_BRACE);
    }
    out.bytes[from] = OPEN_BRACE; // in place of the first member's comma
    out.byte(CLOSE_BRACE);
    out.byte(CLOSE_BRACE);
    return true;
  }

  private keepOpening(protocol: Protocol): Literal {
    const opening = Literal.of(`{"protocol":"${protocol.id}","start":`);
    this.openings.set(protocol, opening);
    return opening;
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

const BEGIN = Literal.of(`{"schema":${SCHEMA},"frame":{"number":`);
const TIME = Literal.of(',"time":');
const TIME_EPOCH = Literal.of(',"time_epoch":');
const NO_TIMES = Literal.of(',"time":null,"time_epoch":null');
const INTERFACE_ID = Literal.of(',"interface_id":');
const LEN = Literal.of(',"len":');
const CAP_LEN = Literal.of(',"cap_len":');
const NO_COMMENTS = Literal.of(',"comments":[]}');
const LAYERS = Literal.of(',"layers":[');
const ISSUES = Literal.of('],"issues":[');
const LENGTH = Literal.of(',"length":');
const FIELDS = Literal.of(',"fields":');

const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const QUOTE = 34;
const COMMA = 44;
const FULL_STOP = 46;
const ZERO = 48;

function writeFrame({ frame }: Packet, out: Writer): void {
  out.uint(frame.number);
  if (frame.hasTime) writeTimes(frame.seconds, frame.nanoseconds, out);
  else out.literal(NO_TIMES);
  out.literal(INTERFACE_ID);
  out.uint(frame.interfaceId);
  out.literal(LEN);
  out.uint(frame.wireLength);
  out.literal(CAP_LEN);
  out.uint(frame.capturedLength);
  if (frame.comments === null || frame.comments.length === 0) {
    out.literal(NO_COMMENTS);
    return;
  }
  out.ascii(',"comments":');
  writeJson(frame.comments, out);
  out.byte(CLOSE_BRACE);
}

function writeTimes(seconds: number, nanoseconds: number, out: Writer): void {
  const second = isoSecond(seconds);
  out.literal(TIME);
  if (second === null) out.ascii('null');
  else {
    out.byte(QUOTE);
    out.ascii(second);
    out.byte(FULL_STOP);
    out.padded(nanoseconds, 9, ZERO);
    out.ascii('Z"');
  }
  out.literal(TIME_EPOCH);
  out.byte(QUOTE);
  out.time(seconds, nanoseconds, 9);
  out.byte(QUOTE);
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
function stateForm(change: StateChange, packet: Packet): Record<string, string | number | null> {
  const { frame, stream, end, peer, role, from, to, by, certainty, time } = change;
  const moment = momentOf(packet.frame, frame === packet.frame.number ? null : time);
  return { frame, time_epoch: moment?.epoch ?? null, stream, end, peer, role, from, to, by, certainty };
}

/** A row as a member of an object: `,"id":value`. The comma of the first is written over. */
class MemberStyle implements RowStyle {
  readonly octets = insideQuotes;

  around(row: Row): readonly [string, string] {
    const quote = isQuoted(row) ? '"' : '';
    return [`,"${row.id}":${quote}`, quote];
  }

  mark(row: Row): string {
    return `,"${row.id}":true`;
  }

  plain(row: Row): Kind | null {
    return PLAIN_KINDS[row.kind] ?? null;
  }

  toldByNumber(): boolean {
    return true;
  }

  value(row: Row, layer: Layer, at: number, length: number, value: Value, out: Writer): void {
    writeInside(row, layer, at, length, value, out);
  }
}

/** A row's value alone, as one of several. */
class ValueStyle extends MemberStyle {
  override around(row: Row): readonly [string, string] {
    return isQuoted(row) ? ['"', '"'] : ['', ''];
  }

  override mark(): string {
    return 'true';
  }
}

const isQuoted = ({ kind }: Row): boolean =>
  kind === 'text' || kind === 'time' || kind === 'bytes' || kind === 'mac' || kind === 'ipv4' || kind === 'ipv6';

/** Numbers (hexadecimal fields too) are decimal. */
const PLAIN_KINDS: Partial<Record<Kind, Kind>> = {
  uint: 'uint',
  int: 'uint',
  hex: 'uint',
  mac: 'mac',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
};

/** Numbers as numbers, flags as true and false, everything else as text, whose quotes stand around it already. */
function writeInside(row: Row, layer: Layer, at: number, length: number, value: Value, out: Writer): void {
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
      writeTextInside(value as string, out);
      return;
    default:
      writeValue(row, layer, at, length, value, out);
  }
}

/**
 * The fields of one layer as members. A field that occurs once has its value, one that occurs several times an array of
 * them, at the place of the first. Only what is walked can occur several times: rows of a header and of its context are
 * written as they are read, unless what is walked may bring more of them.
 */
class FieldsWriter {
  private readonly only: ReadonlySet<string> | null;
  private readonly sheets: Sheets;
  private readonly walked = new Occurrences();
  /** By walked rows, then by a layer's own: whether one of these may occur once more among the walked ones. */
  private readonly mixed = new Map<readonly Row[], Map<readonly Row[], boolean>>();
  private layer!: Layer;

  constructor(only: ReadonlySet<string> | null) {
    this.only = only;
    this.sheets = new Sheets(new MemberStyle(), only);
  }

  /** Writes nothing when there is none. */
  write(layer: Layer, packet: Packet, out: Writer): void {
    const { protocol, context } = layer;
    this.layer = layer;
    if (protocol.walked !== undefined && this.isMixed(protocol.walked, layer)) {
      visitLayer(layer, packet, this.visit);
      this.walked.write(out);
      return;
    }
    this.sheets.ofHeader(protocol).write(layer, packet, out);
    if (protocol.walk !== undefined) {
      protocol.walk(layer, packet, this.visit, this.visitOctets);
      this.walked.write(out);
    }
    if (context !== null) this.sheets.ofContext(context).write(layer, packet, out);
  }

  private readonly visit: Visit = (row, at, length, value) => {
    if (this.only === null || this.only.has(row.id)) this.walked.add(row, this.layer, at, length, value);
  };

  private readonly visitOctets: VisitOctets = (row, at, length) =>
    (this.only !== null && !this.only.has(row.id)) || this.walked.addOctets(row, this.layer, at, length);

  private isMixed(walked: readonly Row[], { protocol, context }: Layer): boolean {
    return this.shares(protocol.fields, walked) || (context !== null && this.shares(context.rows, walked));
  }

  private shares(own: readonly Row[], walked: readonly Row[]): boolean {
    let known = this.mixed.get(walked);
    if (known === undefined) {
      known = new Map();
      this.mixed.set(walked, known);
    }
    let shares = known.get(own);
    if (shares === undefined) {
      const ids = new Set(walked.map(({ id }) => id));
      shares = own.some(({ id, read }) => read !== undefined && ids.has(id));
      known.set(own, shares);
    }
    return shares;
  }
}

/** Values as they come, gathered under the id of their field. */
class Occurrences {
  private readonly fields = new Map<Row, Gathered>();
  private readonly byId = new Map<string, Gathered>();
  private readonly printers = new VisitedRows(new ValueStyle());
  private readonly values = new Writer(4096);
  /** The first `count` are of this layer, in the order of their first values. */
  private readonly order: Gathered[] = [];
  private count = 0;

  add(row: Row, layer: Layer, at: number, length: number, value: Value): void {
    const from = this.values.at;
    this.printers.of(row, 0).writeVisited(layer, at, length, value, this.values);
    this.gather(row, from);
  }

  addOctets(row: Row, layer: Layer, at: number, length: number): boolean {
    const from = this.values.at;
    const written = this.printers.of(row, 0).writeOctets(layer, at, length, this.values);
    if (written) this.gather(row, from);
    return written;
  }

  private gather(row: Row, from: number): void {
    const field = this.fields.get(row) ?? this.meet(row);
    if (field.count === 0) this.order[this.count++] = field;
    field.add(from, this.values.at);
  }

  private meet(row: Row): Gathered {
    const field = this.byId.get(row.id) ?? new Gathered(row.id);
    this.byId.set(row.id, field);
    this.fields.set(row, field);
    return field;
  }

  /** Writes them all, and forgets them. */
  write(out: Writer): void {
    for (let i = 0; i < this.count; i++) {
      const field = this.order[i]!;
      field.write(this.values.bytes, out);
      field.count = 0;
    }
    this.count = 0;
    this.values.clear();
  }
}

/** The values of one field in one layer. */
class Gathered {
  count = 0;
  private readonly key: Literal;
  /** From where to where each of them stands. */
  private readonly spans: number[] = [];

  constructor(id: string) {
    this.key = Literal.of(`,"${id}":`);
  }

  add(from: number, to: number): void {
    this.spans[2 * this.count] = from;
    this.spans[2 * this.count + 1] = to;
    this.count++;
  }

  write(values: Uint8Array, out: Writer): void {
    out.literal(this.key);
    if (this.count > 1) out.byte(OPEN_BRACKET);
    for (let i = 0; i < this.count; i++) {
      if (i > 0) out.byte(COMMA);
      copy(values, this.spans[2 * i]!, this.spans[2 * i + 1]!, out);
    }
    if (this.count > 1) out.byte(CLOSE_BRACKET);
  }
}
