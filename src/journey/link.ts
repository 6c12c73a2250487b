import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { addressText, type Side } from '../flows/address-evidence.ts';

/** MAC addresses of the frame that carried a packet over this hop, as text. */
export interface Hop {
  readonly source: string;
  readonly destination: string;
}

/** The hop of the packet that `network` is; null where the link has no MAC addresses. */
export function hopOf(network: Layer, packet: Packet): Hop | null {
  for (let i = network.index - 1; i > 0; i--) {
    const { protocol, bytes, whole } = packet.layers[i]!;
    const { addresses } = protocol;
    if (addresses === undefined || addresses.kind !== 'mac' || !whole) continue;
    const layer = packet.layers[i]!;
    return {
      source: addressText('mac', bytes, addresses.source(layer)),
      destination: addressText('mac', bytes, addresses.destination(layer)),
    };
  }
  return null;
}

/** The bare address of a layer that has some. */
export function networkAddress(network: Layer, side: Side): string {
  const addresses = network.protocol.addresses!;
  return addressText(addresses.kind, network.bytes, addresses[side](network));
}

/** `192.168.0.10` of `192.168.0.10:80`, `2001:db8::1` of `[2001:db8::1]:80`; an address alone stays as it is. */
export function hostOf(endpoint: string): string {
  if (endpoint.startsWith('[')) return endpoint.slice(1, endpoint.indexOf(']'));
  const colon = endpoint.indexOf(':');
  return colon < 0 || endpoint.indexOf(':', colon + 1) >= 0 ? endpoint : endpoint.slice(0, colon);
}

/** True of the addresses of groups, and of those of everybody. */
export const isGroup = (address: string): boolean => /^(22[4-9]|23\d)\.|\.255$|^ff/.test(address);

/** Which of two endpoints has an address of its own network only (RFC 1918 §3, RFC 6598 §7): the first, unless the other has. */
export const privateOf = (one: string, other: string): string =>
  PRIVATE.test(one) || !PRIVATE.test(other) ? hostOf(one) : hostOf(other);

const PRIVATE = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;
