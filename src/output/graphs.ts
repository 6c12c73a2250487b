import type { Language } from '../notes/note.ts';
import { FIN, RST, SYN } from '../protocols/tcp.ts';
import {
  ANY_RETRANSMISSION,
  findings,
  KEEP_ALIVE,
  OUT_OF_ORDER,
  WINDOW_FULL,
  ZERO_WINDOW_PROBE,
} from '../tcp/analysis.ts';
import type { Run, Sample } from '../tcp/series.ts';
import type { ConnectionTrace, FlowTrace, SelectiveBlock } from '../tcp/trace.ts';
import type { GraphKind } from './graph-kinds.ts';
import { type GraphWords, graphWords } from './graph-words.ts';
import { shortDuration } from './ladder.ts';
import { ladderWords } from './ladder-words.ts';
import type { Bar, Plot, PlotColor, PlotLayer, Point, Steps } from './plot.ts';
import { type Axis, octetUnit, timeUnit } from './scale.ts';

/** Which end sends what a graph shows: 0 is the end that was seen first. */
export type GraphSide = 0 | 1;

/** The end that sent more, whose graph tells more. */
export const busierSide = ({ flows }: ConnectionTrace): GraphSide => (flows[1].octets > flows[0].octets ? 1 : 0);

/** What the graph of one direction of a connection shows. */
export function graphOf(kind: GraphKind, trace: ConnectionTrace, side: GraphSide, language: Language): Plot {
  const maker = new GraphMaker(trace, side, language);
  if (kind === 'tseq') return maker.timeSequence();
  return kind === 'window' ? maker.window() : maker.roundTrips();
}

/** A window that is so many times what is drawn otherwise would press the rest flat: it is told in words. */
const TALLEST = 2;
/** Round-trip times are drawn on a logarithmic axis from here: the largest in terms of the smallest. */
const WIDE = 40;
/** The smallest time that is drawn where it is, in parts of the largest: shorter ones lie on the axis. */
const MOST_FACTOR = 1e4;
/** A silence that takes this part of the time leaves no room for the rest: it is told. */
const SILENT_PART = 0.6;
/** Frames that a description names. */
const NAMED_FRAMES = 8;

class GraphMaker {
  private readonly trace: ConnectionTrace;
  private readonly flow: FlowTrace;
  private readonly language: Language;
  private readonly words: GraphWords;
  private readonly own: PlotColor;
  private readonly sender: string;
  private readonly receiver: string;
  private readonly notes: string[] = [];

  constructor(trace: ConnectionTrace, side: GraphSide, language: Language) {
    const [flow, other] = side === 0 ? trace.flows : ([trace.flows[1], trace.flows[0]] as const);
    this.trace = trace;
    this.flow = flow;
    this.language = language;
    this.words = graphWords[language];
    // The same colours as on the ladder, where the client stands on the left.
    const left = trace.flows[0].role === 'server' ? 1 : 0;
    this.own = side === left ? 'end0' : 'end1';
    const called = ({ name, role }: FlowTrace): string => (role === null ? name : `${this.words[role]} ${name}`);
    this.sender = called(flow);
    this.receiver = called(other);
    if (flow.strays > 0) this.notes.push(this.words.strays(flow.strays));
  }

  timeSequence(): Plot {
    const { flow, words } = this;
    const { runs } = flow.sent;
    const tops = [...runs.map(({ next }) => next), ...flow.acknowledged.samples.map(({ value }) => value)];
    const bottoms = [...runs.map(({ seq }) => seq), ...flow.acknowledged.samples.map(({ value }) => value)];
    const bottom = least(bottoms);
    const top = Math.max(most(tops), bottom + 1);
    const edges = this.reach(flow.edge.samples, bottom, top);
    this.tellThinned();
    return this.plot({
      kind: 'tseq',
      y: this.octetAxis(words.sequence, bottom, edges.to, ''),
      layers: [
        this.steps('edge', 'window', '▔', edges.samples),
        this.steps('acknowledged', 'acknowledged', '·', flow.acknowledged.samples),
        this.blockBars('blocks', 's', (block) => !block.duplicate),
        this.segments('data', this.own, '│', isPlain),
        this.blockBars('duplicateBlocks', 'D', ({ duplicate }) => duplicate),
        this.segments('turns', this.own, 'S', ({ flags }) => (flags & (SYN | FIN)) !== 0),
        this.segments('probes', 'dim', 'K', isProbe),
        this.segments('disordered', 'warn', 'O', isDisordered),
        this.segments('resent', 'reset', 'R', isResent),
        this.dots('duplicates', 'acknowledged', '+', flow.duplicates.samples),
        this.segments('reset', 'reset', 'X', ({ flags }) => (flags & RST) !== 0),
        this.dots('resetBack', 'reset', 'x', flow.resets.samples, 'RST'),
        this.dots('closed', 'window', 'Z', flow.closings.samples, 'Z'),
      ],
      said: [...this.oddities(), ...this.windowSaid()],
    });
  }

