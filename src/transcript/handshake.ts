import { u8, u16, u32 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import { ACK, SYN } from '../protocols/tcp.ts';
import { findOption, MSS, SACK_PERMITTED, TIMESTAMPS, WINDOW_SCALE } from '../protocols/tcp-options.ts';
import type { Segment } from '../tcp/segment.ts';
import type { Fact, FactKey } from './dialogue.ts';
import type { Volatile } from './volatile.ts';

/** What a SYN says of its sender. */
interface Offer {
  readonly frame: number;
  readonly isn: number;
  readonly mss: number | null;
  readonly windowScale: number | null;
  readonly sack: boolean;
  readonly tsval: number | null;
}

/** What both ends of a connection say of themselves in their SYNs; of each its last. */
export class Handshake {
  private client: Offer | null = null;
  private server: Offer | null = null;

  segment(segment: Segment, layer: Layer): void {
    if ((segment.flags & SYN) === 0) return;
    const offer = offerOf(segment, layer);
    if (segment.flags & ACK) this.server = offer;
    else this.client = offer;
  }

  *facts(normalized: ReadonlySet<Volatile>): Generator<Fact> {
    const { client, server } = this;
    const frame = server?.frame ?? client?.frame ?? 0;
    if (frame === 0) return;
    yield { key: 'mss', value: sides(client?.mss, server?.mss), frame };
    yield { key: 'window scale', value: agreed(client, server, ({ windowScale }) => windowScale), frame };
    yield { key: 'sack', value: agreed(client, server, ({ sack }) => (sack ? 'yes' : null)), frame };
    yield { key: 'timestamps', value: agreed(client, server, ({ tsval }) => (tsval === null ? null : 'yes')), frame };
    const shown: readonly (readonly [Volatile, FactKey, (offer: Offer) => number | null])[] = [
      ['isn', 'isn', ({ isn }) => isn],
      ['tsval', 'tsval', ({ tsval }) => tsval],
    ];
    for (const [name, key, read] of shown) {
      if (normalized.has(name)) continue;
      yield { key, value: sides(client && read(client), server && read(server)), frame };
    }
  }
}

function offerOf({ frame, seq }: Segment, layer: Layer): Offer {
  const { bytes } = layer;
  const at = (kind: number): number | null => (findOption(layer, kind) < 0 ? null : findOption(layer, kind) + 2);
  const [mss, scale, stamps] = [at(MSS), at(WINDOW_SCALE), at(TIMESTAMPS)];
  return {
    frame,
    isn: seq,
    mss: mss === null ? null : u16(bytes, mss),
    windowScale: scale === null ? null : u8(bytes, scale),
    sack: at(SACK_PERMITTED) !== null,
    tsval: stamps === null ? null : u32(bytes, stamps),
  };
}

/** `client 1460, server 1440`; an end that says nothing is left out. */
export function sides(client: string | number | null | undefined, server: string | number | null | undefined): string {
  const said = [
    ['client', client],
    ['server', server],
  ].filter(([, value]) => value !== null && value !== undefined);
  return said.length === 0 ? 'none' : said.map((pair) => pair.join(' ')).join(', ');
}

/**
 * Options that count only when both SYNs have them (RFC 7323 §1.3, RFC 2018 §2): who does not offer one keeps the other
 * from it, which is one fact and not two.
 */
function agreed(client: Offer | null, server: Offer | null, read: (offer: Offer) => string | number | null): string {
  const [one, other] = [client === null ? undefined : read(client), server === null ? undefined : read(server)];
  if (one === null) return 'not offered by the client';
  if (other === null) return 'not offered by the server';
  if (one === 'yes' || other === 'yes') return 'yes';
  return sides(one, other);
}
