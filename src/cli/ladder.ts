import type { Writer } from '../core/writer.ts';
import { type Ladder, LadderBuilder } from '../output/ladder.ts';
import { writeLadderSvg } from '../output/ladder-svg.ts';
import { writeLadder } from '../output/ladder-text.ts';
import { ladderWords } from '../output/ladder-words.ts';
import { Tracker } from '../track.ts';
import { keysOf } from './keys.ts';
import { languagesOf } from './language.ts';
import { drawOne, scaleOf } from './one-connection.ts';
import type { Arguments } from './parse.ts';
import { paletteOf, widthOf } from './terminal.ts';
import { timeWaitOf } from './time-wait.ts';

/**
 * `dissect ladder FILE`: one connection as a sequence diagram; with captures of both sides of a translator, through that.
 * Answers with the exit status.
 */
export async function ladder(given: Arguments): Promise<number> {
  const paths = [...given.operands, ...given.all('r')];
  if (paths.length > 1 || given.has('nat')) return (await import('./nat-ladder.ts')).natLadder(paths, given);
  const timeWait = timeWaitOf(given);
  const draw = drawerOf(given);
  const tracker = new Tracker({ timeWait, explain: false, changes: true, keys: keysOf(given) });
  return drawOne(given, tracker, timeWait, (stream) => {
    const builder = new LadderBuilder(stream, timeWait, !given.has('all'));
    return {
      packet(packet) {
        builder.packet(packet, tracker.changes);
        return true;
      },
      finish() {
        const drawn = builder.finish();
        return drawn === null ? null : (out) => draw(drawn, out);
      },
      streams: () => builder.streams,
    };
  });
}

/** Judges the options before the capture is read. */
function drawerOf(given: Arguments): (ladder: Ladder, out: Writer) => void {
  const words = ladderWords[languagesOf(given, process.env)[0] ?? 'en'];
  const scale = scaleOf(given);
  if (given.has('svg')) return (drawn, out) => writeLadderSvg(drawn, words, { scale }, out);
  const [width, palette] = [widthOf(given), paletteOf(given)];
  return (drawn, out) => writeLadder(drawn, words, width, out, palette);
}
