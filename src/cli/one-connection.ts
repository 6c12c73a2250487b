import type { Writer } from '../core/writer.ts';
import { conversationsMatching } from './conversations.ts';
import { UsageFault } from './fault.ts';
import { filterOf } from './filter.ts';
import { noSuch } from './follow.ts';
import { warn } from './messages.ts';
import { OutputFile } from './output-file.ts';
import type { Arguments } from './parse.ts';
import { StandardOutput } from './standard-output.ts';
import { wholeNumber } from './terminal.ts';

/** The TCP connection that a picture is made of: `--stream`, else the first that `-Y` takes, else the first. */
export class OneConnection {
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
    const asked = given.has('stream') ? wholeNumber('--stream', given.get('stream')!, 0) : null;
    const filter = await filterOf(given);
    if (filter === null) return new OneConnection(asked ?? 0, asked !== null, null);
    const { tcp } = await conversationsMatching(given, filter, timeWait);
    if (tcp.size === 0) throw new UsageFault('the filter takes no packet of a TCP connection');
    if (asked !== null && !tcp.has(asked)) {
      throw new UsageFault(`the filter takes no packet of TCP connection ${asked}`);
    }
    return new OneConnection(asked ?? [...tcp][0]!, asked !== null, tcp.size);
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
