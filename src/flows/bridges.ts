import { u16 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { type EventLog, type Evidence, seen } from '../events/event.ts';
import * as stp from '../protocols/stp.ts';
import { addressText, outermost } from './address-evidence.ts';
import type { Observer } from './observer.ts';

const TOPOLOGY_CHANGED = 1;

/** Tells which bridge is the root of the spanning tree, how far others are from it, and when the tree changes. */
export class Bridges implements Observer {
  private readonly events: EventLog;

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const layer = outermost(packet, 'stp');
    if (layer === null || !stp.hasRoot(layer)) return;
    const bridge = bridgeAt(layer, packet, 'stp.bridge.hw', stp.bridgeAt(layer));
    if (stp.flags(layer) & TOPOLOGY_CHANGED) this.events.raise('stp.change', layer, null, { bridge });
    if (stp.isRoot(layer)) {
      const at = layer.start + 31;
      this.events.raise('stp.root', layer, null, {
        bridge,
        hello: seen(packet, layer, 'stp.hello', at, 2, layer.bytes[at]!),
      });
      return;
    }
    this.events.raise('stp.path', layer, null, {
      bridge,
      root: bridgeAt(layer, packet, 'stp.root.hw', stp.rootAt(layer)),
      cost: seen(packet, layer, 'stp.root.cost', layer.start + 13, 4, stp.rootPathCost(layer)),
    });
  }
}

/** A bridge's id as `32768/0/00:1d:a1:59:3f:80`: priority, extension, address. */
function bridgeAt(layer: Layer, packet: Packet, field: string, at: number): Evidence {
  const id = u16(layer.bytes, at);
  const text = `${id & 0xf000}/${id & 0x0fff}/${addressText('mac', layer.bytes, at + 2)}`;
  return seen(packet, layer, field, at, 8, text);
}
