import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import type { Explainer } from '../explain/explainer.ts';
import { phrases } from '../explain/phrases.ts';
import type { StateChange } from '../tcp/state-change.ts';
import type { Tracker } from '../track.ts';
import { paintOf } from './card-meaning.ts';
import { chains } from './card-states.ts';
import { type Palette, PLAIN } from './color.ts';
import { writeLine } from './line.ts';
import type { Printer } from './printer.ts';
import type { TimeWriter } from './time.ts';
import { cutCells } from './width.ts';

const DOT = ' · ';

/** `--explain=brief`: one line a packet, with the headings of what happened and what both ends went through. */
export class BriefPrinter implements Printer {
  private readonly explainer: Explainer;
  private readonly time: TimeWriter;
  private readonly palette: Palette;
  private readonly width: number;
  private readonly scratch = new Writer(1 << 10);

  /** Lines longer than `width` cells are cut. */
  constructor(
    explainer: Explainer,
    time: TimeWriter,
    palette: Palette = PLAIN,
    width: number = Number.POSITIVE_INFINITY,
  ) {
    this.explainer = explainer;
    this.time = time;
    this.palette = palette;
    this.width = width;
  }

  packet(packet: Packet, tracker: Tracker, out: Writer): void {
    const { explainer, scratch } = this;
    const count = explainer.choose(tracker.events.raised, packet.frame.number);
    const { changes } = tracker;
    scratch.clear();
    if (count === 0 && changes.length === 0) {
      writeLine(packet, this.time, scratch, this.palette);
      this.writeCut(scratch.toString(), this.width, out);
      out.line();
      return;
    }
    scratch.padded(packet.frame.number, 5);
    scratch.byte(SPACE);
    const from = scratch.at;
    this.time(packet.frame, scratch);
    scratch.padLeft(from, 10);
    scratch.byte(SPACE);
    const head = scratch.toString();
    out.text(head);
    scratch.clear();
    this.writeTitles(count);
    if (changes.length > 0) this.writeStates(changes, count > 0);
    const paint = count > 0 ? paintOf(explainer.remark(0), this.palette) : this.palette.state;
    out.ascii(paint.begin);
    this.writeCut(scratch.toString(), this.width - head.length, out);
    out.ascii(paint.end);
    out.line();
  }

  private writeCut(text: string, cells: number, out: Writer): void {
    out.text(cells === Number.POSITIVE_INFINITY ? text : cutCells(text, Math.max(1, cells)));
  }

  private writeTitles(count: number): void {
    const { scratch } = this;
    for (let i = 0; i < count; i++) {
      for (const [n, book] of this.explainer.books.entries()) {
        if (n > 0) scratch.ascii(' / ');
        else if (i > 0) scratch.text(DOT);
        book.open(this.explainer.remark(i));
        book.writeTitle(scratch);
      }
    }
  }

  private writeStates(changes: readonly StateChange[], apart: boolean): void {
    const words = phrases[this.explainer.languages[0] ?? 'en'];
    const told = chains(changes).map(({ role, end, states }) => {
      const name = role === null ? end : words[role];
      return `${name} ${states.join(' ▸ ')}`;
    });
    this.scratch.text((apart ? DOT : '') + told.join(DOT));
  }
}

const SPACE = 32;
