import { visitLayer } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence } from '../events/event.ts';
import * as ospf from '../protocols/ospf.ts';
import { addressAt, addressOf, outermost } from './address-evidence.ts';
import type { Observer } from './observer.ts';

/** Tells what routers say to each other to draw the map of their network (RFC 2328). */
export class LinkStates implements Observer {
  readonly about = ['ospf'];
  private readonly events: EventLog;

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const layer = outermost(packet, 'ospf');
    if (layer === null || layer.network === null || ospf.bodyAt(layer) > layer.capturedEnd) return;
    const router = addressAt(packet, layer, 'ipv4', 'ospf.srcrouter', ospf.routerAt(layer));
    const receiver = addressOf(packet, layer.network, 'destination');
    switch (ospf.type(layer)) {
      case ospf.HELLO:
        this.events.raise('ospf.hello', layer, null, {
          router,
          area: addressAt(packet, layer, 'ipv4', 'ospf.area_id', ospf.areaAt(layer)),
          neighbors: count(layer, packet, 'ospf.hello.active_neighbor'),
        });
        return;
      case ospf.DESCRIPTION:
        this.events.raise('ospf.description', layer, null, { router, receiver, count: headers(layer, packet) });
        return;
      case ospf.REQUEST: {
        const asked = count(layer, packet, 'ospf.link_state_id');
        this.events.raise('ospf.request', layer, null, { router, receiver, count: asked });
        return;
      }
      case ospf.UPDATE:
        this.events.raise('ospf.update', layer, null, { router, receiver, count: headers(layer, packet) });
        return;
      case ospf.ACKNOWLEDGMENT:
        this.events.raise('ospf.acknowledgment', layer, null, { router, count: headers(layer, packet) });
        return;
    }
  }
}

const headers = (layer: Layer, packet: Packet): Evidence => count(layer, packet, 'ospf.lsa.seqnum');

/** How often a field stands in the packet. */
function count(layer: Layer, packet: Packet, field: string): Evidence {
  let times = 0;
  visitLayer(layer, packet, (row) => {
    if (row.id === field) times++;
  });
  return concluded(times, packet.frame.number);
}
