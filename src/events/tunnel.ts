import type { EventDeclaration } from './event.ts';

/** Packets that are carried inside of others, and labels that stand before them. */
export const tunnelEvents = {
  'tunnel.ip-in-ip': {
    severity: 'chat',
    scope: 'capture',
    introduces: true,
    spec: 'RFC 2003 §3',
    parameters: { entry: 'text', exit: 'text', source: 'text', destination: 'text', overhead: 'count' },
  },
  'tunnel.ipv6-in-ipv4': {
    severity: 'chat',
    scope: 'capture',
    introduces: true,
    spec: 'RFC 4213 §3',
    parameters: { entry: 'text', exit: 'text', source: 'text', destination: 'text', overhead: 'count' },
  },
  'tunnel.gre': {
    severity: 'chat',
    scope: 'capture',
    introduces: true,
    spec: 'RFC 2784 §2',
    parameters: { entry: 'text', exit: 'text', type: 'text', overhead: 'count' },
  },
  'tunnel.vxlan': {
    severity: 'chat',
    scope: 'capture',
    introduces: true,
    spec: 'RFC 7348 §4',
    parameters: { entry: 'text', exit: 'text', network: 'plain', overhead: 'count' },
  },
  'tunnel.eoip': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 2637 §4.1',
    parameters: { entry: 'text', exit: 'text', tunnel: 'plain', overhead: 'count' },
  },
  'tunnel.compressed': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3173 §2',
    parameters: { sender: 'text', receiver: 'text', carried: 'count', before: 'count?' },
  },
  'tunnel.backbone': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.1Q §9.7',
    parameters: { service: 'plain', source: 'text', destination: 'text', overhead: 'count' },
  },
  'mpls.label': {
    severity: 'chat',
    scope: 'capture',
    introduces: true,
    spec: 'RFC 3031 §3.1',
    parameters: { label: 'text', labels: 'count', ttl: 'plain' },
  },
} as const satisfies Record<string, EventDeclaration>;
