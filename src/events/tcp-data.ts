import type { EventDeclaration } from './event.ts';

/** TCP data and its acknowledgments: their pace, and whether the other end still lives. */
export const tcpDataEvents = {
  'tcp.data': {
    severity: 'chat',
    scope: 'connection',
    call: 'write()',
    spec: 'RFC 9293 §3.4',
    parameters: { sender: 'text', receiver: 'text', length: 'count', from: 'count', to: 'count' },
  },
  'tcp.segments.full': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.7.1',
    parameters: { sender: 'text', receiver: 'text', length: 'count', mss: 'count', options: 'count' },
  },
  'tcp.segments.joined': {
    severity: 'note',
    scope: 'connection',
    spec: '',
    parameters: { sender: 'text', receiver: 'text', length: 'count', mss: 'count', pieces: 'count' },
  },
  'tcp.pause': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.8.6, RFC 5681 §4.1',
    parameters: { sender: 'text', receiver: 'text', pause: 'seconds', window: 'count' },
  },
  'tcp.nagle': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 896, RFC 9293 §3.7.4',
    parameters: {
      sender: 'text',
      length: 'count',
      ack: 'frame',
      waited: 'seconds',
      after: 'seconds',
    },
  },
  'tcp.slow-start': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 5681 §3.1, RFC 6928 §2',
    parameters: { sender: 'text', first: 'count', second: 'count', third: 'count', took: 'seconds' },
  },
  'tcp.ack': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.4',
    parameters: { sender: 'text', receiver: 'text', ack: 'count', acked: 'count', of: 'frame', rtt: 'seconds' },
  },
  'tcp.ack.delayed': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.8.6.3, RFC 1122 §4.2.3.2',
    parameters: { sender: 'text', of: 'frame', rtt: 'seconds', usual: 'seconds' },
  },
  'tcp.ack.duplicate': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 5681 §2',
    parameters: { sender: 'text', receiver: 'text', ack: 'count', number: 'count', first: 'frame', held: 'count' },
  },
  'tcp.ack.again': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.10.7.4',
    parameters: { sender: 'text', receiver: 'text', ack: 'count', answers: 'frame' },
  },
  'tcp.ack.copy': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.10.7.4',
    parameters: { sender: 'text', receiver: 'text', ack: 'count', answers: 'frame' },
  },
  'tcp.ack.unseen': {
    severity: 'note',
    scope: 'connection',
    spec: '',
    parameters: { sender: 'text', ack: 'count' },
  },
  'tcp.ack.challenge': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 5961 §3.2, RFC 5961 §4.2, RFC 9293 §3.10.7.4',
    parameters: { sender: 'text', receiver: 'text', cause: 'text', answers: 'frame', ack: 'count' },
  },
  'tcp.sack': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 2018 §3',
    parameters: {
      sender: 'text',
      receiver: 'text',
      ack: 'count',
      left: 'count',
      right: 'count',
      held: 'count',
      missing: 'count',
    },
  },
  'tcp.sack.duplicate': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 2883 §4',
    parameters: { sender: 'text', receiver: 'text', left: 'count', right: 'count' },
  },
  'tcp.keep-alive': {
    severity: 'chat',
    scope: 'connection',
    call: 'setsockopt(SO_KEEPALIVE)',
    spec: 'RFC 9293 §3.8.4',
    parameters: { sender: 'text', receiver: 'text', seq: 'count', idle: 'seconds', count: 'count' },
  },
  'tcp.keep-alive.ack': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.8.4',
    parameters: { sender: 'text', receiver: 'text', probe: 'frame', took: 'seconds' },
  },
} as const satisfies Record<string, EventDeclaration>;
