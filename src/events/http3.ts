import type { EventDeclaration } from './event.ts';

export const http3Events = {
  'http3.settings': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 9114 §7.2.4',
    parameters: { sender: 'text', receiver: 'text', stream: 'plain' },
  },
  'http3.request': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9114 §4.3.1',
    parameters: {
      client: 'text',
      server: 'text',
      stream: 'plain',
      method: 'text',
      path: 'text?',
      authority: 'text?',
      octets: 'count',
    },
  },
  'http3.response': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9114 §4.3.2',
    parameters: {
      server: 'text',
      stream: 'plain',
      status: 'plain',
      meaning: 'text?',
      request: 'frame?',
      took: 'seconds?',
    },
  },
} as const satisfies Record<string, EventDeclaration>;
