import type { Kind, Row, Value, Visit, VisitOctets } from '../core/field.ts';
import { hexDigits, writeValue } from '../core/field-value.ts';
import type { Issue, Layer, Protocol } from '../core/layer.ts';
import { Literal } from '../core/literal.ts';
import type { Packet } from '../core/packet.ts';
import { safeText, type Writer } from '../core/writer.ts';
import { type Palette, PLAIN } from './color.ts';
import { writePacketHex } from './hex.ts';
import { writeLine } from './line.ts';
import { OctetWriter } from './octets.ts';
import type { Printer } from './printer.ts';
import { type RowStyle, Sheets, VisitedRows } from './row-printer.ts';
import type { TimeWriter } from './time.ts';

/** What `-V`, `-O`, `-P` and `-x` ask for together. */
interface TreeOptions {
  /** Protocols whose fields are shown; null for all. */
  readonly only: ReadonlySet<string> | null;
  readonly tree: boolean;
  readonly line: boolean;
  readonly hex: boolean;
  readonly palette: Palette;
}

/** `-V` and `-x`: a packet's line, tree and bytes, as far as they are asked for. */
export class TreePrinter implements Printer {
  private readonly options: TreeOptions;
  private readonly time: TimeWriter;
  private readonly tree: TreeWriter;

  constructor(options: TreeOptions, time: TimeWriter) {
    this.options = options;
    this.time = time;
    this.tree = new TreeWriter(options.only, options.palette);
  }

  packet(packet: Packet, _tracker: unknown, out: Writer): void {
    const { tree, line, hex, palette } = this.options;
    if (line) {
      writeLine(packet, this.time, out, palette);
      out.line();
      if (hex && !tree) out.line();
    }
    if (tree) this.tree.write(packet, out);
    if (hex) writePacketHex(packet, out);
  }
}

/** The full tree of a packet: a heading a layer, then a line a field, then what is wrong. Ends in an empty line. */
class TreeWriter {
  private readonly only: ReadonlySet<string> | null;
  private readonly palette: Palette;
  private readonly style: RowStyle;
  private readonly headings = new Map<Protocol, Literal>();
  private readonly sheets: Sheets;
  private readonly visited: VisitedRows;
  private layer!: Layer;
  private out!: Writer;

  constructor(only: ReadonlySet<string> | null = null, palette: Palette = PLAIN) {
    this.only = only;
    this.palette = palette;
    this.style = new TreeStyle(palette);
    this.sheets = new Sheets(this.style);
    this.visited = new VisitedRows(this.style);
  }

  write(packet: Packet, out: Writer): void {
    this.out = out;
    for (let i = 0; i < packet.count; i++) this.writeLayer(packet.layers[i]!, packet, out);
    for (const issue of packet.issues) this.writeIssue(issue, out);
    out.line();
  }

  private writeLayer(layer: Layer, packet: Packet, out: Writer): void {
    const { protocol, context } = layer;
    if (layer.quoted || layer.reassembled) out.text(this.heading(layer));
    else out.literal(this.headings.get(protocol) ?? this.keepHeading(layer));
    if (this.only !== null && !this.only.has(protocol.id)) return;
    this.layer = layer;
    this.sheets.ofHeader(protocol).write(layer, packet, out);
    protocol.walk?.(layer, packet, this.visit, this.visitOctets);
    if (context !== null) this.sheets.ofContext(context).write(layer, packet, out);
  }

  private readonly visit: Visit = (row, at, length, value, level) => {
    this.visited.of(row, level).writeVisited(this.layer, at, length, value, this.out);
  };

  private readonly visitOctets: VisitOctets = (row, at, length, level) =>
    this.visited.of(row, level).writeOctets(this.layer, at, length, this.out);

  private heading({ protocol, quoted, reassembled, decrypted }: Layer): string {
    const what = `${quoted ? ', quoted' : ''}${decrypted ? ', decrypted' : reassembled ? ', reassembled' : ''}`;
    return `${this.palette.title(`${protocol.name} (${protocol.id})${what}`)}\n`;
  }

  private keepHeading(layer: Layer): Literal {
    const heading = Literal.of(this.heading(layer));
    this.headings.set(layer.protocol, heading);
    return heading;
  }

  private writeIssue({ fault, code, need, have, source }: Issue, out: Writer): void {
    const words = `${code} needs ${need} bytes, has ${have} (said by ${source})]`;
    if (fault === 'truncated') out.text(this.palette.warn(`[Cut short by the capture: ${words}`));
    else out.text(this.palette.error(`[Malformed: ${words}`));
    out.line();
  }
}

/** The full tree of one packet, without colour. */
export function writeTree(packet: Packet, out: Writer): void {
  plainTree.write(packet, out);
}

/** A row as a line: `    Label: meaning (value)`. */
class TreeStyle implements RowStyle {
  readonly octets = new OctetWriter(safeText);
  private readonly palette: Palette;

  constructor(palette: Palette) {
    this.palette = palette;
  }

  around(row: Row, level: number): readonly [string, string] {
    return [`${this.mark(row, level).slice(0, -1)}: `, '\n'];
  }

  mark(row: Row, level: number): string {
    return `${'    '.repeat(level + 1)}${row.label}\n`;
  }

  plain(row: Row): Kind | null {
    if (row.show !== undefined || (row.kind === 'hex' && hexDigits(row) > 8)) return null;
    return PLAIN_KINDS[row.kind] ?? null;
  }

  toldByNumber(row: Row): boolean {
    return row.show === undefined || row.show.length < 2;
  }

  value(row: Row, layer: Layer, at: number, length: number, value: Value, out: Writer): void {
    const paint = paintOf(row, value, this.palette);
    if (paint === null) writeShown(row, layer, at, length, value, out);
    else out.text(paint(String(value)));
  }
}

const PLAIN_KINDS: Partial<Record<Kind, Kind>> = {
  uint: 'uint',
  int: 'uint',
  hex: 'hex',
  mac: 'mac',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
};

/** Verdicts and states are words of ours, and the only values that are painted. */
function paintOf(row: Row, value: Value, palette: Palette): ((text: string) => string) | null {
  if (row.kind !== 'text' || !row.id.startsWith('dissect.')) return null;
  if (value === 'bad') return palette.error;
  return row.id.startsWith('dissect.tcp.state.') ? palette.state : null;
}

/** A value with its meaning: a name stands before its number, as in `TCP (6)`. */
export function writeShown(row: Row, layer: Layer, at: number, length: number, value: Value, out: Writer): void {
  const meaning = row.show?.(value as never, layer) ?? '';
  if (meaning !== '') {
    out.safe(meaning);
    out.ascii(' (');
  }
  if (row.kind === 'bool') out.ascii(value ? 'Set' : 'Not set');
  else if (row.kind === 'bytes') writeBytes(layer, at, length, out);
  else writeValue(row, layer, at, length, value, out);
  if (meaning !== '') out.byte(41);
}

/** Long contents are cut in the tree; `-x` and machine forms have them whole. */
const SHOWN_OCTETS = 32;

function writeBytes(layer: Layer, at: number, length: number, out: Writer): void {
  const end = Math.min(at + length, layer.unitCapturedEnd);
  out.octets(layer.bytes, at, Math.min(end, at + SHOWN_OCTETS));
  if (end > at + SHOWN_OCTETS) out.text(`… (${end - at} bytes)`);
}

const plainTree = new TreeWriter();
