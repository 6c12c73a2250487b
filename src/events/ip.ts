import type { EventDeclaration } from './event.ts';

/** IPv4 and IPv6. */
export const ipEvents = {
  'ip.header': {
    severity: 'chat',
    scope: 'capture',
    introduces: true,
    spec: 'RFC 791 §3.1',
    parameters: { source: 'text', destination: 'text', protocol: 'plain', ttl: 'plain' },
  },
  'ip.next-hop': {
    severity: 'chat',
    scope: 'capture',
    introduces: true,
    spec: 'RFC 1122 §3.3.1',
    parameters: { source: 'text', destination: 'text', mac: 'text', gateway: 'text', learnt: 'frame' },
  },
  'ip.private-source': {
    severity: 'chat',
    scope: 'capture',
    introduces: true,
    spec: 'RFC 1918 §3, RFC 3022 §2',
    parameters: { source: 'text', range: 'text', destination: 'text' },
  },
  'ip.hops': {
    severity: 'chat',
    scope: 'capture',
    introduces: true,
    spec: 'RFC 1812 §5.3.1',
    parameters: { source: 'text', ttl: 'plain', initial: 'plain', hops: 'count' },
  },
  'ip.fragment': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 791 §3.2',
    parameters: { source: 'text', id: 'text', offset: 'count', length: 'count' },
  },
  'ip.checksum.bad': {
    severity: 'error',
    scope: 'connection',
    spec: 'RFC 791 §3.1',
    parameters: { source: 'text', checksum: 'text' },
  },
  'ipv6.header': {
    severity: 'chat',
    scope: 'capture',
    introduces: true,
    spec: 'RFC 8200 §3',
    parameters: { source: 'text', destination: 'text', next: 'plain', hopLimit: 'plain' },
  },
  'ipv6.fragment': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 8200 §4.5',
    parameters: { source: 'text', id: 'text', offset: 'count', length: 'count' },
  },
} as const satisfies Record<string, EventDeclaration>;
