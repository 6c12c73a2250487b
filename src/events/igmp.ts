import type { EventDeclaration } from './event.ts';

/** Who wants packets for which groups: IGMP for IPv4, MLD for IPv6. */
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
  'mld.query': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3810 §5.1',
    parameters: { router: 'text', group: 'text?' },
  },
  'mld.join': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3810 §5.2',
    parameters: { host: 'text', group: 'text' },
  },
  'mld.join.neighbor': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 4291 §2.7.1',
    parameters: { host: 'text', group: 'text', ending: 'text' },
  },
  'mld.leave': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3810 §5.2',
    parameters: { host: 'text', group: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;
