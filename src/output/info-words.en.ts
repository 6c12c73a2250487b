import type { FcsBy } from '../survey/findings.ts';
import type { ClueOfHost } from '../survey/vantage.ts';
import type { Handshakes, InfoWords } from './info-words.ts';
import { grouped, listed, share } from './numbers.ts';

/** `1 frame`, `2,013 frames`. */
const several = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;

/** `is` for one, `are` for more. */
const are = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const infoWords: InfoWords = {
  labels: {
    format: 'Format',
    hash: 'SHA-256',
    writtenBy: 'Written by',
    system: 'System',
    hardware: 'Hardware',
    comment: 'Comment',
    frames: 'Frames',
    octets: 'Bytes',
    first: 'First',
    last: 'Last',
    duration: 'Duration',
    rates: 'Rate',
    interface: 'Interface',
    protocols: 'Protocols',
  },
  trust: 'How far it can be trusted',
  vantage: 'Where it was recorded',
  marks: { fine: 'ok', watch: '!', untold: '?' },
  byteOrder: { little: 'little-endian', big: 'big-endian' },
  compressed: 'compressed with gzip',
  unlimited: 'none',
  noTimes: 'frames have no times',
  linkType: (number) => `link type ${number}`,
  octets: (count) => several(count, 'byte'),
  frames: (count) => grouped(count),
  records: (count) => `and ${several(count, 'record')} that were never on a link`,
  lengths: (wire, captured, mean) =>
    `${grouped(wire)} on the wire, ${captured === wire ? 'all' : grouped(captured)} of them captured; ${mean} a frame`,
  duration: (seconds) => `${seconds} s`,
  rates: (packets, bits) => `${packets} frames/s, ${bits} bit/s`,
  interfaceFrames: (count) => several(count, 'frame'),
  snapLength: (octets) => `snap length ${octets}`,
  filter: (text) => `filter ${text}`,
  resolution: (unit) => `times in ${unit}`,
  received: (count) => `received ${grouped(count)}`,
  dropped: (count) => `dropped ${grouped(count)}`,
  evidence: (frames, more) => `frame${frames.includes(',') || more ? 's' : ''} ${frames}${more ? ', …' : ''}`,
  interfaceName: (id) => `interface ${id}`,
  findings: {
    'frames.none': () => ['There is no frame in it.', 'Nothing can be told of how it was recorded.'],
    'link.cooked': () => [
      'It has the headers of Linux in place of link headers, as the "any" device gives them (cooked capture).',
      'They are the words of the kernel, not what was on a wire: no destination MAC address, no VLAN tag, no FCS.',
    ],
    'link.none': () => ['Frames begin with the IP header.', 'MAC addresses, VLANs and ARP are not in this capture.'],
    'link.zeroed': ({ frames }) => [
      `All MAC addresses of ${several(frames, 'frame')} are zeros, though hosts talk with each other.`,
      'They were taken out of the capture, or there were none: who is whose neighbour cannot be told.',
    ],
    'link.several': ({ types }) => [
      `Its interfaces have ${types} different link types.`,
      'One packet may stand in it more than once, under different headers.',
    ],
    'snaplen.whole': ({ frames }) => [
      frames === 1 ? 'The one frame is there whole.' : `All ${grouped(frames)} frames are there whole.`,
      '',
    ],
    'snaplen.cut': ({ count, frames, octets, least, most }) => [
      `${grouped(count)} of ${several(frames, 'frame')} ${are(count, 'is', 'are')} cut, at ${least === most ? several(least, 'byte') : `${grouped(least)} to ${several(most, 'byte')}`}; ${several(octets, 'byte')} ${are(octets, 'is', 'are')} not in the file.`,
      'Their contents and checksums cannot be judged, and streams have holes there.',
    ],
    'clock.unit': ({ interface: id, declared, seen }, unit) => [
      `Times are written in ${unit(Math.max(1, declared, seen))}, and are that fine${where(id)}.`,
      '',
    ],
    'clock.coarse': ({ interface: id, declared, seen }, unit) => [
      `Times are written in ${unit(declared)}, but every one is a multiple of ${unit(seen)}${where(id)}.`,
      `The clock was no finer than that: what is nearer together cannot be timed.`,
    ],
    'clock.untold': ({ interface: id, declared }, unit) => [
      `Times are written in ${unit(declared)}${where(id)}.`,
      'How fine the clock really was cannot be told from these frames.',
    ],
    'clock.none': ({ count }) => [
      `${several(count, 'frame')} ${are(count, 'has', 'have')} no time.`,
      'The format gives them none (Simple Packet Blocks).',
    ],
    'clock.same': ({ count }) => [
      `${several(count, 'frame')} ${are(count, 'has', 'have')} the very time of the frame before.`,
      'Which came first is known only from the order in the file.',
    ],
    'order.kept': () => ['No frame is earlier than the one before it.', ''],
    'order.broken': ({ count, furthest, between }, unit) => [
      `${several(count, 'frame')} ${are(count, 'is', 'are')} earlier than the frame before, by up to ${unit(furthest)}${between ? '; each interface by itself is in order' : ''}.`,
      between
        ? 'The interfaces were written in turns: sort by time before you measure between frames (reordercap).'
        : furthest >= SECOND
          ? 'The clock was set back, or captures were joined: times before and after cannot be compared.'
          : 'They were written in another order than they came, or the clock was set back: times between neighbours can be wrong by as much.',
    ],
    'copies.none': () => ['No IPv4 packet that its sender numbered is there twice.', ''],
    'copies.some': ({ count, same, relinked, routed, longest }, unit) => [
      `${several(count, 'packet')} ${are(count, 'is', 'are')} in the file more than once, up to ${unit(longest)} apart: same IP identification, checksum and ports.`,
      [
        same > 0 &&
          `${grouped(same)} with the same link header: recorded twice, as by a mirror port that copies both directions.`,
        relinked > 0 &&
          `${grouped(relinked)} with another link header: seen on two interfaces, or before and behind a bridge, an access point or another relay.`,
        routed > 0 && `${grouped(routed)} with another TTL: on both sides of a router.`,
        'A retransmission would have another identification. Counts and rates are too high by as much.',
      ]
        .filter(Boolean)
        .join(' '),
    ],
    'drops.declared': ({ interface: id, dropped }) => [
      `The file says that ${several(dropped, 'frame')} ${are(dropped, 'was', 'were')} dropped while recording${where(id)}.`,
      'What is missing here may have been on the wire.',
    ],
    'drops.none': () => ['The file says that nothing was dropped while recording.', ''],
    'drops.untold': () => ['The file does not say whether frames were dropped while recording.', ''],
    'drops.seen': ({ count, connections }) => [
      `${several(count, 'acknowledgment')} in ${several(connections, 'TCP connection')} ${are(count, 'is', 'are')} for data that is not in the capture.`,
      'That data arrived: the capture missed it (dropped, filtered, or gone another way). Gaps here are no loss on the network.',
    ],
    'fcs.present': ({ by, good, bad }) => [
      `Ethernet frames end with their FCS (${FCS_BY[by]}): ${grouped(good)} right, ${grouped(bad)} wrong.`,
      bad > 0 ? 'Wrong ones were damaged on the way to the recording device.' : '',
    ],
    'fcs.absent': ({ by }) => [
      `Ethernet frames have no FCS (${FCS_BY[by]}).`,
      by === 'asked'
        ? ''
        : 'Frames that were damaged on a wire are thrown away before they come here: none of them would show.',
    ],
    'fcs.untold': ({ right, wrong }) => [
      `Whether Ethernet frames end with their FCS cannot be told (${grouped(right)} fit, ${grouped(wrong)} do not).`,
      '--fcs present or --fcs absent settles it for who knows.',
    ],
    'offload.bundles': ({ count, largest, mss, hosts }) => [
      `${several(count, 'TCP segment')} from ${listed(hosts, 0)} ${are(count, 'has', 'have')} up to ${several(largest, 'byte')} of data, where the other end takes ${grouped(mss)} in one.`,
      'They are bundles (TSO, GRO, LRO) that were never on a wire so: packet counts, sizes and times are not those of the network.',
    ],
    'offload.giants': ({ count, largest }) => [
      `${several(count, 'frame')} ${are(count, 'has', 'have')} up to ${several(largest, 'byte')}, more than Ethernet carries.`,
      'They are bundles (TSO, GRO, LRO), or never left a virtual network: packet counts and sizes are not those of a wire.',
    ],
    'offload.jumbos': ({ count, largest }) => [
      `${several(count, 'frame')} ${are(count, 'has', 'have')} up to ${several(largest, 'byte')}, more than an ordinary Ethernet frame.`,
      'Jumbo frames or bundles of an offloading network card: this cannot be told here.',
    ],
    'checksums.good': ({ count }) => [
      count === 1
        ? 'The one TCP or UDP checksum that could be judged is right.'
        : `All ${grouped(count)} TCP and UDP checksums that could be judged are right.`,
      '',
    ],
    'checksums.partial': ({ hosts, count, packets }) => [
      `${grouped(count)} of ${several(packets, 'packet')} from ${listed(hosts, 0)} ${are(count, 'has', 'have')} a checksum that is not filled in yet (only the pseudo-header is summed).`,
      'The network card was to finish it: this is no damage.',
    ],
    'checksums.unfilled': ({ hosts, count, judged }) => [
      `${grouped(count)} of ${several(judged, 'packet')} from ${listed(hosts, 0)} ${are(count, 'has', 'have')} a wrong checksum, while those of others are right.`,
      'It was left to the network card: this is no damage.',
    ],
    'checksums.rewritten': ({ count, judged }) => [
      `${grouped(count)} of ${several(judged, 'TCP and UDP checksum')} ${are(count, 'is', 'are')} wrong, whoever sent them.`,
      'So it looks where addresses or contents were changed after recording, without their checksums.',
    ],
    'checksums.bad': ({ count, judged }) => [
      `${grouped(count)} of ${several(judged, 'TCP and UDP checksum')} ${are(count, 'is', 'are')} wrong.`,
      'Damaged, changed on purpose, or left to a network card: which of these, the packets do not tell.',
    ],
    'checksums.untold': ({ count }) => [
      `${several(count, 'TCP or UDP checksum')} cannot be judged.`,
      'Bytes that they cover are not in the file: cut frames, or fragments without the rest.',
    ],
    'direction.both': ({ connections }) => [
      connections === 1
        ? 'The one TCP connection has both directions, or nobody answered.'
        : `Of ${grouped(connections)} TCP connections none lacks a direction: where one end is not heard, it is not answered either.`,
      '',
    ],
    'direction.one': ({ count, connections }) => [
      `Of ${grouped(count)} of ${several(connections, 'TCP connection')} only one direction was captured: the other end is answered, but not heard.`,
      'It goes another way, or a filter or a mirror port leaves it out. States, losses and round-trip times are guesses there.',
    ],
    'begin.middle': ({ count, connections }) => [
      `${grouped(count)} of ${several(connections, 'TCP connection')} had begun before the capture.`,
      'Window scaling, MSS and who called whom are not known there.',
    ],
    'end.open': ({ count, connections }) => [
      `${grouped(count)} of ${several(connections, 'TCP connection')} ${are(count, 'is', 'are')} still open at the end.`,
      'How they ended is not in this capture.',
    ],
    'file.problem': ({ sentence }) => [`The file is damaged: ${sentence}.`, 'All that stands before was read.'],
    'content.readable': ({ clear, encrypted, unknown }) => {
      const all = clear + encrypted + unknown;
      const parts = [
        clear > 0 && `${share(clear, all)} in protocols that can be read`,
        encrypted > 0 && `${share(encrypted, all)} in encrypted ones (TLS, SSH, QUIC)`,
        unknown > 0 && `${share(unknown, all)} in none that is known here`,
      ].filter(Boolean);
      return [
        `Of ${several(all, 'byte')} of TCP and UDP payload: ${parts.join(', ')}.`,
        encrypted > 0 ? 'Of encrypted ones only the handshakes, sizes and times can be read.' : '',
      ];
    },
    'keys.carried': ({ secrets, others, connections, opened, partly }) => {
      if (secrets === 0) {
        return [`It carries ${several(others, 'block')} of secrets, none of them of TLS.`, 'They are not used here.'];
      }
      const all = several(connections, 'TLS connection');
      const readable = [
        opened > 0 && `${grouped(opened)} can be read`,
        partly > 0 && `${grouped(partly)} can be read in part`,
      ].filter(Boolean);
      const fit =
        connections === 0
          ? 'there is no TLS connection in it'
          : `of ${all} ${readable.join(', ') || 'none can be read'}`;
      return [
        `It carries ${several(secrets, 'secret')} of TLS (Decryption Secrets Block): ${fit}.`,
        readable.length === 0
          ? 'They are of other connections, or wrong, or the beginning of the connection is not in the capture.'
          : 'Whoever has the file reads what is inside: keep it as you would a password.',
      ];
    },
  },
  place: ({ place, hosts }) => {
    switch (place) {
      case 'loopback':
        return ['On the loopback interface: both ends are one machine.', 'Nothing here was ever on a wire.'];
      case 'host':
        return [
          `On ${hosts.join(' / ')} itself, or on the machine that it runs on.`,
          'What it sends is seen before the network card and the network; what it receives, behind them.',
        ];
      case 'machine':
        return [
          `Inside a machine on which ${listed(hosts.slice(0, 4), hosts.length - 4)} run: containers, virtual machines or network namespaces.`,
          'Their packets had not been on a wire when they were recorded.',
        ];
      case 'client-side':
        return [
          'Near the clients.',
          'Round-trip times are those of the clients; loss beyond this point shows as retransmissions.',
        ];
      case 'server-side':
        return ['Near the servers.', 'Times from request to response are those of the servers, without the network.'];
      case 'between':
        return [
          'Somewhere on the way: neither clients nor servers answer at once.',
          "Neither end's times are measured here.",
        ];
      default:
        return ['Cannot be told from these frames.', ''];
    }
  },
  clue: (clue) => {
    switch (clue.kind) {
      case 'loopback-link':
        return 'the link type is that of loopback interfaces';
      case 'zero-addresses':
        return 'all MAC addresses are 00:00:00:00:00:00';
      case 'inside':
        return 'all packets come from loopback addresses, or go to the address that they come from';
      case 'marks':
        return `frames are marked by the recording system: ${grouped(clue.sent)} sent by it, ${grouped(clue.received)} sent to it${clue.others > 0 ? `, ${grouped(clue.others)} between others` : ''}`;
      case 'handshakes':
        return HANDSHAKES(clue);
      case 'direct':
        return `no router between here and ${several(clue.count, 'host')} (TTL 64, 128 or 255): ${listed(clue.hosts, clue.count - clue.hosts.length)}`;
      case 'routed':
        return `behind routers, if their TTL began at 64, 128 or 255: ${listed(
          clue.hosts.map(({ address, ttl, routers }) => `${address} (${ttl}, so ${routers})`),
          clue.count - clue.hosts.length,
        )}`;
      default:
        return CLUES[clue.kind](listed(clue.hosts, clue.hostCount - clue.hosts.length), clue.count);
    }
  },
};

