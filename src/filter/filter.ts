import type { Packet } from '../core/packet.ts';
import type { EventLog } from '../events/event.ts';

export { FilterError } from './fault.ts';

import { Compiler, type Judge } from './compile.ts';
import { Fault, FilterError } from './fault.ts';
import { Operands } from './operand.ts';
import type { Scene } from './own-fields.ts';
import { parse } from './parse.ts';

/** A display filter, ready to judge packets. */
export interface DisplayFilter {
  readonly text: string;
  /** True when it asks what happened: the tracker then has to be made with `explain: true`, so that it raises events. */
  readonly asksEvents: boolean;
  /** False when it asks for nothing that a message carries: the tracker may then be made with `contents: false`. */
  readonly asksContents: boolean;
  /** True of a packet that was decoded and tracked. */
  takes(packet: Packet, tracker: { readonly events: EventLog }): boolean;
}

/**
 * Compiles a display filter in Wireshark's language. Throws a `FilterError` that says what is wrong with it, and where.
 *
 * ```ts
 * const filter = compileFilter('tcp.port == 80 && !http');
 * for await (const packet of packets(source, tracker)) if (filter.takes(packet, tracker)) console.log(packet.frame.number);
 * ```
 */
export function compileFilter(text: string): DisplayFilter {
  const scene: Scene = { events: null };
  const operands = new Operands(scene);
  const judge = compiled(text, operands);
  return {
    text,
    asksEvents: operands.asksEvents,
    asksContents: operands.asksContents,
    takes(packet, { events }) {
      scene.events = events;
      return judge(packet);
    },
  };
}

function compiled(text: string, operands: Operands): Judge {
  try {
    const tree = parse(text);
    return tree === null ? () => true : new Compiler(operands).judge(tree);
  } catch (error) {
    if (error instanceof Fault) throw new FilterError(error.message, text, error.place);
    throw error;
  }
}