  window(): Plot {
    const { flow, words } = this;
    const flights = flow.inFlight.samples.map(({ value }) => value);
    const top = Math.max(most(flights), 1);
    const offered = this.reach(flow.window.samples, 0, top);
    this.tellThinned();
    this.notes.push(words.congestion);
    return this.plot({
      kind: 'window',
      y: this.octetAxis(words.octetsAxis, 0, offered.to, words.octetsUnit),
      layers: [
        { ...this.steps('inFlight', this.own, '█', flow.inFlight.samples), filled: true },
        this.steps('window', 'window', '▔', offered.samples),
        this.moments('full', 'warn', 'F', ({ analysis }) => (analysis & WINDOW_FULL) !== 0),
        this.moments('resent', 'reset', 'R', isResent),
        this.dots('closed', 'window', 'Z', flow.closings.samples.map(atZero), 'Z'),
      ],
      said: [words.flight(words.octets(most(flights))), ...this.windowSaid(), ...this.oddities()],
    });
  }

  roundTrips(): Plot {
    const { flow, words } = this;
    const exact = flow.roundTrips.samples;
    const echoed = flow.echoes.samples;
    const values = [...exact, ...echoed].map(({ value }) => value).sort((a, b) => a - b);
    this.tellThinned();
    const said: string[] = [];
    if (values.length === 0) {
      this.notes.push(words.noRoundTrip);
    } else {
      const middle = values[Math.floor((values.length - 1) / 2)]!;
      const [shortest, longest] = [values[0]!, values.at(-1)!];
      const count = values.length + flow.roundTrips.dropped + flow.echoes.dropped;
      said.push(
        words.roundTrips(count, shortDuration(shortest), shortDuration(middle), shortDuration(longest)),
        words.measured(this.receiver),
      );
    }
    this.notes.push(...said);
    if (flow.sent.runs.some(isResent)) this.notes.push(words.karn);
    return this.plot({
      kind: 'rtt',
      y: roundTripAxis(words.roundTrip, values),
      layers: [
        this.moments('resent', 'reset', 'R', isResent),
        this.dots('roundTrips', this.own, '•', exact),
        this.dots('echoes', 'warn', '◇', echoed),
      ],
      said: [...said, ...this.oddities()],
    });
  }

  private plot(made: {
    readonly kind: GraphKind;
    readonly y: Axis;
    readonly layers: readonly PlotLayer[];
    readonly said: readonly string[];
  }): Plot {
    const { trace, flow, words } = this;
    const span = Math.max(trace.until - trace.from, 1e3);
    const heading = words.heading(this.sender, this.receiver, words.octets(flow.octets), shortDuration(span));
    if (flow.sent.runs.length === 0) this.notes.unshift(words.nothing);
    this.tellSilence(span);
    return {
      title: words.titles[made.kind](trace.stream),
      heading,
      x: {
        name: words.time,
        from: trace.from - span * 0.01,
        to: trace.until + span * 0.03,
        unit: timeUnit(span),
        logarithmic: false,
      },
      y: made.y,
      layers: made.layers,
      notes: this.notes,
      description: [`${heading}.`, ...made.said].join(' '),
    };
  }

  private octetAxis(name: string, from: number, to: number, unit: string): Axis {
    const range = to - from;
    return {
      name,
      from,
      to: to + range * 0.06,
      unit: octetUnit(to, unit),
      logarithmic: false,
    };
  }

