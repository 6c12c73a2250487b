import type { EventDeclaration } from './event.ts';

/** TLS. */
export const tlsEvents = {
  'tls.client-hello': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 8446 §4.1.2',
    parameters: { client: 'text', server: 'text', version: 'text', name: 'text?', application: 'text?' },
  },
  'tls.retry': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 8446 §4.1.4',
    parameters: { server: 'text', client: 'text', group: 'text?' },
  },
  'tls.server-hello': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 8446 §4.1.3',
    parameters: { client: 'text', server: 'text', version: 'text', suite: 'text', application: 'text?' },
  },
  'tls.resumed': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 8446 §2.2',
    parameters: { client: 'text', server: 'text' },
  },
  'tls.resumed.readable': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 8446 §7.1',
    parameters: { client: 'text', server: 'text' },
  },
  'tls.keys.capture': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 8446 §7.1',
    parameters: { client: 'text', server: 'text', random: 'text' },
  },
  'tls.keys.log': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 8446 §7.1',
    parameters: { client: 'text', server: 'text', random: 'text' },
  },
  'tls.opened': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 8446 §5.2',
    parameters: { sender: 'text', length: 'count' },
  },
  'tls.early-data': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 8446 §2.3',
    parameters: { sender: 'text', length: 'count' },
  },
  'tls.unopened': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 8446 §5.2',
    parameters: { sender: 'text', length: 'count' },
  },
  'tls.key-update': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 8446 §4.6.3',
    parameters: { sender: 'text' },
  },
  'tls.certificate': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 5246 §7.4.2',
    parameters: {
      sender: 'text',
      subject: 'text?',
      issuer: 'text?',
      names: 'text?',
      from: 'text?',
      until: 'text?',
    },
  },
  'tls.change-cipher-spec': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 5246 §7.1',
    parameters: { sender: 'text' },
  },
  'tls.change-cipher-spec.unused': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 8446 §5',
    parameters: { sender: 'text' },
  },
  'tls.encrypted': {
    severity: 'chat',
    scope: 'connection',
    ordinary: true,
    spec: 'RFC 5246 §6.2.3',
    parameters: { sender: 'text', length: 'count' },
  },
  'tls.encrypted.all': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 8446 §5.2',
    parameters: { sender: 'text', length: 'count' },
  },
  'tls.alert': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 8446 §6.2',
    parameters: { sender: 'text', receiver: 'text', level: 'text', description: 'text', code: 'plain' },
  },
  'tls.alert.encrypted': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 8446 §6.1',
    parameters: { sender: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;
