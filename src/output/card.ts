import { visitRows } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import type { Explainer, Explanation, Mode, Wording } from '../explain/explainer.ts';
import { phrases } from '../explain/phrases.ts';
import { claims } from '../notes/claims.ts';
import type { Language } from '../notes/note.ts';
import { flagNames, flags, srcPort as tcpFrom, dstPort as tcpTo } from '../protocols/tcp.ts';
import { srcPort as udpFrom, dstPort as udpTo } from '../protocols/udp.ts';
import type { StateChange } from '../tcp/state-change.ts';
import type { Tracker } from '../track.ts';
import { type Palette, PLAIN } from './color.ts';
import { addressedLayer, topLayer, writeAddress } from './line.ts';
import { writeShown } from './tree.ts';
import { cellWidth, cutCells, padCells, wrap } from './width.ts';

/** Cells from which on what the bytes say and what it means stand side by side. */
const SIDE_BY_SIDE = 100;
/** Cells of the left half: the two addresses of an Ethernet header with their indent fit into it. */
const LEFT = 52;
/** Lines of prose longer than this are hard to read. */
const LONGEST_PROSE = 88;
/** Headings of the notes longer than this are cut: they are there to be found again. */
const LONGEST_HEADING = 44;

/**
 * `--explain`: each packet as a card. A rule names it; on the left stands what each layer's bytes say, on the right what
 * happened, what that does to both ends, and where the notes and the standard speak of it.
 */
export class CardPrinter {
  private readonly explainer: Explainer;
  private readonly mode: Mode;
  private readonly width: number;
  private readonly colors: Palette;
  private readonly scratch = new Writer(4096);

  constructor(explainer: Explainer, mode: Mode, width: number, colors: Palette = PLAIN) {
    this.explainer = explainer;
    this.mode = mode;
    this.width = Math.max(40, width);
    this.colors = colors;
  }

  packet(packet: Packet, tracker: Tracker, time: (out: Writer) => void, out: Writer): void {
    const explanations = this.explainer.explain(tracker.events.raised, packet.frame.number);
    const silent = explanations.length === 0 && tracker.changes.length === 0;
    const beside = !silent && this.width >= SIDE_BY_SIDE;
    for (const line of this.rule(packet, time)) this.line(this.colors.rule(line), out);
    const left = this.layers(packet, beside ? LEFT : this.width);
    const right = silent ? [] : this.meaning(packet, tracker, explanations, this.proseWidth(beside));
    if (beside) this.columns(left, right, out);
    else {
      for (const line of left) this.line(line, out);
      for (const line of right) this.line(` ${this.colors.dim('│')} ${line}`, out);
    }
    out.line();
  }

  private proseWidth(beside: boolean): number {
    return Math.min(LONGEST_PROSE, beside ? this.width - LEFT - 3 : this.width - 3);
  }

