import { writeSocketLine, writeSocketNdjson, writeSocketsTable } from '../output/sockets.ts';
import { socketsWords } from '../output/sockets-words.ts';
import { unread } from '../streams/transcript.ts';
import type { Connection } from '../tcp/connection.ts';
import { type Socket, socketsOf } from '../tcp/sockets.ts';
import { Tracker } from '../track.ts';
import { Conversations } from './conversations.ts';
import { UsageFault } from './fault.ts';
import { filterOf } from './filter.ts';
import { openInput } from './input.ts';
import { keysOf } from './keys.ts';
import { languagesOf } from './language.ts';
import { warn } from './messages.ts';
import { FramesUntil, momentOf } from './moment.ts';
import type { Arguments } from './parse.ts';
import { readCapture } from './reading.ts';
import { Selection } from './select.ts';
import { StandardOutput } from './standard-output.ts';
import { paletteOf, widthOf } from './terminal.ts';
import { timeWaitOf } from './time-wait.ts';

/** Sockets that a table shows at the most. */
const TABLE_ROWS = 200;

/** `dissect sockets FILE --at T`: the sockets of one moment. Answers with the exit status. */
export async function sockets(given: Arguments): Promise<number> {
  const moment = momentOf(given.get('at'));
  const host = hostOf(given);
  const filter = await filterOf(given);
  const selection = new Selection(given, null);
  const width = widthOf(given);
  const timeWait = timeWaitOf(given);
  const words = socketsWords[languagesOf(given, process.env)[0] ?? 'en'];
  const input = await openInput(given);
  const source = new FramesUntil(input.source, moment);
  const output = new StandardOutput(input.live);
  const { writer } = output;
  // Nobody reads what connections carry, unless the filter asks for it.
  const tracker = new Tracker(
    filter === null
      ? { timeWait, explain: false, payload: () => unread }
      : { timeWait, keys: keysOf(given), explain: filter.asksEvents, contents: filter.asksContents },
  );
  const matching = new Conversations();
  return readCapture({ ...input, source }, tracker, {
    output,
    packet(packet) {
      if (filter?.takes(packet, tracker)) matching.add(packet);
      return true;
    },
    end() {
      tracker.advance(source.now);
      if (moment.kind !== 'end' && !source.reached && source.problem === null) {
        warn('the capture ends before that moment: this is how things stood at its end');
      }
      const listed = chosen();
      if (given.get('T') === 'ndjson') for (const socket of listed) writeSocketNdjson(socket, writer);
      else if (listed.length === 0) writer.text(`${words.none}\n`);
      else if (listed.length <= TABLE_ROWS) writeSocketsTable(listed, words, paletteOf(given), width, writer);
      else for (const socket of listed) writeSocketLine(socket, writer);
    },
  });

  function chosen(): Socket[] {
    const sockets = socketsOf({ [Symbol.iterator]: connections });
    return [...sockets].filter(({ local }) => host === null || local.startsWith(`${host}:`));
  }

  function* connections(): Generator<Connection> {
    for (const connection of tracker.connections.inTurn()) {
      const { stream } = connection;
      if (selection.takesStream(stream) && (filter === null || matching.tcp.has(stream))) yield connection;
    }
  }
}

/** `--host`, as names of ends begin: `192.168.0.10`, `[2001:db8::1]`. */
function hostOf(given: Arguments): string | null {
  const host = given.get('host');
  if (host === null) return null;
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(bare)) return bare;
  if (/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(bare)) return `[${shortened(bare)}]`;
  throw new UsageFault(`--host wants an IP address, not "${host}"`);
}

/** An IPv6 address in the one form in which names have it (RFC 5952): URL parsing shortens in that way. */
function shortened(address: string): string {
  try {
    return new URL(`http://[${address}]`).hostname.slice(1, -1);
  } catch {
    throw new UsageFault(`--host wants an IP address, not "${address}"`);
  }
}
