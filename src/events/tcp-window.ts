import type { EventDeclaration } from './event.ts';

/** What a TCP receiver has room for. */
export const tcpWindowEvents = {
  'tcp.window.flight': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.3.1, RFC 9293 §3.8.6',
    parameters: { sender: 'text', receiver: 'text', inFlight: 'count', window: 'count', room: 'count' },
  },
  'tcp.window.full': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.8.6',
    parameters: { sender: 'text', receiver: 'text', window: 'count', length: 'count' },
  },
  'tcp.window.zero': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 9293 §3.8.6',
    parameters: { sender: 'text', receiver: 'text', window: 'plain', ack: 'count' },
  },
  'tcp.window.zero.probe': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.8.6.1',
    parameters: {
      sender: 'text',
      receiver: 'text',
      closed: 'frame',
      count: 'count',
      waited: 'seconds',
      length: 'count',
    },
  },
  'tcp.window.zero.probe-ack': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.8.6.1',
    parameters: { sender: 'text', receiver: 'text', probe: 'frame', closed: 'frame', since: 'seconds' },
  },
  'tcp.window.opened': {
    severity: 'note',
    scope: 'connection',
    call: 'read()',
    spec: 'RFC 9293 §3.8.6',
    parameters: { sender: 'text', receiver: 'text', window: 'count', closed: 'frame', took: 'seconds' },
  },
  'tcp.window.update': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.8.6',
    parameters: { sender: 'text', window: 'count', before: 'count' },
  },
} as const satisfies Record<string, EventDeclaration>;
