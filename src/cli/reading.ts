import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import type { GivenUp } from '../flows/limits.ts';
import { run } from '../run.ts';
import type { Tracker } from '../track.ts';
import { DONE, UNREADABLE } from './fault.ts';
import type { Input } from './input.ts';
import { endOnInterrupt } from './interrupt.ts';
import { warn } from './messages.ts';
import { Progress } from './progress.ts';

/** Where what is printed goes. */
export interface Output {
  readonly writer: Writer;
  /** True when it should go out as soon as there is nothing more at hand. */
  readonly prompt: boolean;
  flushWhenLarge(): void;
  flush(): void;
}

/** What a command makes of a capture. */
interface Reader {
  readonly output: Output;
  /** Answers false when nothing more is to be read. */
  packet(packet: Packet): boolean;
  /** All frames at hand were given, and nobody minds to wait. */
  pause?(): void | Promise<void>;
  /** Everything was read, or as much as could be; or the person who watches has seen enough. */
  end(): void;
}

/** Says so where a limit stood against putting something together. */
function tellGivenUp(name: string, { datagrams, streams }: GivenUp): void {
  const said = [
    ...(datagrams > 0 ? [`fragments of ${datagrams} datagrams (--limit datagrams=, fragments=)`] : []),
    ...(streams > 0 ? [`octets of TCP streams ${streams} times (--limit stream=, streams=)`] : []),
  ];
  if (said.length > 0) warn(`${name}: limits were reached, and given up were ${said.join(' and ')}`);
}

/** Reads a capture from beginning to end. Answers with the exit status. */
export async function readCapture({ source, name, live }: Input, tracker: Tracker, reader: Reader): Promise<number> {
  const { output } = reader;
  const progress = new Progress();
  let frames = 0;
  const stop = () => {
    progress.end();
    if (frames === 0 && source.problem !== null) return; // of what is no capture, there is nothing to print
    reader.end();
    output.flush();
    tellGivenUp(name, tracker.givenUp);
  };
  if (live) endOnInterrupt(stop);
  try {
    await run(source, tracker, {
      packet(packet) {
        const more = reader.packet(packet);
        frames = packet.frame.number;
        output.flushWhenLarge();
        progress.frame(frames);
        return more;
      },
      pause() {
        if (output.prompt && frames > 0) output.flush();
        return reader.pause?.();
      },
    });
    stop();
  } finally {
    source.close();
  }
  if (source.problem === null) return DONE;
  warn(`${name}: ${source.problem.sentence}`);
  return UNREADABLE;
}