  /**
   * How far up the picture has to go for the window. One whose scale is not known is not drawn; one that would press the rest
   * flat is told in words where it leaves the picture.
   */
  private reach(
    samples: readonly Sample[],
    bottom: number,
    top: number,
  ): { readonly to: number; readonly samples: readonly Sample[] } {
    const { flow, words } = this;
    if (!flow.scaled) {
      this.notes.push(words.unscaled);
      return { to: top, samples: [] };
    }
    const values = samples.map(({ value }) => value);
    const highest = most(values);
    const tallest = bottom + (top - bottom) * TALLEST;
    if (highest <= tallest) return { to: Math.max(top, highest), samples };
    const windows = flow.window.samples.map(({ value }) => value);
    this.notes.push(words.beyond(words.octets(least(windows)), words.octets(most(windows))));
    return values.some((value) => value < top)
      ? { to: top + (top - bottom) * 0.25, samples }
      : { to: top, samples: [] };
  }

  private steps(name: StepsName, color: PlotColor, glyph: string, samples: readonly Sample[]): Steps {
    const points = samples.map(({ time, frame, value }) => ({ x: time, y: value, frame }));
    const last = points.at(-1);
    if (last !== undefined && last.x < this.trace.until) points.push({ ...last, x: this.trace.until });
    return { shape: 'steps', label: this.words.layers[name], color, glyph, filled: false, points };
  }

  private segments(name: BarsName, color: PlotColor, glyph: string, takes: (run: Run) => boolean): PlotLayer {
    const bars = this.flow.sent.runs.filter(takes).map(
      (run): Bar => ({
        x: run.time,
        y: run.seq,
        until: run.until,
        to: run.next,
        frame: run.frame,
        ...this.lettersOf(run),
      }),
    );
    return { shape: 'bars', label: this.words.layers[name], color, glyph, bars };
  }

  /** What stands beside a segment that is more than data, and what is said of it. */
  private lettersOf(run: Run): Pick<Point, 'letters' | 'said'> {
    const { words } = this;
    const flags = [run.flags & SYN ? 'SYN' : '', run.flags & FIN ? 'FIN' : '', run.flags & RST ? 'RST' : ''].join(' ');
    // Sent again so soon that the clock calls it overtaken, though its octets were captured before.
    const early = isResent(run) && (run.analysis & ANY_RETRANSMISSION) === 0;
    const hidden = early ? OUT_OF_ORDER : 0;
    const found = findings.filter(({ bit }) => (run.analysis & bit & ~hidden) !== 0);
    const remarks = found.map(({ id }) => ladderWords[this.language].finding({ id, number: 0, of: 0 }));
    if (early) remarks.push(words.layers.resent.replace(/^\w /, ''));
    const what = [flags.trim(), ...remarks].filter((word) => word !== '').join(', ');
    if (what === '') return run.count > 1 ? { said: words.mark(words.data(run.count), run.frame) } : {};
    const letter = isResent(run) ? 'R' : isProbe(run) ? 'K' : isDisordered(run) ? 'O' : flags.trim();
    return letter === ''
      ? { said: words.mark(what, run.frame) }
      : { letters: letter, said: words.mark(what, run.frame) };
  }

  private blockBars(
    name: 'blocks' | 'duplicateBlocks',
    glyph: string,
    takes: (block: SelectiveBlock) => boolean,
  ): PlotLayer {
    const { words } = this;
    const bars = this.flow.blocks.filter(takes).map(
      ({ time, frame, left, right, duplicate }): Bar => ({
        x: time,
        until: time,
        y: left,
        to: right,
        frame,
        ...(duplicate ? { letters: 'D' } : {}),
        said: words.mark(`${duplicate ? 'D-SACK' : 'SACK'} ${left}–${right - 1}`, frame),
      }),
    );
    return { shape: 'bars', label: words.layers[name], color: 'selective', glyph, bars };
  }

