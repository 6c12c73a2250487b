import type { Flow } from '../flows/flow.ts';
import type { Fact } from './dialogue.ts';
import { sides } from './handshake.ts';

/** How a connection ends, in the words of a transcript; what it says in a language is another room's. */
export type EndingText =
  | 'client closes first'
  | 'server closes first'
  | 'client closes first, the last ACK is missing'
  | 'server closes first, the last ACK is missing'
  | 'only the client closes'
  | 'only the server closes'
  | 'reset by the client'
  | 'reset by the server'
  | 'refused'
  | 'not answered'
  | 'open'
  | 'given up for a new one on the same ports';

/** Who ended it and how, and the state in which that leaves both. */
export function* endingFacts(flow: Flow, aIsClient: boolean): Generator<Fact> {
  const [client, server] = aIsClient ? [flow.a, flow.b] : [flow.b, flow.a];
  const frame = flow.endedFrame ?? 0;
  yield { key: 'ending', value: endingOf(flow, flow.endedBy === client.name ? 'client' : 'server'), frame };
  yield { key: 'states', value: sides(client.state, server.state), frame };
}

function endingOf({ ending }: Flow, by: 'client' | 'server'): EndingText {
  switch (ending) {
    case 'closed':
      return `${by} closes first`;
    case 'closing':
      return `${by} closes first, the last ACK is missing`;
    case 'half-closed':
      return `only the ${by} closes`;
    case 'reset':
      return `reset by the ${by}`;
    case 'refused':
      return 'refused';
    case 'unanswered':
      return 'not answered';
    case 'superseded':
      return 'given up for a new one on the same ports';
    default:
      return 'open';
  }
}
