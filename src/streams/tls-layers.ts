import type { Context, Layer } from '../core/layer.ts';
import { TlsState, type tls } from '../protocols/tls.ts';
import type { Arrival } from './stream.ts';

/** Adds a layer; null when the packet has as many as it can. */
export function showLayer(
  { packet }: Arrival,
  protocol: typeof tls,
  bytes: Uint8Array,
  from: number,
  to: number,
  wireEnd: number,
  context: Context,
): Layer | null {
  const before = packet.count;
  packet.decode(protocol, bytes, from, to, wireEnd);
  if (packet.count === before) return null;
  const layer = packet.layers[before]!;
  layer.context = context;
  return layer;
}

/** States that connections have in common: versions are few, and so are applications. */
const states = new Map<string, Map<number, TlsState>>();

export function stateOf(version: number, sealed: boolean, application: string, opened = -1): TlsState {
  let byVersion = states.get(application);
  if (byVersion === undefined) {
    byVersion = new Map();
    states.set(application, byVersion);
  }
  const key = ((opened + 1) * 0x10000 + version) * 2 + (sealed ? 1 : 0);
  let state = byVersion.get(key);
  if (state === undefined) {
    state = new TlsState(version, sealed, application, 0, -1, opened);
    byVersion.set(key, state);
  }
  return state;
}
