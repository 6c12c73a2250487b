import type { EventDeclaration } from './event.ts';

/** NTP. */
export const ntpEvents = {
  'ntp.request': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 5905 §8',
    parameters: { client: 'text', server: 'text', sent: 'text?' },
  },
  'ntp.response': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 5905 §8',
    parameters: { server: 'text', time: 'text', stratum: 'plain', took: 'seconds?' },
  },
  'ntp.refused': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 5905 §7.4',
    parameters: { client: 'text', server: 'text', code: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;
