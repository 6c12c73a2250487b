import type { CrossedPart, Journey, Phase, Step, Untold } from '../journey/journey.ts';
import type { Language } from '../notes/note.ts';
import { words as en } from './journey-words.en.ts';
import { words as ko } from './journey-words.ko.ts';

/** What a step may need to be told beside itself. */
export interface About {
  readonly journey: Journey;
  /** A length of time with three digits that count. */
  readonly span: (nanoseconds: number) => string;
  /** Why a connection was reset. */
  readonly reset: (causes: readonly string[]) => string;
}

/** What `dissect journey` says beside numbers and names. */
export interface JourneyWords {
  readonly title: (number: number) => string;
  /** What kind of conversation it is, with its number. */
  readonly kind: (journey: Journey) => string;
  readonly counts: (journey: Journey) => string;
  /** Labels of steps that no protocol names. */
  readonly data: string;
  readonly stall: string;
  readonly error: string;
  readonly close: string;
  readonly step: (step: Step, about: About) => string;
  /** Frames that a step follows from. */
  readonly follows: (frames: string) => string;
  readonly folded: (steps: number, span: string) => string;
  readonly untold: (what: Untold, journey: Journey) => string;
  readonly untoldHead: string;
  readonly guessed: string;
  readonly waterfall: (span: string) => string;
  readonly phase: Readonly<Record<Phase, string>>;
  /** Glyphs of the waterfall, told once. */
  readonly glyphs: (send: string, wait: string, content: string) => string;
  readonly bars: (count: number) => string;
  readonly others: (count: number) => string;
  readonly outcome: (journey: Journey) => string;
  readonly none: string;
  readonly left: (count: string) => string;
  /** What a translator made of it. */
  readonly nat: (journey: Journey, about: About) => readonly string[];
  readonly router: string;
  readonly crossed: Readonly<Record<CrossedPart, string>>;
}

export const journeyWords: Readonly<Record<Language, JourneyWords>> = { en, ko };

const LOOKUPS = { dns: 'DNS', mdns: 'mDNS', llmnr: 'LLMNR' } as const;
const TRANSPORTS: Readonly<Partial<Record<string, string>>> = { tls: 'DoT', https: 'DoH', quic: 'DoQ' };
const LONGEST_SERVICE = 8;

/** What stands before a step: the protocol that it is of, where one has a name. */
export function labelOf(step: Step, { protocol, service }: Journey, words: JourneyWords): string {
  switch (step.kind) {
    case 'lease':
      return 'DHCP';
    case 'neighbour':
      return step.protocol === 'arp' ? 'ARP' : 'ND';
    case 'lookup':
      return TRANSPORTS[step.transport] ?? LOOKUPS[step.protocol];
    case 'connect':
      return 'TCP';
    case 'secure':
      return step.protocol === 'tls' ? 'TLS' : 'QUIC';
    case 'request':
      return step.protocol === 'http' ? 'HTTP' : 'HTTP/2';
    case 'turn':
    case 'datagrams':
      if (protocol === 'icmp') return 'ping';
      // Some turn to TLS after a while.
      if (service === 'tls' && step.kind === 'turn' && !step.encrypted) return words.data;
      return service === null || service.length > LONGEST_SERVICE ? words.data : service.toUpperCase();
    default:
      return words[step.kind];
  }
}
