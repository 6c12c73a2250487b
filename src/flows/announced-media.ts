import type { Layer } from '../core/layer.ts';
import type { Announced } from '../protocols/rtp.ts';
import type { Encoding } from '../protocols/rtp-payload-types.ts';
import { octetsOf } from './address-octets.ts';

/** Endpoints that are remembered; the oldest are forgotten first. */
const MOST_ENDPOINTS = 1 << 14;

/** One end of a conversation whose other end is not known yet: somebody said that media would go there. */
export class AnnouncedEndpoint implements Announced {
  readonly octets: Uint8Array;
  readonly port: number;
  /** The other end's, where it was told too; else 0. */
  readonly otherPort: number;
  readonly carries: 'rtp' | 'rtcp';
  readonly frame: number;
  readonly method: string;
  /** Encrypted: only headers can be read. */
  readonly secured: boolean;
  /** The number of the conversation, once there is a packet of it; -1 before. */
  stream = -1;
  private readonly encodings: ReadonlyMap<number, Encoding>;

  constructor(octets: Uint8Array, port: number, carries: 'rtp' | 'rtcp', said: Announcement) {
    this.octets = octets;
    this.port = port;
    this.otherPort = said.otherPort ?? 0;
    this.carries = carries;
    this.frame = said.frame;
    this.method = said.method;
    this.secured = said.secured ?? false;
    this.encodings = said.encodings ?? NO_ENCODINGS;
  }

  encoding(payloadType: number): Encoding | null {
    return this.encodings.get(payloadType) ?? null;
  }

  /** True for this address, port and other port. */
  is(bytes: Uint8Array, at: number, length: number, port: number, otherPort: number): boolean {
    const { octets } = this;
    if (this.port !== port || this.otherPort !== otherPort || octets.length !== length) return false;
    for (let i = 0; i < length; i++) if (octets[i] !== bytes[at + i]) return false;
    return true;
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
  /** In the order in which they were announced. */
  private readonly endpoints = new Set<AnnouncedEndpoint>();
  /** The same by a hash of address and port. */
  private readonly byHash = new Map<number, AnnouncedEndpoint[]>();
  /** Differs from run to run, so that nobody can prepare announcements that all have one hash. */
  private readonly seed = (Math.random() * 0x100000000) | 0;

  get any(): boolean {
    return this.endpoints.size > 0;
  }

  /** Announces that `carries` goes to an address, given as text or as octets of a packet. */
  announce(address: string | Uint8Array, port: number, carries: 'rtp' | 'rtcp', said: Announcement): void {
    const octets = typeof address === 'string' ? octetsOf(address) : address;
    if (octets === null || port === 0) return;
    const endpoint = new AnnouncedEndpoint(octets, port, carries, said);
    const before = this.find(octets, 0, octets.length, port, endpoint.otherPort);
    if (before !== null) {
      if (carries === 'rtcp') endpoint.stream = before.stream;
      this.remove(before);
    }
    this.add(endpoint);
    if (this.endpoints.size <= MOST_ENDPOINTS) return;
    for (const oldest of this.endpoints) {
      this.remove(oldest);
      return;
    }
  }

  /**
   * The announcement that a packet between these ports belongs to: one that named both ports goes before one that named its
   * own only, and of two that of the side asked for first.
   */
  between(network: Layer, first: Side, sourcePort: number, destinationPort: number): AnnouncedEndpoint | null {
    const second = first === 'source' ? 'destination' : 'source';
    const port = first === 'source' ? sourcePort : destinationPort;
    const other = first === 'source' ? destinationPort : sourcePort;
    return (
      this.endpoint(network, first, port, other) ??
      this.endpoint(network, second, other, port) ??
      this.endpoint(network, first, port, 0) ??
      this.endpoint(network, second, other, 0)
    );
  }

  private endpoint(network: Layer, side: Side, port: number, otherPort: number): AnnouncedEndpoint | null {
    const addresses = network.protocol.addresses!;
    return this.find(network.bytes, addresses[side](network), addresses.size, port, otherPort);
  }

  private find(
    bytes: Uint8Array,
    at: number,
    length: number,
    port: number,
    otherPort: number,
  ): AnnouncedEndpoint | null {
    const found = this.byHash.get(this.hash(bytes, at, length, port));
    if (found === undefined) return null;
    for (let i = 0; i < found.length; i++) if (found[i]!.is(bytes, at, length, port, otherPort)) return found[i]!;
    return null;
  }

  private add(endpoint: AnnouncedEndpoint): void {
    this.endpoints.add(endpoint);
    const hash = this.hash(endpoint.octets, 0, endpoint.octets.length, endpoint.port);
    const found = this.byHash.get(hash);
    if (found === undefined) this.byHash.set(hash, [endpoint]);
    else found.push(endpoint);
  }

  private remove(endpoint: AnnouncedEndpoint): void {
    this.endpoints.delete(endpoint);
    const hash = this.hash(endpoint.octets, 0, endpoint.octets.length, endpoint.port);
    const left = this.byHash.get(hash)!.filter((other) => other !== endpoint);
    if (left.length > 0) this.byHash.set(hash, left);
    else this.byHash.delete(hash);
  }

  private hash(bytes: Uint8Array, at: number, length: number, port: number): number {
    let hash = this.seed ^ port;
    for (let i = at; i < at + length; i++) {
      hash = Math.imul(hash ^ bytes[i]!, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }
}

type Side = 'source' | 'destination';
