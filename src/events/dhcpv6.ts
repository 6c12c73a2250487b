import type { EventDeclaration } from './event.ts';

/** DHCPv6: addresses, prefixes, and relays. */
export const dhcpv6Events = {
  'dhcpv6.solicit': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 8415 §18.2.1',
    parameters: { client: 'text', association: 'text?', delegation: 'text?', rapid: 'plain?' },
  },
  'dhcpv6.advertise': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 8415 §18.3.9',
    parameters: { client: 'text', server: 'text', address: 'text?', prefix: 'text?' },
  },
  'dhcpv6.request': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 8415 §18.2.2',
    parameters: { client: 'text', server: 'text?', address: 'text?', prefix: 'text?' },
  },
  'dhcpv6.reply': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 8415 §18.3.10',
    parameters: {
      client: 'text',
      address: 'text',
      preferred: 'seconds?',
      valid: 'seconds?',
      renew: 'seconds?',
      rebind: 'seconds?',
      resolver: 'text?',
      request: 'frame?',
    },
  },
  'dhcpv6.prefix': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 8415 §6.3',
    parameters: { client: 'text', server: 'text', prefix: 'text', valid: 'seconds?', request: 'frame?' },
  },
  'dhcpv6.rapid-commit': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 8415 §5.1',
    parameters: { client: 'text', server: 'text', request: 'frame?' },
  },
  'dhcpv6.renew': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 8415 §18.2.4',
    parameters: { client: 'text', server: 'text?', address: 'text?', prefix: 'text?' },
  },
  'dhcpv6.rebind': {
    severity: 'note',
    scope: 'capture',
    spec: 'RFC 8415 §18.2.5',
    parameters: { client: 'text', address: 'text?', prefix: 'text?' },
  },
  'dhcpv6.confirm': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 8415 §18.2.3',
    parameters: { client: 'text', address: 'text?' },
  },
  'dhcpv6.release': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 8415 §18.2.7',
    parameters: { client: 'text', address: 'text?', prefix: 'text?' },
  },
  'dhcpv6.decline': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 8415 §18.2.8',
    parameters: { client: 'text', address: 'text?' },
  },
  'dhcpv6.acknowledged': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 8415 §18.2.10',
    parameters: { client: 'text', server: 'text', request: 'frame' },
  },
  'dhcpv6.information-request': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 8415 §18.2.6',
    parameters: { client: 'text' },
  },
  'dhcpv6.informed': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 8415 §18.3.6',
    parameters: { client: 'text', server: 'text', resolver: 'text?', request: 'frame?' },
  },
  'dhcpv6.status': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 8415 §21.13',
    parameters: { client: 'text', server: 'text', code: 'plain', name: 'text', message: 'text?' },
  },
  'dhcpv6.relay.forward': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 8415 §19.1',
    parameters: { relay: 'text', server: 'text', client: 'text', link: 'text' },
  },
  'dhcpv6.relay.reply': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 8415 §19.2',
    parameters: { relay: 'text', server: 'text', client: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;
