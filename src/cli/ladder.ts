import { type Ladder, LadderBuilder } from '../output/ladder.ts';
import { writeLadderSvg } from '../output/ladder-svg.ts';
import { writeLadder } from '../output/ladder-text.ts';
import { ladderWords } from '../output/ladder-words.ts';
import { run } from '../run.ts';
import { Tracker } from '../track.ts';
import { DONE, UNREADABLE, UsageFault } from './fault.ts';
import { openInput } from './input.ts';
import { languagesOf } from './language.ts';
import { warn } from './messages.ts';
import { OneConnection, printDrawn } from './one-connection.ts';
import type { Arguments } from './parse.ts';
import { paletteOf, widthOf } from './terminal.ts';
import { timeWaitOf } from './time-wait.ts';

/** `dissect ladder FILE`: one connection as a sequence diagram. Answers with the exit status. */
export async function ladder(given: Arguments): Promise<number> {
  const timeWait = timeWaitOf(given);
  const draw = drawerOf(given);
  const chosen = await OneConnection.of(given, timeWait);
  const { source, name } = await openInput(given);
  const tracker = new Tracker({ timeWait, explain: false, changes: true });
  const builder = new LadderBuilder(chosen.stream, timeWait, !given.has('all'));
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
  chosen.tell(drawn !== null, builder.streams);
  return DONE;
}

type Drawer = (ladder: Ladder) => void;

/** Judges the options before the capture is read. */
function drawerOf(given: Arguments): Drawer {
  const words = ladderWords[languagesOf(given, process.env)[0] ?? 'en'];
  if (!given.has('svg')) {
    if (given.has('scale')) throw new UsageFault('--scale goes with --svg');
    const [width, palette] = [widthOf(given), paletteOf(given)];
    return (drawn) => printDrawn(given, (out) => writeLadder(drawn, words, width, out, palette));
  }
  const scale = (given.get('scale') ?? 'even') as 'even' | 'time';
  return (drawn) => printDrawn(given, (out) => writeLadderSvg(drawn, words, { scale }, out));
}
