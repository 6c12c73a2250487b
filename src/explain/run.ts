import type { Frame } from '../core/frame.ts';
import type { Layer } from '../core/layer.ts';
import { Writer } from '../core/writer.ts';
import { concluded, type Evidence, type RaisedEvent } from '../events/event.ts';
import type { Segment } from '../tcp/segment.ts';
import { fullLength } from '../tcp/tell-pace.ts';

/** What the packets of a run have in common. */
export type RunKind = 'data' | 'keep-alives' | 'probes' | 'duplicates' | 'again' | 'silent';

/** What was seen of a packet beside its segment, one bit each. */
export const DELAYED = 1;
export const UPDATE = 2;
export const QUESTION = 4;
export const REPETITION = 8;

/** A run of fewer packets is none: their cards are shown. */
export const FEWEST = 3;
/** Times whose largest is so many times the least are alike. */
const ALIKE = 1.1;

/** So many different things are said of the packets of one run, at the most: nothing is left out. */
const MOST_SAID = 8;

/** Something that is said of one or more packets of a run. */
interface Saying {
  readonly event: RaisedEvent;
  /** The title in the first language. */
  readonly title: string;
  /** The frame in which it was explained. */
  readonly explainedIn: number;
  times: number;
}

/** Both ends of a run, as they are printed. */
interface RunName {
  readonly source: string;
  readonly destination: string;
}

/**
 * Packets in a row of which nothing new is to be said. They are not kept: a run is what is counted of them. The object is
 * used again for another run.
 */
export class Run {
  kind: RunKind = 'silent';
  /** The first and the last frame. */
  first = 0;
  last = 0;
  packets = 0;
  /** The first frame in which something of what is ordinary about it was explained; 0 for none. */
  explainedIn = 0;
  /** What its packets have in common, of a run of the kind `again`. */
  theme = '';
  /** What is said of these, each once. */
  readonly said: Saying[] = [];
  /** What its packets are; of segments what they carry, once one has it. */
  protocol = '';
  /** How many cards were printed before it began. */
  printed = 0;
  /** What was laid out of its first packets, as long as these are so few that it is no run. */
  readonly cards = new Writer(1 << 11);
  /** When it began, as it is printed; and between whom it is, once it is a run. */
  readonly time = new Writer(64);
  name: RunName | null = null;
  /** How long it lasts so far, in seconds. */
  took = 0;
  /** The directions of its first and of its last packet. */
  private direction = false;
  private lastDirection = false;
  private seconds = 0;
  private nanoseconds = 0;
  /** What its first packet's sender sent, and what the other end did. */
  private readonly there = new Way();
  private readonly back = new Way();

  begin(kind: RunKind, { number, seconds, nanoseconds }: Frame, direction: boolean, printed: number): void {
    this.kind = kind;
    this.first = this.last = number;
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
    this.direction = direction;
    this.printed = printed;
    this.packets = this.explainedIn = this.took = 0;
    this.theme = this.protocol = '';
    this.said.length = 0;
    this.cards.clear();
    this.time.clear();
    this.name = null;
    this.there.clear();
    this.back.clear();
  }

  /** True when there are too many packets to show them all. */
  get isLong(): boolean {
    return this.packets >= FEWEST;
  }

  /** True when the packet that was counted last goes in the direction of the first. */
  get goesOn(): boolean {
    return this.lastDirection === this.direction;
  }

  /** True when both ends sent something. */
  get goesBothWays(): boolean {
    return this.back.packets > 0;
  }

  /** Counts a packet that goes in this direction. Answers with what its sender sent so far. */
  add({ number, seconds, nanoseconds, wireLength }: Frame, direction: boolean): Way {
    this.last = number;
    this.packets++;
    this.took = Math.max(0, seconds - this.seconds + (nanoseconds - this.nanoseconds) / 1e9);
    this.lastDirection = direction;
    const way = direction === this.direction ? this.there : this.back;
    way.packets++;
    way.octets += wireLength;
    return way;
  }

