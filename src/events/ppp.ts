import type { EventDeclaration } from './event.ts';

/** PPP over Ethernet or a line of its own. */
export const pppEvents = {
  'pppoe.search': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2516 §5.1',
    parameters: { host: 'text?' },
  },
  'pppoe.session': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2516 §5.4',
    parameters: { server: 'text?', session: 'text' },
  },
  'pppoe.end': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2516 §5.5',
    parameters: { host: 'text?', session: 'text' },
  },
  'ppp.link': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1661 §5.1',
    parameters: { sender: 'text?' },
  },
  'ppp.password': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 1334 §2',
    parameters: { sender: 'text?', name: 'text' },
  },
  'ppp.challenge': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1994 §4.1',
    parameters: { sender: 'text?' },
  },
  'ppp.address': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1332 §3.3',
    parameters: { sender: 'text?', address: 'text' },
  },
  'ppp.control': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1661 §5',
    parameters: { sender: 'text?', protocol: 'text', message: 'text', id: 'plain' },
  },
  'ppp.terminate': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1661 §5.5',
    parameters: { sender: 'text?' },
  },
} as const satisfies Record<string, EventDeclaration>;
