import type { EventDeclaration } from './event.ts';

/** NetBIOS names and datagrams. */
export const netbiosEvents = {
  'nbns.query': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1002 §4.2.12',
    parameters: { asker: 'text', target: 'text', name: 'text', purpose: 'text' },
  },
  'nbns.answer': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1002 §4.2.13',
    parameters: { sender: 'text', name: 'text', address: 'text' },
  },
  'nbns.no-such-name': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 1002 §4.2.14',
    parameters: { server: 'text', name: 'text' },
  },
  'nbns.status-query': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1002 §4.2.17',
    parameters: { asker: 'text', target: 'text' },
  },
  'nbns.status': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1002 §4.2.18',
    parameters: { sender: 'text', names: 'count' },
  },
  'nbns.register': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1002 §4.2.2',
    parameters: { owner: 'text', target: 'text', name: 'text', purpose: 'text' },
  },
  'nbns.registered': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1002 §4.2.5',
    parameters: { server: 'text', owner: 'text', name: 'text', lifetime: 'seconds?' },
  },
  'nbns.refused': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 1002 §4.2.6',
    parameters: { sender: 'text', owner: 'text', name: 'text', code: 'plain' },
  },
  'nbns.wait': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1002 §4.2.16',
    parameters: { server: 'text', owner: 'text', name: 'text', time: 'seconds' },
  },
  'nbns.refresh': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1002 §4.2.4',
    parameters: { owner: 'text', server: 'text', name: 'text' },
  },
  'nbns.release': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1002 §4.2.9',
    parameters: { owner: 'text', target: 'text', name: 'text' },
  },
  'nbns.released': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1002 §4.2.10',
    parameters: { server: 'text', owner: 'text', name: 'text' },
  },
  'nbdgm.datagram': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1002 §4.4.2',
    parameters: { sender: 'text', source: 'text', destination: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;
