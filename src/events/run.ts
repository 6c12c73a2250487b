import type { EventDeclaration } from './event.ts';

/**
 * Runs of ordinary packets, told as one: what is ordinary was explained before, and nothing else happened. No packet raises
 * them; whoever prints packets in runs does (explain/runs.ts).
 */
export const runEvents = {
  'run.data': {
    severity: 'chat',
    scope: 'packet',
    spec: 'RFC 9293 §3.4',
    parameters: {
      sender: 'text',
      receiver: 'text',
      segments: 'count',
      bytes: 'count',
      full: 'count?',
      from: 'count?',
      to: 'count?',
      acks: 'count?',
      every: 'count?',
      shortest: 'seconds?',
      longest: 'seconds?',
      around: 'seconds?',
      delayed: 'count?',
      updates: 'count?',
      back: 'count?',
      backBytes: 'count?',
      took: 'seconds',
    },
  },
  'run.acks': {
    severity: 'chat',
    scope: 'packet',
    spec: 'RFC 9293 §3.4',
    parameters: { sender: 'text', receiver: 'text', acks: 'count', ack: 'count', updates: 'count?', took: 'seconds' },
  },
  'run.keep-alives': {
    severity: 'chat',
    scope: 'packet',
    spec: 'RFC 9293 §3.8.4',
    parameters: {
      sender: 'text',
      receiver: 'text',
      probes: 'count',
      answers: 'count?',
      took: 'seconds',
      apart: 'seconds?',
    },
  },
  'run.probes': {
    severity: 'note',
    scope: 'packet',
    spec: 'RFC 9293 §3.8.6.1',
    parameters: { sender: 'text', receiver: 'text', probes: 'count', answers: 'count?', took: 'seconds' },
  },
  'run.duplicates': {
    severity: 'note',
    scope: 'packet',
    spec: 'RFC 5681 §2',
    parameters: {
      sender: 'text',
      receiver: 'text',
      acks: 'count',
      ack: 'count',
      segments: 'count?',
      bytes: 'count?',
      took: 'seconds',
    },
  },
  'run.again': {
    severity: 'chat',
    scope: 'packet',
    spec: '',
    parameters: { packets: 'count', back: 'count?', took: 'seconds', apart: 'seconds?' },
  },
  'run.silent': {
    severity: 'chat',
    scope: 'packet',
    spec: '',
    parameters: {
      protocol: 'text',
      packets: 'count',
      bytes: 'count',
      back: 'count?',
      backBytes: 'count?',
      took: 'seconds',
    },
  },
} as const satisfies Record<string, EventDeclaration>;
