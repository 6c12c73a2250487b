import type { Layer } from '../core/layer.ts';
import { textOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import type { EventId } from '../events/catalogue.ts';
import { addressText } from '../flows/address-evidence.ts';
import { addressedLayer, topLayer } from '../flows/naming-layers.ts';
import { UdpStream } from '../flows/udp-streams.ts';
import { FIN, RST, SYN, tcp } from '../protocols/tcp.ts';
import { Segment } from '../tcp/segment.ts';
import type { Explainer } from './explainer.ts';
import { DELAYED, FEWEST, QUESTION, REPETITION, Run, type RunKind, UPDATE } from './run.ts';

/** A run is told at the latest when so many cards stand behind its beginning; what is no run yet, before any card. */
const LATEST = 20;
/** Or when it has so many packets; or so many in so many seconds, so that who watches sees something. */
const MOST_PACKETS = 10_000;
const MANY_PACKETS = 100;
const LONG = 10;
/** Runs that are under way at once, at the most. */
const MOST_RUNS = 1024;

/** TCP connections by their number, UDP conversations by one below 0, other pairs by their names; what repeats itself by protocol. */
type Key = number | string;

/**
 * Finds packets of which nothing new is to be said, and counts those of one conversation together. What is remembered of
 * them is bounded: a thousand runs, each as numbers and the cards of its first two packets.
 */
export class Runs {
  private readonly explainer: Explainer;
  private readonly tell: (run: Run) => void;
  /** Those that are too few yet, and the others, both in the order in which they came. */
  private readonly young = new Map<Key, Run>();
  private readonly grown = new Map<Key, Run>();
  /** Those that are over, for others. */
  private readonly spare: Run[] = [];
  /** Cards and runs that were told; and when the oldest run has to be. */
  private printed = 0;
  private due = Number.POSITIVE_INFINITY;

  constructor(explainer: Explainer, tell: (run: Run) => void) {
    this.explainer = explainer;
    this.tell = tell;
  }

  /**
   * Asked of every packet that is shown, after `explainer.choose` answered with `count`. Answers with the run that has
   * taken it; null for a packet with a card of its own, before which the run that it breaks is told.
   */
  take(packet: Packet, isMoved: boolean, count: number): Run | null {
    const layer = segmentLayer(packet);
    const segment = layer === null ? null : (layer.context as Segment);
    const marks = this.marksOf(packet, segment, isMoved, count);
    if (marks === NONE && this.young.size + this.grown.size === 0) {
      this.printed++;
      return null;
    }
    const theme = marks & OTHER ? this.themeOf(packet, count) : '';
    const titles = theme === '' ? NO_TITLES : this.titles(count);
    if (segment === null) this.endRepetition(columnOf(packet), theme, titles);
    const key = theme === '' ? (segment?.connection.stream ?? conversationOf(packet)) : columnOf(packet);
    let run = this.young.get(key) ?? this.grown.get(key);
    const kind = marks === NONE ? null : kindOf(marks, run, segment);
    if (run !== undefined && (run.kind !== kind || isDue(run))) {
      this.end(key, run);
      run = undefined;
    }
    if (kind === null) {
      this.cardIsDue();
      return null;
    }
    const direction = segment === null ? directionOf(packet) : segment.sender === segment.connection.a;
    run ??= this.begin(key, kind, packet, direction, theme);
    const way = run.add(packet.frame, direction);
    for (let i = 0; i < titles.length; i++) {
      const { event, explainedIn } = this.explainer.remark(i);
      run.say(event, titles[i]!, explainedIn);
    }
    if (run.protocol === '' || run.protocol === tcp.column) run.protocol = columnOf(packet);
    if (segment !== null) way.add(segment, layer!, marks);
    if (count > 0 && (kind !== 'duplicates' || marks & REPETITION)) run.pointTo(this.explainer.remark(0).explainedIn);
    if (run.packets === FEWEST) this.grow(key, run);
    return run;
  }

  /** Tells all that is held back, in the order of the frames. */
  flush(): void {
    const held = [...this.grown, ...this.young].sort(([, one], [, other]) => one.first - other.first);
    for (const [key, run] of held) this.end(key, run);
  }

  /** What repeats itself is over when its protocol says anything else, whoever says it: answers stand behind their questions. */
  private endRepetition(column: string, theme: string, titles: readonly string[]): void {
    const run = this.young.get(column) ?? this.grown.get(column);
    if (run !== undefined && (run.theme !== theme || !run.canSay(titles))) this.end(column, run);
  }

  private begin(key: Key, kind: RunKind, packet: Packet, direction: boolean, theme: string): Run {
    if (this.young.size + this.grown.size >= MOST_RUNS) this.endFirst(this.grown.size > 0 ? this.grown : this.young);
    const run = this.spare.pop() ?? new Run();
    run.begin(kind, packet.frame, direction, this.printed);
    run.theme = theme;
    this.young.set(key, run);
    return run;
  }

  /** It is a run now: its cards are not needed any more. */
  private grow(key: Key, run: Run): void {
    run.cards.clear();
    this.young.delete(key);
    this.grown.set(key, run);
    if (this.grown.size === 1) this.due = run.printed + LATEST;
  }

  private end(key: Key, run: Run): void {
    if (this.young.size > 0) this.endBefore(run.first);
    if (run.isLong) {
      this.grown.delete(key);
      this.due = dueOf(this.grown);
    } else this.young.delete(key);
    this.printed += run.isLong ? 1 : run.packets;
    this.tell(run);
    this.spare.push(run);
  }

  /** What began earlier and is no run is told earlier. */
  private endBefore(frame: number): void {
    for (const [key, run] of this.young) {
      if (run.first >= frame) return;
      this.end(key, run);
    }
  }

  /** A card is to be printed: what has waited long enough comes before it. */
  private cardIsDue(): void {
    while (this.printed >= this.due) this.endFirst(this.grown);
    while (this.young.size > 0) this.endFirst(this.young);
    this.printed++;
  }

  private endFirst(runs: Map<Key, Run>): void {
    for (const [key, run] of runs) {
      this.end(key, run);
      return;
    }
  }

  /** What the packet is, as bits; NONE for one that is not ordinary. */
  private marksOf(packet: Packet, segment: Segment | null, isMoved: boolean, count: number): number {
    if (isMoved || packet.issues.length > 0) return NONE;
    if ((segment !== null || count === 0) && !BULK.has(topLayer(packet).protocol.id)) return NONE;
    if (count === 0) {
      if (segment === null) return SILENT;
      return segment.analysis === 0 && (segment.flags & (SYN | FIN | RST)) === 0 ? DATA : NONE;
    }
    let marks = 0;
    for (let i = 0; i < count; i++) {
      const { event, declaration, explainedIn } = this.explainer.remark(i);
      if (explainedIn === 0) return NONE;
      let mark = MARKS.get(event.id);
      if (mark === undefined && declaration.severity !== 'chat') return NONE;
      if (mark === undefined && segment !== null) mark = declaration.ordinary ? DATA : NONE;
      if (mark === NONE) return NONE;
      marks |= mark ?? OTHER;
    }
    return marks;
  }

  /** What packets that are no segments have in common: the same events of the same sender, or ordinary ones of both ends. */
  private themeOf(packet: Packet, count: number): string {
    let events = '';
    let isOrdinary = true;
    for (let i = 0; i < count; i++) {
      const { event, declaration } = this.explainer.remark(i);
      isOrdinary &&= declaration.ordinary === true;
      events += ` ${event.id}`;
    }
    return isOrdinary ? String(conversationOf(packet)) : addressesOf(packet)[0] + events;
  }

  /** What is said of it, in the first language. */
  private titles(count: number): string[] {
    const [book] = this.explainer.books;
    const titles: string[] = [];
    for (let i = 0; book !== undefined && i < count; i++) {
      scratch.clear();
      book.open(this.explainer.remark(i));
      book.writeTitle(scratch);
      titles.push(textOf(scratch.bytes, 0, scratch.at));
    }
    return titles;
  }
}

const scratch = new Writer(1 << 10);
const NO_TITLES: readonly string[] = [];

/** Beside the marks that a run counts: what the packet is. */
const DATA = 1 << 4;
const ALIVE = 1 << 5;
const CLOSED = 1 << 6;
const OTHER = 1 << 7;
const SILENT = 1 << 8;
const NONE = 0;

/** What is carried by the thousand, and not read packet by packet. A command of FTP is read. */
const BULK: ReadonlySet<string> = new Set([
  'tcp',
  'udp',
  'data',
  'tls',
  'ssh',
  'ftp-data',
  'http2',
  'websocket',
  'rtp',
  'quic',
]);

const MARKS: ReadonlyMap<string, number> = new Map<EventId, number>([
  ['tcp.data', DATA],
  ['tcp.ack', DATA],
  ['tcp.ack.delayed', DATA | DELAYED],
  ['tcp.window.update', DATA | UPDATE],
  ['tcp.keep-alive', ALIVE | QUESTION],
  ['tcp.keep-alive.ack', ALIVE],
  ['tcp.window.zero.probe', CLOSED | QUESTION],
  ['tcp.window.zero.probe-ack', CLOSED],
  ['tcp.ack.duplicate', REPETITION],
  ['tcp.sack', REPETITION],
  // What goes on as it did, of which the headers tell no more than that.
  ['udp.data', SILENT],
  ['payload.unknown', SILENT],
  ['quic.packet', SILENT],
  ['rtp.packet', SILENT],
]);

/** While an end repeats its ACK, the other goes on sending: that breaks no run. */
function kindOf(marks: number, run: Run | undefined, segment: Segment | null): RunKind {
  if (marks & SILENT) return 'silent';
  if (marks & OTHER) return 'again';
  if (marks & CLOSED) return 'probes';
  if (marks & ALIVE) return 'keep-alives';
  if (marks & REPETITION) return 'duplicates';
  return run?.kind === 'duplicates' && segment !== null && segment.length > 0 ? 'duplicates' : 'data';
}

const isDue = ({ packets, took }: Run): boolean => packets >= MOST_PACKETS || (packets >= MANY_PACKETS && took >= LONG);

/** How many cards may have been printed before the oldest run has to be told. */
function dueOf(runs: ReadonlyMap<Key, Run>): number {
  for (const run of runs.values()) return run.printed + LATEST;
  return Number.POSITIVE_INFINITY;
}

/** The innermost TCP segment that is not quoted, if the packet has one. */
function segmentLayer(packet: Packet): Layer | null {
  for (let i = packet.count - 1; i > 0; i--) {
    const layer = packet.layers[i]!;
    if (layer.context instanceof Segment && !layer.quoted) return layer;
  }
  return null;
}

function udpStreamOf(packet: Packet): UdpStream | null {
  for (let i = packet.count - 1; i > 0; i--) {
    const { context, quoted } = packet.layers[i]!;
    if (context instanceof UdpStream && !quoted) return context;
  }
  return null;
}

/** The same for both directions. */
function conversationOf(packet: Packet): Key {
  const udp = udpStreamOf(packet);
  if (udp !== null) return -1 - udp.stream;
  const [one, other] = addressesOf(packet);
  return `${columnOf(packet)} ${one < other ? `${one} ${other}` : `${other} ${one}`}`;
}

function directionOf(packet: Packet): boolean {
  const udp = udpStreamOf(packet);
  if (udp !== null) return udp.direction === 0;
  const [one, other] = addressesOf(packet);
  return one < other;
}

function addressesOf(packet: Packet): readonly [string, string] {
  const layer = addressedLayer(packet);
  if (layer === null) return ['', ''];
  const { kind, source, destination, size } = layer.protocol.addresses!;
  const at = [source(layer), destination(layer)] as const;
  if (Math.max(...at) + size > layer.capturedEnd) return ['', ''];
  return [addressText(kind, layer.bytes, at[0]), addressText(kind, layer.bytes, at[1])];
}

function columnOf(packet: Packet): string {
  const top = topLayer(packet);
  return top.context?.column ?? top.protocol.column;
}