  /** Whether there is room for what is said of one more packet. */
  canSay(titles: readonly string[]): boolean {
    const added = titles.filter((title) => !this.said.some((saying) => saying.title === title));
    return this.said.length + added.length <= MOST_SAID;
  }

  /** Takes up what is said of a packet. */
  say(event: RaisedEvent, title: string, explainedIn: number): void {
    const known = this.said.find((saying) => saying.title === title);
    if (known !== undefined) known.times++;
    else this.said.push({ event, title, explainedIn, times: 1 });
  }

  /** Remembers where what is said of one of its packets was explained. */
  pointTo(frame: number): void {
    if (this.explainedIn === 0 || frame < this.explainedIn) this.explainedIn = frame;
  }

  /** What is to be said of it, as an event with its parameters. */
  get event(): RaisedEvent {
    const [id, parameters] = this.told();
    return { id, layer: 0, about: null, parameters };
  }

  private told(): [RaisedEvent['id'], RaisedEvent['parameters']] {
    switch (this.kind) {
      case 'data':
        return this.there.segments + this.back.segments === 0 ? ['run.acks', this.acks()] : ['run.data', this.data()];
      case 'keep-alives':
        return ['run.keep-alives', { ...this.questions(), apart: this.apart(this.asking().marked) }];
      case 'probes':
        return ['run.probes', this.questions()];
      case 'duplicates':
        return ['run.duplicates', this.duplicates()];
      case 'again':
        return [
          'run.again',
          { ...this.counted(), packets: concluded(this.packets), apart: this.apart(this.there.packets) },
        ];
      default:
        return ['run.silent', { protocol: concluded(this.protocol), ...this.counted(), ...this.sizes() }];
    }
  }

  /** The end that sent more of the stream comes first. */
  private data(): RaisedEvent['parameters'] {
    const [main, other] = this.back.bytes > this.there.bytes ? [this.back, this.there] : [this.there, this.back];
    const { segments, acks } = { segments: main.segments, acks: other.acks };
    // Packets that were not chosen leave holes.
    const isWhole = main.to - main.from === main.bytes;
    const every = acks > 1 && other.segments === 0 ? Math.round(segments / acks) : 0;
    return {
      ...ends(main, other),
      segments: concluded(segments),
      bytes: concluded(main.bytes),
      full: main.full === segments && main.size > 0 ? concluded(main.size, this.first, 'tcp.len') : null,
      from: isWhole ? concluded(main.from, main.firstFrame, 'tcp.seq') : null,
      to: isWhole ? concluded(main.to, main.lastFrame, 'tcp.nxtseq') : null,
      acks: known(acks),
      every: every > 1 ? concluded(every) : null,
      ...spread(other),
      delayed: known(this.there.delayed + this.back.delayed),
      updates: known(this.there.updates + this.back.updates),
      back: known(other.segments),
      backBytes: known(other.bytes),
      took: concluded(this.took),
    };
  }

  private acks(): RaisedEvent['parameters'] {
    const [main, other] = this.back.acks > this.there.acks ? [this.back, this.there] : [this.there, this.back];
    return {
      ...ends(main, other),
      acks: concluded(main.acks),
      ack: concluded(main.ack, this.last, 'tcp.ack'),
      updates: known(main.updates),
      took: concluded(this.took),
    };
  }

  private asking(): Way {
    return this.back.marked > this.there.marked ? this.back : this.there;
  }

  private questions(): RaisedEvent['parameters'] {
    const asker = this.asking();
    const other = asker === this.there ? this.back : this.there;
    return {
      ...ends(asker, other),
      probes: concluded(asker.marked),
      answers: known(other.packets),
      took: concluded(this.took),
    };
  }

  private duplicates(): RaisedEvent['parameters'] {
    const main = this.asking();
    const other = main === this.there ? this.back : this.there;
    return {
      ...ends(main, other),
      acks: concluded(main.marked),
      ack: concluded(main.ack, this.last, 'tcp.ack'),
      segments: known(other.segments),
      bytes: known(other.bytes),
      took: concluded(this.took),
    };
  }

