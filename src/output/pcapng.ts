import { type Described, PcapngWriter } from '../capture/pcapng-writer.ts';
import type { Packet } from '../core/packet.ts';
import { safeText, type Writer } from '../core/writer.ts';
import type { Explainer, Explanation } from '../explain/explainer.ts';
import type { Tracker } from '../track.ts';
import type { Printer } from './printer.ts';

/** `-w`: the packets themselves, as pcapng; while somebody explains, with what is said of each as its comment. */
export class PcapngPrinter implements Printer {
  private readonly source: Described;
  private readonly application: string;
  private readonly explainer: Explainer | null;
  private writer: PcapngWriter | null = null;

  constructor(source: Described, application: string, explainer: Explainer | null) {
    this.source = source;
    this.application = application;
    this.explainer = explainer;
  }

  begin(out: Writer): void {
    this.writer = new PcapngWriter(out);
    this.writer.section(this.application);
  }

  packet(packet: Packet, tracker: Tracker, _out: Writer): void {
    const { frame } = packet;
    const said = this.explainer?.explain(tracker.events.raised, frame.number) ?? [];
    this.writer!.packet(frame, this.source, said.length === 0 ? [] : [commentOf(said)]);
  }
}

/** Titles with what stands under them, a blank line between: what Wireshark shows of a comment is plain text. */
function commentOf(said: readonly Explanation[]): string {
  const parts = said.flatMap(({ wordings, explainedIn }) =>
    wordings.map(({ title, paragraphs }) => {
      const lines = [title, ...paragraphs];
      if (explainedIn > 0) lines[0] = `${title} (→ ${explainedIn})`;
      return lines.map(safeText).join('\n');
    }),
  );
  return parts.join('\n\n');
}