  private columns(left: readonly string[], right: readonly string[], out: Writer): void {
    const bar = this.colors.dim('│');
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      this.line(`${padCells(left[i] ?? '', LEFT)} ${bar} ${right[i] ?? ''}`, out);
    }
  }

  private line(text: string, out: Writer): void {
    out.text(text.trimEnd());
    out.line();
  }

  /** `── 5 ── 0.021934 ── 192.168.0.10:51234 → 203.0.113.80:80 ── TCP [SYN] ── 74 bytes ──────`; the ends below it if narrow. */
  private rule(packet: Packet, time: (out: Writer) => void): string[] {
    const { scratch, width } = this;
    scratch.clear();
    time(scratch);
    const when = scratch.take(0).trim();
    const ends = this.endpoints(packet);
    const what = [protocolOf(packet), `${packet.frame.wireLength} bytes`];
    const whole = ruled([String(packet.frame.number), when, ends, ...what], width);
    if (cellWidth(whole) <= width) return [whole];
    return [ruled([String(packet.frame.number), when, ...what], width), ` ${ends}`];
  }

  private endpoints(packet: Packet): string {
    const addressed = addressedLayer(packet);
    if (addressed === null) return '';
    const transport = portsOf(packet, addressed);
    const side = (which: 'source' | 'destination', port: number | undefined): string => {
      this.scratch.clear();
      writeAddress(addressed, which, this.scratch);
      const address = this.scratch.take(0);
      if (port === undefined) return address;
      return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
    };
    return `${side('source', transport?.[0])} → ${side('destination', transport?.[1])}`;
  }

  /** The left half: a title a layer, its details indented, then what is wrong. */
  private layers(packet: Packet, width: number): string[] {
    const lines: string[] = [];
    for (let i = 1; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      const indent = layer.quoted ? '   ' : ' ';
      const [title, ...details] = this.cardOf(layer, packet);
      if (title === undefined) continue;
      const mark = layer.quoted && !packet.layers[i - 1]!.quoted ? '↳ ' : '';
      lines.push(...hanging(mark + title, width - indent.length - 1).map((line) => indent + line));
      for (const detail of details) {
        for (const line of flow(detail, width - indent.length - 2)) lines.push(`${indent}  ${line}`);
      }
    }
    for (const { fault, code, need, have } of packet.issues) {
      const said = fault === 'truncated' ? 'cut short by the capture' : 'malformed';
      for (const line of wrap(`${said}: ${code} needs ${need} bytes, has ${have}`, width - 2)) {
        lines.push(` ${this.colors.warn(line)}`);
      }
    }
    return lines;
  }

  private cardOf(layer: Layer, packet: Packet): string[] {
    if (layer.headerEnd === layer.start && layer.protocol.id !== 'data') return [layer.protocol.name];
    if (!layer.whole) return [layer.protocol.name, this.capturedRows(layer, packet)];
    const write = layer.context?.card ? layer.context : layer.protocol;
    if (write.card === undefined) return layer.protocol.id === 'data' ? [] : [layer.protocol.name];
    this.scratch.clear();
    write.card(layer, packet, this.scratch);
    return this.scratch
      .take(0)
      .split('\n')
      .filter((line) => line !== '');
  }

  /** A header that was cut: those of its fields that were captured. */
  private capturedRows(layer: Layer, packet: Packet): string {
    const shown: string[] = [];
    visitRows(layer.protocol.fields, layer, packet, (row, at, length, value, level) => {
      if (level > 0) return;
      this.scratch.clear();
      writeShown(row, layer, at, length, value, this.scratch);
      shown.push(`${row.label.toLowerCase()} ${this.scratch.take(0)}`);
    });
    return shown.join(' · ');
  }

  /** The right half: every explanation, with the ends' states under the first that speaks of the connection. */
  private meaning(packet: Packet, tracker: Tracker, explanations: readonly Explanation[], width: number): string[] {
    const lines: string[] = [];
    let states = this.states(packet, tracker.changes, width);
    let apart = false;
    for (const explanation of explanations) {
      const ofConnection = explanation.event.startsWith('tcp.');
      const body = this.explanation(explanation, ofConnection ? states : [], width);
      if (ofConnection) states = [];
      const long = explanation.wordings.some(({ paragraphs }) => paragraphs.length > 0);
      if (lines.length > 0 && (apart || long)) lines.push('');
      lines.push(...body);
      apart = long;
    }
    if (states.length > 0) lines.unshift(...states);
    return lines;
  }

  private explanation(explanation: Explanation, states: readonly string[], width: number): string[] {
    const lines: string[] = [];
    for (const [index, wording] of explanation.wordings.entries()) {
      if (index > 0 && wording.paragraphs.length > 0) lines.push('');
      lines.push(...this.title(explanation, wording, width));
      if (index === 0) lines.push(...states);
      for (const paragraph of wording.paragraphs) lines.push(...wrap(paragraph, width));
    }
    if (explanation.wordings.some(({ paragraphs }) => paragraphs.length > 0))
      lines.push(...this.source(explanation, width));
    return lines;
  }

  private title({ severity, explainedIn }: Explanation, wording: Wording, width: number): string[] {
    const { title, warn, error, dim } = this.colors;
    const paint = severity === 'error' ? error : severity === 'warn' ? warn : title;
    if (explainedIn === 0) return wrap(wording.title, width).map(paint);
    const pointer = `(${phrases[wording.language].explainedIn(explainedIn)})`;
    const lines = wrap(wording.title, width);
    const last = lines.at(-1)!;
    const fits = cellWidth(last) + 1 + cellWidth(pointer) <= width;
    const painted = lines.map(paint);
    if (fits) painted[painted.length - 1] += ` ${dim(pointer)}`;
    else painted.push(dim(`  ${pointer}`));
    return painted;
  }

  /** `notes 002 "3-Way-Handshaking" · RFC 9293 §3.5`: the claim that the note leans on most; all of them in full. */
  private source({ claims: ids, spec, wordings }: Explanation, width: number): string[] {
    const { notes } = phrases[wordings[0]?.language ?? 'en'];
    const named = new Set<string>();
    for (const id of this.mode === 'full' ? ids : ids.slice(0, 1)) {
      const claim = claims.get(id);
      if (claim !== undefined) named.add(`${notes} ${claim.file} "${cutCells(claim.heading, LONGEST_HEADING)}"`);
    }
    return flow([...named, spec].filter((text) => text !== '').join(' · '), width).map(this.colors.dim);
  }

  /** Both ends' states, before ▸ after. What the packet at hand does to its receiver has not been seen yet. */
  private states(packet: Packet, changes: readonly StateChange[], width: number): string[] {
    if (changes.length === 0) return [];
    const language = this.explainer.languages[0] ?? 'en';
    // The client stands above the server, whoever sent.
    const steps = [...chains(changes), ...restingEnds(packet, changes)];
    steps.sort((a, b) => Number(a.role === 'server') - Number(b.role === 'server'));
    const names = steps.map((step) => nameOf(step, changes, language));
    const name = Math.max(...names.map(cellWidth));
    const chain = Math.max(...steps.map(({ states }) => cellWidth(states.join(' ▸ '))));
    return steps.flatMap((step, i) => {
      const text = step.states.join(' ▸ ');
      const said = step.by === 'seen' || step.by === 'none' ? '' : phrases[language][step.by];
      const head = `  ${padCells(names[i]!, name)}  `;
      const paint = step.states.length > 1 ? this.colors.state : this.colors.dim;
      const indent = ' '.repeat(cellWidth(head));
      const lines = wrap(text, width - indent.length).map((line, n) => (n === 0 ? head : indent) + paint(line));
      if (said === '') return lines;
      const tail = `${' '.repeat(chain - cellWidth(text) + 3)}${said}`;
      if (cellWidth(head + text + tail) > width) return [...lines, `    ${this.colors.dim(said)}`];
      return [lines[0]! + this.colors.dim(tail)];
    });
  }
}

