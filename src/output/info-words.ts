import type { Language } from '../notes/note.ts';
import type { FindingValues, Weight } from '../survey/findings.ts';
import type { Clue, Vantage } from '../survey/vantage.ts';
import { infoWords as en } from './info-words.en.ts';
import { infoWords as ko } from './info-words.ko.ts';

/** What is so, and what follows from it for whoever reads the capture; empty where nothing does. */
export type Said = readonly [what: string, follows: string];

/** What `dissect info` says beside names and numbers. */
export interface InfoWords {
  readonly labels: Readonly<Record<Label, string>>;
  readonly trust: string;
  readonly vantage: string;
  readonly marks: Readonly<Record<Weight, string>>;
  readonly byteOrder: Readonly<Record<'little' | 'big', string>>;
  readonly compressed: string;
  readonly unlimited: string;
  readonly noTimes: string;
  readonly linkType: (number: number) => string;
  readonly octets: (count: number) => string;
  readonly frames: (count: number) => string;
  readonly records: (count: number) => string;
  readonly lengths: (wire: number, captured: number, mean: string) => string;
  readonly duration: (seconds: string) => string;
  readonly rates: (packets: string, bits: string) => string;
  readonly interfaceFrames: (count: number) => string;
  readonly snapLength: (octets: string) => string;
  readonly filter: (text: string) => string;
  readonly resolution: (unit: string) => string;
  readonly received: (count: number) => string;
  readonly dropped: (count: number) => string;
  readonly evidence: (frames: string, more: boolean) => string;
  readonly interfaceName: (id: number) => string;
  readonly findings: { readonly [Id in keyof FindingValues]: (values: FindingValues[Id], unit: UnitText) => Said };
  readonly place: (vantage: Vantage) => Said;
  readonly clue: (clue: Clue) => string;
}

export type Label =
  | 'format'
  | 'hash'
  | 'writtenBy'
  | 'system'
  | 'hardware'
  | 'comment'
  | 'frames'
  | 'octets'
  | 'first'
  | 'last'
  | 'duration'
  | 'rates'
  | 'interface'
  | 'protocols';

/** `1 µs`, `10 ms`, of nanoseconds. */
type UnitText = (nanoseconds: number) => string;

/** What is said of how many connections answer at once. */
export type Handshakes = Extract<Clue, { readonly kind: 'handshakes' }>;

export const infoWords: Readonly<Record<Language, InfoWords>> = { en, ko };
