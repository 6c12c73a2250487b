import { Literal } from '../core/literal.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import type { Explainer, Mode } from '../explain/explainer.ts';
import type { Run } from '../explain/run.ts';
import { Runs } from '../explain/runs.ts';
import type { Tracker } from '../track.ts';
import { layLayers } from './card-layers.ts';
import { CardMeaning } from './card-meaning.ts';
import { CardRule } from './card-rule.ts';
import { type Palette, PLAIN } from './color.ts';
import { Column, writeSpaces } from './column.ts';

/** Cells from which on what the bytes say and what it means stand side by side. */
const SIDE_BY_SIDE = 100;
/** Cells of the left half: the two addresses of an Ethernet header with their indent fit into it. */
const LEFT = 52;
/** Lines of prose longer than this are hard to read. */
const LONGEST_PROSE = 88;

/**
 * `--explain`: each packet as a card. A rule names it; on the left stands what each layer's bytes say, on the right what
 * happened, what that does to both ends, and where the notes and the standard speak of it. In the normal mode packets of
 * which nothing new is to be said are held back, and told as one when their run ends: `pause` and `end` tell what is held.
 */
export class CardPrinter {
  private readonly explainer: Explainer;
  private readonly width: number;
  private readonly colors: Palette;
  private readonly isWide: boolean;
  private readonly left = new Column();
  private readonly right = new Column();
  private readonly meaning: CardMeaning;
  /** A run has the whole width. */
  private readonly across = new Column();
  private readonly meaningOfRun: CardMeaning;
  private readonly runs: Runs | null;
  private readonly rule: CardRule;
  /** What stands between the halves. */
  private readonly bar: Literal;
  /** The same behind a left half that has nothing more to say. */
  private readonly bareBar: Literal;
  private out!: Writer;

  constructor(explainer: Explainer, mode: Mode, width: number, colors: Palette = PLAIN) {
    this.explainer = explainer;
    this.width = Math.max(40, width);
    this.colors = colors;
    this.isWide = this.width >= SIDE_BY_SIDE;
    const whole = Math.min(LONGEST_PROSE, this.width - 3);
    const prose = this.isWide ? Math.min(LONGEST_PROSE, this.width - LEFT - 3) : whole;
    this.meaning = new CardMeaning(explainer, mode, prose, colors, this.right);
    this.meaningOfRun = new CardMeaning(explainer, mode, whole, colors, this.across);
    this.runs = mode === 'normal' ? new Runs(explainer, (run) => this.tell(run)) : null;
    this.rule = new CardRule(this.width, colors);
    const bar = `${colors.dim('│')} `;
    this.bar = Literal.of(bar);
    this.bareBar = Literal.of(' '.repeat(LEFT + 1) + bar);
  }

  packet(packet: Packet, tracker: Tracker, time: (out: Writer) => void, out: Writer): void {
    const count = this.explainer.choose(tracker.events.raised, packet.frame.number);
    this.out = out;
    const run = this.runs?.take(packet, tracker.changes.length > 0, count) ?? null;
    if (run === null) this.card(packet, tracker, count, time, out);
    else this.hold(run, packet, tracker, count, time);
  }

  /** Nothing comes for a while: tells what was held back. */
  pause(out: Writer): void {
    this.out = out;
    this.runs?.flush();
  }

  /** The same at the end. */
  end(out: Writer): void {
    this.pause(out);
  }

  /** The card is needed only if the run stays as short as it is. */
  private hold(run: Run, packet: Packet, tracker: Tracker, count: number, time: (out: Writer) => void): void {
    this.rule.remember(run, packet, time);
    if (!run.isLong) this.card(packet, tracker, count, time, run.cards);
  }

  private tell(run: Run): void {
    const { out } = this;
    if (!run.isLong) {
      out.copy(run.cards, 0, run.cards.at);
      return;
    }
    this.across.clear();
    this.rule.run(run, out);
    this.meaningOfRun.layRun(run);
    this.writeBarred(this.across, out);
    out.line();
  }

  private card(packet: Packet, tracker: Tracker, count: number, time: (out: Writer) => void, out: Writer): void {
    const { left, right } = this;
    const isSilent = count === 0 && tracker.changes.length === 0;
    const isBeside = this.isWide && !isSilent;
    left.clear();
    right.clear();
    this.rule.packet(packet, time, out);
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
    const { left, right } = this;
    for (let i = 0; i < left.count; i++) {
      left.write(i, out);
      endLine(out);
    }
    this.writeBarred(right, out);
  }

  private writeBarred(column: Column, out: Writer): void {
    for (let i = 0; i < column.count; i++) {
      out.byte(SPACE);
      out.literal(this.bar);
      column.write(i, out);
      endLine(out);
    }
  }
}

function endLine(out: Writer): void {
  while (out.at > 0 && out.bytes[out.at - 1] === SPACE) out.at--;
  out.line();
}

const SPACE = 32;
