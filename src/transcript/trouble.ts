import type { Flow, FlowEnd, Trouble } from '../flows/flow.ts';
import { ANY_RETRANSMISSION, KEEP_ALIVE, OUT_OF_ORDER, ZERO_WINDOW, ZERO_WINDOW_PROBE_ACK } from '../tcp/analysis.ts';
import type { Segment } from '../tcp/segment.ts';
import type { Fact } from './dialogue.ts';
import { sides } from './handshake.ts';

/** The first frame of each kind of trouble; 0 for none. */
export class TroubleFrames {
  sentAgain = 0;
  outOfOrder = 0;
  zeroWindow = 0;

  segment({ analysis, frame }: Segment): void {
    if (analysis & ANY_RETRANSMISSION && (analysis & KEEP_ALIVE) === 0) this.sentAgain ||= frame;
    if (analysis & OUT_OF_ORDER) this.outOfOrder ||= frame;
    if (analysis & (ZERO_WINDOW | ZERO_WINDOW_PROBE_ACK)) this.zeroWindow ||= frame;
  }
}

/**
 * Segments of both ends that tell of loss or of a slow receiver, where there are any. What loss brings with it (duplicate
 * acknowledgments, segments that overtake those sent again) is no fact of its own.
 */
export function* troubleFacts(flow: Flow, aIsClient: boolean, frames: TroubleFrames): Generator<Fact> {
  const [client, server] = aIsClient ? [flow.a, flow.b] : [flow.b, flow.a];
  const of = (read: (trouble: Trouble) => number | string | null): string => {
    const [one, other] = [client, server].map(({ trouble }: FlowEnd) => (trouble === null ? null : read(trouble)));
    return sides(one, other);
  };
  const facts: readonly Fact[] = [
    {
      key: 'retransmissions',
      value: of(({ retransmissions }) => (retransmissions > 0 ? retransmissions : null)),
      frame: frames.sentAgain,
    },
    {
      key: 'out of order',
      value: of(({ outOfOrder, retransmissions }) => (outOfOrder > 0 && retransmissions === 0 ? 'yes' : null)),
      frame: frames.outOfOrder,
    },
    { key: 'zero windows', value: of(({ zeroWindows }) => (zeroWindows > 0 ? 'yes' : null)), frame: frames.zeroWindow },
  ];
  for (const fact of facts) if (fact.value !== 'none') yield fact;
}
