import type { Writer } from '../core/writer.ts';
import type { Socket } from '../tcp/sockets.ts';
import type { Palette } from './color.ts';
import { writeJson } from './json-text.ts';
import { grouped } from './numbers.ts';
import type { SocketsWords } from './sockets-words.ts';
import { writeTable } from './table.ts';
import { padCells } from './width.ts';

/** One object a socket: the first four keys and their order are a contract. */
export function writeSocketNdjson({ local, foreign, state, sendQueue }: Socket, out: Writer): void {
  writeJson({ proto: 'tcp', local, foreign: foreign ?? ANY, state, send_queue: sendQueue, schema: 1 }, out);
  out.line();
}

/** As netstat writes the other end of a socket that listens. */
const ANY = '*:*';

const queue = ({ sendQueue }: Socket): string => (sendQueue === null ? '' : grouped(sendQueue));

export function writeSocketsTable(
  sockets: readonly Socket[],
  words: SocketsWords,
  colors: Palette,
  width: number,
  out: Writer,
): void {
  const stateOf = ({ state, seen }: Socket): string =>
    state === 'UNKNOWN' && !seen ? `${colors.state(state)} ${colors.dim(words.unseen)}` : colors.state(state);
  const columns = [
    { head: words.protocol },
    { head: words.sendQueue, align: 'right' },
    { head: words.local, least: 15 },
    { head: words.foreign, least: 15 },
    { head: words.state },
  ] as const;
  writeTable(
    columns.map((column) => ({ ...column, head: colors.title(column.head) })),
    sockets.map((socket) => ['tcp', queue(socket), socket.local, socket.foreign ?? ANY, stateOf(socket)]),
    width,
    out,
  );
}

/** As netstat itself prints it, for lists that are longer than a table should be. */
export function writeSocketLine(socket: Socket, out: Writer): void {
  const { local, foreign, state } = socket;
  out.text(`tcp  ${queue(socket).padStart(8)}  ${padCells(local, 22)} ${padCells(foreign ?? ANY, 22)} ${state}`);
  out.line();
}
