import { u8, u16, u24, u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { type EventLog, type Evidence, seen } from '../events/event.ts';
import * as icmpv6 from '../protocols/icmpv6.ts';
import * as mld from '../protocols/icmpv6-listeners.ts';
import * as igmp from '../protocols/igmp.ts';
import { addressAt, addressOf, outermost } from './address-evidence.ts';
import type { Observer } from './observer.ts';

/** Records of one report that are told. */
const TOLD = 4;

/** Tells who joins and leaves multicast groups (IGMP, and MLD for IPv6). */
export class Groups implements Observer {
  readonly about = ['igmp', 'icmpv6'];
  private readonly events: EventLog;

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const layer = outermost(packet, 'igmp', 'icmpv6');
    if (layer === null || layer.network === null) return;
    if (layer.protocol.id === 'igmp') this.igmp(layer, packet);
    else this.mld(layer, packet);
  }

  private igmp(layer: Layer, packet: Packet): void {
    const host = addressOf(packet, layer.network!, 'source');
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

  /** The address stands at the same place in every message but the report of version 2 (RFC 2710 §3). */
  private mld(layer: Layer, packet: Packet): void {
    const type = icmpv6.type(layer);
    if (type === mld.LISTENER_REPORT_2) this.listenerRecords(layer, packet);
    if (!layer.captured(MLD_HEADER)) return;
    const sender = addressOf(packet, layer.network!, 'source');
    const group = listenersAt(layer, packet, layer.start + 8, 'icmpv6.mld.multicast_address');
    if (type === mld.LISTENER_REPORT) this.joined(layer, packet, sender, group, layer.start + 8);
    else if (type === mld.LISTENER_DONE) this.events.raise('mld.leave', layer, null, { host: sender, group });
    else if (type === mld.LISTENER_QUERY) {
      const asked = u8(layer.bytes, layer.start + 8) !== 0;
      this.events.raise('mld.query', layer, null, { router: sender, group: asked ? group : null });
    }
  }

  /** As in IGMP: excluding no source is joining, including none is leaving (RFC 3810 §4.2). */
  private listenerRecords(layer: Layer, packet: Packet): void {
    const host = addressOf(packet, layer.network!, 'source');
    let at = layer.start + 8;
    for (let i = 0; i < TOLD && at + MLD_RECORD <= layer.capturedEnd; i++, at = mld.recordEnd(layer, at)) {
      if (u16(layer.bytes, at + 2) !== 0) continue;
      const kind = u8(layer.bytes, at);
      const group = listenersAt(layer, packet, at + 4, 'icmpv6.mldr.mar.multicast_address');
      if (kind === mld.EXCLUDE || kind === mld.TO_EXCLUDE) this.joined(layer, packet, host, group, at + 4);
      else if (kind === mld.TO_INCLUDE) this.events.raise('mld.leave', layer, null, { host, group });
    }
  }

  /** Most groups of a host are those that the neighbors ask in, one for each ending of its addresses. */
  private joined(layer: Layer, packet: Packet, host: Evidence, group: Evidence, at: number): void {
    if (!isSolicitedNode(layer, at)) {
      this.events.raise('mld.join', layer, null, { host, group });
      return;
    }
    const digits = u24(layer.bytes, at + 13)
      .toString(16)
      .padStart(6, '0');
    const ending = seen(packet, layer, group.field!, at + 13, 3, `${digits.slice(0, 2)}:${digits.slice(2)}`);
    this.events.raise('mld.join.neighbor', layer, null, { host, group, ending });
  }
}

const MLD_HEADER = 24;
const MLD_RECORD = 20;

/** ff02::1:ff00:0/104 (RFC 4291 §2.7.1). */
const isSolicitedNode = ({ bytes }: Layer, at: number): boolean =>
  u32(bytes, at) === 0xff020000 && u32(bytes, at + 4) === 0 && u32(bytes, at + 8) === 1 && u8(bytes, at + 12) === 0xff;

const listenersAt = (layer: Layer, packet: Packet, at: number, field: string): Evidence =>
  addressAt(packet, layer, 'ipv6', field, at);

const groupAt = (layer: Layer, packet: Packet, at: number) => addressAt(packet, layer, 'ipv4', 'igmp.maddr', at);