/** What one end went through with this packet, or where it stays. */
interface Steps {
  readonly end: string;
  readonly stream: number | null;
  readonly role: 'client' | 'server' | null;
  readonly states: string[];
  readonly by: 'seen' | 'whenThisArrives' | 'concluded' | 'timer' | 'none';
}

/** Changes that follow one another in one end become one chain: FIN_WAIT_1 ▸ FIN_WAIT_2 ▸ TIME_WAIT. */
function chains(changes: readonly StateChange[]): Steps[] {
  const all: Steps[] = [];
  for (const change of changes) {
    const { stream, end, role, from, to } = change;
    const by = certaintyOf(change);
    const known = all.find((steps) => steps.stream === stream && steps.end === end && steps.by === by);
    if (known !== undefined && known.states.at(-1) === from) known.states.push(to);
    else all.push({ end, stream, role, states: [from, to], by });
  }
  return all;
}

function certaintyOf({ frame, certainty, by }: StateChange): Steps['by'] {
  if (frame === null) return 'timer';
  if (certainty === 'seen') return 'seen';
  return by.startsWith('received') ? 'whenThisArrives' : 'concluded';
}

/** The end that the packet left as it was, so that both can be seen. */
function restingEnds(packet: Packet, changes: readonly StateChange[]): Steps[] {
  const moved = changes.filter(({ frame }) => frame !== null);
  if (moved.length === 0 || moved.some(({ role }) => role === null)) return [];
  const resting: Steps[] = [];
  for (let i = 1; i < packet.count; i++) {
    const layer = packet.layers[i]!;
    if (layer.quoted || layer.context === null || layer.protocol.id !== 'tcp') continue;
    visitRows(layer.context.rows, layer, packet, (row, _at, _length, value) => {
      const role = STATE_ROWS[row.id];
      if (role === undefined || moved.some((change) => change.role === role)) return;
      resting.push({ end: '', stream: null, role, states: [String(value)], by: 'none' });
    });
  }
  return resting;
}

const STATE_ROWS: Readonly<Record<string, 'client' | 'server'>> = {
  'dissect.tcp.state.client': 'client',
  'dissect.tcp.state.server': 'server',
};

/** An end is called by its role, unless the packet moved ends of several connections, or nothing tells its role. */
function nameOf({ role, end }: Steps, changes: readonly StateChange[], language: Language): string {
  const several = changes.some(({ stream }) => stream !== changes[0]!.stream);
  return role === null || (several && end !== '') ? end : phrases[language][role];
}

function protocolOf(packet: Packet): string {
  const top = topLayer(packet);
  const name = top.context?.column ?? top.protocol.column;
  const tcp = packet.layers.slice(0, packet.count).find((layer) => layer.protocol.id === 'tcp' && !layer.quoted);
  if (tcp === undefined || !tcp.captured(14)) return name;
  return `${name} [${flagNames(flags(tcp))}]`;
}

/** Ports of the transport that stands on the layer whose addresses are shown. */
function portsOf(packet: Packet, addressed: Layer): readonly [number, number] | null {
  const layer = packet.layers[addressed.index + 1];
  if (layer === undefined || addressed.index + 1 >= packet.count || layer.quoted || !layer.captured(4)) return null;
  if (layer.protocol.id === 'tcp') return [tcpFrom(layer), tcpTo(layer)];
  if (layer.protocol.id === 'udp') return [udpFrom(layer), udpTo(layer)];
  return null;
}

/** Breaks at the dots between details, so that none is torn apart as long as it fits into a line. */
function flow(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const item of text.split(' · ')) {
    const last = lines.at(-1);
    if (last !== undefined && cellWidth(last) + 3 + cellWidth(item) <= width)
      lines[lines.length - 1] = `${last} · ${item}`;
    else lines.push(...wrap(item, width));
  }
  return lines;
}

/** Wraps a title so that its further lines are indented. */
function hanging(text: string, width: number): string[] {
  if (cellWidth(text) <= width) return [text];
  return wrap(text, width - 2).map((line, index) => (index === 0 ? line : `  ${line}`));
}

function ruled(parts: readonly string[], width: number): string {
  const text = parts
    .filter((part) => part !== '')
    .map((part) => `── ${part} `)
    .join('');
  return text + '─'.repeat(Math.max(0, width - cellWidth(text)));
}
