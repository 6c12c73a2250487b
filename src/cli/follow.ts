import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import { EventLog } from '../events/event.ts';
import type { KeyLog } from '../flows/key-log.ts';
import { UdpStream } from '../flows/udp-streams.ts';
import {
  type FollowedConversation,
  FollowHexPrinter,
  FollowNdjsonPrinter,
  type FollowPrinter,
  FollowRawPrinter,
  FollowTextPrinter,
} from '../output/follow.ts';
import { followWords } from '../output/follow-words.ts';
import { writeAddress } from '../output/line.ts';
import { dstPort, srcPort } from '../protocols/udp.ts';
import { run } from '../run.ts';
import { openStreams } from '../streams/index.ts';
import type { Arrival } from '../streams/stream.ts';
import type { ClearReader } from '../streams/tls-inside.ts';
import { type Place, Transcript, type TranscriptReader, unread } from '../streams/transcript.ts';
import { type MessageReader, WebSocketTranscript } from '../streams/websocket-transcript.ts';
import { Connection } from '../tcp/connection.ts';
import type { PayloadOpener } from '../tcp/payload.ts';
import { StreamBudget } from '../tcp/reassembly.ts';
import { Segment } from '../tcp/segment.ts';
import { Tracker } from '../track.ts';
import { conversationsMatching } from './conversations.ts';
import { DONE, UNREADABLE, UsageFault } from './fault.ts';
import { filterOf } from './filter.ts';
import { openInput } from './input.ts';
import { endOnInterrupt } from './interrupt.ts';
import { keysOf } from './keys.ts';
import { languagesOf } from './language.ts';
import { warn } from './messages.ts';
import type { Arguments } from './parse.ts';
import { StandardOutput } from './standard-output.ts';
import { isTerminal, paletteOf, wholeNumber } from './terminal.ts';
import { TIME_WAIT } from './time-wait.ts';

/** `dissect follow FILE`: the bytes of one conversation. Answers with the exit status. */
export async function follow(given: Arguments): Promise<number> {
  if (given.has('udp') && given.has('stream')) throw new UsageFault('--stream and --udp cannot go together');
  if (given.has('udp') && given.has('decrypted')) throw new UsageFault('--decrypted goes with TCP connections only');
  const { protocol, stream: wanted } = await choiceOf(given);
  if (given.get('T') === 'raw' && isTerminal(1)) {
    throw new UsageFault('raw bytes can drive a terminal; send them to a file or into a pipe');
  }
  const input = await openInput(given);
  const output = new StandardOutput(input.live);
  const printer = printerOf(given, output.writer);
  const side = new Side(given.get('side') ?? 'both', printer);
  const keys = keysOf(given);
  const reader = readerOf(side);
  const carried = given.has('decrypted') ? new Decrypted(reader, keys) : new Carried(reader);
  const followed =
    protocol === 'tcp' ? new FollowedConnection(wanted, side, carried) : new FollowedDatagrams(wanted, side);
  const tracker = new Tracker({ timeWait: TIME_WAIT, explain: false, keys, payload: followed.open });
  const stop = () => {
    followed.finish();
    output.flush();
  };
  if (input.live) endOnInterrupt(stop);
  try {
    await run(input.source, tracker, {
      packet(packet) {
        followed.packet(packet);
        output.flushWhenLarge();
        return true;
      },
      pause() {
        if (output.prompt) output.flush();
      },
    });
    stop();
  } finally {
    input.source.close();
  }
  if (input.source.problem !== null) {
    warn(`${input.name}: ${input.source.problem.sentence}`);
    return UNREADABLE;
  }
  if (!followed.found) throw new UsageFault(followed.absent());
  if (carried.empty) warn('nothing of it could be decrypted: it is not TLS, or its keys are not there');
  return DONE;
}

interface Choice {
  readonly protocol: 'tcp' | 'udp';
  readonly stream: number;
}

/** The conversation that was asked for by its number, or the first one of which the filter takes a packet. */
async function choiceOf(given: Arguments): Promise<Choice> {
  const udp = given.get('udp');
  const protocol = udp === null ? 'tcp' : 'udp';
  const number = udp ?? given.get('stream');
  const asked = number === null ? null : wholeNumber(udp === null ? '--stream' : '--udp', number, 0);
  const filter = await filterOf(given);
  if (filter === null) return { protocol, stream: asked ?? 0 };
  const matching = await conversationsMatching(given, filter, TIME_WAIT);
  if (asked !== null) {
    if (matching[protocol].has(asked)) return { protocol, stream: asked };
    throw new UsageFault(`the filter takes no packet of ${KIND[protocol]} ${asked}`);
  }
  const { first } = matching;
  if (first === null) throw new UsageFault('the filter takes no packet of a conversation');
  const count = matching.tcp.size + matching.udp.size;
  if (count > 1) {
    const name = `${KIND[first.protocol]} ${first.stream}`;
    warn(`this is ${name}, the first of ${count} that match; --stream or --udp shows another one`);
  }
  return first;
}

