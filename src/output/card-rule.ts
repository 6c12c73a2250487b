import { u16 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import { Literal } from '../core/literal.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import type { Run } from '../explain/run.ts';
import { addressedLayer, topLayer } from '../flows/naming-layers.ts';
import { flagNames, flags, tcp } from '../protocols/tcp.ts';
import { udp } from '../protocols/udp.ts';
import type { Palette } from './color.ts';
import { writeAddress } from './line.ts';
import { cellsOf } from './width.ts';

/** The line above a card, which names the packet or the run; the ends stand below it if it is narrow. */
export class CardRule {
  private readonly width: number;
  private readonly colors: Palette;
  /** A line of dashes. */
  private readonly dashes: Writer;
  private readonly scratch = new Writer(256);

  constructor(width: number, colors: Palette) {
    this.width = width;
    this.colors = colors;
    this.dashes = new Writer(width * DASH_OCTETS);
    this.dashes.text(DASH.repeat(width));
  }

  /** `── 5 ── 0.021934 ── 192.168.0.10:51234 → 203.0.113.80:80 ── TCP [SYN] ── 74 bytes ──────`. */
  packet(packet: Packet, time: (out: Writer) => void, out: Writer): void {
    const { begin, end } = this.colors.rule;
    out.ascii(begin);
    const from = out.at;
    writeParts(packet, time, true, out);
    const isNarrow = cellsOf(out.bytes, from, out.at) > this.width;
    if (isNarrow) {
      out.at = from;
      writeParts(packet, time, false, out);
    }
    this.fill(from, out);
    if (!isNarrow) return;
    out.ascii(`${begin} `);
    writeEnds(packet, out);
    out.ascii(end);
    out.line();
  }

  /** `── 14–212 ── 0.021934 ── 192.168.0.10:51234 ⇄ 203.0.113.80:80 ── TCP ── 199 packets ──────`. */
  run(run: Run, out: Writer): void {
    const { begin, end } = this.colors.rule;
    out.ascii(begin);
    const from = out.at;
    writeRunParts(run, true, out);
    const isNarrow = cellsOf(out.bytes, from, out.at) > this.width;
    if (isNarrow) {
      out.at = from;
      writeRunParts(run, false, out);
    }
    this.fill(from, out);
    if (!isNarrow) return;
    out.ascii(`${begin} `);
    writeRunEnds(run, out);
    out.ascii(end);
    out.line();
  }

  /** Keeps what the run will be called: of its first packet the time, of the one that makes it a run the ends. */
  remember(run: Run, packet: Packet, time: (out: Writer) => void): void {
    if (run.packets === 1) time(run.time);
    if (run.name !== null || !run.isLong) return;
    const source = this.text(packet, 'source');
    const destination = this.text(packet, 'destination');
    run.name = run.goesOn ? { source, destination } : { source: destination, destination: source };
  }

  private text(packet: Packet, side: 'source' | 'destination'): string {
    this.scratch.clear();
    writeEndOf(packet, side, this.scratch);
    return this.scratch.toString();
  }

  /** Dashes up to the end of the line that begins at `from`. */
  private fill(from: number, out: Writer): void {
    const cells = cellsOf(out.bytes, from, out.at);
    if (cells < this.width) out.copy(this.dashes, 0, (this.width - cells) * DASH_OCTETS);
    else while (out.bytes[out.at - 1] === SPACE) out.at--;
    out.ascii(this.colors.rule.end);
    out.line();
  }
}

/** What a packet is named by, each part behind two dashes. */
function writeParts(packet: Packet, time: (out: Writer) => void, withEnds: boolean, out: Writer): void {
  out.literal(PART);
  out.uint(packet.frame.number);
  out.byte(SPACE);
  writeTime(time, out);
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

/** The same of a run. */
function writeRunParts(run: Run, withEnds: boolean, out: Writer): void {
  out.text(`── ${run.first}–${run.last} `);
  if (run.time.at > 0) {
    out.literal(PART);
    out.copy(run.time, 0, run.time.at);
    out.byte(SPACE);
  }
  const { source, destination } = run.name!;
  if (withEnds && source + destination !== '') {
    out.literal(PART);
    writeRunEnds(run, out);
    out.byte(SPACE);
  }
  out.text(`── ${run.protocol} ── ${run.packets} packets `);
}

function writeRunEnds({ name, goesBothWays }: Run, out: Writer): void {
  out.text(`${name!.source} ${goesBothWays ? '⇄' : '→'} ${name!.destination}`);
}

function writeTime(time: (out: Writer) => void, out: Writer): void {
  const before = out.at;
  out.literal(PART);
  const from = out.at;
  time(out);
  if (out.at > from) out.byte(SPACE);
  else out.at = before;
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
  writeEndOf(packet, 'source', out);
  out.literal(ARROW);
  writeEndOf(packet, 'destination', out);
}

function writeEndOf(packet: Packet, side: 'source' | 'destination', out: Writer): void {
  const addressed = addressedLayer(packet);
  if (addressed !== null) writeEnd(addressed, side, transportOn(addressed, packet), out);
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

const SPACE = 32;
const COLON = 58;
const OPENING_BRACKET = 91;
const CLOSING_BRACKET = 93;
const PART = Literal.of('── ');
const ARROW = Literal.of(' → ');
const BYTES = Literal.of(' bytes ');
const DASH = '─';
const DASH_OCTETS = 3;
