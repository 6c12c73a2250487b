import type { Row } from '../core/field.ts';
import type { Context, Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { concluded, type EventLog, seen } from '../events/event.ts';
import { isRtp, isSecured, type Medium, mediaOf, sdp } from '../protocols/sdp.ts';
import { sip } from '../protocols/sip.ts';
import type { AnnouncedMedia } from './announced-media.ts';
import type { Follower } from './follower.ts';
import type { Observer } from './observer.ts';

/** Learns from session descriptions where media will go, from an offer and from an answer alike (RFC 3264 §5, §6). */
export class Announcements implements Follower, Observer {
  readonly about = ['sdp'];
  private readonly events: EventLog;
  private readonly media: AnnouncedMedia;

  constructor(events: EventLog, media: AnnouncedMedia) {
    this.events = events;
    this.media = media;
  }

  follow(layer: Layer, packet: Packet): void {
    if (packet.layers[layer.index - 1]!.protocol === sip) layer.context = IN_SIP;
    if (layer.quoted) return;
    for (const medium of mediaOf(layer)) {
      const { address, encodings, port, rtcpPort } = medium;
      if (!isAnnounced(medium) || address === null) continue;
      const said = { frame: packet.frame.number, method: 'SDP', secured: isSecured(medium), encodings };
      this.media.announce(address, port, 'rtp', said);
      if (rtcpPort !== port) this.media.announce(address, rtcpPort, 'rtcp', said);
    }
  }

  observe(packet: Packet): void {
    for (let i = 1; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      if (layer.protocol !== sdp || layer.quoted) continue;
      for (const medium of mediaOf(layer)) if (isAnnounced(medium)) this.tell(medium, layer, packet);
    }
  }

  private tell({ address, kind, port, portAt, portLength, protocol, rtcpPort }: Medium, layer: Layer, packet: Packet) {
    this.events.raise('rtp.announced', layer, null, {
      kind: concluded(kind, packet.frame.number, 'sdp.media.media'),
      address: concluded(address!, packet.frame.number, 'sdp.connection_info.address'),
      port: seen(packet, layer, 'sdp.media.port', portAt, portLength, port),
      protocol: concluded(protocol, packet.frame.number, 'sdp.media.proto'),
      control: concluded(rtcpPort, packet.frame.number),
    });
  }
}

/** A port of 0 takes a medium back, or refuses it (RFC 3264 §5.1, §6). */
const isAnnounced = (medium: Medium): boolean => isRtp(medium) && medium.address !== null && medium.port !== 0;

/** A description is a part of what SIP says: the line is the message's. */
class InSip implements Context {
  readonly rows: readonly Row[] = [];
  readonly column = 'SIP/SDP';

  info(layer: Layer, packet: Packet, out: Writer): void {
    sip.info!(packet.layers[layer.index - 1]!, packet, out);
  }
}

const IN_SIP = new InSip();
