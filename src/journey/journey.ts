import type { Packet } from '../core/packet.ts';
import type { TcpState } from '../tcp/state-change.ts';

/** When something was seen, and where. */
export interface Moment {
  readonly frame: number;
  /** Nanoseconds since the capture's first frame: exact for the first 104 days, and to some nanoseconds after that. */
  readonly time: number;
  /** The same in two parts, which are always exact. */
  readonly seconds: number;
  readonly nanoseconds: number;
}

export const momentOf = ({ frame }: Packet): Moment => ({
  frame: frame.number,
  time: frame.relativeSeconds * 1e9 + frame.relativeNanoseconds,
  seconds: frame.relativeSeconds,
  nanoseconds: frame.relativeNanoseconds,
});

/** Nanoseconds from one moment to another. */
export const elapsed = (from: Moment, to: Moment): number =>
  (to.seconds - from.seconds) * 1e9 + to.nanoseconds - from.nanoseconds;

/**
 * One conversation as a story from the name to the close: what came before it because of it, what it was for, and how it
 * ended. Every number in it stands in a frame that is named.
 */
export interface Journey {
  /** From 1, in the order in which the conversations began. */
  readonly number: number;
  readonly protocol: 'tcp' | 'quic' | 'udp' | 'icmp' | 'lookup' | 'lease';
  /** `tcp.stream` or `udp.stream`; null where there is none. */
  readonly stream: number | null;
  /** Id of the protocol that it carries: `http`, `tls`, `ntp`; null when nothing was recognised. */
  readonly service: string | null;
  /** `192.168.0.10:51234`, `[2001:db8::1]:80`; an address alone where there are no ports. */
  readonly client: string;
  readonly server: string;
  /** False where the packets do not tell who is the client: then it is guessed by the ports. */
  readonly rolesSeen: boolean;
  /** What the client calls the server, and where that stands; null where nothing tells. */
  readonly name: ServerName | null;
  /** From the first step of its own to its last packet. */
  readonly begin: Moment;
  readonly end: Moment;
  /** Packets of the conversation itself, and the octets that they carry: of the client and of the server. */
  readonly frames: number;
  readonly octets: readonly [number, number];
  /** Segments that were sent again: by the client and by the server. 0 where nothing numbers them. */
  readonly again: readonly [number, number];
  /** In the order in which they began. */
  readonly steps: readonly Step[];
  /** Where the time went, from `begin` to `end`: bars in the order of their beginnings. They may overlap. */
  readonly waterfall: readonly Bar[];
  /** What this capture cannot tell of it. */
  readonly untold: readonly Untold[];
  /** What a translator made of it, where the capture of its other side is at hand. */
  readonly translation: Translated | null;
}

export interface ServerName {
  readonly text: string;
  /** An answer of DNS or its relatives, the hello of TLS, or the head of a request. */
  readonly from: 'lookup' | 'sni' | 'host';
  readonly frame: number;
}

/** Why a step could happen: a step before it (its place in `steps`), and the frame that brought what it needed. */
export interface Cause {
  readonly step: number;
  readonly frame: number;
}

interface StepBasis {
  readonly begin: Moment;
  /** Null where what was waited for did not come. */
  readonly end: Moment | null;
  readonly causes: readonly Cause[];
  /** It was for something else, or long before: the journey uses what it brought, and lost no time with it. */
  readonly earlier: boolean;
}

export type Step =
  | LeaseStep
  | NeighbourStep
  | LookupStep
  | ConnectStep
  | SecureStep
  | RequestStep
  | TurnStep
  | StallStep
  | DatagramsStep
  | ErrorStep
  | CloseStep;

/** The client gets its address. DHCP, RFC 2131 §3.1. */
interface LeaseStep extends StepBasis {
  readonly kind: 'lease';
  readonly client: string;
  readonly server: string | null;
  readonly address: string | null;
  readonly router: string | null;
  readonly resolver: string | null;
  /** Seconds for which it is lent. */
  readonly seconds: number | null;
  /** The messages, in order: `Discover`, `Offer`, `Request`, `ACK`. */
  readonly messages: readonly { readonly name: string; readonly frame: number }[];
}

/** How a MAC address was found. ARP (RFC 826), or neighbour discovery (RFC 4861). */
export interface NeighbourStep extends StepBasis {
  readonly kind: 'neighbour';
  readonly protocol: 'arp' | 'nd';
  readonly asker: string;
  readonly address: string;
  readonly mac: string;
  /** How often it was asked for. */
  readonly asked: number;
  /** Whose packets go there: the client's, those that carry its question, or what comes back from the server. */
  readonly purpose: 'connection' | 'question' | 'return';
  /** The address is not that of the other end: the MAC address is a router's. */
  readonly router: boolean;
}

