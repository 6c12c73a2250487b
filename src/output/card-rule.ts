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
    const ends = addressedLayer(packet) === null ? null : (to: Writer) => writeEnds(packet, to);
    this.write(ends, out, (to, between) => {
      to.uint(packet.frame.number);
      to.byte(SPACE);
      writeTime(time, to);
      between();
      to.literal(PART);
      writeProtocol(packet, to);
      to.byte(SPACE);
      to.literal(PART);
      to.uint(packet.frame.wireLength);
      to.literal(BYTES);
    });
  }

  /** Keeps what the run will be called: of its first packet the time, of the one that makes it a run the rest. */
  remember(run: Run, packet: Packet, time: (out: Writer) => void): void {
    if (run.packets === 1) run.time = this.text(time);
    if (run.name !== null || !run.isLong) return;
    const source = this.text((to) => writeEndOf(packet, 'source', to));
    const destination = this.text((to) => writeEndOf(packet, 'destination', to));
    const [one, other] = run.goesOn ? [source, destination] : [destination, source];
    run.name = { time: run.time, source: one, destination: other };
  }

  /** `── 14–212 ── 0.021934 ── 192.168.0.10:51234 ⇄ 203.0.113.80:80 ── TCP ── 199 packets ──────`. */
  run(run: Run, out: Writer): void {
    const { time, source, destination } = run.name!;
    const arrow = run.goesBothWays ? ' ⇄ ' : ' → ';
    const ends = source === '' && destination === '' ? null : (to: Writer) => to.text(source + arrow + destination);
    this.write(ends, out, (to, between) => {
      to.text(`${run.first}–${run.last} `);
      writeTime((here) => here.text(time), to);
      between();
      to.text(`── ${run.protocol} ── ${run.packets} packets `);
    });
  }

  private text(write: (out: Writer) => void): string {
    this.scratch.clear();
    write(this.scratch);
    return this.scratch.toString();
  }

  /** `parts` calls `between` where the ends belong, if there is room for them. */
  private write(
    ends: ((to: Writer) => void) | null,
    out: Writer,
    parts: (to: Writer, between: () => void) => void,
  ): void {
    const { width, dashes } = this;
    const { rule } = this.colors;
    out.ascii(rule.begin);
    const from = out.at;
    const line = (withEnds: boolean): number => {
      out.at = from;
      out.literal(PART);
      parts(out, () => {
        if (ends === null || !withEnds) return;
        out.literal(PART);
        ends(out);
        out.byte(SPACE);
      });
      return cellsOf(out.bytes, from, out.at);
    };
    let cells = line(true);
    const isNarrow = cells > width;
    if (isNarrow) cells = line(false);
    if (cells < width) out.copy(dashes, 0, (width - cells) * DASH_OCTETS);
    else while (out.bytes[out.at - 1] === SPACE) out.at--;
    out.ascii(rule.end);
    out.line();
    if (!isNarrow) return;
    out.ascii(`${rule.begin} `);
    ends?.(out);
    out.ascii(rule.end);
    out.line();
  }
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
