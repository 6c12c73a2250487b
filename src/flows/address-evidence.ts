import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import { type Evidence, seen } from '../events/event.ts';
import { wlan } from '../protocols/wlan.ts';

type Kind = 'mac' | 'ipv4' | 'ipv6';
export type Side = 'source' | 'destination';

const SIZES = { mac: 6, ipv4: 4, ipv6: 16 } as const;
const text = new Writer(64);

/** The address at an offset, as text. */
export function addressText(kind: Kind, bytes: Uint8Array, at: number): string {
  text.clear();
  text[kind](bytes, at);
  return text.toString();
}

/** An address that stands in the packet, with the bytes that give it. */
export const addressAt = (packet: Packet, layer: Layer, kind: Kind, field: string, at: number): Evidence =>
  seen(packet, layer, field, at, SIZES[kind], addressText(kind, layer.bytes, at));

/** The source or destination of a layer that has addresses. */
export function addressOf(packet: Packet, layer: Layer, side: Side): Evidence {
  const addresses = layer.protocol.addresses!;
  const field = `${layer.protocol.id}.${side === 'source' ? 'src' : 'dst'}`;
  return addressAt(packet, layer, addresses.kind, field, addresses[side](layer));
}

/**
 * Who sends or gets `layer` over this hop: a name of the network, or of the link where there is none. Null where no header
 * names anybody, as on a serial line.
 */
export function hopAddress(packet: Packet, layer: Layer, side: Side): Evidence | null {
  if (layer.network !== null) return addressOf(packet, layer.network, side);
  for (let i = layer.index - 1; i > 0; i--) {
    const below = packet.layers[i]!;
    if (below.protocol === wlan) return wirelessAddress(packet, below, side);
    if (below.protocol.addresses !== undefined) return addressOf(packet, below, side);
  }
  return null;
}

export const wirelessAddress = (packet: Packet, layer: Layer, side: Side): Evidence =>
  addressAt(packet, layer, 'mac', side === 'source' ? 'wlan.sa' : 'wlan.da', wlan.addresses![side](layer));

/** `address:port` of a transport's end, by the port's bytes and those of the address. */
export function endpointOf(packet: Packet, transport: Layer, side: Side): Evidence {
  const at = transport.start + (side === 'source' ? 0 : 2);
  const port = (transport.bytes[at]! << 8) | transport.bytes[at + 1]!;
  const field = `${transport.protocol.id}.${side === 'source' ? 'srcport' : 'dstport'}`;
  const { network } = transport;
  if (network === null) return seen(packet, transport, field, at, 2, String(port));
  const addresses = network.protocol.addresses!;
  const address = addressText(addresses.kind, network.bytes, addresses[side](network));
  const name = addresses.kind === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`;
  return { ...seen(packet, transport, field, at, 2, name), address: addressOf(packet, network, side) };
}

/** The outermost layer with one of these ids that passed now, not quoted; null when there is none, or it was cut. */
export function outermost(packet: Packet, id: string, or: string = id, orElse: string = id): Layer | null {
  for (let i = 1; i < packet.count; i++) {
    const layer = packet.layers[i]!;
    if (layer.quoted) return null;
    const found = layer.protocol.id;
    if (found === id || found === or || found === orElse) return layer.whole ? layer : null;
  }
  return null;
}

/** The same for any number of ids. */
export function outermostOf(packet: Packet, ids: readonly string[]): Layer | null {
  for (let i = 1; i < packet.count; i++) {
    const layer = packet.layers[i]!;
    if (layer.quoted) return null;
    if (ids.includes(layer.protocol.id)) return layer.whole ? layer : null;
  }
  return null;
}

/** Seconds since the capture's first frame. */
export const secondsOf = ({ frame }: Packet): number => frame.relativeSeconds + frame.relativeNanoseconds / 1e9;
