import { u8, u16, u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { identification, ipv4, isFragment } from '../protocols/ipv4.ts';
import type { Host } from './hosts.ts';
import { Tally } from './tally.ts';

/** A copy comes within so many nanoseconds: no TCP sends again so soon (RFC 6298 §2.4: a second; Linux: 200 ms). */
const COPY_WITHIN = 100_000_000;

/** Packets that are remembered. */
const SLOTS = 1 << 14;

/** Octets of a packet that are compared: its header, and the ports, numbers and checksum of what it carries. */
const COMPARED = 64;
/** With fewer of them, where a capture cut its frames, the checksum may be missing that stands for the content. */
const ENOUGH = 40;

/**
 * The same IPv4 packet more than once. A host numbers its packets (RFC 6864 §4.1), so that what it sends again has another
 * identification and with it another checksum; the same one twice was recorded twice. Hosts that leave the number 0, and
 * IPv6, which has none, do not show it: of these nothing is said.
 */
export class Copies {
  /** The same in all that is compared, and in the link header. */
  readonly same = new Tally();
  /** The same packet in another link header: on another interface, or on both sides of a bridge or VLAN. */
  readonly relinked = new Tally();
  /** The same packet with a lower TTL: before and behind a router. */
  readonly routed = new Tally();
  /** Longest time between a packet and its copy, in nanoseconds. */
  longest = 0;
  private readonly first = new Int32Array(SLOTS);
  private readonly second = new Int32Array(SLOTS);
  private readonly links = new Int32Array(SLOTS);
  private readonly ttls = new Uint8Array(SLOTS);
  private readonly times = new Float64Array(SLOTS);
  private readonly taken = new Uint8Array(SLOTS);

  see(network: Layer, packet: Packet, now: number, sender: Host): void {
    if (network.protocol !== ipv4 || identification(network) === 0) return;
    const { bytes, start } = network;
    if (network.capturedEnd < Math.min(network.wireEnd, start + ENOUGH)) return;
    const end = Math.min(network.capturedEnd, start + COMPARED);
    const words = (end - start) >>> 2;
    // Everything but TTL and header checksum, which routers change.
    let one = network.wireEnd - start;
    let other = u16(bytes, start + 4) ^ (u8(bytes, start + 9) << 16);
    for (let i = 0; i < words; i++) {
      if (i === 2) continue;
      const word = u32(bytes, start + 4 * i);
      one = stir(one, word);
      other = Math.imul(other ^ word, 0x85ebca6b) ^ (other >>> 13);
    }
    if (!numbers(sender, network, one)) return;
    const slot = one & (SLOTS - 1);
    const ttl = u8(bytes, start + 8);
    const link = linkOf(packet, network);
    if (this.taken[slot] === 1 && this.first[slot] === one && this.second[slot] === other) {
      const since = now - this.times[slot]!;
      if (since >= 0 && since <= COPY_WITHIN) {
        this.found(packet.frame.number, since, this.ttls[slot]! - ttl, this.links[slot] === link);
      }
    }
    this.taken[slot] = 1;
    this.first[slot] = one;
    this.second[slot] = other;
    this.links[slot] = link;
    this.ttls[slot] = ttl;
    this.times[slot] = now;
  }

  get count(): number {
    return this.same.count + this.relinked.count + this.routed.count;
  }

  private found(frame: number, since: number, hops: number, sameLink: boolean): void {
    // A higher TTL is no later copy of the same packet: those were recorded in another order.
    const kind = hops !== 0 ? this.routed : sameLink ? this.same : this.relinked;
    kind.add(frame);
    if (since > this.longest) this.longest = since;
  }
}

/** False for a host that gave one number to two packets: what some write by hand is numbered alike. */
function numbers(sender: Host, network: Layer, hash: number): boolean {
  const number = identification(network);
  if (isFragment(network)) return !sender.repeatsNumbers;
  if (number === sender.lastNumber && hash !== sender.lastHash) sender.repeatsNumbers = true;
  sender.lastNumber = number;
  sender.lastHash = hash;
  return !sender.repeatsNumbers;
}

/** What stands before the packet, with the interface. */
function linkOf(packet: Packet, network: Layer): number {
  const { bytes, start, interfaceId } = packet.frame;
  let hash = interfaceId + 1;
  if (bytes !== network.bytes) return hash;
  for (let i = start; i < network.start; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash;
}

const stir = (hash: number, word: number): number => {
  const product = Math.imul(hash ^ word, 0x9e3779b1);
  return product ^ (product >>> 15);
};
