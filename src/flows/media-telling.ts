import { u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { timestampText } from '../protocols/ntp.ts';
import {
  GOODBYE,
  goodbyeReason,
  lostSoFar,
  RECEIVER_REPORT,
  REPORT_BLOCK,
  RtcpCursor,
  SENDER_REPORT,
} from '../protocols/rtcp.ts';
import { marker, payloadType, sequence, timestamp } from '../protocols/rtp.ts';
import type { Encoding } from '../protocols/rtp-payload-types.ts';
import { endpointOf } from './address-evidence.ts';
import type { AnnouncedEndpoint } from './announced-media.ts';
import type { Place, RtpSource } from './rtp-source.ts';

/** Nanoseconds without a packet that make a silence; packets of sound come every 10 to 60 ms. */
const SILENCE = 200e6;
/** Timestamps of pictures; of these a marker means the end (RFC 3551 §5), not a beginning. */
const VIDEO_RATE = 90_000;
/** A timestamp that moves further went back, or belongs to another stream. */
const MOST_SECONDS = 60;
/** Reports and rates that are remembered; the oldest are forgotten first. */
const REMEMBERED = 4096;

/** A sender report, for who answers it: the middle of its NTP timestamp, and when it came. */
interface Sent {
  readonly middle: number;
  readonly arrived: number;
}

/** Tells what happens to media: the first packet of a source, what is missing, and what reports say of it. */
export class MediaTelling {
  private readonly events: EventLog;
  private readonly sent = new Map<number, Sent>();
  private readonly rates = new Map<number, number>();

  constructor(events: EventLog) {
    this.events = events;
  }

  /** `source` has taken the packet in, but not yet its time and type. */
  packet(
    layer: Layer,
    packet: Packet,
    place: Place,
    source: RtpSource,
    encoding: Encoding | null,
    announced: AnnouncedEndpoint | null,
    arrived: number,
  ): void {
    const who = sourceAt(layer, packet, 'rtp.ssrc', layer.start + 8);
    switch (place) {
      case 'first':
      case 'restart':
        this.first(layer, packet, who, encoding, announced);
        return;
      case 'gap':
        this.events.raise('rtp.lost', layer, null, {
          source: who,
          count: concluded(source.missing, packet.frame.number),
          expected: concluded(source.expectedNext, packet.frame.number),
          sequence: numberOf(layer, packet),
          total: concluded(source.lost, packet.frame.number),
          packets: concluded(source.expected, packet.frame.number),
        });
        break;
      case 'late':
        this.events.raise('rtp.late', layer, null, {
          source: who,
          sequence: numberOf(layer, packet),
          expected: concluded(source.expectedNext, packet.frame.number),
        });
        return;
      case 'duplicate':
        this.events.raise('rtp.duplicate', layer, null, { source: who, sequence: numberOf(layer, packet) });
        return;
    }
    this.went(layer, packet, who, source, encoding, arrived);
  }

  private first(
    layer: Layer,
    packet: Packet,
    source: Evidence,
    encoding: Encoding | null,
    announced: AnnouncedEndpoint | null,
  ): void {
    if (encoding !== null) remember(this.rates, u32(layer.bytes, layer.start + 8), encoding.rate);
    const below = packet.layers[layer.index - 1]!;
    this.events.raise('rtp.first', layer, null, {
      sender: endpointOf(packet, below, 'source'),
      receiver: endpointOf(packet, below, 'destination'),
      source,
      encoding: encoding === null ? typeOf(layer, packet, null) : concluded(encoding.name, announced?.frame),
      sequence: numberOf(layer, packet),
      timestamp: seen(packet, layer, 'rtp.timestamp', layer.start + 4, 4, timestamp(layer)),
      announced: announced === null ? null : concluded(announced.frame, announced.frame),
    });
  }

  /** What else may be said of a packet that went on. */
  private went(
    layer: Layer,
    packet: Packet,
    who: Evidence,
    source: RtpSource,
    encoding: Encoding | null,
    arrived: number,
  ): void {
    const number = sequence(layer);
    if (number < source.expectedNext || (source.expectedNext === 0 && number === 0)) {
      this.events.raise('rtp.wrapped', layer, null, { source: who, sequence: numberOf(layer, packet) });
    }
    if (source.payloadType !== payloadType(layer)) {
      this.events.raise('rtp.type-changed', layer, null, {
        source: who,
        before: concluded(String(source.payloadType), packet.frame.number),
        after: typeOf(layer, packet, encoding),
      });
      return;
    }
    const moved = encoding === null ? 0 : ((timestamp(layer) - source.timestamp) >>> 0) / encoding.rate;
    const silence = arrived - source.arrived;
    const isBeginning = marker(layer) && encoding !== null && encoding.rate !== VIDEO_RATE;
    if (!isBeginning || silence < SILENCE || moved * 1e9 < silence / 2) {
      this.goes(layer, packet, who, encoding, moved);
      return;
    }
    this.events.raise('rtp.silence', layer, null, {
      source: who,
      silence: concluded(silence / 1e9, packet.frame.number),
      sequence: numberOf(layer, packet),
    });
  }

  /** The next one, as it should be: what was lost before it has been told. */
  private goes(layer: Layer, packet: Packet, source: Evidence, encoding: Encoding | null, moved: number): void {
    const { number } = packet.frame;
    this.events.raise('rtp.packet', layer, null, {
      source,
      sequence: numberOf(layer, packet),
      moved: moved > 0 && moved < MOST_SECONDS ? concluded(moved, number) : null,
      encoding: encoding === null ? null : concluded(encoding.name, number),
    });
  }

  /** The reports and goodbyes of one datagram. */
  reports(layer: Layer, packet: Packet): void {
    for (const found = new RtcpCursor().begin(layer); found.next(layer); ) {
      if (found.end < found.wireEnd) return;
      if (found.type === SENDER_REPORT) this.senderReport(layer, packet, found);
      if (found.type === SENDER_REPORT || found.type === RECEIVER_REPORT) this.reception(layer, packet, found);
      if (found.type === GOODBYE && found.count > 0) this.goodbye(layer, packet, found);
    }
  }

  private senderReport(layer: Layer, packet: Packet, { at, end }: RtcpCursor): void {
    if (at + 28 > end) return;
    const { bytes } = layer;
    const arrived = packet.frame.relativeSeconds * 1e9 + packet.frame.relativeNanoseconds;
    const middle = ((u32(bytes, at + 8) << 16) | (u32(bytes, at + 12) >>> 16)) >>> 0;
    remember(this.sent, u32(bytes, at + 4), { middle, arrived });
    this.events.raise('rtcp.sender-report', layer, null, {
      source: sourceAt(layer, packet, 'rtcp.senderssrc', at + 4),
      time: seen(packet, layer, 'rtcp.timestamp.ntp', at + 8, 8, timestampText(bytes, at + 8)),
      timestamp: seen(packet, layer, 'rtcp.timestamp.rtp', at + 16, 4, u32(bytes, at + 16)),
      packets: seen(packet, layer, 'rtcp.sender.packetcount', at + 20, 4, u32(bytes, at + 20)),
      octets: seen(packet, layer, 'rtcp.sender.octetcount', at + 24, 4, u32(bytes, at + 24)),
    });
  }

  private reception(layer: Layer, packet: Packet, found: RtcpCursor): void {
    const { bytes } = layer;
    let at = found.blocksAt;
    for (let i = 0; i < found.count && at + REPORT_BLOCK <= found.end; i++, at += REPORT_BLOCK) {
      const rate = this.rates.get(u32(bytes, at));
      this.events.raise('rtcp.reception', layer, null, {
        reporter: sourceAt(layer, packet, 'rtcp.senderssrc', found.at + 4),
        source: sourceAt(layer, packet, 'rtcp.ssrc.identifier', at),
        fraction: seen(packet, layer, 'rtcp.ssrc.fraction', at + 4, 1, bytes[at + 4]!),
        lost: seen(packet, layer, 'rtcp.ssrc.cum_nr', at + 5, 3, lostSoFar(bytes, at)),
        jitter: rate === undefined ? null : concluded(u32(bytes, at + 12) / rate, packet.frame.number),
        roundTrip: this.roundTrip(layer, packet, at),
      });
    }
  }

  /** From the sender report to this answer, less the time that the receiver kept it (RFC 3550 §6.4.1). */
  private roundTrip({ bytes }: Layer, packet: Packet, at: number): Evidence | null {
    const sent = this.sent.get(u32(bytes, at));
    const last = u32(bytes, at + 16);
    if (sent === undefined || last === 0 || sent.middle !== last) return null;
    const arrived = packet.frame.relativeSeconds * 1e9 + packet.frame.relativeNanoseconds;
    const seconds = (arrived - sent.arrived) / 1e9 - u32(bytes, at + 20) / 65536;
    return seconds < 0 ? null : concluded(seconds, packet.frame.number);
  }

  private goodbye(layer: Layer, packet: Packet, found: RtcpCursor): void {
    const at = found.at + 4;
    if (at + 4 > found.end) return;
    const reason = goodbyeReason(layer.bytes, found);
    const below = packet.layers[layer.index - 1]!;
    this.events.raise('rtcp.goodbye', layer, null, {
      sender: endpointOf(packet, below, 'source'),
      source: sourceAt(layer, packet, 'rtcp.ssrc.identifier', at),
      reason:
        reason === null
          ? null
          : seen(packet, layer, 'rtcp.sdes.text', reason[0], reason[1] - reason[0], stringOf(layer.bytes, ...reason)),
    });
  }
}

function remember<T>(table: Map<number, T>, key: number, value: T): void {
  table.delete(key);
  table.set(key, value);
  if (table.size <= REMEMBERED) return;
  for (const oldest of table.keys()) {
    table.delete(oldest);
    return;
  }
}

const sourceAt = (layer: Layer, packet: Packet, field: string, at: number): Evidence =>
  seen(packet, layer, field, at, 4, `0x${u32(layer.bytes, at).toString(16).padStart(8, '0')}`);

const numberOf = (layer: Layer, packet: Packet): Evidence =>
  seen(packet, layer, 'rtp.seq', layer.start + 2, 2, sequence(layer));

/** The payload type, by its name where it has one here. */
const typeOf = (layer: Layer, packet: Packet, encoding: Encoding | null): Evidence =>
  encoding === null
    ? seen(packet, layer, 'rtp.p_type', layer.start + 1, 1, String(payloadType(layer)))
    : seen(packet, layer, 'rtp.p_type', layer.start + 1, 1, `${payloadType(layer)} (${encoding.name})`);
