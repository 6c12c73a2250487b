import type { EventDeclaration } from './event.ts';

/** HTTP. */
export const httpEvents = {
  'http.request': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9112 §3',
    parameters: { client: 'text', server: 'text', method: 'text', target: 'text', version: 'text', host: 'text?' },
  },
  'http.response': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9112 §4',
    parameters: {
      server: 'text',
      status: 'plain',
      phrase: 'text',
      type: 'text?',
      length: 'count?',
      request: 'frame?',
      took: 'seconds?',
    },
  },
} as const satisfies Record<string, EventDeclaration>;
