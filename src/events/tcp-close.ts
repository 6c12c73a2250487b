import type { EventDeclaration } from './event.ts';

/** How a TCP connection ends: with FINs. */
export const tcpCloseEvents = {
  'tcp.close.fin': {
    severity: 'chat',
    scope: 'connection',
    call: 'close() / shutdown()',
    spec: 'RFC 9293 §3.6',
    parameters: { closer: 'text', peer: 'text', sent: 'count' },
  },
  'tcp.close.fin.first-or-last': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.6',
    parameters: { closer: 'text', peer: 'text' },
  },
  'tcp.close.fin-again': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.6.1, RFC 6298 §5',
    parameters: { closer: 'text', peer: 'text', first: 'frame', waited: 'seconds' },
  },
  'tcp.close.fin-acked': {
    severity: 'chat',
    scope: 'connection',
    call: 'read() = 0',
    spec: 'RFC 9293 §3.6',
    parameters: { closer: 'text', peer: 'text', fin: 'frame' },
  },
  'tcp.close.fin-acked.first-or-last': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.6',
    parameters: { closer: 'text', peer: 'text', fin: 'frame' },
  },
  'tcp.close.fin-answered': {
    severity: 'chat',
    scope: 'connection',
    call: 'read() = 0, close()',
    spec: 'RFC 9293 §3.6',
    parameters: { closer: 'text', peer: 'text', fin: 'frame' },
  },
  'tcp.close.last-fin': {
    severity: 'chat',
    scope: 'connection',
    call: 'close()',
    spec: 'RFC 9293 §3.6',
    parameters: { sender: 'text', closer: 'text', fin: 'frame', waited: 'seconds' },
  },
  'tcp.close.simultaneous': {
    severity: 'note',
    scope: 'connection',
    call: 'close()',
    spec: 'RFC 9293 §3.6',
    parameters: { sender: 'text', receiver: 'text', fin: 'frame' },
  },
  'tcp.close.time-wait': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.6.1',
    parameters: { closer: 'text', peer: 'text', fin: 'frame', seconds: 'count' },
  },
  'tcp.close.time-wait.answers': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.10.7.4',
    parameters: { closer: 'text', peer: 'text', answers: 'frame' },
  },
} as const satisfies Record<string, EventDeclaration>;
