import { Shelf } from '../flows/shelf.ts';
import { Tape } from '../flows/tape.ts';
import { Connection, type EndpointNames } from './connection.ts';
import type { Payload } from './payload.ts';
import type { TcpState } from './state-change.ts';

/** Connections that are kept as objects, where nobody wants another number. */
const MOST_AWAKE = 256;

/** Numbers in the lists of a connection that is laid to rest, at the most. */
const MOST_LISTED = 1024;

/** Of the connections that are over, this part, the youngest, is kept whole. */
const FADES = 4;

/** In place of a slot or a place: there is no such connection. */
const NOWHERE = 0x7fffffff;

/** Who numbers the connections. */
interface TableNames extends EndpointNames {
  forget(stream: number): void;
}

/**
 * Every connection by its number. A capture may hold a million of which few are talking at a time: those are awake, as
 * objects; all others are at rest, as octets on a shelf. One that is heard of again takes the object of another that was
 * silent for a while (the clock algorithm, by which operating systems replace pages), so that objects are made once and
 * the collector has nothing to do.
 */
export class ConnectionTable {
  /** How many are at rest. */
  resting = 0;
  /** By number: its slot in `awake`, or -1 minus its place on the shelf. */
  private where = new Int32Array(1024).fill(NOWHERE);
  private readonly awake: Connection[] = [];
  private readonly mostAwake: number;
  /** The slot that is looked at next when an object is needed. */
  private hand = 0;
  private readonly shelf = new Shelf();
  private readonly tape = new Tape();
  /** What connections at rest carry. */
  private readonly payloads = new Map<number, Payload>();
  private readonly names: TableNames;
  /** Connections at rest that are over, in a ring: their numbers, and their places on the shelf. */
  private readonly over: Int32Array;
  private readonly overPlaces: Int32Array;
  private overAt = 0;
  private readonly fading: Connection;

  /**
   * `remembered`: as many connections that are over, and are not counted, are kept, the eldest with what is needed most;
   * all of them, and whole, when it is 0.
   */
  constructor(names: TableNames, mostAwake = MOST_AWAKE, remembered = 0) {
    this.names = names;
    this.mostAwake = mostAwake;
    this.over = new Int32Array(remembered).fill(-1);
    this.overPlaces = new Int32Array(remembered);
    this.fading = new Connection(names);
    const unknown = new Connection(names);
    unknown.record(this.tape);
    this.tape.learn();
    // An engine that learns early which fields hold any number need not throw compiled code away when one first does.
    this.tape.fill(0.5);
    unknown.replay(this.tape);
  }

  has(stream: number): boolean {
    return stream < this.where.length && this.where[stream] !== NOWHERE;
  }

  /** The connection of a number; null when it was forgotten. */
  find(stream: number, frame: number): Connection | null {
    return this.has(stream) ? this.get(stream, frame) : null;
  }

  /** The connection of a number that it has; `frame` is the one at hand. */
  get(stream: number, frame: number): Connection {
    const where = this.where[stream]!;
    const connection = where >= 0 ? this.awake[where]! : this.wake(stream, -1 - where, frame);
    if (connection.heardIn !== frame) {
      connection.heardIn = frame;
      connection.heardLately = true;
    }
    return connection;
  }

  /** A new one. */
  add(stream: number, frame: number): Connection {
    const connection = this.objectFor(stream, frame);
    this.tape.clear();
    connection.replay(this.tape);
    connection.payload = null;
    return connection;
  }

  /** All of them by number. Those at rest are shown by objects of their own, and stay at rest. */
  *[Symbol.iterator](): Generator<Connection> {
    for (let stream = 0; stream < this.where.length; stream++) {
      const where = this.where[stream]!;
      if (where === NOWHERE) continue;
      yield where >= 0 ? this.awake[where]! : this.shown(stream, new Connection(this.names));
    }
  }

  /** The same with one object for all that are at rest: good until the next is asked for, but for what was counted. */
  *inTurn(): Generator<Connection> {
    const lent = new Connection(this.names);
    for (let stream = 0; stream < this.where.length; stream++) {
      const where = this.where[stream]!;
      if (where === NOWHERE) continue;
      lent.leaveSummary();
      yield where >= 0 ? this.awake[where]! : this.shown(stream, lent);
    }
  }

