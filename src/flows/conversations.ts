import type { Layer } from '../core/layer.ts';
import { Writer } from '../core/writer.ts';

/**
 * The conversations of one transport, numbered in the order in which they appeared, as Wireshark's `tcp.stream` and
 * `udp.stream` are. A conversation is a pair of endpoints: both directions find the same number.
 *
 * An open-addressing table over typed arrays: no strings, no objects, nothing allocated but when an array doubles. VLAN
 * tags and tunnels are not part of the key, only the addresses of the nearest network layer are.
 */
export class Conversations {
  /** How many there were so far: the next one's number. */
  count = 0;
  /** Of the packet that `find` was asked for last: 0 as the conversation's first packet went, 1 the other way. */
  lastDirection: 0 | 1 = 0;
  /** True when the packet that `find` was asked for last was the first of its conversation. */
  lastNew = false;

  /** Number + 1 of the conversation in each slot; 0 for an empty one. A power of two, at most half full. */
  private slots = new Int32Array(FIRST_SLOTS);
  /** Where the endpoints that were not known last would stand. */
  private emptyAt = 0;
  private used = 0;
  /** Where each conversation's key begins in `keys`. */
  private keyAt = new Uint32Array(FIRST_SLOTS / 2);
  /** Per conversation: ports (source high), octets of an address, source address, destination address. */
  private keys = new Int32Array(FIRST_SLOTS * 2);
  private keysEnd = 0;
  /** By words of an address: place + 1 of a key that is free, at which stands the next one; 0 for none. */
  private readonly freeKeys = new Int32Array(5);
  /** Differs from run to run, so that nobody can prepare a capture whose keys all fall into one slot. */
  private readonly seed = (Math.random() * 0x100000000) | 0;

  /** The number of the conversation that a packet with these endpoints belongs to: a new one when there is none yet. */
  find(network: Layer, sourcePort: number, destinationPort: number): number {
    const found = this.known(network, sourcePort, destinationPort);
    if (found >= 0) return found;
    const { size, source, destination } = network.protocol.addresses!;
    const { bytes } = network;
    return this.add(this.emptyAt, bytes, source(network), destination(network), size, sourcePort, destinationPort);
  }

  /** The same, but -1 when there is none yet. */
  known(network: Layer, sourcePort: number, destinationPort: number): number {
    const { size, source, destination } = network.protocol.addresses!;
    const { bytes } = network;
    const from = source(network);
    const to = destination(network);
    const mask = this.slots.length - 1;
    let slot = spread(this.mix(bytes, from, size, sourcePort) + this.mix(bytes, to, size, destinationPort)) & mask;
    for (;;) {
      const found = this.slots[slot]! - 1;
      if (found < 0) {
        this.emptyAt = slot;
        return found;
      }
      const key = this.keyAt[found]!;
      if (this.keys[key + 1] === size) {
        if (this.same(key, bytes, from, to, size, sourcePort, destinationPort)) return this.answer(found, 0);
        if (this.same(key, bytes, to, from, size, destinationPort, sourcePort)) return this.answer(found, 1);
      }
      slot = (slot + 1) & mask;
    }
  }

  /**
   * Begins a new conversation between the endpoints of `index` (ports that are used again), which `find` gives from now
   * on. Call it right after `find`: the packet asked for last is the new conversation's first.
   */
  renew(index: number): number {
    const key = this.keyAt[index]!;
    const words = this.keys[key + 1]! >>> 2;
    let slot = this.hashOfKey(key) & (this.slots.length - 1);
    while (this.slots[slot] !== index + 1) slot = (slot + 1) & (this.slots.length - 1);
    const renewed = this.number(words);
    this.slots[slot] = renewed + 1;
    const at = this.keyAt[renewed]!;
    const swapped = this.lastDirection === 1;
    const ports = this.keys[key]!;
    this.keys[at] = swapped ? (ports << 16) | (ports >>> 16) : ports;
    this.keys[at + 1] = words * 4;
    this.keys.copyWithin(at + 2, key + 2 + (swapped ? words : 0), key + 2 + (swapped ? 2 * words : words));
    this.keys.copyWithin(at + 2 + words, key + 2 + (swapped ? 0 : words), key + 2 + (swapped ? words : 2 * words));
    this.answer(renewed, 0);
    this.lastNew = true;
    return renewed;
  }

  /** Begins a conversation that `find` does not give: its endpoints are told apart otherwise. */
  unlisted(network: Layer, sourcePort: number, destinationPort: number): number {
    const { size, source, destination } = network.protocol.addresses!;
    const index = this.number(size >>> 2);
    this.write(index, network.bytes, source(network), destination(network), size, sourcePort, destinationPort);
    return index;
  }

  /** 0 for a packet that comes from where the first one of `index` came from, whatever its other end is; else 1. */
  directionOf(index: number, network: Layer, sourcePort: number): 0 | 1 {
    const key = this.keyAt[index]!;
    if (this.keys[key]! >>> 16 !== sourcePort) return 1;
    const at = network.protocol.addresses!.source(network);
    for (let i = 0; i < this.keys[key + 1]!; i += 4) {
      if (this.keys[key + 2 + (i >>> 2)] !== word(network.bytes, at + i)) return 1;
    }
    return 0;
  }

  /** Takes a conversation out: its endpoints begin a new one when they are heard of again. */
  forget(index: number): void {
    const key = this.keyAt[index]!;
    const mask = this.slots.length - 1;
    let slot = this.hashOfKey(key) & mask;
    while (this.slots[slot] !== 0 && this.slots[slot] !== index + 1) slot = (slot + 1) & mask;
    // One that was renewed is found no more.
    if (this.slots[slot] !== 0) this.emptySlot(slot);
    const words = this.keys[key + 1]! >>> 2;
    this.keys[key] = this.freeKeys[words]!;
    this.freeKeys[words] = key + 1;
  }

