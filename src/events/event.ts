import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { catalogue, EventId } from './catalogue.ts';

/**
 * How a parameter is printed: `text` as it is; `count` with thousands separated; `plain` a number as it is (ports, raw
 * sequence numbers); `frame` a frame's number; `seconds` a duration. With `?` the packets may not tell it: then it is null.
 */
export type ParameterKind = SureKind | `${SureKind}?`;
type SureKind = 'text' | 'count' | 'plain' | 'frame' | 'seconds';

/** What the catalogue declares of an event: everything but the prose, which the notes hold. */
export interface EventDeclaration {
  readonly severity: 'chat' | 'note' | 'warn' | 'error';
  /**
   * What it is explained once for: the TCP connection that it happened to, or the capture, also where it happened to no
   * connection. `packet`, every time, is for runs and for people's own notes only: it makes a wall of text.
   */
  readonly scope: 'packet' | 'connection' | 'capture';
  /** It explains a header to whoever sees one for the first time, not what the packet is for. */
  readonly introduces?: true;
  /** Ordinary from the second time on: many in a row of one conversation are told as a run, though each says something else. */
  readonly ordinary?: true;
  /** The system call of the sender's application that is behind it: it shows on no wire, so it is a conclusion. */
  readonly call?: string;
  /** RFC and section. */
  readonly spec: string;
  readonly parameters: Readonly<Record<string, ParameterKind>>;
}

/**
 * A number or word of an explanation, with what proves it: the bytes that say it (`offset` counts from the frame's first
 * byte); or, where they are reassembled or decrypted, a `field` of the `frame` that has it; or the frame that it is
 * reckoned from, by its content or its time; or nothing, for what no packet says. Change it, and the sentence changes.
 */
export interface Evidence {
  readonly value: string | number;
  readonly field?: string;
  readonly frame?: number;
  readonly offset?: number;
  readonly length?: number;
  /** Of an end by address and port, whose port the rest is about: where the address stands. */
  readonly address?: Evidence;
}

/** All evidence of an event; what the packets do not tell is none. */
export function evidenceOf({ parameters }: RaisedEvent): Evidence[] {
  const all: Evidence[] = [];
  for (const evidence of Object.values(parameters)) {
    if (evidence === null) continue;
    all.push(evidence);
    if (evidence.address !== undefined) all.push(evidence.address);
  }
  return all;
}

/** An event of a person's own note (`--notes`): `own.` and the note's path with dots. */
export type OwnEventId = `own.${string}`;

/** One thing that happened in a packet. `about` is the number of the TCP connection that it happened to, if it was one. */
export interface RaisedEvent {
  readonly id: EventId;
  readonly layer: number;
  readonly about: number | null;
  readonly parameters: Readonly<Record<string, Evidence | null>>;
}

export type ParametersOf<K extends EventId> = {
  readonly [P in keyof (typeof catalogue)[K]['parameters']]: (typeof catalogue)[K]['parameters'][P] extends `${string}?`
    ? Evidence | null
    : Evidence;
};

/** What happened in the packet at hand. Emptied for each packet; raises nothing while nobody explains. */
export class EventLog {
  enabled = false;
  readonly raised: RaisedEvent[] = [];
  private readonly onces: (() => void)[] = [];

  reset(): void {
    if (this.raised.length > 0) this.raised.length = 0;
    if (this.onces.length > 0) this.onces.length = 0;
  }

  /** Of something that is told once: how to have it told again, should nobody see the packet at hand. */
  once(undo: () => void): void {
    this.onces.push(undo);
  }

  /** Nobody sees the packet at hand: what is told once is told with a later one. */
  forget(): void {
    for (let i = 0; i < this.onces.length; i++) this.onces[i]!();
    this.onces.length = 0;
  }

  /** Callers ask `enabled` first, so that a run without explanations builds no parameters. */
  raise<K extends EventId>(id: K, layer: Layer, about: number | null, parameters: ParametersOf<K>): void {
    this.raised.push({ id, layer: layer.index, about, parameters: parameters as RaisedEvent['parameters'] });
  }

  /** The same for an event that is not in the catalogue: only the explainer, which was told of it, knows it. */
  raiseOwn(id: OwnEventId, layer: Layer, about: number | null, parameters: RaisedEvent['parameters']): void {
    this.raised.push({ id: id as string as EventId, layer: layer.index, about, parameters });
  }
}

/** Evidence that stands in the packet's bytes. */
export function seen(
  packet: Packet,
  layer: Layer,
  field: string,
  at: number,
  length: number,
  value: string | number,
): Evidence {
  const { number, start } = packet.frame;
  if (layer.reassembled || at < 0) return { value, field, frame: number };
  return { value, field, frame: number, offset: at - start, length };
}

/** A conclusion, or something remembered from a frame before. */
export function concluded(value: string | number, frame?: number, field?: string): Evidence {
  if (frame === undefined) return field === undefined ? { value } : { value, field };
  return field === undefined ? { value, frame } : { value, field, frame };
}
