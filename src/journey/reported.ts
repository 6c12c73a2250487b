import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { icmp } from '../protocols/icmp.ts';
import { icmpv6 } from '../protocols/icmpv6.ts';
import { type ErrorStep, type Moment, momentOf } from './journey.ts';
import { networkAddress } from './link.ts';

/** Different errors about one conversation that are remembered. */
const MOST = 8;

/** An ICMP error about a conversation, and how often it came. */
export interface Reported {
  readonly protocol: ErrorStep['protocol'];
  readonly reporter: string;
  readonly type: number;
  readonly code: number;
  readonly words: string;
  readonly first: Moment;
  times: number;
}

/** Notes the error that quotes a packet of the conversation. */
export function noteError(errors: Reported[], quoted: Layer, packet: Packet): void {
  for (let i = quoted.index - 1; i > 0; i--) {
    const layer = packet.layers[i]!;
    if (layer.quoted || (layer.protocol !== icmp && layer.protocol !== icmpv6)) continue;
    if (layer.network === null || !layer.captured(2)) return;
    const type = layer.bytes[layer.start]!;
    const code = layer.bytes[layer.start + 1]!;
    const reporter = networkAddress(layer.network, 'source');
    const known = errors.find((one) => one.type === type && one.code === code && one.reporter === reporter);
    if (known !== undefined) known.times++;
    else if (errors.length < MOST) {
      const protocol = layer.protocol === icmp ? 'icmp' : 'icmpv6';
      errors.push({
        protocol,
        reporter,
        type,
        code,
        words: wordsOf(layer, protocol),
        first: momentOf(packet),
        times: 1,
      });
    }
    return;
  }
}

/** What the code says, or the type where the code says nothing. */
function wordsOf(layer: Layer, id: ErrorStep['protocol']): string {
  const said = ['code', 'type'].map((part) => {
    const row = layer.protocol.fields.find((field) => field.id === `${id}.${part}`);
    return row?.show?.(layer.bytes[layer.start + (part === 'code' ? 1 : 0)]! as never, layer) ?? '';
  });
  return said.find((text) => text !== '') ?? '';
}
