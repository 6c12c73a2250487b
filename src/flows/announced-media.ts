import type { Layer } from '../core/layer.ts';
import type { Announced } from '../protocols/rtp.ts';
import type { Encoding } from '../protocols/rtp-payload-types.ts';
import { octetsOf } from './address-octets.ts';

/** Endpoints that are remembered; the oldest are forgotten first. */
const MOST_ENDPOINTS = 1 << 14;

/** One end of a conversation whose other end is not known yet: somebody said that media would go there. */
export class AnnouncedEndpoint implements Announced {
  readonly frame: number;
  readonly method: string;
  readonly carries: 'rtp' | 'rtcp';
  /** Encrypted: only headers can be read. */
  readonly secured: boolean;
  /** The number of the conversation, once there is a packet of it; -1 before. */
  stream = -1;
  private readonly encodings: ReadonlyMap<number, Encoding>;

  constructor(said: Announcement, carries: 'rtp' | 'rtcp') {
    this.frame = said.frame;
    this.method = said.method;
    this.carries = carries;
    this.secured = said.secured ?? false;
    this.encodings = said.encodings ?? NO_ENCODINGS;
  }

  encoding(payloadType: number): Encoding | null {
    return this.encodings.get(payloadType) ?? null;
  }
}

const NO_ENCODINGS: ReadonlyMap<number, Encoding> = new Map();

/** Who said what media would go where. */
interface Announcement {
  readonly frame: number;
  readonly method: string;
  /** The other end's port, where it was told too. */
  readonly otherPort?: number;
  readonly secured?: boolean;
  readonly encodings?: ReadonlyMap<number, Encoding>;
}

/**
 * Where media was announced to go. Each announcement of RTP begins a conversation of its own, and that of RTCP goes on, as in
 * Wireshark: what is heard of the endpoint afterwards, whoever the other end is, belongs to it, unless that pair of endpoints
 * had talked before.
 */
export class AnnouncedMedia {
  private readonly endpoints = new Map<string, AnnouncedEndpoint>();

  get any(): boolean {
    return this.endpoints.size > 0;
  }

  /** Announces that `carries` goes to an address, given as text or as octets of a packet. */
  announce(address: string | Uint8Array, port: number, carries: 'rtp' | 'rtcp', said: Announcement): void {
    const octets = typeof address === 'string' ? octetsOf(address) : address;
    if (octets === null || port === 0) return;
    const key = keyOf(octets, 0, octets.length, port, said.otherPort ?? 0);
    const endpoint = new AnnouncedEndpoint(said, carries);
    if (carries === 'rtcp') endpoint.stream = this.endpoints.get(key)?.stream ?? -1;
    this.endpoints.delete(key); // it goes to the end of the row
    this.endpoints.set(key, endpoint);
    if (this.endpoints.size <= MOST_ENDPOINTS) return;
    for (const oldest of this.endpoints.keys()) {
      this.endpoints.delete(oldest);
      return;
    }
  }

  /**
   * The announcement that a packet between these ports belongs to: one that named both ports goes before one that named its
   * own only, and of two that of the side asked for first.
   */
  between(network: Layer, first: Side, sourcePort: number, destinationPort: number): AnnouncedEndpoint | null {
    const second = first === 'source' ? 'destination' : 'source';
    const [port, other] = first === 'source' ? [sourcePort, destinationPort] : [destinationPort, sourcePort];
    return (
      this.endpoint(network, first, port, other) ??
      this.endpoint(network, second, other, port) ??
      this.endpoint(network, first, port, 0) ??
      this.endpoint(network, second, other, 0)
    );
  }

  private endpoint(network: Layer, side: Side, port: number, otherPort: number): AnnouncedEndpoint | null {
    const addresses = network.protocol.addresses!;
    const key = keyOf(network.bytes, addresses[side](network), addresses.size, port, otherPort);
    return this.endpoints.get(key) ?? null;
  }
}

type Side = 'source' | 'destination';

/** Ports and address as a string of octets. */
function keyOf(bytes: Uint8Array, at: number, length: number, port: number, otherPort: number): string {
  let key = String.fromCharCode(port, otherPort);
  for (let i = at; i < at + length; i++) key += String.fromCharCode(bytes[i]!);
  return key;
}