  /** What stands behind, and was displaced, moves up: a search ends at the first empty slot. */
  private emptySlot(slot: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let hole = slot;
    for (let at = (hole + 1) & mask; slots[at] !== 0; at = (at + 1) & mask) {
      const home = this.hashOfKey(this.keyAt[slots[at]! - 1]!) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      slots[hole] = slots[at]!;
      hole = at;
    }
    slots[hole] = 0;
    this.used--;
  }

  /** `192.168.0.10:51234`, `[2001:db8::1]:80`: where the first packet of `index` came from (side 0) or went to (1). */
  endpointName(index: number, side: 0 | 1): string {
    const key = this.keyAt[index]!;
    const size = this.keys[key + 1]!;
    const first = key + 2 + (side === 0 ? 0 : size >>> 2);
    for (let i = 0; i < size >>> 2; i++) address.setInt32(i * 4, this.keys[first + i]!);
    const octets = new Uint8Array(address.buffer);
    text.clear();
    if (size === 4) {
      text.ipv4(octets, 0);
    } else {
      text.byte(91);
      text.ipv6(octets, 0);
      text.byte(93);
    }
    text.byte(58);
    const ports = this.keys[key]!;
    text.uint(side === 0 ? ports >>> 16 : ports & 0xffff);
    return text.toString();
  }

  private answer(index: number, direction: 0 | 1): number {
    this.lastDirection = direction;
    this.lastNew = false;
    return index;
  }

  private same(
    key: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    size: number,
    sourcePort: number,
    destinationPort: number,
  ): boolean {
    const { keys } = this;
    if (keys[key] !== ((sourcePort << 16) | destinationPort)) return false;
    let at = key + 2;
    for (let i = 0; i < size; i += 4) if (keys[at++] !== word(bytes, from + i)) return false;
    for (let i = 0; i < size; i += 4) if (keys[at++] !== word(bytes, to + i)) return false;
    return true;
  }

  private add(
    slot: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    size: number,
    sourcePort: number,
    destinationPort: number,
  ): number {
    const index = this.number(size >>> 2);
    this.write(index, bytes, from, to, size, sourcePort, destinationPort);
    this.slots[slot] = index + 1;
    if (++this.used * 2 > this.slots.length) this.growSlots();
    return index;
  }

  /** The key of a new conversation. */
  private write(
    index: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    size: number,
    sourcePort: number,
    destinationPort: number,
  ): void {
    let at = this.keyAt[index]!;
    this.keys[at++] = (sourcePort << 16) | destinationPort;
    this.keys[at++] = size;
    for (let i = 0; i < size; i += 4) this.keys[at++] = word(bytes, from + i);
    for (let i = 0; i < size; i += 4) this.keys[at++] = word(bytes, to + i);
    this.lastDirection = 0;
    this.lastNew = true;
  }

  /** The next number, with room for a key whose addresses have `words` words each. */
  private number(words: number): number {
    const index = this.count++;
    if (index === this.keyAt.length) this.keyAt = doubled(this.keyAt, Uint32Array);
    const free = this.freeKeys[words]!;
    if (free > 0) {
      this.freeKeys[words] = this.keys[free - 1]!;
      this.keyAt[index] = free - 1;
      return index;
    }
    const end = this.keysEnd + 2 + 2 * words;
    if (end > this.keys.length) this.keys = doubled(this.keys, Int32Array);
    this.keyAt[index] = this.keysEnd;
    this.keysEnd = end;
    return index;
  }

  private growSlots(): void {
    const old = this.slots;
    const slots = new Int32Array(old.length * 2);
    const mask = slots.length - 1;
    for (let i = 0; i < old.length; i++) {
      const entry = old[i]!;
      if (entry === 0) continue;
      let slot = this.hashOfKey(this.keyAt[entry - 1]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry;
    }
    this.slots = slots;
  }

  /** The sum of both endpoints' hashes is the same in both directions. */
  private hashOfKey(key: number): number {
    const words = this.keys[key + 1]! >>> 2;
    const ports = this.keys[key]!;
    let from = stir(this.seed, ports >>> 16);
    let to = stir(this.seed, ports & 0xffff);
    for (let i = 0; i < words; i++) from = stir(from, this.keys[key + 2 + i]!);
    for (let i = 0; i < words; i++) to = stir(to, this.keys[key + 2 + words + i]!);
    return spread(from + to);
  }

  private mix(bytes: Uint8Array, at: number, size: number, port: number): number {
    let hash = stir(this.seed, port);
    for (let i = 0; i < size; i += 4) hash = stir(hash, word(bytes, at + i));
    return hash;
  }
}

const address = new DataView(new ArrayBuffer(16));
const text = new Writer(64);

const FIRST_SLOTS = 1 << 10;

/** 32 bits as a signed number: it stays an integer in V8, which an unsigned one above 2^31 does not. */
const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;

/** One round of multiplication and shift; the constant is odd and has its bits well spread (2^32 over the golden ratio). */
function stir(hash: number, bits: number): number {
  const product = Math.imul(hash ^ bits, 0x9e3779b1);
  return product ^ (product >>> 15);
}

/** Lets every bit of a hash have its part in the low ones, which name the slot (the finalizer of MurmurHash3). */
function spread(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function doubled<T extends Int32Array | Uint32Array>(array: T, Kind: new (length: number) => T): T {
  const grown = new Kind(array.length * 2);
  grown.set(array);
  return grown;
}