const KIND = { tcp: 'TCP connection', udp: 'UDP conversation' } as const;

function printerOf(given: Arguments, out: Writer): FollowPrinter {
  const words = followWords[languagesOf(given, process.env)[0] ?? 'en'];
  switch (given.get('T') ?? 'text') {
    case 'hex':
      return new FollowHexPrinter(out, paletteOf(given), words);
    case 'raw':
      return new FollowRawPrinter(out, words, warn);
    case 'ndjson':
      return new FollowNdjsonPrinter(out);
    default:
      return new FollowTextPrinter(out, paletteOf(given), words);
  }
}

/** The bytes as they were sent, or, where the form shows them, the messages of WebSocket. */
const readerOf = (side: Side): Side | WebSocketTranscript =>
  side.printer.message === undefined ? side : new WebSocketTranscript(side);

/** `--side`: lets through what one end sent. */
class Side implements MessageReader {
  readonly printer: FollowPrinter;
  private readonly choice: string;
  private conversation!: FollowedConversation;

  constructor(choice: string, printer: FollowPrinter) {
    this.choice = choice;
    this.printer = printer;
  }

  begin(conversation: FollowedConversation): void {
    this.conversation = conversation;
    if (this.choice === 'both' || this.choice.length === 1 || conversation.role(0) !== null) {
      this.printer.begin(conversation);
      return;
    }
    throw new UsageFault(`which end is the ${this.choice} cannot be told from this capture; use --side a or --side b`);
  }

  takes(direction: 0 | 1): boolean {
    if (this.choice === 'both') return true;
    if (this.choice.length === 1) return direction === (this.choice === 'a' ? 0 : 1);
    return this.conversation.role(direction) === this.choice;
  }

  readonly bytes: TranscriptReader['bytes'] = (place, bytes, from, to) => {
    if (this.takes(place.direction)) this.printer.bytes(place, bytes, from, to);
  };
  readonly missing: TranscriptReader['missing'] = (place, length, cause) => {
    if (this.takes(place.direction)) this.printer.missing(place, length, cause);
  };
  readonly late: TranscriptReader['late'] = (place, length) => {
    if (this.takes(place.direction)) this.printer.late(place, length);
  };
  readonly differs: TranscriptReader['differs'] = (place, length) => {
    if (this.takes(place.direction)) this.printer.differs(place, length);
  };
  readonly upgraded: MessageReader['upgraded'] = (place) => this.printer.upgraded?.(place);
  readonly message: MessageReader['message'] = (place, code, compressed, bytes) => {
    if (this.takes(place.direction)) this.printer.message?.(place, code, compressed, bytes);
  };
  readonly unframed: MessageReader['unframed'] = (place) => {
    if (this.takes(place.direction)) this.printer.unframed?.(place);
  };

  finish(): void {}
}

/** What is followed through the capture. */
interface Followed {
  readonly open: PayloadOpener;
  readonly found: boolean;
  packet(packet: Packet): void;
  finish(): void;
  /** Why nothing was found. */
  absent(): string;
}

/** What a connection carries, as TCP puts it together. */
class Carried {
  /** True where there should have been something. */
  readonly empty: boolean = false;
  readonly directions: readonly [Count, Count];
  private readonly reader: Side | WebSocketTranscript;
  private readonly transcript: Transcript;

  constructor(reader: Side | WebSocketTranscript) {
    this.reader = reader;
    this.transcript = new Transcript(reader, new StreamBudget());
    this.directions = this.transcript.directions;
  }

  readonly open: PayloadOpener = () => this.transcript;

  begun(direction: 0 | 1): boolean {
    return this.transcript.directions[direction].begun;
  }

  finish(): void {
    this.transcript.finish();
    this.reader.finish();
  }
}

/** What a connection carries inside of TLS. */
class Decrypted implements ClearReader {
  readonly directions: readonly [Count, Count] = [
    { shown: 0, lost: 0 },
    { shown: 0, lost: 0 },
  ];
  readonly open: PayloadOpener;
  private readonly reader: Side | WebSocketTranscript;

  constructor(reader: Side | WebSocketTranscript, keys: KeyLog) {
    this.reader = reader;
    this.open = openStreams(new EventLog(), keys, { clearReader: this });
  }

  get empty(): boolean {
    return this.directions[0].shown + this.directions[1].shown === 0;
  }

  clear(direction: 0 | 1, bytes: Uint8Array, from: number, to: number, { packet }: Arrival): void {
    this.reader.bytes(this.place(direction, packet), bytes, from, to);
    this.directions[direction].shown += to - from;
  }

  closed(direction: 0 | 1, length: number, { packet }: Arrival): void {
    this.reader.missing(this.place(direction, packet), length, 'hole');
    this.directions[direction].lost += length;
  }

  private place(direction: 0 | 1, { frame }: Packet): Place {
    const { shown, lost } = this.directions[direction];
    return { direction, offset: shown + lost, frame: frame.number };
  }

  begun(): boolean {
    return true;
  }

