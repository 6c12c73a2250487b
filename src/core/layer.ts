import type { Row, Visit, VisitOctets } from './field.ts';
import type { Issue } from './issue.ts';
import type { Packet } from './packet.ts';
import type { Writer } from './writer.ts';

/**
 * A window on bytes: one header with what it carries. One class for every protocol, so that every walk over layers
 * stays monomorphic. Reused from frame to frame.
 *
 * `[start, headerEnd)` is the header, `[headerEnd, capturedEnd)` the payload that was recorded. `wireEnd` is where the
 * unit ended on the wire: beyond `capturedEnd` when the capture is short. Length fields narrow both together.
 */
export class Layer {
  protocol: Protocol = NONE;
  /** The reader's block, or a reassembled buffer. Never copied, never sliced. */
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  headerEnd = 0;
  capturedEnd = 0;
  wireEnd = 0;
  /** Ends of what it was given, before its own length field narrowed them: behind that stand padding and trailer. */
  unitCapturedEnd = 0;
  unitWireEnd = 0;
  /** Place in `packet.layers`. */
  index = 0;
  /** True inside an ICMP error: this describes an older packet, not one that passed now. */
  quoted = false;
  /** True when `bytes` is not the frame's own: fragments or a stream were put together. */
  reassembled = false;
  /** True of what came out of encryption; it is not the frame's own then. */
  decrypted = false;
  /**
   * True when some of its octets were sent again or overtaken on the way, or are missing: tools that read each segment when
   * it comes do not have it.
   */
  late = false;
  /** False when the header's fixed part was not captured whole: its rows are shown one by one, and nobody else may read it. */
  whole = true;
  /** Field id and number that named this protocol (`eth.type`, 0x0800); empty for the first. */
  selectedBy = '';
  selector = 0;
  /** The nearest layer below with network addresses, for pseudo-headers and endpoints. */
  network: Layer | null = null;
  /** What a tracker knows of it: its connection, its reassembled message. Null where nothing is remembered. */
  context: Context | null = null;

  /** True when `length` octets from the start were captured. */
  captured(length: number): boolean {
    return this.start + length <= this.capturedEnd;
  }

  /** A length field tells that what lies from `end` on is not of this unit. One that points behind its end tells nothing. */
  endAt(end: number): void {
    if (this.wireEnd > end) this.wireEnd = end;
    if (this.capturedEnd > end) this.capturedEnd = end;
  }
}

/**
 * One protocol: stateless knowledge of one header. Every file in protocols/ exports one, with its parts in this order:
 * picture and RFC section, accessors, fields, decode, walk, info, card.
 */
export interface Protocol {
  /** Wireshark's filter name: `tcp`. */
  readonly id: string;
  readonly name: string;
  /** What the protocol column of the one-line form says: `TCP`. */
  readonly column: string;
  readonly spec: string;
  /** The header's fixed part and what can be told from the packet alone, as rows. */
  readonly fields: readonly Row[];
  /**
   * True when each 16-bit unit of the header, and each MAC address, tells by itself what the rows say that stand in it:
   * printers then draw the rows of a unit together, once for each of its values.
   */
  readonly byUnit?: true;
  /** Rows that `walk` visits: options, records, anything without a fixed place. */
  readonly walked?: readonly Row[];
  /** Where its addresses stand: makes it a source and destination of the line, and the network of what it carries. */
  readonly addresses?: Addresses;
  /** True of a header that the capturing device wrote before the frame: it was never on the wire, so no length counts it. */
  readonly pseudo?: true;
  /**
   * Checks lengths once, sets `headerEnd`, narrows `capturedEnd` and `wireEnd`, and answers with what the payload is: a
   * protocol, or null when nothing (more) is to be decoded here. Never throws; faults go to `packet.issues`.
   */
  decode(layer: Layer, packet: Packet): Protocol | null;
  /**
   * Visits the parts without a fixed place, in the order they stand. Text may go to `visitOctets` instead, where it is
   * given.
   */
  walk?(layer: Layer, packet: Packet, visit: Visit, visitOctets?: VisitOctets): void;
  /** Writes the info column of the one-line form. */
  info?(layer: Layer, packet: Packet, out: Writer): void;
  /** Writes the lines of the card's left half: a title, then details, parted by line feeds. */
  card?(layer: Layer, packet: Packet, out: Writer): void;
}

/**
 * What memory across packets adds to a layer. The rooms of state (flows/, tcp/, streams/) make one each; printers ask it
 * before they ask the protocol, so that protocols/ stays stateless.
 */
export interface Context {
  /** Rows that follow the header's own in tree, JSON and fields. */
  readonly rows: readonly Row[];
  /** Takes the place of the protocol's column, info and card, where memory makes them better. */
  readonly column?: string;
  info?(layer: Layer, packet: Packet, out: Writer): void;
  card?(layer: Layer, packet: Packet, out: Writer): void;
}

export interface Addresses {
  readonly kind: 'mac' | 'ipv4' | 'ipv6';
  readonly size: 4 | 6 | 16;
  readonly source: (layer: Layer) => number;
  readonly destination: (layer: Layer) => number;
  /** True for link addresses, which are shown only when there is no network layer. */
  readonly link?: boolean;
}

export type { Issue };

const NO_BYTES = new Uint8Array(0);
const NONE: Protocol = { id: '', name: '', column: '', spec: '', fields: [], decode: () => null };
