import type { Packet } from '../core/packet.ts';
import type { DisplayFilter } from '../filter/filter.ts';
import { UdpStream } from '../flows/udp-streams.ts';
import { run } from '../run.ts';
import { Segment } from '../tcp/segment.ts';
import { Tracker } from '../track.ts';
import { InputOutputFault, UsageFault } from './fault.ts';
import { openInput, openPath } from './input.ts';
import { keysOf } from './keys.ts';
import type { Arguments } from './parse.ts';

/** Conversations by their numbers: those that a filter took a packet of. */
export class Conversations {
  readonly tcp = new Set<number>();
  readonly udp = new Set<number>();
  /** The one that came up first. */
  first: { readonly protocol: 'tcp' | 'udp'; readonly stream: number } | null = null;

  /** Adds what the packet itself belongs to; an error message that quotes a conversation is not part of it. */
  add(packet: Packet): void {
    for (let i = 1; i < packet.count; i++) {
      const { context, quoted } = packet.layers[i]!;
      if (quoted) continue;
      if (context instanceof Segment) this.found('tcp', context.connection.stream);
      else if (context instanceof UdpStream) this.found('udp', context.stream);
    }
  }

  private found(protocol: 'tcp' | 'udp', stream: number): void {
    this[protocol].add(stream);
    this.first ??= { protocol, stream };
  }
}

/**
 * Reads the capture once to find the conversations of which the filter takes a packet. A conversation is shown from its
 * first packet on, and only a later one may say that it is wanted. `path` names one capture of several.
 */
export async function conversationsMatching(
  given: Arguments,
  filter: DisplayFilter,
  timeWait: number,
  path: string | null = null,
): Promise<Conversations> {
  const { source, name, live } = await (path === null ? openInput(given) : openPath(path, given));
  const found = new Conversations();
  const tracker = new Tracker({
    timeWait,
    keys: keysOf(given),
    explain: filter.asksEvents,
    contents: filter.asksContents,
  });
  try {
    if (live) throw new UsageFault('with -Y the capture is read twice here: name a file instead of standard input');
    await run(source, tracker, {
      packet(packet) {
        if (filter.takes(packet, tracker)) found.add(packet);
        return true;
      },
      pause() {},
    });
  } finally {
    source.close();
  }
  if (found.first === null && source.problem !== null) {
    throw new InputOutputFault(`${name}: ${source.problem.sentence}`);
  }
  return found;
}