const SECOND = 1e9;

const where = (id: number | null): string => (id === null ? '' : ` (interface ${id})`);

const FCS_BY: Readonly<Record<FcsBy, string>> = {
  asked: 'as --fcs says',
  file: 'as the file says',
  frames: 'found out from the frames',
};

const HANDSHAKES = ({ nearClient, nearServer, between, untold }: Handshakes): string => {
  const parts = [
    nearClient > 0 && `${grouped(nearClient)} answered at once by the client (near it)`,
    nearServer > 0 && `${grouped(nearServer)} answered at once by the server (near it)`,
    between > 0 && `${grouped(between)} with a long way on both sides`,
    untold > 0 && `${grouped(untold)} too quick or too even to tell`,
  ];
  return `TCP handshakes: ${parts.filter(Boolean).join(', ')}`;
};

const CLUES: Readonly<Record<ClueOfHost, (hosts: string, count: number) => string>> = {
  partial: (hosts, count) =>
    `${several(count, 'packet')} of ${hosts} ${are(count, 'has', 'have')} an unfinished checksum, and ${are(count, 'is', 'are')} no bundle: ${are(count, 'it', 'they')} had not left the machine`,
  unfilled: (hosts, count) =>
    `${several(count, 'packet')} of ${hosts} ${are(count, 'has', 'have')} a wrong checksum, and others have right ones`,
  unpadded: (hosts, count) =>
    `${several(count, 'frame')} of ${hosts} ${are(count, 'is', 'are')} shorter than the 60 bytes of a wire, and those of others are padded`,
  'sent-here': (hosts, count) =>
    `${several(count, 'frame')} of ${hosts} ${are(count, 'is', 'are')} marked as sent here, with an untouched TTL`,
};
