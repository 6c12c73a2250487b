import type { Frame } from '../core/frame.ts';
import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import type { StreamBudget } from '../tcp/reassembly.ts';

/** What the request's method changes for its response. */
export const OTHER = 0;
export const HEAD = 1;
export const CONNECT = 2;
export const NOTIFICATION = 3;

/** A request that waits for its response. The octets of target and host stand side by side in `Requests.octets`. */
export class Asked {
  method = OTHER;
  frame = 0;
  seconds = 0;
  nanoseconds = 0;
  /** -1 where no host was named. */
  targetAt = -1;
  hostAt = -1;
  hostEnd = -1;

  get octets(): number {
    return this.targetAt < 0 ? 0 : this.hostEnd - this.targetAt;
  }
}

/** Requests remembered without an answer; a client that sends more has stopped to listen. */
const PENDING_LIMIT = 1024;
/** Octets of targets and hosts that are kept; of requests beyond it is not known what they asked for. */
const OCTETS_LIMIT = 1 << 17;
const FIRST_OCTETS = 1 << 8;
/** What a request costs beside these octets. */
const ASKED_COST = 96;

/** The requests of one connection that wait for their responses, in their order (RFC 9112 §9.3.2). */
export class Requests {
  /** Stays as it is until the next request comes after all were answered. */
  octets: Uint8Array = new Uint8Array(FIRST_OCTETS);
  /** Octets that are kept, with what keeping them costs. */
  kept = 0;
  private readonly budget: StreamBudget;
  /** Those that wait stand in [from, to); the others are used again. */
  private readonly asked: Asked[] = [];
  private from = 0;
  private to = 0;
  private end = 0;

  constructor(budget: StreamBudget) {
    this.budget = budget;
  }

  /** The one whose response comes next. Valid until it is taken away and another one comes. */
  get first(): Asked | null {
    return this.from < this.to ? this.asked[this.from]! : null;
  }

  /** @param hostAt -1 when the request names no host */
  add(
    method: number,
    frame: Frame,
    bytes: Uint8Array,
    targetAt: number,
    targetEnd: number,
    hostAt: number,
    hostEnd: number,
  ): void {
    if (this.from === this.to) this.from = this.to = this.end = 0;
    if (this.to - this.from >= PENDING_LIMIT || this.budget.used + ASKED_COST > this.budget.limit) return;
    const asked = this.place();
    asked.method = method;
    asked.frame = frame.number;
    asked.seconds = frame.seconds;
    asked.nanoseconds = frame.nanoseconds;
    asked.targetAt = -1;
    const length = targetEnd - targetAt + hostEnd - hostAt;
    if (hostAt >= 0 && this.hasRoom(length)) {
      asked.targetAt = this.end;
      asked.hostAt = this.copy(bytes, targetAt, targetEnd);
      asked.hostEnd = this.copy(bytes, hostAt, hostEnd);
    }
    this.charge(ASKED_COST + asked.octets);
  }

  /** The first one has its response. */
  shift(): void {
    const { first } = this;
    if (first === null) return;
    this.charge(-ASKED_COST - first.octets);
    this.from++;
  }

  clear(): void {
    this.charge(-this.kept);
    this.from = this.to = this.end = 0;
    if (this.asked.length > FEW) this.asked.length = FEW;
    if (this.octets.length > FIRST_OCTETS) this.octets = new Uint8Array(FIRST_OCTETS);
  }

  rest(out: OctetStringWriter): void {
    out.number(this.to - this.from);
    for (let i = this.from; i < this.to; i++) {
      const { method, frame, seconds, nanoseconds, targetAt, hostAt, hostEnd } = this.asked[i]!;
      out.number(method);
      out.number(frame);
      out.flag(seconds < 0);
      out.number(Math.abs(seconds));
      out.number(nanoseconds);
      out.flag(targetAt >= 0);
      if (targetAt < 0) continue;
      out.number(hostAt - targetAt);
      out.bytes(this.octets, targetAt, hostEnd);
    }
  }

  wake(left: OctetStringReader): void {
    for (let waiting = left.number(); waiting > 0; waiting--) {
      const asked = this.place();
      asked.method = left.number();
      asked.frame = left.number();
      const before = left.flag();
      asked.seconds = left.number() * (before ? -1 : 1);
      asked.nanoseconds = left.number();
      asked.targetAt = -1;
      if (left.flag()) {
        const target = left.number();
        const octets = left.bytes();
        this.grow(octets.length);
        asked.targetAt = this.end;
        asked.hostAt = this.end + target;
        asked.hostEnd = this.copy(octets, 0, octets.length);
      }
      this.charge(ASKED_COST + asked.octets);
    }
  }

  /** A place behind the last one. Where answered ones stand in front, those that wait are moved there before. */
  private place(): Asked {
    if (this.from > FEW && this.from * 2 > this.to) {
      this.asked.push(...this.asked.splice(0, this.from));
      this.to -= this.from;
      this.from = 0;
    }
    if (this.to === this.asked.length) this.asked.push(new Asked());
    return this.asked[this.to++]!;
  }

  private hasRoom(length: number): boolean {
    if (this.end + length > OCTETS_LIMIT) this.moveForward();
    if (this.end + length > OCTETS_LIMIT || this.budget.used + length > this.budget.limit) return false;
    this.grow(length);
    return true;
  }

  /** In a new array: a response of the frame at hand may still look at the old one. */
  private moveForward(): void {
    const from = this.asked.slice(this.from, this.to).find(({ targetAt }) => targetAt >= 0)?.targetAt ?? this.end;
    const moved = new Uint8Array(this.octets.length);
    moved.set(this.octets.subarray(from, this.end));
    this.octets = moved;
    this.end -= from;
    for (let i = this.from; i < this.to; i++) {
      const asked = this.asked[i]!;
      if (asked.targetAt < 0) continue;
      asked.targetAt -= from;
      asked.hostAt -= from;
      asked.hostEnd -= from;
    }
  }

  private grow(length: number): void {
    if (this.end + length <= this.octets.length) return;
    const grown = new Uint8Array(Math.max(this.octets.length * 2, this.end + length));
    grown.set(this.octets.subarray(0, this.end));
    this.octets = grown;
  }

  /** Answers with where the copy ends. */
  private copy(bytes: Uint8Array, from: number, to: number): number {
    const { octets } = this;
    let { end } = this;
    for (let i = from; i < to; i++) octets[end++] = bytes[i]!;
    this.end = end;
    return end;
  }

  private charge(cost: number): void {
    this.kept += cost;
    this.budget.used += cost;
  }
}

/** Objects that are kept for the next ones. */
const FEW = 8;
