import type { EventDeclaration } from './event.ts';

/** QUIC. */
export const quicEvents = {
  'quic.initial': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 9000 §7.2',
    parameters: { client: 'text', server: 'text', version: 'text', id: 'text' },
  },
  'quic.initial.small': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 9000 §14.1',
    parameters: { client: 'text', server: 'text', length: 'count' },
  },
  'quic.client-hello': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 9001 §4.1.3',
    parameters: { client: 'text', server: 'text', version: 'text', name: 'text?', application: 'text?' },
  },
  'quic.server-hello': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 9001 §4.1.4',
    parameters: { server: 'text', client: 'text', version: 'text', suite: 'text' },
  },
  'quic.version-negotiation': {
    severity: 'note',
    scope: 'capture',
    spec: 'RFC 9000 §6',
    parameters: { server: 'text', client: 'text', versions: 'text' },
  },
  'quic.retry': {
    severity: 'note',
    scope: 'capture',
    spec: 'RFC 9000 §8.1.2',
    parameters: { server: 'text', client: 'text', id: 'text', tag: 'text?' },
  },
  'quic.handshake': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 9001 §5',
    parameters: { sender: 'text', receiver: 'text' },
  },
  'quic.early-data': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 9001 §4.6',
    parameters: { client: 'text', server: 'text' },
  },
  'quic.protected': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 9000 §17.3.1',
    parameters: { sender: 'text', spin: 'plain' },
  },
  'quic.connection-id.changed': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 9000 §5.1.1',
    parameters: { sender: 'text', receiver: 'text', before: 'text', id: 'text', since: 'frame' },
  },
  'quic.moved': {
    severity: 'note',
    scope: 'capture',
    spec: 'RFC 9000 §9',
    parameters: { sender: 'text', id: 'text' },
  },
  'quic.close': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 9000 §10.2.3',
    parameters: { sender: 'text', receiver: 'text', code: 'plain', error: 'text', reason: 'text?' },
  },
} as const satisfies Record<string, EventDeclaration>;
