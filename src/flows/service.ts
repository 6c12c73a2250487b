import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';

/** The protocol that a transport layer carries, by its id; null when nothing was recognised. */
export function serviceOf(transport: Layer, packet: Packet): string | null {
  for (let i = transport.index + 1; i < packet.count; i++) {
    const { protocol, quoted } = packet.layers[i]!;
    if (!quoted && protocol.id !== 'data') return protocol.id;
  }
  return null;
}
