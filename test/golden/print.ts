import { readCapture } from '../../src/capture/from-bytes.ts';
import type { FrameSource } from '../../src/core/frame.ts';
import { Writer } from '../../src/core/writer.ts';
import { openExplainer } from '../../src/explain/explainer.ts';
import type { Language } from '../../src/notes/note.ts';
import { CardPrinter } from '../../src/output/card.ts';
import { PLAIN } from '../../src/output/color.ts';
import { FIELDS_FORMAT, FieldsPrinter } from '../../src/output/fields.ts';
import { JsonPrinter } from '../../src/output/json.ts';
import { LinePrinter } from '../../src/output/line.ts';
import type { Printer } from '../../src/output/printer.ts';
import { timeWriter } from '../../src/output/time.ts';
import { TreePrinter } from '../../src/output/tree.ts';
import { run } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';

/** Seconds that TIME_WAIT lasts when nobody says otherwise. */
export const TIME_WAIT = 240;
/** Cells of a line. */
export const WIDTH = 100;

/** The forms that golden files keep, and how the command line asks for each. */
export const FORMS = {
  'line.txt': '',
  'tree.txt': '-V',
  'en.txt': '--explain --lang en',
  'ko.txt': '--explain --lang ko',
  ndjson: '-T ndjson --explain --lang en',
} as const;

export type Form = keyof typeof FORMS;
export const forms = Object.keys(FORMS) as Form[];

async function printerOf(form: Form, source: FrameSource): Promise<Printer> {
  const time = timeWriter('r', source);
  switch (form) {
    case 'line.txt':
      return new LinePrinter(time);
    case 'tree.txt':
      return new TreePrinter({ only: null, tree: true, line: false, hex: false, palette: PLAIN }, time);
    case 'ndjson':
      return new JsonPrinter({ array: false, only: null, explainer: await openExplainer(['en'], 'normal') });
    default: {
      const explainer = await openExplainer([form.slice(0, 2) as Language], 'normal');
      const card = new CardPrinter(explainer, 'normal', WIDTH);
      return {
        packet: (packet, tracker, out) => card.packet(packet, tracker, (to) => time(packet.frame, to), out),
        end: (out) => card.end(out),
      };
    }
  }
}

/** What `dissect` prints for a capture in one form: without colour, `WIDTH` cells wide. */
export async function printed(form: Form, capture: Uint8Array | FrameSource): Promise<string> {
  const source = capture instanceof Uint8Array ? readCapture(capture) : capture;
  const explain = form === 'en.txt' || form === 'ko.txt' || form === 'ndjson';
  return print(source, await printerOf(form, source), explain);
}

/** `-T fields` with the columns given: one array of cells a frame. */
export async function fieldRows(columns: readonly string[], capture: Uint8Array): Promise<string[][]> {
  const text = await print(readCapture(capture), new FieldsPrinter(columns, FIELDS_FORMAT), false);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
}

async function print(source: FrameSource, printer: Printer, explain: boolean): Promise<string> {
  const out = new Writer();
  const tracker = new Tracker({ timeWait: TIME_WAIT, explain });
  printer.begin?.(out);
  await run(source, tracker, {
    packet(packet) {
      printer.packet(packet, tracker, out);
      return true;
    },
    pause() {},
  });
  printer.end?.(out);
  source.close();
  return out.toString();
}
