import type { EventDeclaration } from './event.ts';

/** ARP and RARP. */
export const arpEvents = {
  'arp.request': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 826',
    parameters: { asker: 'text', mac: 'text', target: 'text' },
  },
  'arp.request.unicast': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1122 §2.3.2.1',
    parameters: { asker: 'text', target: 'text', mac: 'text' },
  },
  'arp.reply': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 826',
    parameters: { owner: 'text', mac: 'text', asker: 'text', request: 'frame?', took: 'seconds?' },
  },
  'arp.reply.taken': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 5227 §2.1.1',
    parameters: { owner: 'text', mac: 'text', probe: 'frame?' },
  },
  'arp.probe': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 5227 §2.1.1',
    parameters: { mac: 'text', target: 'text' },
  },
  'arp.announcement': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 5227 §2.3',
    parameters: { owner: 'text', mac: 'text' },
  },
  'arp.conflict': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 5227 §2.4',
    parameters: { address: 'text', mac: 'text', other: 'text', learnt: 'frame' },
  },
  'rarp.request': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 903',
    parameters: { mac: 'text' },
  },
  'rarp.reply': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 903',
    parameters: { mac: 'text', address: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;
