import type { EventLog } from '../events/event.ts';
import type { KeyLog } from '../flows/key-log.ts';
import type { PayloadOpener } from '../tcp/payload.ts';
import { StreamBudget } from '../tcp/reassembly.ts';
import { Readings, StreamConversation } from './conversation.ts';
import { dnsStream } from './dns.ts';
import { FtpDataProtocol, FtpProtocol, Transfers } from './ftp.ts';
import { HttpProtocol } from './http.ts';
import { Http2Protocol } from './http2.ts';
import type { Taker } from './reading.ts';
import { sipStream } from './sip.ts';
import { smtpProtocol } from './smtp.ts';
import { sshProtocol } from './ssh.ts';
import type { StreamProtocol } from './stream.ts';
import { telnetProtocol } from './telnet.ts';
import { TlsProtocol } from './tls.ts';
import type { ClearReader } from './tls-inside.ts';
import { WebSocketProtocol } from './websocket.ts';

/*
 * What streams may keep, whatever a capture does. Everything marked with a star counts against the 64 MB that all streams
 * together may have (`streams` in src/flows/limits.ts, as `stream`); the limit is said where it is declared.
 *
 *   a stream          16 MB * of an unfinished message and of pieces behind a hole (`stream`)
 *   a hole            1 MB * behind it, then it is given up (HOLE_PATIENCE)
 *   a message         8 MB, longer ones are shown at once and pass by (half of `stream`)
 *   HTTP              64 KB of a head (LONGEST_HEAD), 1,024 requests * and 128 KB of what they ask for * (requests.ts)
 *   HTTP/2            1,024 streams of a connection, 256 KB * of a block and of a content (http2.ts), 64 KB of a table of
 *                     header fields (hpack.ts)
 *   FTP               4,096 announced data connections, 256 bytes of a command with each (ftp.ts)
 *   SIP               64 KB of a head (LONGEST_HEAD)
 *   WebSocket         1 MB * of a message in pieces or compressed, 32 KB * that later ones may refer to, in each direction
 *                     (websocket.ts, inflation.ts)
 *   SMTP, Telnet      64 KB of a line or a command without its end (text-lines.ts, telnet.ts)
 *   SSH               4 KB of a version line, and of a list of methods (ssh.ts)
 *   TLS               64 KB * of a message that is cut over records, in each direction (tls.ts); inside of it, where its keys
 *                     are at hand, the same again; 131,072 secrets (src/flows/key-log.ts)
 *   QUIC              64 KB of a handshake or a stream, in each direction, 1,024 streams of a connection, 16 MB of all (offset-stream.ts,
 *                     quic-streams.ts, quic-connections.ts in src/flows/); 64 KB of a table of header fields (qpack.ts)
 *   objects           64 MB of one, instead of 8, and 256 MB of all, for who asks for them (src/objects/carried.ts)
 *   silent ones       a string of what outlasts the silence; nobody with more than 8 KB of it rests (LONGEST_REST)
 *   spare readings    as many as conversations are awake, 256 at least (conversation.ts)
 *   a transcript      2 MB of what was shown, 256 gaps, 8,192 early segments (transcript.ts)
 *   DNS               65,536 queries (src/flows/dns-transactions.ts)
 */

/** What the protocols in byte streams share. */
interface Shared {
  readonly events: EventLog;
  readonly keys: KeyLog;
  readonly budget: StreamBudget;
  readonly contents: boolean;
  readonly longest: number;
  readonly taker: Taker | null;
  readonly clearReader: ClearReader | null;
}

/** TLS may carry TLS, to a proxy and through it; deeper than this nobody looks. */
const DEEPEST = 2;

/** Every protocol in byte streams, in the order in which they are asked; what they keep counts against one budget. */
function streamProtocols(shared: Shared, transfers: Transfers, depth: number): readonly StreamProtocol[] {
  const { events, budget, contents, longest, taker } = shared;
  const http2 = new Http2Protocol(events, budget);
  const tls = new TlsProtocol({ ...shared, clearReader: depth === 0 ? shared.clearReader : null });
  const websocket = new WebSocketProtocol(events, budget, contents);
  if (depth < DEEPEST) {
    const protocols = streamProtocols(shared, transfers, depth + 1);
    tls.inside = { protocols, budget, contents, longest, taker };
  }
  return [
    dnsStream,
    new FtpProtocol(events, transfers),
    smtpProtocol(events),
    telnetProtocol(events),
    sshProtocol(events),
    sipStream,
    new FtpDataProtocol(transfers),
    http2,
    tls,
    websocket,
    new HttpProtocol(events, budget, http2, tls, websocket),
  ];
}

interface StreamOptions {
  /** What streams keep counts against it. */
  readonly budget?: StreamBudget | undefined;
  /** Keep the content of messages for whoever prints it; else it is only counted. */
  readonly contents?: boolean | undefined;
  /** Longer messages are handed over with their beginning; 8 MB where nobody says. */
  readonly longest?: number | undefined;
  /** Takes messages where they come, besides the packets that show them. */
  readonly taker?: Taker | undefined;
  /** How many silent conversations keep their reading, before others are laid to rest. */
  readonly awake?: number | undefined;
  /** Takes what connections carry inside of TLS. */
  readonly clearReader?: ClearReader | undefined;
}

/** The streams of a capture. */
interface Streams {
  readonly open: PayloadOpener;
  /** The capture is over: who takes messages gets what is left of them. */
  finish(): void;
}

/** Opens connections' payload for these protocols. */
export const openStreams = (events: EventLog, keys: KeyLog, options: StreamOptions = {}): PayloadOpener =>
  streamsOf(events, keys, options).open;

export function streamsOf(events: EventLog, keys: KeyLog, options: StreamOptions): Streams {
  const { budget = new StreamBudget(), contents = true, clearReader = null } = options;
  // What is behind a hole has as much room as the message before it.
  const { longest = budget.stream / 2, taker = null, awake } = options;
  const shared = { events, keys, budget, contents, longest, taker, clearReader };
  const protocols = streamProtocols(shared, new Transfers(), 0);
  const readings = new Readings({ protocols, budget, contents, longest, taker }, awake);
  return {
    open: ({ stream }, portA, portB) => new StreamConversation(readings, stream, portA, portB),
    finish: () => readings.finish(),
  };
}
