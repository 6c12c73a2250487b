import type { EventDeclaration } from './event.ts';

/** SSH. */
export const sshEvents = {
  'ssh.version': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 4253 §4.2',
    parameters: { sender: 'text', version: 'text' },
  },
  'ssh.algorithms': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 4253 §7.1',
    parameters: { sender: 'text', method: 'text', cipher: 'text' },
  },
  'ssh.encrypted': {
    severity: 'chat',
    scope: 'connection',
    ordinary: true,
    spec: 'RFC 4253 §7.3',
    parameters: { sender: 'text', length: 'count' },
  },
} as const satisfies Record<string, EventDeclaration>;
