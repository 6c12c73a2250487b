import type { EventDeclaration } from './event.ts';

/** FTP. */
export const ftpEvents = {
  'ftp.password': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 959 §4.1.1, RFC 2577 §5',
    parameters: { client: 'text', server: 'text', length: 'count' },
  },
  'ftp.data': {
    severity: 'chat',
    scope: 'connection',
    ordinary: true,
    spec: 'RFC 959 §3.2, RFC 2428',
    parameters: { announcer: 'text', address: 'text', port: 'plain', method: 'text' },
  },
  'ftp.refused': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 959 §4.2.1',
    parameters: { server: 'text', code: 'plain', text: 'text' },
  },
  'ftp.tls': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 4217 §4',
    parameters: { server: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;
