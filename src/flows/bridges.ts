import { u16 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { type EventLog, type Evidence, seen } from '../events/event.ts';
import * as stp from '../protocols/stp.ts';
import { vlanId } from '../protocols/vlan.ts';
import { addressAt, addressOf, outermost } from './address-evidence.ts';
import type { Observer } from './observer.ts';

const TOPOLOGY_CHANGED = 1;

/** Tells which bridge is the root of the spanning tree, how far others are from it, and when the tree changes. */
export class Bridges implements Observer {
  readonly about = ['stp'];
  private readonly events: EventLog;

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const layer = outermost(packet, 'stp');
    if (layer === null) return;
    if (!stp.hasRoot(layer)) {
      this.notified(layer, packet);
      return;
    }
    const bridge = bridgeAt(layer, packet, 'stp.bridge.hw', stp.bridgeAt(layer));
    this.vlan(layer, packet, bridge);
    if (stp.flags(layer) & TOPOLOGY_CHANGED) this.events.raise('stp.change', layer, null, { bridge });
    if (stp.isRoot(layer)) {
      const at = layer.start + 31;
      this.events.raise('stp.root', layer, null, {
        bridge,
        hello: seen(packet, layer, 'stp.hello', at, 1, layer.bytes[at]!),
      });
      return;
    }
    this.events.raise('stp.path', layer, null, {
      bridge,
      root: bridgeAt(layer, packet, 'stp.root.hw', stp.rootAt(layer)),
      cost: seen(packet, layer, 'stp.root.cost', layer.start + 13, 4, stp.rootPathCost(layer)),
    });
  }

  /** Cisco's BPDU says which VLAN it is about; the tag of the frame says in which VLAN it travels. */
  private vlan(layer: Layer, packet: Packet, bridge: Evidence): void {
    const at = stp.vlanAt(layer);
    if (at < 0) return;
    const said = u16(layer.bytes, at);
    const vlan = seen(packet, layer, 'stp.pvst.origvlan', at, 2, said);
    const tag = outermost(packet, 'vlan');
    if (tag !== null && vlanId(tag) !== said) {
      const tagged = seen(packet, tag, 'vlan.id', tag.start, 2, vlanId(tag));
      this.events.raise('stp.vlan.other', layer, null, { vlan, tagged });
    } else this.events.raise('stp.vlan', layer, null, { bridge, vlan });
  }

  /** The notice that goes up to the root names no bridge; the frame's sender is its port. */
  private notified(layer: Layer, packet: Packet): void {
    const link = outermost(packet, 'eth');
    if (link === null || stp.type(layer) !== stp.TOPOLOGY_CHANGE) return;
    this.events.raise('stp.change', layer, null, { bridge: addressOf(packet, link, 'source') });
  }
}

/** A bridge by its address: the last six octets of its id. */
const bridgeAt = (layer: Layer, packet: Packet, field: string, at: number): Evidence =>
  addressAt(packet, layer, 'mac', field, at + 2);
