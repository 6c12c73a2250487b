import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';

/** The layer whose addresses the line shows: the innermost network layer, else the innermost with link addresses. */
export function addressedLayer(packet: Packet): Layer | null {
  let link: Layer | null = null;
  for (let i = packet.count - 1; i > 0; i--) {
    const layer = packet.layers[i]!;
    const { addresses } = layer.protocol;
    if (addresses === undefined || layer.quoted || layer.headerEnd === layer.start) continue;
    if (!addresses.link) return layer;
    link ??= layer;
  }
  return link;
}

/** The layer that names the frame: the one that it is said to be named after, else the last neither quoted nor mere bytes. */
export function topLayer(packet: Packet): Layer {
  const { named } = packet;
  if (named !== null) return named;
  for (let i = packet.count - 1; i > 0; i--) {
    const layer = packet.layers[i]!;
    if (!layer.quoted && (layer.protocol.id !== 'data' || i === 1)) return layer;
  }
  return packet.layers[0]!;
}