/** A name is asked for. DNS and its relatives, over whatever. */
export interface LookupStep extends StepBasis {
  readonly kind: 'lookup';
  readonly protocol: 'dns' | 'mdns' | 'llmnr';
  readonly transport: 'udp' | 'tcp' | 'tls' | 'https' | 'quic';
  readonly client: string;
  readonly server: string;
  readonly name: string;
  readonly questions: readonly LookupQuestion[];
  /** Names that the answer led over (CNAME). */
  readonly aliases: readonly string[];
  /** The address that the connection used; null where none was. */
  readonly chosen: string | null;
  /** It was asked from another address than the connection comes from: of the same network card. */
  readonly sameCard: boolean;
}

export interface LookupQuestion {
  readonly type: string;
  /** Who was asked: some ask several servers at once, or another one where one is silent. */
  readonly server: string;
  /** Null where only the answer was captured. */
  readonly asked: Moment | null;
  /** How often it was asked. */
  readonly times: number;
  readonly answered: Moment | null;
  /** `No Error`, `No such name`; null without an answer. */
  readonly result: string | null;
  readonly failed: boolean;
  /** Who answered: with multicast not who was asked. */
  readonly by: string | null;
  readonly addresses: readonly string[];
  /** Seconds for which the answer may be kept. */
  readonly ttl: number | null;
}

/** The 3-way handshake. RFC 9293 §3.5. */
export interface ConnectStep extends StepBasis {
  readonly kind: 'connect';
  readonly syn: Moment;
  /** How often the SYN was sent. */
  readonly syns: number;
  readonly synAck: Moment | null;
  readonly ack: Moment | null;
  readonly outcome: 'established' | 'refused' | 'unanswered' | 'unfinished';
}

/** The handshake of TLS, in a connection or in QUIC. */
export interface SecureStep extends StepBasis {
  readonly kind: 'secure';
  readonly protocol: 'tls' | 'quic';
  readonly hello: Moment;
  readonly answer: Moment | null;
  /** When keys were there for what follows: the client's Finished, or in TLS 1.2 the second one. */
  readonly done: Moment | null;
  readonly name: string | null;
  /** What the server chose to speak inside (ALPN), or else what the client wishes most. */
  readonly application: string | null;
  readonly version: string | null;
  readonly suite: string | null;
  readonly resumed: boolean;
  /** The server wanted another hello, or QUIC's Retry or another version: one round trip more. */
  readonly retried: boolean;
  /** An alert in clear that ended it. */
  readonly alert: { readonly name: string; readonly moment: Moment; readonly byClient: boolean } | null;
}

/** A request of HTTP, and its answer. */
export interface RequestStep extends StepBasis {
  readonly kind: 'request';
  readonly protocol: 'http' | 'http2';
  /** Null where only the answer was captured. */
  readonly method: string | null;
  readonly target: string | null;
  readonly host: string | null;
  /** The first and the last segment of the request; null where they were not captured. */
  readonly asked: Moment | null;
  readonly sent: Moment | null;
  /** The first and the last segment of the answer. */
  readonly firstByte: Moment | null;
  readonly lastByte: Moment | null;
  /** 0 without an answer. */
  readonly status: number;
  readonly phrase: string | null;
  readonly type: string | null;
  /** Octets of the answer's content, as they were carried. */
  readonly octets: number;
}

/** One end speaks and the other answers: what the messages are is not known, or they are encrypted. */
interface TurnStep extends StepBasis {
  readonly kind: 'turn';
  readonly byClient: boolean;
  /** The last segment of who spoke first. */
  readonly sent: Moment;
  readonly firstByte: Moment | null;
  readonly lastByte: Moment | null;
  /** Octets of who spoke first, and of the answer. */
  readonly octets: readonly [number, number];
  /** How many turns this stands for: many short ones are told as one. */
  readonly turns: number;
  readonly encrypted: boolean;
}

/** One end takes nothing more for a while: its window is closed. RFC 9293 §3.8.6.1. `end` is null where it stayed so. */
interface StallStep extends StepBasis {
  readonly kind: 'stall';
  /** Whose window it is. */
  readonly of: 'client' | 'server';
  /** How often the other end asked whether it is open again. */
  readonly probes: number;
}

/** Datagrams, and what came back. */
interface DatagramsStep extends StepBasis {
  readonly kind: 'datagrams';
  readonly firstAnswer: Moment | null;
  readonly sent: number;
  readonly answers: number;
  /** It goes to a group or to everybody: answers, if any, come elsewhere. */
  readonly group: boolean;
}

/** An ICMP error that is about it. */
export interface ErrorStep extends StepBasis {
  readonly kind: 'error';
  readonly protocol: 'icmp' | 'icmpv6';
  readonly reporter: string;
  readonly type: number;
  readonly code: number;
  /** Words of the standard: `Host unreachable`. */
  readonly words: string;
  readonly times: number;
}

