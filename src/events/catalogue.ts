import type { EventDeclaration } from './event.ts';

/**
 * Every event, its parameters, severity and standard. Code raises events by id; what is said of one stands in
 * notes/<language>/<id with dots as folders>.md and nowhere else.
 */
export const catalogue = {
  'tcp.open.syn': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.5',
    parameters: { client: 'text', server: 'text', clientPort: 'plain', serverPort: 'plain', isn: 'plain' },
  },
  'tcp.open.syn-again': {
    severity: 'note',
    scope: 'packet',
    spec: 'RFC 9293 §3.8.1',
    parameters: { client: 'text', server: 'text', first: 'frame', count: 'count', waited: 'seconds' },
  },
  'tcp.open.syn-ack': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.5',
    parameters: { client: 'text', server: 'text', isn: 'plain', ack: 'plain', syn: 'frame', rtt: 'seconds' },
  },
  'tcp.open.ack': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.5',
    parameters: { client: 'text', server: 'text', ack: 'plain', synAck: 'frame', took: 'seconds' },
  },
  'tcp.open.simultaneous': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.5',
    parameters: { sender: 'text', receiver: 'text', syn: 'frame' },
  },
  'tcp.isn': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 6528, RFC 9293 §3.4.1',
    parameters: { sender: 'text', isn: 'plain' },
  },
  'tcp.mss': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.7.1, RFC 6691',
    parameters: { sender: 'text', mss: 'count', mtu: 'count', headers: 'count' },
  },
  'tcp.window-scale': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 7323 §2',
    parameters: { sender: 'text', shift: 'plain', factor: 'count' },
  },
  'tcp.data': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.4',
    parameters: { sender: 'text', receiver: 'text', length: 'count', from: 'count', to: 'count' },
  },
  'tcp.ack': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.4',
    parameters: { sender: 'text', receiver: 'text', ack: 'count', acked: 'count', of: 'frame', rtt: 'seconds' },
  },
  'tcp.retransmission': {
    severity: 'note',
    scope: 'packet',
    spec: 'RFC 9293 §3.8.1, RFC 6298',
    parameters: { sender: 'text', from: 'count', to: 'count', length: 'count' },
  },
  'tcp.gap': {
    severity: 'warn',
    scope: 'packet',
    spec: 'RFC 9293 §3.4',
    parameters: { sender: 'text', expected: 'count', seq: 'count', missing: 'count' },
  },
  'tcp.out-of-order': {
    severity: 'note',
    scope: 'packet',
    spec: 'RFC 9293 §3.10.7.4',
    parameters: { sender: 'text', seq: 'count', length: 'count' },
  },
  'tcp.close.fin': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.6',
    parameters: { closer: 'text', peer: 'text', sent: 'count' },
  },
  'tcp.close.fin-acked': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.6',
    parameters: { closer: 'text', peer: 'text', fin: 'frame' },
  },
  'tcp.close.fin-answered': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.6',
    parameters: { closer: 'text', peer: 'text', fin: 'frame' },
  },
  'tcp.close.last-fin': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.6',
    parameters: { sender: 'text', closer: 'text', fin: 'frame', waited: 'seconds' },
  },
  'tcp.close.simultaneous': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.6',
    parameters: { sender: 'text', receiver: 'text', fin: 'frame' },
  },
  'tcp.close.time-wait': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 9293 §3.6.1',
    parameters: { closer: 'text', peer: 'text', fin: 'frame', seconds: 'count' },
  },
  'tcp.reset.refused': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 9293 §3.10.7.1',
    parameters: { client: 'text', server: 'text', port: 'plain', syn: 'frame' },
  },
  'tcp.reset': {
    severity: 'warn',
    scope: 'connection',
    spec: 'RFC 9293 §3.5.2',
    parameters: { sender: 'text', receiver: 'text' },
  },
  'tcp.mid-stream': {
    severity: 'note',
    scope: 'connection',
    spec: '',
    parameters: { sender: 'text', receiver: 'text' },
  },
  'tcp.checksum.partial': {
    severity: 'chat',
    scope: 'capture',
    spec: '',
    parameters: { sender: 'text', checksum: 'text' },
  },
  'tcp.checksum.bad': {
    severity: 'error',
    scope: 'packet',
    spec: 'RFC 9293 §3.1',
    parameters: { sender: 'text', checksum: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;

export type EventId = keyof typeof catalogue;

/** The same, for code that walks all events. */
export const declarations: Readonly<Record<EventId, EventDeclaration>> = catalogue;
