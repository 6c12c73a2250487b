import type { EventDeclaration } from './event.ts';

/** SIP: how a call is set up and ended, and what it says of media. */
export const sipEvents = {
  'sip.register': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3261 §10',
    parameters: { sender: 'text', receiver: 'text', who: 'text' },
  },
  'sip.invite': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3261 §13.1',
    parameters: { sender: 'text', receiver: 'text', caller: 'text', callee: 'text' },
  },
  'sip.reinvite': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3261 §14.1',
    parameters: { sender: 'text', receiver: 'text' },
  },
  'sip.progress': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3261 §13.2.2.1',
    parameters: { sender: 'text', code: 'plain', phrase: 'text' },
  },
  'sip.answered': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3261 §13.2.2.4',
    parameters: { sender: 'text', took: 'seconds?', invite: 'frame?' },
  },
  'sip.ack': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3261 §13.2.2.4',
    parameters: { sender: 'text' },
  },
  'sip.challenge': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3261 §22',
    parameters: { sender: 'text', receiver: 'text', code: 'plain', method: 'text' },
  },
  'sip.cancel': {
    severity: 'note',
    scope: 'capture',
    spec: 'RFC 3261 §9',
    parameters: { sender: 'text', receiver: 'text' },
  },
  'sip.refused': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 3261 §21',
    parameters: { sender: 'text', method: 'text', code: 'plain', phrase: 'text' },
  },
  'sip.request': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3261 §7.1',
    parameters: { sender: 'text', receiver: 'text', method: 'text' },
  },
  'sip.done': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3261 §21.2',
    parameters: { sender: 'text', method: 'text', code: 'plain', phrase: 'text' },
  },
  'sip.bye': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3261 §15',
    parameters: { sender: 'text', receiver: 'text', lasted: 'seconds?' },
  },
} as const satisfies Record<string, EventDeclaration>;
