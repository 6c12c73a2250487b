import type { Row } from '../core/field.ts';
import type { Packet } from '../core/packet.ts';
import type { DisplayFilter } from '../filter/filter.ts';
import type { Tracker } from '../track.ts';
import { UsageFault } from './fault.ts';
import type { Arguments } from './parse.ts';
import { wholeNumber } from './terminal.ts';

/** Which packets are printed, and after which one nothing more is to be read. */
export class Selection {
  /** Number of the last frame that can be printed. */
  readonly last: number;
  /** The same, where all that comes before counts too: `-c` alone. */
  readonly counted: number;
  private readonly ranges: readonly FrameRange[] | null;
  private readonly stream: number;
  private readonly filter: DisplayFilter | null;
  private readonly streamRows = new Map<readonly Row[], Row | null>();

  constructor(given: Arguments, filter: DisplayFilter | null) {
    this.filter = filter;
    const count = given.get('c');
    const frames = given.all('frames');
    const stream = given.get('stream');
    this.ranges = frames.length === 0 ? null : frames.flatMap((text) => text.split(',')).map(frameRange);
    this.stream = stream === null ? -1 : wholeNumber('--stream', stream, 0);
    this.counted = count === null ? Number.POSITIVE_INFINITY : wholeNumber('-c', count, 1);
    const ends = this.ranges?.map(({ to }) => to) ?? [Number.POSITIVE_INFINITY];
    this.last = Math.min(this.counted, Math.max(...ends));
  }

  /** Asked of a packet that was tracked: filters look at what was remembered of it, too. */
  takes(packet: Packet, tracker: Tracker): boolean {
    return (
      this.takesFrame(packet.frame.number) &&
      (this.stream < 0 || this.isOfStream(packet)) &&
      this.matches(packet, tracker)
    );
  }

  /** True of packets that the filter takes. */
  matches(packet: Packet, tracker: Tracker): boolean {
    return this.filter === null || this.filter.takes(packet, tracker);
  }

  /** True when not all frames are wanted. */
  get choosesFrames(): boolean {
    return this.ranges !== null;
  }

  takesFrame(number: number): boolean {
    return this.ranges === null || this.ranges.some(({ from, to }) => number >= from && number <= to);
  }

  /** True when not all streams are wanted. */
  get choosesStream(): boolean {
    return this.stream >= 0;
  }

  takesStream(stream: number): boolean {
    return this.stream < 0 || stream === this.stream;
  }

  private isOfStream(packet: Packet): boolean {
    for (let i = 1; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      if (layer.context === null) continue;
      const row = this.streamRow(layer.context.rows);
      if (row?.read?.(layer, packet) === this.stream) return true;
    }
    return false;
  }

  private streamRow(rows: readonly Row[]): Row | null {
    let row = this.streamRows.get(rows);
    if (row === undefined) {
      row = rows.find(({ id }) => id === 'tcp.stream') ?? null;
      this.streamRows.set(rows, row);
    }
    return row;
  }
}

interface FrameRange {
  readonly from: number;
  readonly to: number;
}

/** `7`, `3-9`, `12-` or `-5`. */
function frameRange(text: string): FrameRange {
  const parts = /^(\d*)(-?)(\d*)$/.exec(text.trim());
  const [, first = '', dash = '', second = ''] = parts ?? [];
  const from = first === '' ? 1 : Number(first);
  const to = dash === '' ? from : second === '' ? Number.POSITIVE_INFINITY : Number(second);
  const said = first !== '' || second !== '';
  if (parts === null || !said || from < 1 || to < from) {
    throw new UsageFault(`--frames wants numbers and ranges such as 3-9,12, not "${text}"`);
  }
  return { from, to };
}