  /** By an object that is not awake. */
  private shown(stream: number, connection: Connection): Connection {
    connection.stream = stream;
    this.shelf.get(-1 - this.where[stream]!, this.tape);
    connection.replay(this.tape);
    connection.payload = this.payloads.get(stream) ?? null;
    return connection;
  }

  private wake(stream: number, place: number, frame: number): Connection {
    // Whoever is laid to rest for it may make others fade: not this one.
    this.where[stream] = NOWHERE;
    const connection = this.objectFor(stream, frame);
    this.shelf.get(place, this.tape);
    connection.replay(this.tape);
    this.shelf.remove(place);
    connection.payload = null;
    this.resting--;
    const payload = this.payloads.get(stream);
    if (payload !== undefined) {
      connection.payload = payload;
      this.payloads.delete(stream);
    }
    return connection;
  }

  /** An object for this number, whatever it knew before. */
  private objectFor(stream: number, frame: number): Connection {
    const slot = this.awake.length < this.mostAwake ? this.newSlot() : this.freeSlot(frame);
    const connection = this.awake[slot]!;
    if (stream >= this.where.length) this.grow(stream);
    this.where[stream] = slot;
    connection.stream = stream;
    connection.heardIn = frame;
    connection.heardLately = false;
    return connection;
  }

  private newSlot(): number {
    return this.awake.push(new Connection(this.names)) - 1;
  }

  /** The slot of a connection that was silent since the hand passed it last, and is laid to rest for it. */
  private freeSlot(frame: number): number {
    for (let left = 2 * this.awake.length; left > 0; left--) {
      const slot = this.hand;
      this.hand = slot + 1 < this.awake.length ? slot + 1 : 0;
      const connection = this.awake[slot]!;
      // What the packet at hand speaks of is looked at by whoever prints it.
      if (connection.held || connection.heardIn === frame) continue;
      if (connection.heardLately) connection.heardLately = false;
      else if (this.layDown(connection)) return slot;
    }
    return this.newSlot();
  }

  /** False for one in the middle of something large, which has to stay awake. */
  private layDown(connection: Connection): boolean {
    if (connection.listed > MOST_LISTED) return false;
    connection.record(this.tape);
    this.tape.pack();
    const place = this.shelf.put(this.tape);
    if (place < 0) return false;
    this.where[connection.stream] = -1 - place;
    this.resting++;
    const over = isOver(connection);
    if (connection.payload !== null) {
      if (over) connection.payload.drop();
      else this.payloads.set(connection.stream, connection.payload);
    }
    if (over && connection.summary === null && this.over.length > 0) this.isNowOver(connection.stream, place);
    return true;
  }

  /** Takes the place of the eldest in the ring, which is forgotten, and one in between fades. */
  private isNowOver(stream: number, place: number): void {
    const { over, overPlaces, overAt } = this;
    if (this.isStillOver(overAt)) this.forget(over[overAt]!, overPlaces[overAt]!);
    over[overAt] = stream;
    overPlaces[overAt] = place;
    const fading = (overAt + over.length - Math.ceil(over.length / FADES)) % over.length;
    if (this.isStillOver(fading)) this.fade(fading);
    this.overAt = (overAt + 1) % over.length;
  }

  /** False of one that was heard of since. */
  private isStillOver(at: number): boolean {
    const stream = this.over[at]!;
    return stream >= 0 && this.where[stream] === -1 - this.overPlaces[at]!;
  }

  private fade(at: number): void {
    const stream = this.over[at]!;
    const connection = this.shown(stream, this.fading);
    connection.fade();
    connection.record(this.tape);
    this.tape.pack();
    this.shelf.remove(this.overPlaces[at]!);
    const place = this.shelf.put(this.tape);
    this.overPlaces[at] = place;
    this.where[stream] = -1 - place;
  }

  private forget(stream: number, place: number): void {
    this.shelf.remove(place);
    this.where[stream] = NOWHERE;
    this.names.forget(stream);
    this.resting--;
  }

  private grow(stream: number): void {
    const grown = new Int32Array(Math.max(stream + 1, this.where.length * 2)).fill(NOWHERE, this.where.length);
    grown.set(this.where);
    this.where = grown;
  }
}

/** Nothing more will come of what it carried. */
const isOver = ({ a, b }: Connection): boolean => OVER.has(a.state) && OVER.has(b.state);
const OVER: ReadonlySet<TcpState> = new Set<TcpState>(['CLOSED', 'TIME_WAIT']);
