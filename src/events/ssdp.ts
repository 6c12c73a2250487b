import type { EventDeclaration } from './event.ts';

/** SSDP: devices that announce themselves, and who looks for them. */
export const ssdpEvents = {
  'ssdp.search': {
    severity: 'chat',
    scope: 'capture',
    spec: 'UPnP 2.0 §1.3.2',
    parameters: { client: 'text', target: 'text', wait: 'seconds?' },
  },
  'ssdp.answer': {
    severity: 'chat',
    scope: 'capture',
    spec: 'UPnP 2.0 §1.3.3',
    parameters: { device: 'text', client: 'text', target: 'text', location: 'text?', server: 'text?' },
  },
  'ssdp.alive': {
    severity: 'chat',
    scope: 'capture',
    spec: 'UPnP 2.0 §1.2.2',
    parameters: { device: 'text', type: 'text', location: 'text?', server: 'text?' },
  },
  'ssdp.byebye': {
    severity: 'chat',
    scope: 'capture',
    spec: 'UPnP 2.0 §1.2.3',
    parameters: { device: 'text', type: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;
