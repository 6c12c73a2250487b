import type { EventLog } from '../events/event.ts';
import type { PayloadOpener } from '../tcp/payload.ts';
import { StreamBudget } from '../tcp/reassembly.ts';
import { StreamConversation } from './conversation.ts';
import { dnsStream } from './dns.ts';
import { httpStream } from './http.ts';
import { http2Stream } from './http2.ts';
import type { StreamProtocol } from './stream.ts';

/** Every protocol in byte streams, in the order in which they are asked; what they keep counts against one budget. */
export function streamProtocols(events: EventLog, budget: StreamBudget): readonly StreamProtocol[] {
  const http2 = http2Stream(budget);
  return [dnsStream, http2, httpStream(events, http2)];
}

/** Opens connections' payload for these protocols; what streams keep counts against the same budget. */
export function openStreams(events: EventLog, budget = new StreamBudget()): PayloadOpener {
  const protocols = streamProtocols(events, budget);
  return (about, portA, portB) => new StreamConversation(protocols, budget, about, portA, portB);
}
