import { u16 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import { Literal } from '../core/literal.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import type { Explainer, Mode } from '../explain/explainer.ts';
import { flagNames, flags, tcp } from '../protocols/tcp.ts';
import { udp } from '../protocols/udp.ts';
import type { Tracker } from '../track.ts';
import { layLayers } from './card-layers.ts';
import { CardMeaning } from './card-meaning.ts';
import { type Palette, PLAIN } from './color.ts';
import { Column, writeSpaces } from './column.ts';
import { addressedLayer, topLayer, writeAddress } from './line.ts';
import { cellsOf } from './width.ts';

/** Cells from which on what the bytes say and what it means stand side by side. */
const SIDE_BY_SIDE = 100;
/** Cells of the left half: the two addresses of an Ethernet header with their indent fit into it. */
const LEFT = 52;
/** Lines of prose longer than this are hard to read. */
const LONGEST_PROSE = 88;

/**
 * `--explain`: each packet as a card. A rule names it; on the left stands what each layer's bytes say, on the right what
 * happened, what that does to both ends, and where the notes and the standard speak of it.
 */
export class CardPrinter {
  private readonly explainer: Explainer;
  private readonly width: number;
  private readonly colors: Palette;
  private readonly isWide: boolean;
  private readonly left = new Column();
  private readonly right = new Column();
  private readonly meaning: CardMeaning;
  /** What stands between the halves. */
  private readonly bar: Literal;
  /** The same behind a left half that has nothing more to say. */
  private readonly bareBar: Literal;
  /** A line of them. */
  private readonly dashes: Writer;

  constructor(explainer: Explainer, mode: Mode, width: number, colors: Palette = PLAIN) {
    this.explainer = explainer;
    this.width = Math.max(40, width);
    this.colors = colors;
    this.isWide = this.width >= SIDE_BY_SIDE;
    const prose = Math.min(LONGEST_PROSE, this.isWide ? this.width - LEFT - 3 : this.width - 3);
    this.meaning = new CardMeaning(explainer, mode, prose, colors, this.right);
    const bar = `${colors.dim('│')} `;
    this.bar = Literal.of(bar);
    this.bareBar = Literal.of(' '.repeat(LEFT + 1) + bar);
    this.dashes = new Writer(this.width * DASH_OCTETS);
    this.dashes.text(DASH.repeat(this.width));
  }

  packet(packet: Packet, tracker: Tracker, time: (out: Writer) => void, out: Writer): void {
    const { left, right } = this;
    const count = this.explainer.choose(tracker.events.raised, packet.frame.number);
    const isSilent = count === 0 && tracker.changes.length === 0;
    const isBeside = this.isWide && !isSilent;
    left.clear();
    right.clear();
    this.rule(packet, time, out);
    layLayers(packet, isBeside ? LEFT : this.width, this.colors, left);
    if (!isSilent) this.meaning.lay(packet, tracker.changes, count);
    if (isBeside) this.sideBySide(out);
    else this.oneBelowTheOther(out);
    out.line();
  }

  private sideBySide(out: Writer): void {
    const { left, right, bar, bareBar } = this;
    for (let i = 0; i < left.count || i < right.count; i++) {
      if (i < left.count) {
        writeSpaces(Math.max(0, LEFT - left.write(i, out)) + 1, out);
        out.literal(bar);
      } else out.literal(bareBar);
      if (i < right.count) right.write(i, out);
      endLine(out);
    }
  }

  private oneBelowTheOther(out: Writer): void {
    const { left, right, bar } = this;
    for (let i = 0; i < left.count; i++) {
      left.write(i, out);
      endLine(out);
    }
    for (let i = 0; i < right.count; i++) {
      out.byte(SPACE);
      out.literal(bar);
      right.write(i, out);
      endLine(out);
    }
  }

  /** `── 5 ── 0.021934 ── 192.168.0.10:51234 → 203.0.113.80:80 ── TCP [SYN] ── 74 bytes ──────`; the ends below it if narrow. */
  private rule(packet: Packet, time: (out: Writer) => void, out: Writer): void {
    const { width, dashes } = this;
    const { rule } = this.colors;
    out.ascii(rule.begin);
    const from = out.at;
    writeParts(packet, time, true, out);
    let cells = cellsOf(out.bytes, from, out.at);
    const isNarrow = cells > width;
    if (isNarrow) {
      out.at = from;
      writeParts(packet, time, false, out);
      cells = cellsOf(out.bytes, from, out.at);
    }
    out.copy(dashes, 0, Math.max(0, width - cells) * DASH_OCTETS);
    out.ascii(rule.end);
    endLine(out);
    if (!isNarrow) return;
    out.ascii(`${rule.begin} `);
    writeEnds(packet, out);
    out.ascii(rule.end);
    endLine(out);
  }
}

/** What a packet is named by, each part behind two dashes. */
function writeParts(packet: Packet, time: (out: Writer) => void, withEnds: boolean, out: Writer): void {
  out.literal(PART);
  out.uint(packet.frame.number);
  out.byte(SPACE);
  const before = out.at;
  out.literal(PART);
  const from = out.at;
  time(out);
  if (out.at > from) out.byte(SPACE);
  else out.at = before;
  if (withEnds && addressedLayer(packet) !== null) {
    out.literal(PART);
    writeEnds(packet, out);
    out.byte(SPACE);
  }
  out.literal(PART);
  writeProtocol(packet, out);
  out.byte(SPACE);
  out.literal(PART);
  out.uint(packet.frame.wireLength);
  out.literal(BYTES);
}

function writeProtocol(packet: Packet, out: Writer): void {
  const top = topLayer(packet);
  out.text(top.context?.column ?? top.protocol.column);
  for (let i = 0; i < packet.count; i++) {
    const layer = packet.layers[i]!;
    if (layer.protocol !== tcp || layer.quoted) continue;
    if (!layer.captured(14)) return;
    out.ascii(' [');
    out.ascii(flagNames(flags(layer)));
    out.byte(CLOSING_BRACKET);
    return;
  }
}

/** `192.168.0.10:51234 → 203.0.113.80:80`; nothing where no layer has addresses. */
function writeEnds(packet: Packet, out: Writer): void {
  const addressed = addressedLayer(packet);
  if (addressed === null) return;
  const transport = transportOn(addressed, packet);
  writeEnd(addressed, 'source', transport, out);
  out.literal(ARROW);
  writeEnd(addressed, 'destination', transport, out);
}

function writeEnd(addressed: Layer, side: 'source' | 'destination', transport: Layer | null, out: Writer): void {
  const from = out.at;
  const isBracketed = transport !== null && addressed.protocol.addresses!.kind !== 'ipv4';
  if (isBracketed) out.byte(OPENING_BRACKET);
  writeAddress(addressed, side, out);
  if (transport === null) return;
  if (isBracketed) {
    if (out.at > from + 1) out.byte(CLOSING_BRACKET);
    else out.at = from;
  }
  out.byte(COLON);
  const at = transport.start + (side === 'source' ? 0 : 2);
  out.uint(u16(transport.bytes, at));
}

/** The transport that stands on the layer whose addresses are shown, if its ports were captured. */
function transportOn(addressed: Layer, packet: Packet): Layer | null {
  const layer = packet.layers[addressed.index + 1];
  if (layer === undefined || layer.index >= packet.count || layer.quoted || !layer.captured(4)) return null;
  return layer.protocol === tcp || layer.protocol === udp ? layer : null;
}

function endLine(out: Writer): void {
  while (out.at > 0 && out.bytes[out.at - 1] === SPACE) out.at--;
  out.line();
}

const SPACE = 32;
const COLON = 58;
const OPENING_BRACKET = 91;
const CLOSING_BRACKET = 93;
const PART = Literal.of('── ');
const ARROW = Literal.of(' → ');
const BYTES = Literal.of(' bytes ');
const DASH = '─';
const DASH_OCTETS = 3;
