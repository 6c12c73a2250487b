import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import { data } from '../protocols/data.ts';
import { dstPort, srcPort } from '../protocols/tcp.ts';
import { Reading, type ReadingOptions } from './reading.ts';
import type { Arrival } from './stream.ts';
import { CLEAR_PORTS } from './tls-applications.ts';

/** Takes content of connections as it was before it was encrypted. */
export interface ClearReader {
  clear(direction: 0 | 1, bytes: Uint8Array, from: number, to: number, arrival: Arrival): void;
  /** So many octets, about, are lost or could not be read. */
  closed(direction: 0 | 1, length: number, arrival: Arrival): void;
}

/** Reads what came out of the records of one connection. */
export class TlsInside {
  private readonly options: ReadingOptions | null;
  private readonly clearReader: ClearReader | null;
  /** Null before the first content, and where nobody reads it. */
  private reading: Reading | null = null;

  constructor(options: ReadingOptions | null, clearReader: ClearReader | null) {
    this.options = options;
    this.clearReader = clearReader;
  }

  get kept(): number {
    return this.reading?.kept ?? 0;
  }

  /** Hands content to who reads it: by the protocol that the server chose, or by the port. */
  carry(direction: 0 | 1, content: Uint8Array, end: number, chosen: string, arrival: Arrival): void {
    const { packet } = arrival;
    this.clearReader?.clear(direction, content, 0, end, arrival);
    const before = packet.count;
    this.reading ??= this.open(chosen, arrival);
    this.reading?.content(direction, content, 0, end, arrival);
    const isKnown = this.reading?.known ?? false;
    if (!isKnown && packet.count === before && end > 0) packet.decode(data, content, 0, end, end);
  }

  private open(chosen: string, { tcp, about }: Arrival): Reading | null {
    const { options } = this;
    if (options === null) return null;
    const reading = new Reading(options);
    const clear = (port: number): number => CLEAR_PORTS.get(port) ?? port;
    reading.open(about, clear(srcPort(tcp)), clear(dstPort(tcp)));
    reading.decoder = options.protocols.find(({ names }) => names?.includes(chosen))?.open() ?? null;
    return reading;
  }

  /** Content that cannot be read. `tried`: there are keys at all. */
  missing(direction: 0 | 1, length: number, tried: boolean, arrival: Arrival): void {
    if (length === 0) return;
    if (tried) this.clearReader?.closed(direction, length, arrival);
    this.reading?.contentLost(direction, length, arrival);
  }

  /** Nothing is missing, and nothing more comes. */
  ended(direction: 0 | 1, arrival: Arrival): void {
    this.reading?.contentEnds(direction, arrival);
  }

  rest(out: OctetStringWriter): void {
    out.flag(this.reading !== null);
    this.reading?.restInside(out);
  }

  wake(left: OctetStringReader): void {
    if (!left.flag()) return;
    this.reading = new Reading(this.options!);
    this.reading.wakeInside(left);
  }

  close(): void {
    this.reading?.close();
  }
}
