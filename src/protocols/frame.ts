import { localDateText } from '../core/date.ts';
import type { Row } from '../core/field.ts';
import type { Frame } from '../core/frame.ts';
import type { Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { data } from './data.ts';
import { linkTypes } from './tables.ts';

/**
 * The record around the link-layer bytes: what the capture says of the frame, not what the frame says. Always the first
 * layer.
 */
const time = (seconds: number, nanoseconds: number): string => {
  const negative = seconds < 0;
  const whole = negative && nanoseconds > 0 ? seconds + 1 : seconds;
  const nanos = negative && nanoseconds > 0 ? 1e9 - nanoseconds : nanoseconds;
  const sign = negative && whole === 0 ? '-' : '';
  return `${sign}${whole}.${String(nanos).padStart(9, '0')}`;
};

/** How a row reads and writes a time that `choose` takes from the frame, where it has any. */
const timed = (
  choose: (frame: Frame) => readonly [seconds: number, nanoseconds: number],
): Pick<Row, 'read' | 'write'> => ({
  read: (_, { frame }) => (frame.hasTime ? time(...choose(frame)) : null),
  write: (_, { frame }, out) => {
    if (frame.hasTime) out.time(...choose(frame), 9);
    return frame.hasTime;
  },
});

/** Octets that the capturing device put before the frame, which neither length counts. */
export function pseudoLength(packet: Packet): number {
  const first = packet.layers[1];
  return packet.count > 1 && first!.protocol.pseudo !== undefined ? first!.headerEnd - first!.start : 0;
}

export const frame: Protocol = {
  id: 'frame',
  name: 'Frame',
  column: 'FRAME',
  spec: 'pcap, pcapng',
  fields: [
    { id: 'frame.number', label: 'Number', kind: 'uint', read: (_, packet) => packet.frame.number },
    {
      id: 'frame.interface_id',
      label: 'Interface',
      kind: 'uint',
      read: (_, packet) => (packet.frame.namesInterface ? packet.frame.interfaceId : null),
    },
    {
      id: 'frame.time_epoch',
      label: 'Time since 1970',
      kind: 'time',
      ...timed((f) => [f.seconds, f.nanoseconds]),
    },
    {
      id: 'frame.time',
      label: 'Arrival time',
      kind: 'text',
      read: (_, { frame }) => (frame.hasTime ? localDateText(frame.seconds, frame.nanoseconds) : null),
      asked: true,
      about: 'With date and zone of this machine.',
    },
    {
      id: 'frame.time_delta',
      label: 'Time since the frame before',
      kind: 'time',
      ...timed((f) => [f.deltaSeconds, f.deltaNanoseconds]),
    },
    {
      id: 'frame.time_relative',
      label: 'Time since the first frame',
      kind: 'time',
      ...timed((f) => [f.relativeSeconds, f.relativeNanoseconds]),
    },
    {
      id: 'frame.len',
      label: 'Length on the wire',
      kind: 'uint',
      read: (_, packet) => packet.frame.wireLength - pseudoLength(packet),
    },
    {
      id: 'frame.cap_len',
      label: 'Length captured',
      kind: 'uint',
      read: (_, packet) => packet.frame.capturedLength - pseudoLength(packet),
    },
    { id: 'dissect.frame.link_type', label: 'Link type', kind: 'uint', read: (_, packet) => packet.frame.linkType },
    {
      id: 'frame.encap_type',
      label: 'Encapsulation type',
      kind: 'uint',
      read: (_, packet) => ENCAPSULATIONS[packet.frame.linkType] ?? null,
      asked: true,
      about: "Wireshark's number for the link type.",
    },
    {
      id: 'frame.protocols',
      label: 'Protocols',
      kind: 'text',
      read: (_, packet) => wiresharkProtocols(packet),
      asked: true,
      about: 'As dissect.frame.protocols, with the table of EtherTypes, which Wireshark counts as one.',
    },
    {
      id: 'dissect.frame.protocols',
      label: 'Layers',
      kind: 'text',
      read: (_, packet) => protocolsOf(packet),
      write: (_, packet, out) => {
        for (let i = 1; i < packet.count; i++) {
          if (i > 1) out.byte(COLON);
          out.ascii(packet.layers[i]!.protocol.id);
        }
        return true;
      },
      about: 'Filter names of the layers, from the outside in.',
    },
  ],
  walked: [{ id: 'frame.comment', label: 'Comment', kind: 'text' }],
  decode(layer, packet) {
    layer.headerEnd = layer.start;
    return packet.follow(linkTypes, packet.frame.linkType, data);
  },
  walk(_layer, packet, visit) {
    for (const comment of packet.frame.comments ?? []) visit(COMMENT, -1, 0, comment, 0);
  },
};

const COMMENT = frame.walked![0]!;
const COLON = 58;

/** Wireshark's WTAP_ENCAP_ numbers, by LINKTYPE_. */
const ENCAPSULATIONS: Readonly<Record<number, number>> = {
  0: 15,
  1: 1,
  6: 2,
  9: 4,
  10: 6,
  12: 7,
  14: 7,
  50: 4,
  51: 139,
  101: 7,
  104: 28,
  105: 20,
  107: 26,
  108: 174,
  113: 25,
  127: 23,
  129: 9,
  192: 97,
  197: 98,
  204: 19,
  228: 129,
  229: 130,
  239: 141,
  253: 158,
  276: 210,
};

/** To Wireshark, the table that these look an EtherType up in is a protocol too. */
const WITH_ETHER_TYPES = new Set(['eth', 'vlan', 'ieee8021ad', 'sll']);

/** Messages of one stream or datagram count once there. */
function wiresharkProtocols(packet: Packet): string {
  const names: string[] = [];
  let inTransport = false;
  for (let i = 1; i < packet.count; i++) {
    const { protocol, selectedBy } = packet.layers[i]!;
    if (selectedBy === 'eth.type' && WITH_ETHER_TYPES.has(packet.layers[i - 1]!.protocol.id)) names.push('ethertype');
    inTransport ||= protocol.id === 'tcp' || protocol.id === 'udp';
    if (!inTransport || names.at(-1) !== protocol.id) names.push(protocol.id);
  }
  return names.join(':');
}

function protocolsOf(packet: Packet): string {
  let names = '';
  for (let i = 1; i < packet.count; i++) names += (i === 1 ? '' : ':') + packet.layers[i]!.protocol.id;
  return names;
}