  private dots(
    name: DotsName,
    color: PlotColor,
    glyph: string,
    samples: readonly Sample[],
    letters?: string,
  ): PlotLayer {
    const { words } = this;
    const label = words.layers[name];
    const points = samples.map(({ time, frame, value }): Point => {
      const what = name === 'roundTrips' || name === 'echoes' ? shortDuration(value) : label.replace(/^\w /, '');
      return { x: time, y: value, frame, said: words.mark(what, frame), ...(letters === undefined ? {} : { letters }) };
    });
    return { shape: 'dots', label, color, glyph, points };
  }

  private moments(name: 'resent' | 'full', color: PlotColor, glyph: string, takes: (run: Run) => boolean): PlotLayer {
    const points = this.flow.sent.runs
      .filter(takes)
      .map((run): Point => ({ x: run.time, y: 0, frame: run.frame, ...this.lettersOf(run), letters: glyph }));
    return { shape: 'ticks', label: this.words.layers[name], color, glyph, points };
  }

  private tellThinned(): void {
    if (this.flow.thinned) this.notes.push(this.words.thinned(this.trace.segments));
  }

  private tellSilence(span: number): void {
    const { flow, words } = this;
    const heard = [...flow.sent.runs, ...flow.inFlight.samples, ...flow.acknowledged.samples, ...flow.edge.samples];
    const moments = [...heard, ...flow.resets.samples, ...flow.duplicates.samples].sort((a, b) => a.time - b.time);
    for (const [i, { time, frame }] of moments.entries()) {
      const before = moments[i - 1];
      if (before === undefined || time - before.time < span * SILENT_PART) continue;
      this.notes.push(words.silence(shortDuration(time - before.time), before.frame, frame));
    }
  }

  private oddities(): string[] {
    const { flow, words } = this;
    const { described } = words;
    const said = (frames: readonly number[], tell: (count: number, frames: string) => string): string[] => {
      const named = frames.slice(0, NAMED_FRAMES).join(', ');
      return frames.length === 0 ? [] : [tell(frames.length, frames.length > NAMED_FRAMES ? `${named}, …` : named)];
    };
    const framesOf = (takes: (run: Run) => boolean): number[] => flow.sent.runs.filter(takes).map(({ frame }) => frame);
    return [
      ...said(framesOf(isResent), described.resent),
      ...said(framesOf(isDisordered), described.disordered),
      ...said(
        flow.closings.samples.map(({ frame }) => frame),
        described.closed,
      ),
    ];
  }

  private windowSaid(): string[] {
    const { flow, words } = this;
    const windows = flow.window.samples.map(({ value }) => value);
    if (!flow.scaled || windows.length === 0) return [];
    return [words.windows(words.octets(least(windows)), words.octets(most(windows)))];
  }
}

type StepsName = 'edge' | 'acknowledged' | 'inFlight' | 'window';
type BarsName = 'data' | 'turns' | 'probes' | 'disordered' | 'resent' | 'reset';
type DotsName = 'resetBack' | 'duplicates' | 'closed' | 'roundTrips' | 'echoes';

const isProbe = ({ analysis }: Run): boolean => (analysis & (KEEP_ALIVE | ZERO_WINDOW_PROBE)) !== 0;
const isResent = (run: Run): boolean => !isProbe(run) && run.again;
const isDisordered = (run: Run): boolean => !isResent(run) && (run.analysis & OUT_OF_ORDER) !== 0;
const isPlain = (run: Run): boolean =>
  !isResent(run) && !isDisordered(run) && !isProbe(run) && (run.flags & (SYN | FIN | RST)) === 0;

const atZero = (sample: Sample): Sample => ({ ...sample, value: 0 });

function roundTripAxis(name: string, sorted: readonly number[]): Axis {
  const [shortest = 0, longest = 1e6] = [sorted[0], sorted.at(-1)];
  const unit = timeUnit(longest);
  // A clock that is too coarse measures 0.
  const smallest = Math.max(shortest, longest / MOST_FACTOR, 1);
  if (longest / smallest < WIDE) return { name, from: 0, to: Math.max(longest, 1) * 1.1, unit, logarithmic: false };
  return { name, from: smallest * 0.8, to: longest * 1.3, unit, logarithmic: true };
}

// Of lists that may be too long for the arguments of a call.
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);
const least = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((a, b) => Math.min(a, b));