/** How it ended. RFC 9293 §3.6. */
export interface CloseStep extends StepBasis {
  readonly kind: 'close';
  /** Both closed and both were acknowledged; one FIN alone; two, of which one is not acknowledged; a RST. */
  readonly how: 'closed' | 'half-closed' | 'closing' | 'reset';
  /** Who sent the first FIN, or where there is none the RST. */
  readonly first: 'client' | 'server';
  readonly resetBy: 'client' | 'server' | null;
  readonly fins: readonly CloseFin[];
  /** The last ACK of the second FIN. */
  readonly lastAck: Moment | null;
  /** Why it was reset, the likeliest first, as `Segment.reset` has them. */
  readonly reasons: readonly string[];
  /** The states of both ends when the capture ends. */
  readonly states: readonly [client: TcpState, server: TcpState];
  /** Who waits in TIME_WAIT since when; both can (simultaneous close). */
  readonly waiting: readonly CloseWait[];
}

export interface CloseFin {
  readonly by: 'client' | 'server';
  readonly sent: Moment;
  readonly acknowledged: Moment | null;
}

export interface CloseWait {
  readonly who: 'client' | 'server';
  readonly since: Moment;
  /** Whether it was still waiting when the capture ended. */
  readonly still: boolean;
}

export type Phase =
  | 'lease'
  | 'neighbour'
  | 'lookup'
  | 'connect'
  | 'secure'
  | 'send'
  | 'wait'
  | 'content'
  | 'stall'
  | 'idle'
  | 'close';

/** A part of the waterfall: from when to when somebody waited for what. Times are nanoseconds as in `Moment`. */
export interface Bar {
  readonly phase: Phase;
  readonly begin: number;
  readonly end: number;
  /** The step's place in `steps`; null for `idle`, in which nothing of the conversation was under way. */
  readonly step: number | null;
  /** The frames that it begins and ends with. */
  readonly frames: readonly [number, number];
}

/**
 * What the capture does not show: `name` which name was asked for; `neighbour` how the MAC address was found; `link` there
 * are no MAC addresses; `begin` the beginning; `end` the end; `one-way` what one of the ends sent; `encrypted` what was asked
 * for inside of TLS; `translator` the addresses on the other side of a translator, which a private address needs; `more`
 * requests beyond those that are remembered.
 */
export type Untold = 'name' | 'neighbour' | 'link' | 'begin' | 'end' | 'one-way' | 'encrypted' | 'translator' | 'more';

/** What became of the conversation on the other side of a translator. */
export interface Translated {
  /** Names of both captures: the one that the journey is told by, and the other. */
  readonly here: string;
  readonly there: string;
  /** The end whose address is translated: where it lives, and what the other side takes it for. */
  readonly inside: string;
  readonly outside: string;
  readonly remote: string;
  /** As the outside has the remote end, where that differs. */
  readonly remoteTranslated: string | null;
  readonly portKept: boolean;
  /** Begun by the end inside, or from outside (port forwarding). */
  readonly translation: 'source' | 'destination';
  /** Packets of the binding that were seen on both sides, and those whose checksums prove that nothing else was changed. */
  readonly twins: number;
  readonly proven: number;
  readonly payloadUnchanged: boolean | null;
  /** By how much the TTL was lowered: the least and the most. */
  readonly lowered: readonly [number, number];
  /**
   * What the comparison of the two clocks leaves open of each time between the captures, either way; in nanoseconds. Null
   * where packets went one way only, and nothing bounds it.
   */
  readonly clockWithin: number | null;
  /** Packets that the steps name, each with its twin, in their order. */
  readonly crossings: readonly Crossed[];
  /**
   * From the SYN to the SYN+ACK as either capture has it, each by its own clock, in nanoseconds: what is between is the
   * translator's and the link's to it, whatever the clocks show.
   */
  readonly handshake: { readonly here: number; readonly there: number } | null;
  /** How the translator found the MAC address on its other side: frames and times of that capture, by its own clock. */
  readonly ways: readonly NeighbourStep[];
}

/** One packet that crossed. */
export interface Crossed {
  readonly frame: number;
  readonly twin: number;
  readonly what: CrossedPart;
  /** From the client to the server. */
  readonly outward: boolean;
  /** Nanoseconds from the one capture to the other, the way that it went, with the clocks' difference taken away. */
  readonly took: number;
}

/** What a packet that crossed does for the journey. */
export type CrossedPart =
  | 'question'
  | 'answer'
  | 'syn'
  | 'syn-ack'
  | 'ack'
  | 'hello'
  | 'server-hello'
  | 'request'
  | 'first-byte'
  | 'last-byte'
  | 'fin'
  | 'rst';
