import type { EventDeclaration } from './event.ts';

/** TCP segments that are missing, late or sent again. */
export const tcpLossEvents = {
  'tcp.retransmission': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.8.1, RFC 6298',
    parameters: { sender: 'text', from: 'count', to: 'count', length: 'count' },
  },
  'tcp.retransmission.fast': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 5681 §3.2',
    parameters: { sender: 'text', from: 'count', to: 'count', length: 'count', number: 'count', ack: 'frame' },
  },
  'tcp.retransmission.sack': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 6675 §5, RFC 2018 §5',
    parameters: { sender: 'text', from: 'count', to: 'count', length: 'count', left: 'count', ack: 'frame' },
  },
  'tcp.retransmission.timeout': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 6298 §5, RFC 9293 §3.8.1',
    parameters: {
      sender: 'text',
      from: 'count',
      to: 'count',
      length: 'count',
      waited: 'seconds',
      count: 'count',
      before: 'frame',
    },
  },
  'tcp.retransmission.probe': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 8985 §7.2',
    parameters: { sender: 'text', from: 'count', to: 'count', length: 'count', waited: 'seconds', before: 'frame' },
  },
  'tcp.retransmission.spurious': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.10.7.4',
    parameters: { sender: 'text', from: 'count', to: 'count', length: 'count', ack: 'count' },
  },
  'tcp.recovery': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 5681 §3.2, RFC 6582 §3.2',
    parameters: { sender: 'text', receiver: 'text', first: 'frame', count: 'count', took: 'seconds' },
  },
  'tcp.gap': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 9293 §3.4',
    parameters: { sender: 'text', expected: 'count', seq: 'count', missing: 'count' },
  },
  'tcp.gap.not-captured': {
    severity: 'note',
    scope: 'connection',
    spec: '',
    parameters: { sender: 'text', receiver: 'text', expected: 'count', seq: 'count', missing: 'count', ack: 'frame' },
  },
  'tcp.out-of-order': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.10.7.4',
    parameters: { sender: 'text', seq: 'count', length: 'count' },
  },
} as const satisfies Record<string, EventDeclaration>;
