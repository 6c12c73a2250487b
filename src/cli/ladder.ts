import type { Writer } from '../core/writer.ts';
import { type Ladder, LadderBuilder } from '../output/ladder.ts';
import { writeLadderSvg } from '../output/ladder-svg.ts';
import { writeLadder } from '../output/ladder-text.ts';
import { ladderWords } from '../output/ladder-words.ts';
import { run } from '../run.ts';
import { Tracker } from '../track.ts';
import { conversationsMatching } from './conversations.ts';
import { DONE, UNREADABLE, UsageFault } from './fault.ts';
import { filterOf } from './filter.ts';
import { noSuch } from './follow.ts';
import { openInput } from './input.ts';
import { languagesOf } from './language.ts';
import { warn } from './messages.ts';
import { OutputFile } from './output-file.ts';
import type { Arguments } from './parse.ts';
import { StandardOutput } from './standard-output.ts';
import { paletteOf, wholeNumber, widthOf } from './terminal.ts';
import { timeWaitOf } from './time-wait.ts';

/** `dissect ladder FILE`: one connection as a sequence diagram. Answers with the exit status. */
export async function ladder(given: Arguments): Promise<number> {
  const asked = given.has('stream') ? wholeNumber('--stream', given.get('stream')!, 0) : null;
  const timeWait = timeWaitOf(given);
  const draw = drawerOf(given);
  const matching = await connectionsMatching(given, timeWait, asked);
  const stream = asked ?? matching?.[0] ?? 0;
  const { source, name } = await openInput(given);
  const tracker = new Tracker({ timeWait, explain: false, changes: true });
  const builder = new LadderBuilder(stream, timeWait, !given.has('all'));
  try {
    await run(source, tracker, {
      packet(packet) {
        builder.packet(packet, tracker.changes);
        return true;
      },
      pause() {},
    });
  } finally {
    source.close();
  }
  const drawn = builder.finish();
  if (drawn !== null) draw(drawn);
  if (source.problem !== null) {
    warn(`${name}: ${source.problem.sentence}`);
    return UNREADABLE;
  }
  if (drawn === null) throw new UsageFault(noSuch(stream, builder.streams, 'TCP connection'));
  if (asked === null && matching === null && builder.streams > 1) {
    warn(`this is TCP connection 0 of ${builder.streams}; --stream shows another one`);
  }
  if (asked === null && matching !== null && matching.length > 1) {
    warn(`this is TCP connection ${stream}, the first of ${matching.length} that match; --stream shows another one`);
  }
  return DONE;
}

/** Those of which the filter takes a packet, in order; null without a filter. */
async function connectionsMatching(
  given: Arguments,
  timeWait: number,
  asked: number | null,
): Promise<readonly number[] | null> {
  const filter = await filterOf(given);
  if (filter === null) return null;
  const { tcp } = await conversationsMatching(given, filter, timeWait);
  if (tcp.size === 0) throw new UsageFault('the filter takes no packet of a TCP connection');
  if (asked !== null && !tcp.has(asked)) {
    throw new UsageFault(`the filter takes no packet of TCP connection ${asked}`);
  }
  return [...tcp];
}

type Drawer = (ladder: Ladder) => void;

/** Judges the options before the capture is read. */
function drawerOf(given: Arguments): Drawer {
  const words = ladderWords[languagesOf(given, process.env)[0] ?? 'en'];
  if (!given.has('svg')) {
    if (given.has('scale')) throw new UsageFault('--scale goes with --svg');
    const [width, palette] = [widthOf(given), paletteOf(given)];
    return (drawn) => print(given, (out) => writeLadder(drawn, words, width, out, palette));
  }
  const scale = (given.get('scale') ?? 'even') as 'even' | 'time';
  return (drawn) => print(given, (out) => writeLadderSvg(drawn, words, { scale }, out));
}

/** To `-o FILE`, else to standard output. */
function print(given: Arguments, write: (out: Writer) => void): void {
  const path = given.get('o');
  if (path === null || path === '-') {
    const output = new StandardOutput(false);
    write(output.writer);
    output.flush();
    return;
  }
  const file = new OutputFile(path);
  write(file.writer);
  file.finish();
}