  finish(): void {
    this.reader.finish();
  }
}

class FollowedConnection implements Followed {
  private readonly stream: number;
  private readonly side: Side;
  private readonly carried: Carried | Decrypted;
  private connection: Connection | null = null;
  private streams = 0;
  private begun = false;
  private finished = false;

  constructor(stream: number, side: Side, carried: Carried | Decrypted) {
    this.stream = stream;
    this.side = side;
    this.carried = carried;
  }

  readonly open: PayloadOpener = (about, portA, portB) => {
    if (!(about instanceof Connection) || about.stream !== this.stream) return unread;
    this.begin(about);
    return this.carried.open(about, portA, portB);
  };

  get found(): boolean {
    return this.streams > this.stream;
  }

  packet(packet: Packet): void {
    for (let i = 1; i < packet.count; i++) {
      const { context } = packet.layers[i]!;
      if (!(context instanceof Segment)) continue;
      const { connection } = context;
      if (connection.stream >= this.streams) this.streams = connection.stream + 1;
      if (connection.stream === this.stream) this.hold(connection);
    }
  }

  finish(): void {
    if (this.finished) return;
    this.finished = true;
    if (this.connection === null) return;
    this.begin(this.connection);
    this.carried.finish();
    const { directions } = this.carried;
    this.side.printer.end([this.side.takes(0) ? directions[0] : null, this.side.takes(1) ? directions[1] : null]);
  }

  absent(): string {
    return noSuch(this.stream, this.streams, 'TCP connection');
  }

  /** Once its first bytes come, or at the end when it carries none. */
  private hold(connection: Connection): void {
    this.connection ??= connection;
    connection.held = true;
  }

  private begin(connection: Connection): void {
    if (this.begun) return;
    this.begun = true;
    this.connection = connection;
    this.side.begin({
      protocol: 'tcp',
      stream: connection.stream,
      names: [connection.nameA, connection.nameB],
      role: (direction) => (direction === 0 ? connection.a.role : connection.b.role),
      begun: (direction) => this.carried.begun(direction),
    });
  }
}

interface Count {
  shown: number;
  lost: number;
}

class FollowedDatagrams implements Followed {
  private readonly stream: number;
  private readonly side: Side;
  private readonly sides: readonly [Count, Count] = [
    { shown: 0, lost: 0 },
    { shown: 0, lost: 0 },
  ];
  private streams = 0;
  private finished = false;

  constructor(stream: number, side: Side) {
    this.stream = stream;
    this.side = side;
  }

  readonly open: PayloadOpener = () => unread;

  get found(): boolean {
    return this.streams > this.stream;
  }

  packet(packet: Packet): void {
    for (let i = 1; i < packet.count; i++) {
      const udp = packet.layers[i]!;
      if (!(udp.context instanceof UdpStream) || udp.quoted) continue;
      const { stream, direction } = udp.context;
      const isFirst = stream === this.stream && stream >= this.streams;
      if (stream >= this.streams) this.streams = stream + 1;
      if (stream !== this.stream) continue;
      if (isFirst) this.side.begin(this.conversation(udp));
      this.datagram(udp, direction, packet.frame.number);
    }
  }

  private datagram(udp: Layer, direction: 0 | 1, frame: number): void {
    const { bytes, headerEnd, wireEnd } = udp;
    const to = Math.max(headerEnd, udp.capturedEnd);
    const side = this.sides[direction];
    const offset = side.shown + side.lost;
    this.side.bytes({ direction, frame, offset }, bytes, headerEnd, to);
    side.shown += to - headerEnd;
    if (wireEnd <= to) return;
    this.side.missing({ direction, frame, offset: offset + to - headerEnd }, wireEnd - to, 'snapped');
    side.lost += wireEnd - to;
  }

  /** Who spoke first asked for something. */
  private conversation(udp: Layer): FollowedConversation {
    return {
      protocol: 'udp',
      stream: this.stream,
      names: [endpoint(udp, 'source', srcPort(udp)), endpoint(udp, 'destination', dstPort(udp))],
      role: (direction) => (direction === 0 ? 'client' : 'server'),
      begun: () => true,
    };
  }

  finish(): void {
    if (this.finished || !this.found) return;
    this.finished = true;
    this.side.printer.end([this.side.takes(0) ? this.sides[0] : null, this.side.takes(1) ? this.sides[1] : null]);
  }

  absent(): string {
    return noSuch(this.stream, this.streams, 'UDP conversation');
  }
}

function endpoint(udp: Layer, side: 'source' | 'destination', port: number): string {
  const text = new Writer(64);
  writeAddress(udp.network!, side, text);
  const address = text.toString();
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The same for every command that asks for one conversation. */
export function noSuch(stream: number, count: number, what: string): string {
  if (count === 0) return `there is no ${what} in this capture`;
  if (count === 1) return `there is no ${what} ${stream}; the capture has one, number 0`;
  return `there is no ${what} ${stream}; the capture has ${count}, numbered from 0`;
}
