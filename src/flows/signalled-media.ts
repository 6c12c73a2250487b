import { u16, u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { headEnd } from '../protocols/http-head.ts';
import { sdp } from '../protocols/sdp.ts';
import { tcp } from '../protocols/tcp.ts';
import { dstPort, srcPort, udp } from '../protocols/udp.ts';
import type { AnnouncedMedia } from './announced-media.ts';
import type { Follower } from './follower.ts';

/**
 * Media that is announced by signalling which nobody decodes here: H.245 in TCP and RANAP over SCTP, which write addresses and
 * ports as they are at places that nothing else looks like, and MGCP, which carries a description as SIP does.
 */
export class SignalledMedia implements Follower {
  private readonly media: AnnouncedMedia;

  constructor(media: AnnouncedMedia) {
    this.media = media;
  }

  follow(data: Layer, packet: Packet): void {
    const below = packet.layers[data.index - 1]!.protocol;
    if (below === udp) showDescription(data, packet);
    else if (below === tcp) this.channels(data, packet);
    else if (data.selector === SCTP && (data.selectedBy === 'ip.proto' || data.selectedBy === 'ipv6.nxt')) {
      this.bearers(data, packet);
    }
  }

  /**
   * H.245 §C.3, in packed encoding behind a TPKT header (RFC 1006 §6): an acknowledged logical channel names address and port
   * of its media, and of their control, the sender's own.
   */
  private channels(data: Layer, packet: Packet): void {
    const { bytes, start, capturedEnd } = data;
    if (data.network?.protocol.addresses?.size !== 4) return;
    const own = data.network.protocol.addresses.source(data.network);
    for (let at = start; at + TPKT + 2 <= capturedEnd && isTpkt(bytes, at); at += u16(bytes, at + 2)) {
      const end = Math.min(at + u16(bytes, at + 2), capturedEnd);
      if (bytes[at + TPKT] !== RESPONSE || bytes[at + TPKT + 1]! >>> 6 !== CHANNEL_ACK) continue;
      for (let i = at + TPKT + 2; i + 6 <= end; i++) {
        if (!same(bytes, i, data.network.bytes, own, 4)) continue;
        this.announce(data, packet, i, u16(bytes, i + 4), 'H.245');
        i += 5;
      }
    }
  }

  /** RANAP (3GPP TS 25.413 §9.2.2.1, §9.2.2.2) in M3UA: a bearer's transport address and its binding, the port. */
  private bearers(data: Layer, packet: Packet): void {
    const { bytes, start, capturedEnd } = data;
    for (let at = start + SCTP_HEADER; at + DATA_HEADER <= capturedEnd; ) {
      const length = u16(bytes, at + 2);
      if (length < 4) return;
      const end = Math.min(at + length, capturedEnd);
      if (bytes[at] === DATA_CHUNK && u32(bytes, at + 12) === M3UA) this.bearersIn(data, packet, at + DATA_HEADER, end);
      at += (length + 3) & ~3;
    }
  }

  private bearersIn(data: Layer, packet: Packet, from: number, end: number): void {
    const { bytes } = data;
    for (let i = from; i + NSAP + 5 <= end; i++) {
      if (bytes[i] !== 0x35 || !isIpv4Nsap(bytes, i) || bytes[i + NSAP] !== BINDING || u16(bytes, i + NSAP + 3) !== 0)
        continue;
      this.announce(data, packet, i + 3, u16(bytes, i + NSAP + 1), 'RANAP');
      i += NSAP + 4;
    }
  }

  private announce({ bytes }: Layer, packet: Packet, at: number, port: number, method: string): void {
    const carries = method === 'H.245' && (port & 1) === 1 ? 'rtcp' : 'rtp';
    this.media.announce(bytes.slice(at, at + 4), port, carries, { frame: packet.frame.number, method });
  }
}

/** The ports of a gateway and of who commands it (RFC 3435 §3.6.2): a description stands behind the empty line. */
const MGCP_PORTS: readonly number[] = [2427, 2727];

function showDescription({ bytes, start, capturedEnd, wireEnd, index }: Layer, packet: Packet): void {
  const below = packet.layers[index - 1]!;
  if (!MGCP_PORTS.includes(srcPort(below)) && !MGCP_PORTS.includes(dstPort(below))) return;
  const at = headEnd(bytes, start, start, capturedEnd);
  if (at >= 0 && at + 2 <= capturedEnd && bytes[at] === 0x76 && bytes[at + 1] === 0x3d) {
    packet.decode(sdp, bytes, at, capturedEnd, wireEnd);
  }
}

const TPKT = 4;
const isTpkt = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 3 && bytes[at + 1] === 0 && u16(bytes, at + 2) > TPKT;

/** The choice of a response, and of the acknowledgement of a logical channel among them, in packed encoding. */
const RESPONSE = 0x22;
const CHANNEL_ACK = 3;

const SCTP = 132;
const SCTP_HEADER = 12;
const DATA_CHUNK = 0;
const DATA_HEADER = 16;
/** The payload protocol of M3UA (RFC 4666 §7.1). */
const M3UA = 3;

/** An NSAP address of 20 octets, which begins so for IPv4 and has zeros behind it (ITU-T X.213 annex A.5.2.1.2.7). */
const NSAP = 20;

function isIpv4Nsap(bytes: Uint8Array, at: number): boolean {
  if (bytes[at + 1] !== 0 || bytes[at + 2] !== 1) return false;
  for (let i = at + 7; i < at + NSAP; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** The choice of a binding among what may identify a bearer. */
const BINDING = 0x40;

function same(a: Uint8Array, at: number, b: Uint8Array, from: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[at + i] !== b[from + i]) return false;
  return true;
}
