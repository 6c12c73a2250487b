/** Writes captures for the tests, octet by octet, independently of what the readers share. */
export type Order = 'little' | 'big';

export interface Recorded {
  seconds: number;
  nanoseconds: number;
  data: Uint8Array;
  wireLength?: number;
}

export class Octets {
  private readonly parts: number[] = [];
  private readonly order: Order;

  constructor(order: Order) {
    this.order = order;
  }

  get length(): number {
    return this.parts.length;
  }

  number(value: number, octets: number): this {
    const bytes: number[] = [];
    let rest = value;
    for (let i = 0; i < octets; i++) {
      bytes.push(rest & 0xff);
      rest = Math.floor(rest / 256);
    }
    this.parts.push(...(this.order === 'little' ? bytes : bytes.reverse()));
    return this;
  }

  raw(bytes: Iterable<number>): this {
    for (const octet of bytes) this.parts.push(octet);
    return this;
  }

  pad(): this {
    while (this.parts.length % 4 !== 0) this.parts.push(0);
    return this;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.parts);
  }
}

export interface ClassicOptions {
  order?: Order;
  kind?: 'microseconds' | 'nanoseconds' | 'modified';
  link?: number;
  version?: [number, number];
  snapLength?: number;
}

const MAGIC = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d, modified: 0xa1b2cd34 };

export function classic(frames: readonly Recorded[], options: ClassicOptions = {}): Uint8Array {
  const { order = 'little', kind = 'microseconds', link = 1, version = [2, 4], snapLength = 65535 } = options;
  const out = new Octets(order);
  out.number(MAGIC[kind], 4).number(version[0], 2).number(version[1], 2).number(0, 8);
  out.number(snapLength, 4).number(link, 4);
  for (const { seconds, nanoseconds, data, wireLength } of frames) {
    out.number(seconds, 4).number(kind === 'nanoseconds' ? nanoseconds : Math.floor(nanoseconds / 1000), 4);
    out.number(data.length, 4).number(wireLength ?? data.length, 4);
    if (kind === 'modified') out.number(7, 4).number(0x0800, 2).number(4, 1).number(0, 1);
    out.raw(data);
  }
  return out.bytes();
}

export type Option = readonly [code: number, value: Uint8Array | string];

export class Pcapng {
  private readonly blocks: Uint8Array[] = [];
  private order: Order;

  constructor(order: Order = 'little') {
    this.order = order;
    this.section(order);
  }

  section(order: Order, options: Option[] = [], major = 1): this {
    this.order = order;
    return this.block(0x0a0d0d0a, (out) => {
      out.number(0x1a2b3c4d, 4).number(major, 2).number(0, 2).raw(new Array(8).fill(0xff));
      this.options(out, options);
    });
  }

  interface(options: Option[] = [], linkType = 1, snapLength = 0): this {
    return this.block(1, (out) => {
      out.number(linkType, 2).number(0, 2).number(snapLength, 4);
      this.options(out, options);
    });
  }

  enhanced(frame: { high: number; low: number; data: Uint8Array; wire?: number; id?: number }, options: Option[] = []) {
    return this.block(6, (out) => {
      out
        .number(frame.id ?? 0, 4)
        .number(frame.high, 4)
        .number(frame.low, 4);
      out
        .number(frame.data.length, 4)
        .number(frame.wire ?? frame.data.length, 4)
        .raw(frame.data)
        .pad();
      this.options(out, options);
    });
  }

  /** An Enhanced Packet Block whose time is given, at `perSecond` ticks. */
  at(frame: Recorded, perSecond = 1_000_000n, id = 0): this {
    const ticks = BigInt(frame.seconds) * perSecond + (BigInt(frame.nanoseconds) * perSecond) / 1_000_000_000n;
    const { data } = frame;
    return this.enhanced({
      high: Number(ticks >> 32n),
      low: Number(ticks & 0xffffffffn),
      data,
      wire: frame.wireLength ?? data.length,
      id,
    });
  }

  simple(data: Uint8Array, wire = data.length): this {
    return this.block(3, (out) => out.number(wire, 4).raw(data).pad());
  }

  obsolete(data: Uint8Array, drops: number, id = 0): this {
    return this.block(2, (out) => {
      out.number(id, 2).number(drops, 2).number(0, 4).number(5_000_001, 4);
      out.number(data.length, 4).number(data.length, 4).raw(data).pad();
    });
  }

  statistics(id: number, options: Option[]): this {
    return this.block(5, (out) => {
      out.number(id, 4).number(0, 8);
      this.options(out, options);
    });
  }

  names(records: Option[]): this {
    return this.block(4, (out) => this.options(out, records));
  }

  /** Any block: its body is written by `body`; `claims` replaces its length. */
  block(type: number, body: (out: Octets) => unknown, claims?: number): this {
    const inner = new Octets(this.order);
    body(inner);
    inner.pad();
    const length = claims ?? inner.length + 12;
    this.blocks.push(
      new Octets(this.order).number(type, 4).number(length, 4).raw(inner.bytes()).number(length, 4).bytes(),
    );
    return this;
  }

  /** A number as an option's value, in the section's order. */
  value(value: number, octets: number): Uint8Array {
    return new Octets(this.order).number(value, octets).bytes();
  }

  bytes(): Uint8Array {
    return joined(this.blocks);
  }

  private options(out: Octets, options: readonly Option[]): void {
    for (const [code, value] of options) {
      const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
      out.number(code, 2).number(bytes.length, 2).raw(bytes).pad();
    }
    if (options.length > 0) out.number(0, 4);
  }
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

/** Octets that differ from place to place and from seed to seed. */
export function filler(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + seed * 31 + (i >> 3)) & 0xff);
}

/** Frames of many lengths, some of them snapped, at times that use all digits a microsecond capture has. */
export function sample(): Recorded[] {
  return [0, 1, 14, 60, 61, 63, 64, 1514, 9000].map((length, i) => ({
    seconds: 1_700_000_000 + i,
    nanoseconds: (i * 123_457_000) % 1_000_000_000,
    data: filler(length, i),
    wireLength: i % 3 === 2 ? length + 40 : length,
  }));
}
