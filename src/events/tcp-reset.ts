import type { EventDeclaration } from './event.ts';

/** How a TCP connection ends: with a reset, and why. */
export const tcpResetEvents = {
  'tcp.reset.refused': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 9293 §3.10.7.1',
    parameters: { client: 'text', server: 'text', port: 'plain', syn: 'frame' },
  },
  'tcp.reset.closed-socket': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 9293 §3.6.1, RFC 1122 §4.2.2.13',
    parameters: { sender: 'text', receiver: 'text', answers: 'frame' },
  },
  'tcp.reset.time-wait': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.10.7.1, RFC 1337',
    parameters: { sender: 'text', receiver: 'text', answers: 'frame' },
  },
  'tcp.reset.again': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.10.7.1',
    parameters: { sender: 'text', receiver: 'text', answers: 'frame' },
  },
  'tcp.reset.gave-up': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 9293 §3.8.3, RFC 1122 §4.2.3.6',
    parameters: { sender: 'text', receiver: 'text', tries: 'count' },
  },
  'tcp.reset.half-open': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 9293 §3.5.1',
    parameters: { sender: 'text', receiver: 'text', answers: 'frame' },
  },
  'tcp.reset.unexpected-answer': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 9293 §3.5.2, RFC 9293 §3.10.7.3',
    parameters: { sender: 'text', receiver: 'text', answers: 'frame' },
  },
  'tcp.reset.unread-data': {
    severity: 'warn',
    scope: 'connection',
    call: 'close()',
    spec: 'RFC 9293 §3.6.1, RFC 2525 §2.17',
    parameters: { sender: 'text', since: 'seconds' },
  },
  'tcp.reset.abort': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 9293 §3.10.5',
    parameters: { sender: 'text', receiver: 'text', since: 'seconds' },
  },
  'tcp.reset.linger': {
    severity: 'warn',
    scope: 'connection',
    call: 'setsockopt(SO_LINGER), close()',
    spec: 'RFC 9293 §3.10.5',
    parameters: { sender: 'text', receiver: 'text' },
  },
  'tcp.reset.middle': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 3360, RFC 5961 §3',
    parameters: {
      sender: 'text',
      receiver: 'text',
      hops: 'plain?',
      usual: 'plain?',
      took: 'seconds?',
      shortest: 'seconds?',
    },
  },
  'tcp.reset.ignored': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 5961 §3.2, RFC 9293 §3.10.7.4',
    parameters: { receiver: 'text', seq: 'count', expected: 'count' },
  },
  'tcp.reset': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 9293 §3.5.3',
    parameters: { sender: 'text', receiver: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;
