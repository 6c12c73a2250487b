import type { EventDeclaration } from './event.ts';

/** What no protocol here decodes. */
export const payloadEvents = {
  'payload.unknown': {
    severity: 'chat',
    scope: 'capture',
    spec: '',
    parameters: {
      source: 'text?',
      destination: 'text?',
      carrier: 'text',
      length: 'count',
      field: 'text?',
      number: 'text?',
      name: 'text?',
    },
  },
} as const satisfies Record<string, EventDeclaration>;
