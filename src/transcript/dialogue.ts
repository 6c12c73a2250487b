import type { Volatile } from './volatile.ts';

/** What one end did: `>` the client, `<` the server. `frame` is 0 in a transcript that was read from a file. */
export interface Step {
  readonly side: '>' | '<';
  readonly text: string;
  readonly frame: number;
}

/** What holds of a dialogue as a whole. */
export interface Fact {
  readonly key: FactKey;
  readonly value: string;
  /** The frame that shows it; 0 for none. */
  readonly frame: number;
}

/** In the order in which a transcript has them. */
export const FACT_KEYS = [
  'opening',
  'mss',
  'window scale',
  'sack',
  'timestamps',
  'isn',
  'tsval',
  'ip id',
  'mac',
  'messages',
  'retransmissions',
  'out of order',
  'zero windows',
  'faults',
  'ending',
  'states',
  'left out',
] as const;
export type FactKey = (typeof FACT_KEYS)[number];

/** One conversation as a transcript tells it. `client` is who began where nothing tells who serves. */
export interface Dialogue {
  readonly protocol: string;
  /** What was recognised inside; empty for nothing. */
  readonly service: string;
  readonly client: string;
  readonly server: string;
  readonly facts: readonly Fact[];
  readonly steps: readonly Step[];
}

/** What a capture's hosts did, without what would be different the next time. */
export interface Transcript {
  readonly normalized: readonly Volatile[];
  readonly dialogues: readonly Dialogue[];
}

/** `tcp http: 192.168.0.10:* > 203.0.113.80:80`. */
export const titleOf = ({ protocol, service, client, server }: Dialogue): string =>
  `${service === '' ? protocol : `${protocol} ${service}`}: ${client} > ${server}`;