  private counted(): Record<'packets' | 'back' | 'took', Evidence | null> {
    return { packets: concluded(this.there.packets), back: known(this.back.packets), took: concluded(this.took) };
  }

  private sizes(): Record<'bytes' | 'backBytes', Evidence | null> {
    return { bytes: concluded(this.there.octets), backBytes: known(this.back.octets) };
  }

  /** The time from one to the next of so many. */
  private apart(count: number): Evidence | null {
    return count >= FEWEST && this.took > 0 ? concluded(this.took / (count - 1)) : null;
  }
}

/** What one end sent in a run. */
class Way {
  /** Its name, and that of the other end; empty while it sent nothing. */
  name = '';
  peer = '';
  packets = 0;
  /** Of the frames; and of the stream, in so many segments with data, so many of the full size. */
  octets = 0;
  bytes = 0;
  segments = 0;
  full = 0;
  size = 0;
  /** Its stream from here to just before there, and the frames that have the first and the last piece. */
  from = 0;
  to = 0;
  firstFrame = 0;
  lastFrame = 0;
  /** Segments that only acknowledge; the number that the last ACK names, and the times that ACKs took, in nanoseconds. */
  acks = 0;
  ack = 0;
  shortest = Number.POSITIVE_INFINITY;
  longest = 0;
  delayed = 0;
  updates = 0;
  /** Probes, or ACKs that repeat themselves. */
  marked = 0;

  clear(): void {
    this.name = this.peer = '';
    this.packets = this.octets = this.bytes = this.segments = this.full = this.size = 0;
    this.from = this.to = this.firstFrame = this.lastFrame = 0;
    this.acks = this.ack = this.delayed = this.updates = this.marked = 0;
    this.shortest = Number.POSITIVE_INFINITY;
    this.longest = 0;
  }

  /** Counts what a segment adds; `marks` is what else was seen of it. */
  add(segment: Segment, layer: Layer, marks: number): void {
    const { connection, sender, receiver, length, rtt, acked } = segment;
    if (this.name === '') {
      this.name = connection.nameOf(sender);
      this.peer = connection.nameOf(receiver);
    }
    if (marks & DELAYED) this.delayed++;
    if (marks & UPDATE) this.updates++;
    if (marks & (QUESTION | REPETITION)) this.marked++;
    this.ack = segment.relativeAck;
    if (acked > 0 && rtt > 0) {
      this.shortest = Math.min(this.shortest, rtt);
      this.longest = Math.max(this.longest, rtt);
    }
    if (marks & QUESTION) return; // its octet, if it has one, was sent before
    if (length === 0) this.acks++;
    else this.addData(segment, layer);
  }

  private addData(segment: Segment, layer: Layer): void {
    const { frame, length, relativeSeq } = segment;
    if (this.segments === 0) {
      this.from = relativeSeq;
      this.firstFrame = frame;
    }
    this.to = relativeSeq + length;
    this.lastFrame = frame;
    this.segments++;
    this.bytes += length;
    if (length !== fullLength(segment, layer)) return;
    this.full++;
    this.size = length;
  }
}

const ends = (main: Way, other: Way): Record<'sender' | 'receiver', Evidence> => ({
  sender: concluded(main.name || other.peer),
  receiver: concluded(main.peer || other.name),
});

/** How long ACKs took: from so much to so much, or about so much where they are all alike. */
function spread({ shortest, longest }: Way): Record<'shortest' | 'longest' | 'around', Evidence | null> {
  if (longest === 0) return { shortest: null, longest: null, around: null };
  const [least, most] = [concluded(shortest / 1e9), concluded(longest / 1e9)];
  if (longest < ALIKE * shortest) return { shortest: null, longest: null, around: most };
  return { shortest: least, longest: most, around: null };
}

/** Nothing is no evidence. */
const known = (count: number): Evidence | null => (count > 0 ? concluded(count) : null);
