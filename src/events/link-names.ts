import type { EventDeclaration } from './event.ts';

/** Names without a server: multicast DNS and LLMNR. */
export const linkNameEvents = {
  'mdns.query': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 6762 §5',
    parameters: { asker: 'text', name: 'text', type: 'text' },
  },
  'mdns.probe': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 6762 §8.1',
    parameters: { host: 'text', name: 'text' },
  },
  'mdns.answer': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 6762 §6',
    parameters: { sender: 'text', name: 'text', value: 'text', query: 'frame' },
  },
  'mdns.announce': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 6762 §8.3',
    parameters: { sender: 'text', name: 'text', value: 'text' },
  },
  'mdns.service': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 6763 §4',
    parameters: { sender: 'text', service: 'text', port: 'plain', host: 'text' },
  },
  'mdns.goodbye': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 6762 §10.1',
    parameters: { sender: 'text', name: 'text' },
  },
  'mdns.conflict': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 6762 §9',
    parameters: { owner: 'text', host: 'text', name: 'text', probe: 'frame' },
  },
  'llmnr.query': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 4795 §2',
    parameters: { asker: 'text', name: 'text', type: 'text' },
  },
  'llmnr.check': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 4795 §4.1',
    parameters: { host: 'text', name: 'text' },
  },
  'llmnr.answer': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 4795 §2.3',
    parameters: { sender: 'text', asker: 'text', name: 'text', value: 'text', query: 'frame?' },
  },
} as const satisfies Record<string, EventDeclaration>;
