import type { Layer } from '../core/layer.ts';
import { Writer } from '../core/writer.ts';

/** An end of the network layer as text; null where there is none. */
export function addressOfLayer(network: Layer | null, side: 'source' | 'destination'): string | null {
  const addresses = network?.protocol.addresses;
  if (addresses === undefined || network === null) return null;
  const at = addresses[side](network);
  if (at + addresses.size > network.capturedEnd) return null;
  text.clear();
  text[addresses.kind](network.bytes, at);
  return text.toString();
}

const text = new Writer(64);
