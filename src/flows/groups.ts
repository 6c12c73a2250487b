import { u8, u16 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import type { EventLog } from '../events/event.ts';
import * as igmp from '../protocols/igmp.ts';
import { addressAt, addressOf, outermost } from './address-evidence.ts';
import type { Observer } from './observer.ts';

/** Records of one report that are told. */
const TOLD = 4;

/** Tells who joins and leaves multicast groups (IGMP). */
export class Groups implements Observer {
  readonly about = ['igmp'];
  private readonly events: EventLog;

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const layer = outermost(packet, 'igmp');
    if (layer === null || layer.network === null) return;
    const host = addressOf(packet, layer.network, 'source');
    switch (igmp.type(layer)) {
      case igmp.QUERY: {
        const asked = u8(layer.bytes, igmp.groupAt(layer)) !== 0;
        const group = asked ? groupAt(layer, packet, igmp.groupAt(layer)) : null;
        this.events.raise('igmp.query', layer, null, { router: host, group });
        return;
      }
      case igmp.REPORT_V1:
      case igmp.REPORT_V2:
        this.events.raise('igmp.join', layer, null, { host, group: groupAt(layer, packet, igmp.groupAt(layer)) });
        return;
      case igmp.LEAVE:
        this.events.raise('igmp.leave', layer, null, { host, group: groupAt(layer, packet, igmp.groupAt(layer)) });
        return;
      case igmp.REPORT_V3:
        this.records(layer, packet);
        return;
    }
  }

  /** Excluding no source is joining, including none is leaving (RFC 3376 §5.1); filters of sources are not told. */
  private records(layer: Layer, packet: Packet): void {
    const host = addressOf(packet, layer.network!, 'source');
    let at = layer.start + 8;
    for (let i = 0; i < TOLD && at + 8 <= layer.capturedEnd; i++, at = igmp.recordEnd(layer, at)) {
      if (u16(layer.bytes, at + 2) !== 0) continue;
      const kind = u8(layer.bytes, at);
      const group = groupAt(layer, packet, at + 4);
      if (kind === igmp.EXCLUDE || kind === igmp.TO_EXCLUDE)
        this.events.raise('igmp.join', layer, null, { host, group });
      else if (kind === igmp.TO_INCLUDE) this.events.raise('igmp.leave', layer, null, { host, group });
    }
  }
}

const groupAt = (layer: Layer, packet: Packet, at: number) => addressAt(packet, layer, 'ipv4', 'igmp.maddr', at);
