import type { EventLog } from '../events/event.ts';
import type { PayloadOpener } from '../tcp/payload.ts';
import { StreamBudget } from '../tcp/reassembly.ts';
import { Readings, StreamConversation } from './conversation.ts';
import { dnsStream } from './dns.ts';
import { HttpProtocol } from './http.ts';
import { Http2Protocol } from './http2.ts';
import type { StreamProtocol } from './stream.ts';

/** Every protocol in byte streams, in the order in which they are asked; what they keep counts against one budget. */
export function streamProtocols(events: EventLog, budget: StreamBudget): readonly StreamProtocol[] {
  const http2 = new Http2Protocol(budget);
  return [dnsStream, http2, new HttpProtocol(events, budget, http2)];
}

export interface StreamOptions {
  /** What streams keep counts against it. */
  readonly budget?: StreamBudget | undefined;
  /** Keep the content of messages for whoever prints it; else it is only counted. */
  readonly contents?: boolean | undefined;
  /** How many silent conversations keep their reading, before others are laid to rest. */
  readonly awake?: number | undefined;
}

/** Opens connections' payload for these protocols. */
export function openStreams(events: EventLog, options: StreamOptions = {}): PayloadOpener {
  const { budget = new StreamBudget(), contents = true, awake } = options;
  const readings = new Readings({ protocols: streamProtocols(events, budget), budget, contents }, awake);
  return ({ stream }, portA, portB) => new StreamConversation(readings, stream, portA, portB);
}
