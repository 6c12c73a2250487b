import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import * as backbone from '../protocols/backbone-tag.ts';
import { etherTypeName } from '../protocols/ether-types.ts';
import * as gre from '../protocols/gre.ts';
import * as ipcomp from '../protocols/ipcomp.ts';
import * as mpls from '../protocols/mpls.ts';
import * as vxlan from '../protocols/vxlan.ts';
import { addressAt, addressOf } from './address-evidence.ts';
import type { Observer } from './observer.ts';

/** Tunnels that are remembered as told, at the most. */
const MOST = 4096;

/** Tells of packets that travel inside of others, once for each tunnel and direction, and of labels in front of them. */
export class Tunnels implements Observer {
  readonly about = ['ip', 'ipv6', 'gre', 'vxlan', 'mpls', 'ipcomp', 'ieee8021ah'];
  private readonly events: EventLog;
  private readonly told = new Set<string>();

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    for (let i = 1; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      if (layer.quoted || !layer.whole) return;
      const { id } = layer.protocol;
      const below = packet.layers[i - 1]!;
      if (id === 'ip' || id === 'ipv6') this.inner(layer, below, packet);
      else if (id === 'gre') this.gre(layer, packet);
      else if (id === 'ipcomp') this.compressed(layer, packet);
      else if (id === 'ieee8021ah') this.backbone(layer, packet);
      else if (id === 'vxlan') this.vxlan(layer, packet);
      else if (id === 'mpls' && below.protocol.id !== 'mpls') this.labels(layer, packet);
    }
  }

  private inner(layer: Layer, below: Layer, packet: Packet): void {
    const outer = below.protocol.id;
    if (outer !== 'ip' && outer !== 'ipv6') return;
    const parameters = {
      entry: addressOf(packet, below, 'source'),
      exit: addressOf(packet, below, 'destination'),
      source: addressOf(packet, layer, 'source'),
      destination: addressOf(packet, layer, 'destination'),
      overhead: octets(packet, below.start, layer.start),
    };
    const event = outer === 'ip' && layer.protocol.id === 'ipv6' ? 'tunnel.ipv6-in-ipv4' : 'tunnel.ip-in-ip';
    if (this.isNew(event, parameters.entry, parameters.exit, '')) this.events.raise(event, layer, null, parameters);
  }

  private gre(layer: Layer, packet: Packet): void {
    if (layer.network === null || !layer.captured(4)) return;
    const entry = addressOf(packet, layer.network, 'source');
    const exit = addressOf(packet, layer.network, 'destination');
    if (gre.isEoip(layer)) {
      this.eoip(layer, entry, exit, packet);
      return;
    }
    const type = gre.protocolType(layer);
    if (!this.isNew('tunnel.gre', entry, exit, String(type))) return;
    const named = `0x${type.toString(16).padStart(4, '0')} ${etherTypeName(type)}`.trimEnd();
    this.events.raise('tunnel.gre', layer, null, {
      entry,
      exit,
      type: seen(packet, layer, 'gre.proto', layer.start + 2, 2, named),
      overhead: octets(packet, layer.network.start, layer.headerEnd),
    });
  }

  private eoip(layer: Layer, entry: Evidence, exit: Evidence, packet: Packet): void {
    const number = gre.eoipTunnel(layer);
    if (!this.isNew('tunnel.eoip', entry, exit, String(number))) return;
    this.events.raise('tunnel.eoip', layer, null, {
      entry,
      exit,
      tunnel: concluded(number, packet.frame.number, 'dissect.gre.eoip_tunnel'),
      overhead: octets(packet, layer.network!.start, layer.headerEnd),
    });
  }

  /** What was inflated stands in octets of its own. */
  private compressed(layer: Layer, packet: Packet): void {
    if (layer.network === null) return;
    const sender = addressOf(packet, layer.network, 'source');
    const receiver = addressOf(packet, layer.network, 'destination');
    if (!this.isNew('tunnel.compressed', sender, receiver, String(ipcomp.index(layer)))) return;
    const inner = layer.index + 1 < packet.count ? packet.layers[layer.index + 1]! : null;
    const isOpen = inner !== null && inner.bytes !== layer.bytes;
    this.events.raise('tunnel.compressed', layer, null, {
      sender,
      receiver,
      carried: octets(packet, layer.headerEnd, layer.wireEnd),
      before: isOpen ? octets(packet, inner.start, inner.unitWireEnd) : null,
    });
  }

  /** A provider's frame around the customer's, once for each service and pair of the provider's bridges. */
  private backbone(tag: Layer, packet: Packet): void {
    const link = packet.layers.find(({ protocol }) => protocol.id === 'eth');
    if (link === undefined || link.index > tag.index) return;
    const source = addressAt(packet, link, 'mac', 'eth.src', link.start + 6);
    const destination = addressAt(packet, link, 'mac', 'eth.dst', link.start);
    const service = backbone.instance(tag);
    if (!this.isNew('tunnel.backbone', source, destination, String(service))) return;
    this.events.raise('tunnel.backbone', tag, null, {
      service: seen(packet, tag, 'ieee8021ah.isid', tag.start + 1, 3, service),
      source,
      destination,
      overhead: octets(packet, link.start, tag.start + backbone.SERVICE_TAG),
    });
  }

  private vxlan(layer: Layer, packet: Packet): void {
    if (layer.network === null) return;
    const entry = addressOf(packet, layer.network, 'source');
    const exit = addressOf(packet, layer.network, 'destination');
    const network = vxlan.vni(layer);
    if (!this.isNew('tunnel.vxlan', entry, exit, String(network))) return;
    this.events.raise('tunnel.vxlan', layer, null, {
      entry,
      exit,
      network: seen(packet, layer, 'vxlan.vni', layer.start + 4, 3, network),
      overhead: octets(packet, layer.network.start, layer.headerEnd),
    });
  }

  /** The label on top is the one that the next router looks at. */
  private labels(top: Layer, packet: Packet): void {
    const label = String(mpls.label(top));
    if (!this.isFirst(`mpls ${label}`)) return;
    let labels = 1;
    while (packet.layers[top.index + labels]?.protocol.id === 'mpls' && top.index + labels < packet.count) labels++;
    this.events.raise('mpls.label', top, null, {
      label: concluded(label, packet.frame.number, 'mpls.label'),
      labels: concluded(labels, packet.frame.number),
      ttl: seen(packet, top, 'mpls.ttl', top.start + 3, 1, mpls.ttl(top)),
    });
  }

  private isNew(event: string, entry: Evidence, exit: Evidence, what: string): boolean {
    return this.isFirst(`${event} ${entry.value} ${exit.value} ${what}`);
  }

  private isFirst(key: string): boolean {
    if (this.told.has(key) || this.told.size >= MOST) return false;
    this.told.add(key);
    this.events.once(() => this.told.delete(key));
    return true;
  }
}

/** What the tunnel adds to each packet. */
const octets = (packet: Packet, from: number, to: number): Evidence => concluded(to - from, packet.frame.number);
