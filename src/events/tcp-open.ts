import type { EventDeclaration } from './event.ts';

/** How a TCP connection begins, and what its options agree on. */
export const tcpOpenEvents = {
  'tcp.open.syn': {
    severity: 'chat',
    scope: 'connection',
    call: 'connect()',
    spec: 'RFC 9293 §3.5',
    parameters: { client: 'text', server: 'text', serverPort: 'plain', isn: 'plain' },
  },
  'tcp.open.syn-again': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.8.1',
    parameters: { client: 'text', server: 'text', first: 'frame', count: 'count', waited: 'seconds' },
  },
  'tcp.open.syn-ack-again': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.8.1',
    parameters: { client: 'text', server: 'text', first: 'frame', count: 'count', waited: 'seconds' },
  },
  'tcp.open.syn-ack': {
    severity: 'chat',
    scope: 'connection',
    call: 'listen()',
    spec: 'RFC 9293 §3.5',
    parameters: { client: 'text', server: 'text', isn: 'plain', ack: 'plain', syn: 'frame?', rtt: 'seconds?' },
  },
  'tcp.open.ack': {
    severity: 'chat',
    scope: 'connection',
    call: 'connect() = 0',
    spec: 'RFC 9293 §3.5',
    parameters: { client: 'text', server: 'text', ack: 'plain', synAck: 'frame?', took: 'seconds?' },
  },
  'tcp.open.simultaneous': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.5',
    parameters: { sender: 'text', receiver: 'text', syn: 'frame' },
  },
  'tcp.open.reused-ports': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 9293 §3.6.1, RFC 6191',
    parameters: { client: 'text', server: 'text', isn: 'plain' },
  },
  'tcp.fast-open.request': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 7413 §4.2.1',
    parameters: { client: 'text', server: 'text' },
  },
  'tcp.fast-open.cookie': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 7413 §4.1.2',
    parameters: { client: 'text', server: 'text', length: 'count' },
  },
  'tcp.fast-open.data': {
    severity: 'chat',
    scope: 'connection',
    call: 'sendto(MSG_FASTOPEN)',
    spec: 'RFC 7413 §4.2.2',
    parameters: { client: 'text', server: 'text', cookie: 'text', length: 'count' },
  },
  'tcp.fast-open.taken': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 7413 §4.2.2',
    parameters: { server: 'text', length: 'count', syn: 'frame' },
  },
  'tcp.fast-open.declined': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 7413 §4.2.2',
    parameters: { client: 'text', server: 'text', length: 'count', syn: 'frame' },
  },
  'tcp.fast-open.again': {
    severity: 'chat',
    scope: 'connection',
    spec: 'RFC 7413 §4.2.2',
    parameters: { sender: 'text', length: 'count', syn: 'frame' },
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
  'tcp.mid-stream': {
    severity: 'note',
    scope: 'connection',
    spec: '',
    parameters: { sender: 'text', receiver: 'text' },
  },
  'tcp.twice': {
    severity: 'note',
    scope: 'connection',
    spec: 'RFC 1122 §3.2.1.5, RFC 6864 §4',
    parameters: { sender: 'text', id: 'text', first: 'frame', after: 'seconds' },
  },
  'tcp.checksum.partial': {
    severity: 'chat',
    scope: 'capture',
    spec: '',
    parameters: { sender: 'text', checksum: 'text' },
  },
  'tcp.checksum.bad': {
    severity: 'error',
    scope: 'connection',
    spec: 'RFC 9293 §3.1',
    parameters: { sender: 'text', checksum: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;
