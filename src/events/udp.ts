import type { EventDeclaration } from './event.ts';

/** UDP, and what a port tells of the service behind it. */
export const udpEvents = {
  'udp.datagram': {
    severity: 'chat',
    scope: 'capture',
    call: 'sendto()',
    introduces: true,
    spec: 'RFC 768',
    parameters: { sender: 'text', receiver: 'text', length: 'count', payload: 'count' },
  },
  'udp.data': {
    severity: 'chat',
    scope: 'capture',
    call: 'sendto()',
    spec: 'RFC 768',
    parameters: { sender: 'text', receiver: 'text', length: 'count', gap: 'seconds?', before: 'frame?' },
  },
  'udp.checksum.partial': {
    severity: 'chat',
    scope: 'capture',
    introduces: true,
    spec: '',
    parameters: { sender: 'text', checksum: 'text' },
  },
  'udp.checksum.bad': {
    severity: 'error',
    scope: 'connection',
    spec: 'RFC 768',
    parameters: { sender: 'text', checksum: 'text' },
  },
  'port.service': {
    severity: 'chat',
    scope: 'capture',
    introduces: true,
    spec: 'RFC 6335 §6',
    parameters: {
      clientPort: 'plain',
      port: 'plain',
      service: 'text',
      range: 'text',
    },
  },
} as const satisfies Record<string, EventDeclaration>;
