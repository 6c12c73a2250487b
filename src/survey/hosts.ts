import { u32 } from '../core/bytes.ts';
import type { Verdict } from '../core/checksum.ts';
import type { Layer } from '../core/layer.ts';
import { Writer } from '../core/writer.ts';
import { Tally } from './tally.ts';

/** Hosts that are told apart; a scan of the Internet has more, and its millions teach nothing new. */
const MOST_HOSTS = 1 << 16;

/** What one address sent, as far as it tells where the capture was taken. */
export class Host {
  /** `192.0.2.1`, `2001:db8::1`. */
  readonly address: string;
  packets = 0;
  /** TTL or hop limit of its TCP segments: least and greatest; 0 before the first. */
  leastHops = 0;
  mostHops = 0;
  /** Verdicts on its TCP and UDP checksums. */
  good = 0;
  readonly bad = new Tally();
  /** The sum of the pseudo-header stands in their place: the network card was to finish them. */
  readonly partial = new Tally();
  /** The same in packets that no receiver puts together: without data, or datagrams. */
  readonly partialAlone = new Tally();
  /** TCP segments with more data than the other end takes in one. */
  readonly bundles = new Tally();
  largestBundle = 0;
  /** Frames that the recording system marked as going out. */
  readonly sentHere = new Tally();
  /** Ethernet frames too short for a wire. */
  readonly unpadded = new Tally();
  /** Frames that are padded to what a wire wants. */
  padded = 0;

  /** The identification of its last packet, what stands for that packet, and whether another one had the same number. */
  lastNumber = 0;
  lastHash = 0;
  repeatsNumbers = false;

  constructor(address: string) {
    this.address = address;
  }

  /** 127.0.0.0/8 and ::1 are every machine's. */
  get isLoopback(): boolean {
    return this.address.startsWith('127.') || this.address === '::1';
  }

  judge(verdict: Verdict, alone: boolean, frame: number): void {
    if (verdict === 'good') this.good++;
    else if (verdict === 'bad') this.bad.add(frame);
    else if (verdict === 'partial') {
      this.partial.add(frame);
      if (alone) this.partialAlone.add(frame);
    }
  }

  hops(value: number): void {
    if (this.mostHops === 0) this.leastHops = this.mostHops = value;
    else if (value < this.leastHops) this.leastHops = value;
    else if (value > this.mostHops) this.mostHops = value;
  }
}

/** The hosts of a capture, by the source addresses of its outermost IP headers. */
export class Hosts {
  /** False once there were more than are told apart. */
  complete = true;
  private readonly ipv4 = new Map<number, Host>();
  /** By a number that stands for the address; nobody gains anything by two addresses with the same one. */
  private readonly ipv6 = new Map<number, Host>();
  private last: Host | null = null;
  private lastKey = 0;
  private lastSize = 0;

  /** Who sent the packet; null for one too many. */
  sourceOf(network: Layer): Host | null {
    const { size, source } = network.protocol.addresses!;
    const { bytes } = network;
    const at = source(network);
    const key = size === 4 ? u32(bytes, at) | 0 : keyOf(bytes, at);
    if (this.last !== null && key === this.lastKey && size === this.lastSize) return this.last;
    const known = size === 4 ? this.ipv4 : this.ipv6;
    const host = known.get(key) ?? this.add(known, key, bytes, at, size);
    this.last = host;
    this.lastKey = key;
    this.lastSize = size;
    return host;
  }

  get count(): number {
    return this.ipv4.size + this.ipv6.size;
  }

  *[Symbol.iterator](): Generator<Host> {
    yield* this.ipv4.values();
    yield* this.ipv6.values();
  }

  private add(known: Map<number, Host>, key: number, bytes: Uint8Array, at: number, size: number): Host | null {
    if (this.count === MOST_HOSTS) {
      this.complete = false;
      return null;
    }
    const host = new Host(addressText(bytes, at, size));
    known.set(key, host);
    return host;
  }
}

/** Hosts that are named in one list. */
export const NAMED = 4;

/** The first ones, by their addresses. */
export const addresses = (hosts: readonly Host[]): readonly string[] =>
  hosts.slice(0, NAMED).map(({ address }) => address);

/** A share that damage on the way does not reach, and packets below which a share says nothing. */
const MOSTLY = 0.9;
const MANY = 8;

export const isMostlyBad = (bad: number, judged: number): boolean => bad >= MANY && bad >= MOSTLY * judged;

/** Hosts whose checksums are wrong nearly always while those of others are right: nobody has filled them in yet. */
export function unfilledHosts(hosts: Iterable<Host>): readonly Host[] {
  const judged = [...hosts].filter(({ good, bad }) => good + bad.count > 0);
  if (!judged.some(({ good, bad }) => good >= MANY && bad.count === 0)) return [];
  return judged.filter(({ good, bad }) => isMostlyBad(bad.count, good + bad.count));
}

/** 53 bits of 128. */
function keyOf(bytes: Uint8Array, at: number): number {
  let high = 0;
  let low = 0;
  for (let i = 0; i < 16; i += 4) {
    const word = u32(bytes, at + i);
    high = Math.imul(high ^ word, 0x9e3779b1) ^ (high >>> 15);
    low = Math.imul(low ^ word, 0x85ebca6b) ^ (low >>> 13);
  }
  return (high >>> 11) * 0x100000000 + (low >>> 0);
}

const text = new Writer(64);

function addressText(bytes: Uint8Array, at: number, size: number): string {
  text.clear();
  if (size === 4) text.ipv4(bytes, at);
  else text.ipv6(bytes, at);
  return text.toString();
}

/** True for an address that is one host's: neither multicast nor broadcast. */
export function isUnicast(network: Layer): boolean {
  const { size, destination } = network.protocol.addresses!;
  const first = network.bytes[destination(network)]!;
  return size === 4 ? first < 224 : first !== 0xff;
}

/** True for a packet from 127.0.0.0/8, or to the address that it comes from: it stays in one machine. */
export function staysInside(network: Layer): boolean {
  const { size, source, destination } = network.protocol.addresses!;
  const { bytes } = network;
  const from = source(network);
  const to = destination(network);
  if (size === 4 && bytes[from] === 127) return true;
  for (let i = 0; i < size; i += 4) if (u32(bytes, from + i) !== u32(bytes, to + i)) return false;
  return true;
}
