import type { Row } from '../core/field.ts';
import type { Context, Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import type { EventLog } from '../events/event.ts';
import { RtcpDatagram } from '../protocols/rtcp.ts';
import { payloadType, rtp, sequence, ssrc, timestamp, writeCard, writePacket } from '../protocols/rtp.ts';
import { type Encoding, staticEncoding } from '../protocols/rtp-payload-types.ts';
import type { AnnouncedEndpoint } from './announced-media.ts';
import type { Follower } from './follower.ts';
import { MediaTelling } from './media-telling.ts';
import { type Place, RtpSource } from './rtp-source.ts';
import { UdpStream } from './udp-streams.ts';

/** Sources that are followed at a time; the oldest are forgotten first. */
const MOST_SOURCES = 1 << 14;

/** Follows each source's packets: which are missing, late or again, and how evenly they come. */
export class MediaStreams implements Follower {
  readonly followsQuoted = true;
  private readonly events: EventLog;
  private readonly telling: MediaTelling;
  /** By conversation and direction, then by source. */
  private readonly sources = new Map<number, Map<number, RtpSource>>();
  private count = 0;
  /** By depth in the packet, used again from packet to packet. */
  private readonly packets: RtpPacket[] = [];
  private readonly datagrams: RtcpDatagram[] = [];

  constructor(events: EventLog) {
    this.events = events;
    this.telling = new MediaTelling(events);
  }

  follow(layer: Layer, packet: Packet): void {
    const below = packet.layers[layer.index - 1]!;
    const stream = below.context instanceof UdpStream ? below.context : null;
    if (!layer.whole) return;
    if (layer.protocol === rtp) this.media(layer, packet, stream);
    else this.control(layer, packet, stream);
  }

  private media(layer: Layer, packet: Packet, stream: UdpStream | null): void {
    const context = this.packetAt(layer.index);
    const announced = stream?.announced ?? null;
    context.announced = announced;
    context.encoding = announced?.encoding(payloadType(layer)) ?? staticEncoding(payloadType(layer));
    context.place = null;
    layer.context = context;
    if (layer.quoted) return;
    const source = this.sourceOf(stream === null ? -1 : stream.stream * 2 + stream.direction, ssrc(layer));
    const arrived = packet.frame.relativeSeconds * 1e9 + packet.frame.relativeNanoseconds;
    const place = source.take(sequence(layer));
    if (this.events.enabled) {
      this.telling.packet(layer, packet, place, source, context.encoding, announced, arrived);
    }
    context.keep(source, place, this.advance(source, layer, place, arrived, context.encoding));
  }

  /** Packets with the timestamp of the one before (of one picture, of one pressed key) say nothing of how evenly they come. */
  private advance(source: RtpSource, layer: Layer, place: Place, arrived: number, encoding: Encoding | null): boolean {
    const moved = source.received === 1 || timestamp(layer) !== source.timestamp;
    if (encoding !== null && moved && place !== 'duplicate') source.time(timestamp(layer), arrived, encoding.rate);
    if (place !== 'late' && place !== 'duplicate') {
      source.payloadType = payloadType(layer);
      source.timestamp = timestamp(layer);
      source.arrived = arrived;
    }
    return encoding !== null;
  }

  private control(layer: Layer, packet: Packet, stream: UdpStream | null): void {
    this.datagrams[layer.index] ??= new RtcpDatagram();
    const context = this.datagrams[layer.index]!;
    context.announced = stream?.announced ?? null;
    layer.context = context;
    // What is encrypted cannot be read behind its first header.
    if (!this.events.enabled || layer.quoted || stream?.announced?.secured) return;
    this.telling.reports(layer, packet);
  }

  private sourceOf(flow: number, identifier: number): RtpSource {
    let sources = this.sources.get(flow);
    if (sources === undefined) {
      sources = new Map();
      this.sources.set(flow, sources);
    }
    let source = sources.get(identifier);
    if (source === undefined) {
      source = new RtpSource();
      sources.set(identifier, source);
      if (++this.count > MOST_SOURCES) this.forget();
    }
    return source;
  }

  /** Takes out the sources of the oldest conversation. */
  private forget(): void {
    for (const [flow, sources] of this.sources) {
      this.sources.delete(flow);
      this.count -= sources.size;
      return;
    }
  }

  private packetAt(depth: number): RtpPacket {
    this.packets[depth] ??= new RtpPacket();
    return this.packets[depth];
  }
}

/** What is known of a packet of RTP beyond its header. */
class RtpPacket implements Context {
  readonly rows = rtpPacketRows;
  announced: AnnouncedEndpoint | null = null;
  encoding: Encoding | null = null;
  /** Null where it did not pass now: an error quotes it. */
  place: Place | null = null;
  lost = 0;
  jitter = 0;
  timed = false;

  keep(source: RtpSource, place: Place, timed: boolean): void {
    this.place = place;
    this.lost = source.lost;
    this.jitter = source.jitter;
    this.timed = timed;
  }

  info(layer: Layer, _packet: Packet, out: Writer): void {
    writePacket(layer, this.encoding, out);
  }

  card(layer: Layer, _packet: Packet, out: Writer): void {
    writeCard(layer, this.encoding, out);
    if (this.place === null || !this.timed) return;
    out.text(` · jitter ${inMilliseconds(this.jitter, this.encoding!.rate)}`);
  }
}

const inMilliseconds = (units: number, rate: number): string => `${((units * 1000) / rate).toFixed(2)} ms`;

const of = (layer: Layer): RtpPacket | null => (layer.context instanceof RtpPacket ? layer.context : null);

export const rtpPacketRows: readonly Row[] = [
  {
    id: 'dissect.rtp.announced_in',
    label: 'Announced in frame',
    kind: 'uint',
    read: (layer) => of(layer)?.announced?.frame ?? null,
    about: 'The frame whose description says that media goes to this endpoint.',
  },
  {
    id: 'rtp.setup-method',
    label: 'Announced by',
    kind: 'text',
    read: (layer) => of(layer)?.announced?.method ?? null,
  },
  {
    id: 'dissect.rtp.encoding',
    label: 'Encoding',
    kind: 'text',
    read: (layer) => of(layer)?.encoding?.name ?? null,
    about: 'What the payload type means: as it was announced, else by RFC 3551.',
  },
  {
    id: 'dissect.rtp.place',
    label: 'Place in the stream',
    kind: 'text',
    read: (layer) => of(layer)?.place ?? null,
    about: 'first, next, gap (numbers before it are missing), late, duplicate, restart (the numbers begin anew).',
  },
  {
    id: 'dissect.rtp.lost',
    label: 'Missing so far',
    kind: 'int',
    read: (layer) => {
      const packet = of(layer);
      return packet === null || packet.place === null ? null : packet.lost;
    },
    about: 'Numbers from the first to the highest, less the packets that came (RFC 3550 §A.3).',
  },
  {
    id: 'dissect.rtp.jitter',
    label: 'Jitter',
    kind: 'uint',
    read: (layer) => {
      const packet = of(layer);
      return packet !== null && packet.place !== null && packet.timed ? Math.floor(packet.jitter) : null;
    },
    about: 'The interarrival jitter of RFC 3550 §A.8 where the capture was taken, in units of the timestamp.',
  },
];
