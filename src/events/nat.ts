import type { EventDeclaration } from './event.ts';

/** What a capture of the other side of a translator tells of a packet. */
export const natEvents = {
  'nat.leaves': {
    severity: 'chat',
    scope: 'capture',
    ordinary: true,
    spec: 'RFC 3022 §2.2',
    parameters: { inside: 'text', outside: 'text', remote: 'text', capture: 'text', twin: 'plain' },
  },
  'nat.returns': {
    severity: 'chat',
    scope: 'capture',
    ordinary: true,
    spec: 'RFC 3022 §2.2',
    parameters: { inside: 'text', outside: 'text', remote: 'text', capture: 'text', twin: 'plain' },
  },
  'nat.left': {
    severity: 'chat',
    scope: 'capture',
    ordinary: true,
    spec: 'RFC 3022 §2.2',
    parameters: { inside: 'text', outside: 'text', remote: 'text', capture: 'text', twin: 'plain' },
  },
  'nat.arrives': {
    severity: 'chat',
    scope: 'capture',
    ordinary: true,
    spec: 'RFC 3022 §2.2',
    parameters: { inside: 'text', outside: 'text', remote: 'text', capture: 'text', twin: 'plain' },
  },
  'nat.forwarded': {
    severity: 'chat',
    scope: 'capture',
    ordinary: true,
    spec: 'RFC 3022 §5.1',
    parameters: { inside: 'text', outside: 'text', remote: 'text' },
  },
  'nat.ttl': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1812 §5.3.1',
    parameters: { here: 'plain', there: 'plain', capture: 'text', twin: 'plain' },
  },
  'nat.checksum': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1624 §3, RFC 3022 §4.2',
    parameters: { here: 'text', there: 'text', capture: 'text', twin: 'plain' },
  },
  'nat.quoted': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 5508 §4, RFC 3022 §4.3',
    parameters: { quoted: 'text', there: 'text', destination: 'text', capture: 'text', twin: 'plain' },
  },
  'nat.resized': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3022 §4.4',
    parameters: { here: 'plain', there: 'plain', capture: 'text', twin: 'plain' },
  },
  'nat.appeared': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 3022 §2.2',
    parameters: { source: 'text', destination: 'text', hops: 'plain', capture: 'text' },
  },
  'nat.missing': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 3022 §2.2',
    parameters: { source: 'text', destination: 'text', capture: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;
