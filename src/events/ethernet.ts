import type { EventDeclaration } from './event.ts';

/** A frame and what Ethernet and Token Ring know: its header, FCS and padding, VLAN tags, the spanning tree, neighbours, pauses. */
export const ethernetEvents = {
  'frame.layers': {
    severity: 'chat',
    scope: 'capture',
    spec: 'RFC 1122 §1.1.3',
    parameters: { layers: 'text', headers: 'count', payload: 'count', total: 'count' },
  },
  'ethernet.header': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.3 §3.1.1',
    parameters: { source: 'text', destination: 'text', type: 'text' },
  },
  'ethernet.local-address': {
    severity: 'note',
    scope: 'capture',
    spec: 'IEEE 802 §8.4',
    parameters: { address: 'text' },
  },
  'ethernet.padding': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.3 §4.2.3.3',
    parameters: { length: 'count', padding: 'count' },
  },
  'ethernet.fcs.good': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.3 §3.2.9',
    parameters: { fcs: 'text', covered: 'count' },
  },
  'ethernet.fcs.bad': {
    severity: 'error',
    scope: 'connection',
    spec: 'IEEE 802.3 §3.2.9',
    parameters: { fcs: 'text', computed: 'text', covered: 'count' },
  },
  'ethernet.fcs.absent': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.3 §3.2.9',
    parameters: { length: 'count' },
  },
  'ring.header': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.5 §3.2',
    parameters: { source: 'text', destination: 'text', priority: 'plain' },
  },
  'ring.route': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.5 §3.3',
    parameters: { rings: 'count', route: 'text' },
  },
  'vlan.tag': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.1Q §9.6',
    parameters: { id: 'plain', priority: 'plain', tagType: 'text' },
  },
  'lldp.neighbor': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.1AB §6',
    parameters: { sender: 'text', name: 'text?' },
  },
  'cdp.neighbor': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.1AB §6',
    parameters: { sender: 'text', name: 'text?', port: 'text?' },
  },
  'ethernet.pause': {
    severity: 'note',
    scope: 'connection',
    spec: 'IEEE 802.3 §31',
    parameters: { sender: 'text', time: 'count' },
  },
  'ethernet.pause.over': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.3 §31',
    parameters: { sender: 'text' },
  },
  'stp.root': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.1D §17.2',
    parameters: { bridge: 'text', hello: 'count' },
  },
  'stp.vlan': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.1Q §13',
    parameters: { bridge: 'text', vlan: 'plain' },
  },
  'stp.vlan.other': {
    severity: 'warn',
    scope: 'connection',
    spec: 'IEEE 802.1Q §6.9',
    parameters: { vlan: 'plain', tagged: 'plain' },
  },
  'stp.path': {
    severity: 'chat',
    scope: 'capture',
    spec: 'IEEE 802.1D §17.2',
    parameters: { bridge: 'text', root: 'text', cost: 'count' },
  },
  'stp.change': {
    severity: 'note',
    scope: 'connection',
    spec: 'IEEE 802.1D §17.11',
    parameters: { bridge: 'text' },
  },
} as const satisfies Record<string, EventDeclaration>;
