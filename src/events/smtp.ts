import type { EventDeclaration } from './event.ts';

/** SMTP. */
export const smtpEvents = {
  'smtp.mail': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 5321 §3.3',
    parameters: { client: 'text', server: 'text', sender: 'text' },
  },
  'smtp.password': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 4954 §4',
    parameters: { client: 'text', server: 'text' },
  },
  'smtp.refused': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 5321 §4.2.1',
    parameters: { server: 'text', code: 'plain', text: 'text' },
  },
  'smtp.tls': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 3207 §4',
    parameters: { server: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;
