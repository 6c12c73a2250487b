import type { CaptureInterface } from '../core/frame.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import type { StateChange } from '../tcp/state-change.ts';
import type { Palette } from './color.ts';
import { writeJson } from './json-text.ts';
import { momentOf } from './moment.ts';
import type { StatesWords } from './states-words.ts';
import { cellWidth } from './width.ts';

/** A form in which state changes are printed, one after another, as they happen. */
export interface StatesPrinter {
  begin?(out: Writer): void;
  /** `packet` is the one at hand when the change became known. */
  change(change: StateChange, packet: Packet, out: Writer): void;
}

/** One object a line: the keys and their order are a contract. */
export class StatesNdjsonPrinter implements StatesPrinter {
  change({ frame, stream, end, peer, from, to, by, certainty, time }: StateChange, packet: Packet, out: Writer): void {
    const moment = momentOf(packet.frame, frame === packet.frame.number ? null : time);
    writeJson(
      {
        frame,
        time_epoch: moment?.epoch ?? null,
        stream,
        end,
        peer,
        from,
        to,
        by,
        certainty,
        time: moment?.iso ?? null,
        schema: 1,
      },
      out,
    );
    out.line();
  }
}

/** Cells of a stream's number, an end's name and both states, so that lines stand under each other unless an address is very long. */
const STREAM = 6;
const NAME = 21;
const STATES = 27;

/** One line a change. Nothing is measured first: a capture may have millions, or not have ended. */
export class StatesTextPrinter implements StatesPrinter {
  private readonly words: StatesWords;
  private readonly colors: Palette;
  private readonly digits: number;

  constructor(words: StatesWords, colors: Palette, interfaces: readonly CaptureInterface[]) {
    this.words = words;
    this.colors = colors;
    this.digits = interfaces.some(({ ticksPerSecond }) => ticksPerSecond > 1e6) ? 9 : 6;
  }

  begin(out: Writer): void {
    const { frame, time, stream, end, change, why } = this.words.heads;
    const places: [string, number, boolean][] = [
      [frame, 5, true],
      [time, this.digits + 5, true],
      [stream, STREAM + 2, true],
      [end, NAME + 2, false],
      [change, STATES + 2, false],
      [why, 0, false],
    ];
    const cells = places.map(([head, width, right]) => {
      const blanks = ' '.repeat(Math.max(0, width - cellWidth(head) - (right ? 0 : 2)));
      return right ? `${blanks}${head}` : `  ${head}${blanks}`;
    });
    out.text(this.colors.title(cells.join('').trimEnd()));
    out.line();
  }

  change(change: StateChange, _packet: Packet, out: Writer): void {
    const { frame, stream, end, from, to, time } = change;
    out.text(frame === null ? '    –' : String(frame).padStart(5));
    out.text(relativeText(time, this.digits).padStart(this.digits + 5));
    out.text(`${String(stream).padStart(STREAM + 2)}  ${end.padEnd(NAME)}  `);
    const states = `${from} → ${to}`;
    out.text(this.colors.state(states));
    out.text(' '.repeat(Math.max(0, STATES - states.length)));
    out.text(`  ${this.why(change)}`);
    out.line();
  }

  private why({ by, certainty, frame, role }: StateChange): string {
    const said = this.words.by(by);
    const who = role === null ? '' : ` · ${this.words[role]}`;
    if (certainty === 'seen' || frame === null) return `${said}${this.colors.dim(who)}`;
    return `${said}${this.colors.dim(`${who} · ${this.words.inferred}`)}`;
  }
}

function relativeText(nanoseconds: number, digits: number): string {
  return (nanoseconds / 1e9).toFixed(digits);
}
