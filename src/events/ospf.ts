import type { EventDeclaration } from './event.ts';

/** OSPF. */
export const ospfEvents = {
  'ospf.hello': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2328 §9.5',
    parameters: { router: 'text', area: 'text', neighbors: 'count' },
  },
  'ospf.description': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2328 §10.8',
    parameters: { router: 'text', receiver: 'text', count: 'count' },
  },
  'ospf.request': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2328 §10.9',
    parameters: { router: 'text', receiver: 'text', count: 'count' },
  },
  'ospf.update': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2328 §13',
    parameters: { router: 'text', receiver: 'text', count: 'count' },
  },
  'ospf.acknowledgment': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2328 §13.5',
    parameters: { router: 'text', count: 'count' },
  },
} as const satisfies Record<string, EventDeclaration>;
