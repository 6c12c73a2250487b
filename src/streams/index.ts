import type { EventLog } from '../events/event.ts';
import type { PayloadOpener } from '../tcp/payload.ts';
import { StreamBudget } from '../tcp/reassembly.ts';
import { StreamConversation } from './conversation.ts';
import { dnsStream } from './dns.ts';
import { httpStream } from './http.ts';
import type { StreamProtocol } from './stream.ts';

/** Every protocol in byte streams, in the order in which they are asked. */
export const streamProtocols = (events: EventLog): readonly StreamProtocol[] => [dnsStream, httpStream(events)];

/** Opens connections' payload for these protocols; what they keep counts against one budget. */
export function openStreams(events: EventLog, budget = new StreamBudget()): PayloadOpener {
  const protocols = streamProtocols(events);
  return (about, portA, portB) => new StreamConversation(protocols, budget, about, portA, portB);
}
