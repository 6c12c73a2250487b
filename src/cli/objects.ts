import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { brotliDecompressSync, constants } from 'node:zlib';
import type { Packet } from '../core/packet.ts';
import { safeText } from '../core/writer.ts';
import { EventLog } from '../events/event.ts';
import { type Carried, LARGEST_OBJECT, OBJECTS_LIMIT } from '../objects/carried.ts';
import { Collector } from '../objects/collector.ts';
import { fileNameOf } from '../objects/file-name.ts';
import { Names } from '../objects/names.ts';
import { grouped } from '../output/numbers.ts';
import { type ObjectRow, writeObjectJson, writeObjectLine, writeObjectsTable } from '../output/objects.ts';
import { objectsWords } from '../output/objects-words.ts';
import { LARGEST_CONTENT } from '../protocols/content-coding.ts';
import { streamsOf } from '../streams/index.ts';
import { StreamBudget } from '../tcp/reassembly.ts';
import { REMEMBERED, Tracker } from '../track.ts';
import { UsageFault } from './fault.ts';
import { filterOf } from './filter.ts';
import { Folder } from './folder.ts';
import { openInput } from './input.ts';
import { exitOnInterrupt } from './interrupt.ts';
import { keysOf } from './keys.ts';
import { languagesOf } from './language.ts';
import type { Arguments } from './parse.ts';
import { readCapture } from './reading.ts';
import { Selection } from './select.ts';
import { StandardOutput } from './standard-output.ts';
import { paletteOf, widthOf } from './terminal.ts';
import { TIME_WAIT } from './time-wait.ts';

/** Objects that a table shows at the most. */
const TABLE_ROWS = 200;

/** `dissect objects FILE`: what HTTP, FTP and SMTP carried, listed or written into a folder. Answers with the exit status. */
export async function objects(given: Arguments): Promise<number> {
  const to = folderOf(given);
  const filter = await filterOf(given);
  const selection = new Selection(given, null);
  const keys = keysOf(given);
  const input = await openInput(given);
  const output = new StandardOutput(input.live);
  const list = listOf(given, output);
  const events = new EventLog();
  // What was found in the packet at hand: whether it is wanted is known once the packet was tracked.
  let found: Carried[] = [];
  const streams = streamsOf(events, keys, {
    budget: new StreamBudget(OBJECTS_LIMIT),
    longest: LARGEST_OBJECT,
    taker: new Collector((carried) => found.push(carried)),
  });
  const tracker = new Tracker({
    timeWait: TIME_WAIT,
    keys,
    explain: filter?.asksEvents === true,
    remembered: REMEMBERED,
    payload: streams.open,
  });
  const folder = to === null ? null : new Folder(to, given.has('force'));
  if (folder !== null && !input.live) exitOnInterrupt();
  const names = new Names();
  return readCapture(input, tracker, {
    output,
    packet(packet) {
      if (found.length > 0) hand(packet);
      return true;
    },
    // Between two pieces of the capture, so that a signal is heard: files are never left half written.
    pause: () => new Promise(setImmediate),
    end() {
      streams.finish();
      hand(null);
      list.end(to);
    },
  });

  /** What is left of objects at the end has no packet; a filter takes none of it. */
  function hand(packet: Packet | null): void {
    const taken = filter === null || (packet !== null && filter.takes(packet, tracker));
    for (const carried of found) if (taken && selection.takesStream(carried.stream)) put(carried);
    found = [];
  }

  function put(found: Carried): void {
    const carried = withoutBrotli(found);
    const { content, ...about } = carried;
    const wanted = fileNameOf(carried);
    const name = folder === null ? names.nameFor(wanted) : folder.write(wanted, content);
    const path = to === null ? null : join(to, name);
    const hash = given.has('hash') ? createHash('sha256').update(content).digest('hex') : null;
    list.add({ ...about, octets: content.length, name, path, hash });
  }
}

/** Brotli (RFC 7932) is what browsers ask for most; Node undoes it, as far as it came. */
function withoutBrotli(carried: Carried): Carried {
  if (carried.coding?.toLowerCase() !== 'br') return carried;
  try {
    const content = brotliDecompressSync(carried.content, {
      finishFlush: constants.BROTLI_OPERATION_FLUSH,
      maxOutputLength: LARGEST_CONTENT,
    });
    return content.length === 0 ? carried : { ...carried, content, coding: null };
  } catch {
    return carried; // damaged, or larger than what is inflated
  }
}

function folderOf(given: Arguments): string | null {
  const to = given.get('to');
  if (to === '') throw new UsageFault('--to needs the name of a folder');
  if (to === null && given.has('force')) throw new UsageFault('--force goes with --to: it lets files be replaced');
  return to;
}

interface List {
  add(row: ObjectRow): void;
  end(folder: string | null): void;
}

function listOf(given: Arguments, output: StandardOutput): List {
  const form = given.get('T') ?? 'text';
  return form === 'text' ? textList(given, output) : machineList(form === 'json', output);
}

/** A table when all is read, or lines as they come once there are too many for one. */
function textList(given: Arguments, output: StandardOutput): List {
  const { writer } = output;
  const words = objectsWords[languagesOf(given, process.env)[0] ?? 'en'];
  const [colors, width] = [paletteOf(given), widthOf(given)];
  const table: ObjectRow[] = [];
  let [count, octets, cut] = [0, 0, 0];
  return {
    add(row) {
      octets += row.octets;
      if (row.cut !== null) cut++;
      if (++count <= TABLE_ROWS) {
        table.push(row);
        return;
      }
      for (const earlier of table.splice(0)) writeObjectLine(earlier, words, colors, writer);
      writeObjectLine(row, words, colors, writer);
      output.flushWhenLarge();
    },
    end(folder) {
      if (table.length > 0) writeObjectsTable(table, words, colors, width, writer);
      const counted = count === 0 ? words.none : words.counted(grouped(count), grouped(octets), cut);
      writer.text(folder === null || count === 0 ? counted : `${counted}, ${words.written(safeText(folder))}`);
      writer.line();
    },
  };
}

function machineList(array: boolean, output: StandardOutput): List {
  const { writer } = output;
  let count = 0;
  return {
    add(row) {
      if (array) writer.ascii(count++ === 0 ? '[\n' : ',\n');
      writeObjectJson(row, writer);
      if (!array) writer.line();
      output.flushWhenLarge();
    },
    end() {
      if (array) writer.ascii(count === 0 ? '[]\n' : '\n]\n');
    },
  };
}
