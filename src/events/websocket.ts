import type { EventDeclaration } from './event.ts';

export const websocketEvents = {
  'websocket.open': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 6455 §4.2.2',
    parameters: { server: 'text', accept: 'text?', protocol: 'text?', extensions: 'text?' },
  },
  'websocket.accept.wrong': {
    severity: 'error',
    scope: 'connection',
    spec: 'RFC 6455 §4.1',
    parameters: { server: 'text', accept: 'text?', right: 'text' },
  },
  'websocket.message': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 6455 §5.6',
    parameters: { sender: 'text', receiver: 'text', kind: 'text', length: 'count' },
  },
  'websocket.compressed': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 7692 §7',
    parameters: { sender: 'text', length: 'count', inflated: 'count?' },
  },
  'websocket.pieces': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 6455 §5.4',
    parameters: { sender: 'text', length: 'count' },
  },
  'websocket.whole': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 6455 §5.4',
    parameters: { sender: 'text', frames: 'count', length: 'count' },
  },
  'websocket.ping': {
    severity: 'chat',
    scope: 'connection',
    ordinary: true,
    spec: 'RFC 6455 §5.5.2',
    parameters: { sender: 'text', receiver: 'text' },
  },
  'websocket.pong': {
    severity: 'chat',
    scope: 'connection',
    ordinary: true,
    spec: 'RFC 6455 §5.5.3',
    parameters: { sender: 'text', ping: 'frame?', took: 'seconds?' },
  },
  'websocket.close': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 6455 §5.5.1, RFC 6455 §7.4',
    parameters: { sender: 'text', receiver: 'text', code: 'plain?', meaning: 'text?', reason: 'text?' },
  },
  'websocket.close.answer': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 6455 §7.1.1',
    parameters: { sender: 'text', first: 'frame' },
  },
  'websocket.unmasked': {
    severity: 'error',
    scope: 'connection',
    spec: 'RFC 6455 §5.1',
    parameters: { sender: 'text' },
  },
  'websocket.masked': {
    severity: 'error',
    scope: 'connection',
    spec: 'RFC 6455 §5.1',
    parameters: { sender: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;
