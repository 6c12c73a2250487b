import type { EventDeclaration } from './event.ts';

/** Telnet. */
export const telnetEvents = {
  'telnet.option': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 854, RFC 855',
    parameters: { sender: 'text', receiver: 'text', command: 'text', option: 'text' },
  },
  'telnet.text': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 854',
    parameters: { sender: 'text', receiver: 'text', length: 'count' },
  },
} as const satisfies Record<string, EventDeclaration>;
