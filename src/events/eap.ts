import type { EventDeclaration } from './event.ts';

/** Who may use a port, and the keys of a wireless LAN. */
export const eapEvents = {
  'eapol.start': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.1X §8.4',
    parameters: { host: 'text?' },
  },
  'eapol.logoff': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.1X §8.4',
    parameters: { host: 'text?' },
  },
  'eap.who': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3748 §5.1',
    parameters: { asker: 'text?' },
  },
  'eap.identity': {
    severity: 'note',
    scope: 'capture',
    spec: 'RFC 3748 §5.1, RFC 7542 §2.3',
    parameters: { peer: 'text?', name: 'text' },
  },
  'eap.method': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3748 §5',
    parameters: { asker: 'text?', method: 'text' },
  },
  'eap.md5': {
    severity: 'note',
    scope: 'capture',
    spec: 'RFC 3748 §5.4',
    parameters: { asker: 'text?' },
  },
  'eap.tls': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 5216 §2.1',
    parameters: { asker: 'text?', method: 'text' },
  },
  'eap.piece': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 5216 §2.1.5',
    parameters: { sender: 'text?', octets: 'count', whole: 'count?' },
  },
  'eap.refused': {
    severity: 'note',
    scope: 'capture',
    spec: 'RFC 3748 §5.3.1',
    parameters: { peer: 'text?', wanted: 'text' },
  },
  'eap.success': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 3748 §4.2',
    parameters: { asker: 'text?' },
  },
  'eap.failure': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 3748 §4.2',
    parameters: { asker: 'text?' },
  },
  'eapol.key.nonce': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.11 §12.7.6.2',
    parameters: { sender: 'text?', receiver: 'text?' },
  },
  'eapol.key.proof': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.11 §12.7.6.3',
    parameters: { sender: 'text?' },
  },
  'eapol.key.install': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.11 §12.7.6.4',
    parameters: { sender: 'text?' },
  },
  'eapol.key.confirmed': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.11 §12.7.6.5',
    parameters: { sender: 'text?' },
  },
  'eapol.key.group': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.11 §12.7.7.2',
    parameters: { sender: 'text?', receiver: 'text?' },
  },
  'eapol.key.group-confirmed': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.11 §12.7.7.3',
    parameters: { sender: 'text?' },
  },
  'eapol.key.again': {
    severity: 'note',
    scope: 'connection',
    spec: 'IEEE 802.11 §12.7.6.6',
    parameters: {
      sender: 'text?',
      message: 'plain',
      counter: 'plain',
      highest: 'plain',
      before: 'frame',
    },
  },
  'eapol.key.replayed': {
    severity: 'warn',
    scope: 'connection',
    spec: 'IEEE 802.11 §12.7.2',
    parameters: {
      receiver: 'text?',
      message: 'plain',
      counter: 'plain',
      highest: 'plain',
      before: 'frame',
    },
  },
} as const satisfies Record<string, EventDeclaration>;
