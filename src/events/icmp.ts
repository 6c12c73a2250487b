import type { EventDeclaration } from './event.ts';

/** ICMP and ICMPv6. */
export const icmpEvents = {
  'icmp.echo.request': {
    severity: 'chat',
    scope: 'capture',
    ordinary: true,
    spec: 'RFC 792',
    parameters: { asker: 'text', target: 'text', id: 'plain', sequence: 'plain' },
  },
  'icmp.echo.reply': {
    severity: 'chat',
    scope: 'capture',
    ordinary: true,
    spec: 'RFC 792',
    parameters: { owner: 'text', sequence: 'plain', request: 'frame?', rtt: 'seconds?' },
  },
  'icmp.unreachable': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 792',
    parameters: { reporter: 'text', code: 'plain', source: 'text', destination: 'text', quoted: 'frame?' },
  },
  'icmp.unreachable.port': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 1122 §3.2.2.1',
    parameters: { reporter: 'text', source: 'text', destination: 'text', port: 'plain?', quoted: 'frame?' },
  },
  'icmp.fragmentation-needed': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 1191 §4',
    parameters: {
      reporter: 'text',
      source: 'text',
      destination: 'text',
      length: 'count',
      mtu: 'count',
      quoted: 'frame?',
    },
  },
  'icmp.time-exceeded': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 1812 §4.3.3.4',
    parameters: { reporter: 'text', source: 'text', destination: 'text', quoted: 'frame?' },
  },
  'icmpv6.unreachable': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 4443 §3.1',
    parameters: { reporter: 'text', code: 'plain', source: 'text', destination: 'text', quoted: 'frame?' },
  },
  'icmpv6.packet-too-big': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 8201 §4, RFC 4443 §3.2',
    parameters: {
      reporter: 'text',
      source: 'text',
      destination: 'text',
      length: 'count',
      mtu: 'count',
      quoted: 'frame?',
    },
  },
  'icmpv6.neighbor-solicitation': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 4861 §4.3',
    parameters: { asker: 'text', target: 'text' },
  },
  'icmpv6.neighbor-advertisement': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 4861 §4.4',
    parameters: { owner: 'text', mac: 'text?', request: 'frame?' },
  },
  'icmpv6.address-probe': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 4862 §5.4',
    parameters: { target: 'text' },
  },
  'icmpv6.router-solicitation': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 4861 §4.1',
    parameters: { asker: 'text' },
  },
  'icmpv6.router-advertisement': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 4861 §4.2',
    parameters: { router: 'text', lifetime: 'seconds', prefix: 'text?' },
  },
} as const satisfies Record<string, EventDeclaration>;
