import type { Row } from '../core/field.ts';
import type { Context, Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, seen } from '../events/event.ts';
import { isRtcpType, isVersion2, payloadType, sequence, ssrc, timestamp } from '../protocols/rtp.ts';
import { staticEncoding } from '../protocols/rtp-payload-types.ts';
import { dstPort } from '../protocols/udp.ts';
import { endpointOf } from './address-evidence.ts';
import type { DatagramTaker, UdpStream } from './udp-streams.ts';

const HEADER = 12;
/** Packets in a row that must agree before anything is said. */
const ENOUGH = 4;
/** Numbers that one may be ahead of the packet before it. */
const MOST_AHEAD = 8;
/** Units of the timestamp that may lie between two packets: some minutes of sound, half a minute of pictures. */
const MOST_TIME = 1 << 21;
/** Directions of conversations that are watched; the oldest are forgotten first. */
const WATCHED = 4096;
/** From here on an announcement must say what a payload type is (RFC 3551 §6). */
const DYNAMIC = 96;

/** The last packet of one direction that may be RTP. */
interface Watched {
  source: number;
  number: number;
  time: number;
  /** In a row. */
  packets: number;
}

/**
 * Says of datagrams that nobody announced that they look like RTP: an even port (RFC 3550 §11), the version, and one source
 * whose numbers and times go on from packet to packet. It says so, and leaves them what they are: many other things begin
 * with the same two bits.
 */
export class LikelyMedia implements DatagramTaker {
  readonly waits = true;
  private readonly events: EventLog;
  private readonly watched = new Map<number, Watched>();

  constructor(events: EventLog) {
    this.events = events;
  }

  take(layer: Layer, packet: Packet, udp: Layer, stream: number): boolean {
    const { bytes, start, capturedEnd } = layer;
    if ((dstPort(udp) & 1) === 1 || !isVersion2(bytes, start, capturedEnd)) return false;
    if (start + HEADER > capturedEnd || isRtcpType(bytes[start + 1]!)) return false;
    if (payloadType(layer) < DYNAMIC && staticEncoding(payloadType(layer)) === null) return false;
    const { direction } = udp.context as UdpStream;
    if (this.goesOn(stream * 2 + direction, layer) < ENOUGH) return false;
    layer.context = LIKELY;
    if (this.events.enabled && this.watched.get(stream * 2 + direction)!.packets === ENOUGH)
      this.tell(layer, packet, udp);
    return false;
  }

  /** How many packets in a row this is the last of. */
  private goesOn(flow: number, layer: Layer): number {
    const before = this.watched.get(flow);
    if (before === undefined) {
      this.watched.set(flow, { source: ssrc(layer), number: sequence(layer), time: timestamp(layer), packets: 1 });
      if (this.watched.size > WATCHED) this.forget();
      return 1;
    }
    const ahead = (sequence(layer) - before.number) & 0xffff;
    const later = (timestamp(layer) - before.time) >>> 0;
    const follows = ssrc(layer) === before.source && ahead > 0 && ahead <= MOST_AHEAD && later < MOST_TIME;
    before.packets = follows ? before.packets + 1 : 1;
    before.source = ssrc(layer);
    before.number = sequence(layer);
    before.time = timestamp(layer);
    return before.packets;
  }

  private forget(): void {
    for (const oldest of this.watched.keys()) {
      this.watched.delete(oldest);
      return;
    }
  }

  private tell(layer: Layer, packet: Packet, udp: Layer): void {
    const type = payloadType(layer);
    this.events.raise('rtp.likely', layer, null, {
      sender: endpointOf(packet, udp, 'source'),
      receiver: endpointOf(packet, udp, 'destination'),
      source: concluded(`0x${ssrc(layer).toString(16).padStart(8, '0')}`, packet.frame.number),
      encoding: concluded(staticEncoding(type)?.name ?? `payload type ${type}`, packet.frame.number),
      port: seen(packet, udp, 'udp.dstport', udp.start + 2, 2, dstPort(udp)),
      packets: concluded(ENOUGH, packet.frame.number),
    });
  }
}

/** Mere bytes, of which something can be said. */
class LikelyPacket implements Context {
  readonly rows = likelyRows;
}

export const likelyRows: readonly Row[] = [
  {
    id: 'dissect.rtp.likely',
    label: 'Looks like RTP',
    kind: 'bool',
    read: (layer) => (layer.context === LIKELY ? 1 : null),
    about:
      'Nobody announced it, but port, version, source, numbers and times of several packets in a row are like RTP.',
  },
];

const LIKELY = new LikelyPacket();
