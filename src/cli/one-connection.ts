import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { run } from '../run.ts';
import type { Tracker } from '../track.ts';
import { conversationsMatching } from './conversations.ts';
import { DONE, UNREADABLE, UsageFault } from './fault.ts';
import { filterOf } from './filter.ts';
import { noSuch } from './follow.ts';
import { openInput } from './input.ts';
import { warn } from './messages.ts';
import { OutputFile } from './output-file.ts';
import type { Arguments } from './parse.ts';
import { StandardOutput } from './standard-output.ts';
import { wholeNumber } from './terminal.ts';

/** What gathers a picture of one connection, packet by packet. */
interface Drawing {
  /** Answers false when nothing more is to be read. */
  packet(packet: Packet): boolean;
  /** Writes the picture; null when there is no such connection. */
  finish(): ((out: Writer) => void) | null;
  /** Connections seen in the capture so far. */
  streams(): number;
}

/**
 * Reads the capture and draws one TCP connection, to `-o FILE` or standard output; of a capture that was cut short what
 * there is. Answers with the exit status.
 */
export async function drawOne(
  given: Arguments,
  tracker: Tracker,
  timeWait: number,
  begin: (stream: number) => Drawing,
): Promise<number> {
  const chosen = await OneConnection.of(given, timeWait);
  const drawing = begin(chosen.stream);
  const { source, name } = await openInput(given);
  try {
    await run(source, tracker, { packet: (packet) => drawing.packet(packet), pause() {} });
  } finally {
    source.close();
  }
  const write = drawing.finish();
  if (write !== null) printDrawn(given, write);
  if (source.problem !== null) {
    warn(`${name}: ${source.problem.sentence}`);
    return UNREADABLE;
  }
  chosen.tell(write !== null, drawing.streams());
  return DONE;
}

/** The TCP connection that a picture is made of: `--stream`, else the first that `-Y` takes, else the first. */
class OneConnection {
  readonly stream: number;
  private readonly asked: boolean;
  /** Connections of which the filter takes a packet; null without a filter. */
  private readonly matching: number | null;

  private constructor(stream: number, asked: boolean, matching: number | null) {
    this.stream = stream;
    this.asked = asked;
    this.matching = matching;
  }

  /** With `-Y` the capture is read once for it. */
  static async of(given: Arguments, timeWait: number): Promise<OneConnection> {
    const { asked, matching } = await wantedConnections(given, timeWait, null);
    return new OneConnection(asked ?? matching?.[0] ?? 0, asked !== null, matching?.length ?? null);
  }

  /** Refuses what was not there, and says when there would have been others to show. */
  tell(found: boolean, streams: number): void {
    const { stream, asked, matching } = this;
    if (!found) throw new UsageFault(noSuch(stream, streams, 'TCP connection'));
    if (asked) return;
    if (matching === null && streams > 1) {
      warn(`this is TCP connection ${stream} of ${streams}; --stream shows another one`);
    }
    if (matching !== null && matching > 1) {
      warn(`this is TCP connection ${stream}, the first of ${matching} that match; --stream shows another one`);
    }
  }
}

/** What was typed of it: a number, or those of which the filter takes a packet, in order; null for what was not typed. */
interface Wanted {
  readonly asked: number | null;
  readonly matching: readonly number[] | null;
}

/** Reads `--stream` and `-Y`. `path` names one capture of several. */
export async function wantedConnections(given: Arguments, timeWait: number, path: string | null): Promise<Wanted> {
  const asked = given.has('stream') ? wholeNumber('--stream', given.get('stream')!, 0) : null;
  const filter = await filterOf(given);
  if (filter === null) return { asked, matching: null };
  const { tcp } = await conversationsMatching(given, filter, timeWait, path);
  if (tcp.size === 0) throw new UsageFault('the filter takes no packet of a TCP connection');
  if (asked !== null && !tcp.has(asked)) {
    throw new UsageFault(`the filter takes no packet of TCP connection ${asked}`);
  }
  return { asked, matching: [...tcp] };
}

/** `--scale`, which is for pictures. */
export function scaleOf(given: Arguments): 'even' | 'time' {
  if (given.has('scale') && !given.has('svg')) throw new UsageFault('--scale goes with --svg');
  return (given.get('scale') ?? 'even') as 'even' | 'time';
}

/** To `-o FILE`, else to standard output. */
export function printDrawn(given: Arguments, write: (out: Writer) => void): void {
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
