import type { EventDeclaration } from './event.ts';

/** RTP and RTCP: media, who announced it, what of it is missing, and what the two ends tell each other. */
export const rtpEvents = {
  'rtp.announced': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 8866 §5.14, RFC 3264 §5',
    parameters: { kind: 'text', address: 'text', port: 'plain', protocol: 'text', control: 'plain' },
  },
  'rtp.first': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3550 §5.1',
    parameters: {
      sender: 'text',
      receiver: 'text',
      source: 'text',
      encoding: 'text',
      sequence: 'plain',
      timestamp: 'plain',
      announced: 'frame?',
    },
  },
  'rtp.likely': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3550 §11',
    parameters: {
      sender: 'text',
      receiver: 'text',
      source: 'text',
      encoding: 'text',
      port: 'plain',
      packets: 'count',
    },
  },
  'rtp.lost': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 3550 §6.4.1',
    parameters: {
      source: 'text',
      count: 'count',
      expected: 'plain',
      sequence: 'plain',
      total: 'count',
      packets: 'count',
    },
  },
  'rtp.late': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 3550 §5.1',
    parameters: { source: 'text', sequence: 'plain', expected: 'plain' },
  },
  'rtp.duplicate': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 3550 §5.1',
    parameters: { source: 'text', sequence: 'plain' },
  },
  'rtp.type-changed': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3550 §5.1',
    parameters: { source: 'text', before: 'text', after: 'text' },
  },
  'rtp.silence': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3551 §4.1',
    parameters: { source: 'text', silence: 'seconds', sequence: 'plain' },
  },
  'rtp.wrapped': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3550 §5.1',
    parameters: { source: 'text', sequence: 'plain' },
  },
  'rtp.packet': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3550 §5.1',
    parameters: { source: 'text', sequence: 'plain', moved: 'seconds?', encoding: 'text?' },
  },
  'rtcp.sender-report': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3550 §6.4.1',
    parameters: { source: 'text', time: 'text', timestamp: 'plain', packets: 'count', octets: 'count' },
  },
  'rtcp.reception': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3550 §6.4.1',
    parameters: {
      reporter: 'text',
      source: 'text',
      fraction: 'plain',
      lost: 'plain',
      jitter: 'seconds?',
      roundTrip: 'seconds?',
    },
  },
  'rtcp.goodbye': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3550 §6.6',
    parameters: { sender: 'text', source: 'text', reason: 'text?' },
  },
} as const satisfies Record<string, EventDeclaration>;
