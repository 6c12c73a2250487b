import type { EventDeclaration } from './event.ts';

/** DNS over UDP and TCP. */
export const dnsEvents = {
  'dns.query': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1035 §4.1',
    parameters: { client: 'text', server: 'text', name: 'text', type: 'text' },
  },
  'dns.over-quic': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 9250 §4.2',
    parameters: { sender: 'text', receiver: 'text', stream: 'plain' },
  },
  'dns.answer': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1035 §4.1.3',
    parameters: {
      client: 'text',
      server: 'text',
      name: 'text',
      type: 'text',
      value: 'text?',
      ttl: 'seconds',
      query: 'frame?',
      took: 'seconds?',
    },
  },
  'dns.no-such-name': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 2308 §2.1',
    parameters: { server: 'text', name: 'text', type: 'text', query: 'frame?' },
  },
  'dns.no-record': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2308 §2.2',
    parameters: { server: 'text', name: 'text', type: 'text', query: 'frame?' },
  },
  'dns.failed': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 1035 §4.1.1',
    parameters: { client: 'text', server: 'text', name: 'text', type: 'text', reason: 'text', query: 'frame?' },
  },
  'dns.truncated': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 7766 §5',
    parameters: { client: 'text', server: 'text', name: 'text', type: 'text', query: 'frame?' },
  },
  'dns.name-used': {
    severity: 'chat',
    scope: 'capture',
    introduces: true,
    spec: 'RFC 1035 §4.1.3',
    parameters: { name: 'text', address: 'text', answer: 'frame' },
  },
} as const satisfies Record<string, EventDeclaration>;
