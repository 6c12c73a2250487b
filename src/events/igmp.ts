import type { EventDeclaration } from './event.ts';

/** IGMP. */
export const igmpEvents = {
  'igmp.query': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3376 §4.1',
    parameters: { router: 'text', group: 'text?' },
  },
  'igmp.join': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3376 §5.1',
    parameters: { host: 'text', group: 'text' },
  },
  'igmp.leave': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3376 §5.1',
    parameters: { host: 'text', group: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;
