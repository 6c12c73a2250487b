import type { Layer } from '../core/layer.ts';
import { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import type { Packet } from '../core/packet.ts';
import { data } from '../protocols/data.ts';
import { tcpPorts } from '../protocols/tables.ts';
import { dstPort, srcPort } from '../protocols/tcp.ts';
import { ANY_RETRANSMISSION } from '../tcp/analysis.ts';
import type { Payload } from '../tcp/payload.ts';
import type { Segment } from '../tcp/segment.ts';
import { type Cut, Reading, type ReadingOptions } from './reading.ts';

/**
 * The two streams of one connection. A capture may hold a million connections of which few talk at a time: while this one
 * does, a `Reading` follows it. While it is silent the reading is lent to others, and a string holds what it knew, which
 * between two messages is some twenty numbers.
 */
export class StreamConversation implements Payload {
  /** Null while it is silent, and once it is over. */
  reading: Reading | null = null;
  /** When it was heard of last, in turns of laying silent ones to rest. */
  turn = 0;
  private readonly readings: Readings;
  private readonly about: number;
  private readonly portA: number;
  private readonly portB: number;
  /** What its reading left behind; empty before the first one. */
  private left = '';
  private state: typeof OPEN | typeof OVER | typeof UNKNOWN = OPEN;

  constructor(readings: Readings, about: number, portA: number, portB: number) {
    this.readings = readings;
    this.about = about;
    this.portA = portA;
    this.portB = portB;
  }

  begin(direction: 0 | 1): void {
    if (this.state === OPEN) this.awake().begin(direction);
  }

  segment(direction: 0 | 1, offset: number, tcp: Layer, packet: Packet): void {
    const before = packet.count;
    let known = this.state === OVER;
    if (this.state === OPEN) {
      const reading = this.awake();
      reading.segment(direction, offset, tcp, packet);
      this.readings.taken(packet, before, reading, direction);
      known = reading.known;
      if (reading.over) this.close(reading, 'closed');
    }
    if (!known && packet.count === before && tcp.headerEnd < tcp.capturedEnd && !isAgain(tcp)) showData(tcp, packet);
  }

  acknowledged(direction: 0 | 1, offset: number): void {
    if (this.state === OPEN) this.awake().acknowledged(direction, offset);
  }

  end(direction: 0 | 1, offset: number, packet: Packet): void {
    if (this.state !== OPEN) return;
    const before = packet.count;
    const reading = this.awake();
    reading.end(direction, offset, packet);
    this.readings.taken(packet, before, reading, direction);
    if (reading.over) this.close(reading, 'closed');
  }

  drop(): void {
    this.finish('reset');
  }

  /** Nothing more comes. */
  finish(why: Cut): void {
    if (this.state !== OPEN) return;
    const reading = this.awake();
    reading.finish(why);
    this.close(reading, why);
  }

  /** Lends its reading to others. False when there is too much in the middle of it. */
  rest(): boolean {
    const { reading } = this;
    if (reading === null) return true;
    if (!reading.rest(writer)) return false;
    this.left = writer.take();
    if (reading.kept > 0) this.readings.resting.add(this);
    this.readings.put(reading, reading.kept);
    this.reading = null;
    return true;
  }

  private awake(): Reading {
    this.turn = this.readings.turn;
    return this.reading ?? this.wake();
  }

  private wake(): Reading {
    const reading = this.readings.take(this);
    reading.open(this.about, this.portA, this.portB);
    this.reading = reading;
    if (this.left === '') return reading;
    reader.begin(this.left);
    reading.wake(reader);
    this.readings.release(reading.kept);
    this.readings.resting.delete(this);
    this.left = '';
    return reading;
  }

  /** Nothing more will be read. */
  private close(reading: Reading, why: Cut): void {
    this.readings.over(reading, why);
    this.state = reading.known ? OVER : UNKNOWN;
    reading.drop();
    this.readings.put(reading, 0);
    this.reading = null;
    this.left = '';
  }
}

const OPEN = 0;
/** It is over, and so is what comes late; or what it carries is known to nobody here. */
const OVER = 1;
const UNKNOWN = 2;

const writer = new OctetStringWriter();
const reader = new OctetStringReader();

/** Sent again: its bytes were shown when they came first. */
const isAgain = (tcp: Layer): boolean => ((tcp.context as Segment).analysis & ANY_RETRANSMISSION) !== 0;

/** What no protocol here knows stands as it is, under the port that would name it. */
function showData(tcp: Layer, packet: Packet): void {
  packet.follow(tcpPorts, Math.min(srcPort(tcp), dstPort(tcp)), data);
  packet.decode(data, tcp.bytes, tcp.headerEnd, tcp.capturedEnd, tcp.wireEnd);
}

/** Readings are kept for so many conversations, however long these are silent. */
const LEAST_AWAKE = 256;

/** Lends readings to the conversations that talk. */
export class Readings {
  /** Who is at rest, with a part of a message. */
  readonly resting = new Set<StreamConversation>();
  /** Counts how often silent conversations were laid to rest. */
  turn = 0;
  private readonly options: ReadingOptions;
  private readonly spare: Reading[] = [];
  /** Who has a reading, or had one until lately. */
  private readonly awake: StreamConversation[] = [];
  private readonly leastAwake: number;
  private mostAwake: number;

  constructor(options: ReadingOptions, leastAwake = LEAST_AWAKE) {
    this.options = options;
    this.leastAwake = this.mostAwake = leastAwake;
  }

  take(conversation: StreamConversation): Reading {
    if (this.awake.length >= this.mostAwake) this.layDown();
    this.awake.push(conversation);
    return this.spare.pop() ?? new Reading(this.options);
  }

  /** A reading that nobody needs; `kept` octets stay with the one that it was lent to. */
  put(reading: Reading, kept: number): void {
    reading.close();
    this.options.budget.used += kept;
    if (this.spare.length < this.mostAwake) this.spare.push(reading);
  }

  /** Octets that the one had that gets a reading again, which counts them now. */
  release(kept: number): void {
    this.options.budget.used -= kept;
  }

  /** Tells who takes messages of those that stand in the packet from `from` on, and of bytes that are lost. */
  taken(packet: Packet, from: number, reading: Reading, direction: 0 | 1): void {
    if (this.options.taker === null || (packet.count === from && reading.lost === null)) return;
    this.options.taker.messages(packet, from, reading, direction);
  }

  over(reading: Reading, why: Cut): void {
    this.options.taker?.over(reading, why);
  }

  /** Nothing more comes, of anybody. */
  finish(): void {
    for (const conversation of [...this.awake, ...this.resting]) conversation.finish('end');
  }

  /** Lays those to rest that were silent since this was done last. */
  private layDown(): void {
    const { awake } = this;
    let kept = 0;
    for (const conversation of awake) {
      if (conversation.reading === null) continue;
      if (conversation.turn < this.turn && conversation.rest()) continue;
      awake[kept++] = conversation;
    }
    awake.length = kept;
    this.mostAwake = Math.max(this.leastAwake, 2 * kept);
    this.turn++;
  }
}
