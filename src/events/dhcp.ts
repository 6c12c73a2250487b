import type { EventDeclaration } from './event.ts';

/** DHCP. */
export const dhcpEvents = {
  'dhcp.discover': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2131 §3.1',
    parameters: { client: 'text', name: 'text?' },
  },
  'dhcp.offer': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2131 §3.1',
    parameters: {
      client: 'text',
      server: 'text',
      address: 'text',
      lease: 'seconds?',
      mask: 'text?',
      router: 'text?',
      resolver: 'text?',
    },
  },
  'dhcp.request': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2131 §3.1',
    parameters: { client: 'text', server: 'text', address: 'text?' },
  },
  'dhcp.renew': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2131 §4.3.2',
    parameters: { client: 'text', address: 'text' },
  },
  'dhcp.ack': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2131 §3.1',
    parameters: {
      client: 'text',
      server: 'text',
      address: 'text',
      lease: 'seconds?',
      mask: 'text?',
      router: 'text?',
      resolver: 'text?',
    },
  },
  'dhcp.nak': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 2131 §3.1',
    parameters: { client: 'text', server: 'text' },
  },
  'dhcp.decline': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 2131 §4.4.1',
    parameters: { client: 'text', address: 'text?' },
  },
  'dhcp.release': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2131 §4.4.6',
    parameters: { client: 'text', address: 'text' },
  },
  'dhcp.inform': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2131 §3.4',
    parameters: { client: 'text', address: 'text' },
  },
  'dhcp.informed': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2131 §4.3.5',
    parameters: { client: 'text', server: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;
