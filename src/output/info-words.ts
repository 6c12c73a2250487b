import { particle } from '../explain/particle.ts';
import type { Language } from '../notes/note.ts';
import type { FcsBy, FindingValues, Weight } from '../survey/findings.ts';
import type { Clue, ClueOfHost, Vantage } from '../survey/vantage.ts';
import { grouped } from './numbers.ts';

/** What is so, and what follows from it for whoever reads the capture; empty where nothing does. */
export type Said = readonly [what: string, follows: string];

/** What `dissect info` says beside names and numbers. */
export interface InfoWords {
  readonly labels: Readonly<Record<Label, string>>;
  readonly trust: string;
  readonly vantage: string;
  readonly marks: Readonly<Record<Weight, string>>;
  readonly byteOrder: Readonly<Record<'little' | 'big', string>>;
  readonly compressed: string;
  readonly unlimited: string;
  readonly noTimes: string;
  readonly linkType: (number: number) => string;
  readonly octets: (count: number) => string;
  readonly frames: (count: number) => string;
  readonly records: (count: number) => string;
  readonly lengths: (wire: number, captured: number, mean: string) => string;
  readonly duration: (seconds: string) => string;
  readonly rates: (packets: string, bits: string) => string;
  readonly interfaceFrames: (count: number) => string;
  readonly snapLength: (octets: string) => string;
  readonly filter: (text: string) => string;
  readonly resolution: (unit: string) => string;
  readonly received: (count: number) => string;
  readonly dropped: (count: number) => string;
  readonly evidence: (frames: string, more: boolean) => string;
  readonly interfaceName: (id: number) => string;
  readonly findings: { readonly [Id in keyof FindingValues]: (values: FindingValues[Id], unit: UnitText) => Said };
  readonly place: (vantage: Vantage) => Said;
  readonly clue: (clue: Clue) => string;
}

export type Label =
  | 'format'
  | 'hash'
  | 'writtenBy'
  | 'system'
  | 'hardware'
  | 'comment'
  | 'frames'
  | 'octets'
  | 'first'
  | 'last'
  | 'duration'
  | 'rates'
  | 'interface'
  | 'protocols';

/** `1 µs`, `10 ms`, of nanoseconds. */
type UnitText = (nanoseconds: number) => string;

const list = (words: readonly string[], more: number): string => `${words.join(', ')}${more > 0 ? ', …' : ''}`;

/** `1 frame`, `2,013 frames`. */
const several = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;

/** `is` for one, `are` for more. */
const are = (count: number, one: string, many: string): string => (count === 1 ? one : many);

const share = (part: number, whole: number): string => {
  const percent = (100 * part) / whole;
  return percent > 0 && percent < 0.1 ? '<0.1%' : `${percent.toFixed(percent >= 10 ? 0 : 1)}%`;
};

const en: InfoWords = {
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
      `${several(count, 'TCP segment')} from ${list(hosts, 0)} ${are(count, 'has', 'have')} up to ${several(largest, 'byte')} of data, where the other end takes ${grouped(mss)} in one.`,
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
      `${grouped(count)} of ${several(packets, 'packet')} from ${list(hosts, 0)} ${are(count, 'has', 'have')} a checksum that is not filled in yet (only the pseudo-header is summed).`,
      'The network card was to finish it: this is no damage.',
    ],
    'checksums.unfilled': ({ hosts, count, judged }) => [
      `${grouped(count)} of ${several(judged, 'packet')} from ${list(hosts, 0)} ${are(count, 'has', 'have')} a wrong checksum, while those of others are right.`,
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
          `Inside a machine on which ${list(hosts.slice(0, 4), hosts.length - 4)} run: containers, virtual machines or network namespaces.`,
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
        return HANDSHAKES_EN(clue);
      case 'direct':
        return `no router between here and ${several(clue.count, 'host')} (TTL 64, 128 or 255): ${list(clue.hosts, clue.count - clue.hosts.length)}`;
      case 'routed':
        return `behind routers, if their TTL began at 64, 128 or 255: ${list(
          clue.hosts.map(({ address, ttl, routers }) => `${address} (${ttl}, so ${routers})`),
          clue.count - clue.hosts.length,
        )}`;
      default:
        return CLUES_EN[clue.kind](list(clue.hosts, clue.hostCount - clue.hosts.length), clue.count);
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

type Handshakes = Extract<Clue, { readonly kind: 'handshakes' }>;

const HANDSHAKES_EN = ({ nearClient, nearServer, between, untold }: Handshakes): string => {
  const parts = [
    nearClient > 0 && `${grouped(nearClient)} answered at once by the client (near it)`,
    nearServer > 0 && `${grouped(nearServer)} answered at once by the server (near it)`,
    between > 0 && `${grouped(between)} with a long way on both sides`,
    untold > 0 && `${grouped(untold)} too quick or too even to tell`,
  ];
  return `TCP handshakes: ${parts.filter(Boolean).join(', ')}`;
};

const CLUES_EN: Readonly<Record<ClueOfHost, (hosts: string, count: number) => string>> = {
  partial: (hosts, count) =>
    `${several(count, 'packet')} of ${hosts} ${are(count, 'has', 'have')} an unfinished checksum, and ${are(count, 'is', 'are')} no bundle: ${are(count, 'it', 'they')} had not left the machine`,
  unfilled: (hosts, count) =>
    `${several(count, 'packet')} of ${hosts} ${are(count, 'has', 'have')} a wrong checksum, and others have right ones`,
  unpadded: (hosts, count) =>
    `${several(count, 'frame')} of ${hosts} ${are(count, 'is', 'are')} shorter than the 60 bytes of a wire, and those of others are padded`,
  'sent-here': (hosts, count) =>
    `${several(count, 'frame')} of ${hosts} ${are(count, 'is', 'are')} marked as sent here, with an untouched TTL`,
};

const ko: InfoWords = {
  labels: {
    format: '형식',
    hash: 'SHA-256',
    writtenBy: '기록 프로그램',
    system: '운영체제',
    hardware: '하드웨어',
    comment: '주석',
    frames: '프레임',
    octets: '바이트',
    first: '처음',
    last: '마지막',
    duration: '지속 시간',
    rates: '속도',
    interface: '인터페이스',
    protocols: '프로토콜',
  },
  trust: '어디까지 믿을 수 있는가',
  vantage: '어디에서 캡처했는가',
  marks: { fine: 'ok', watch: '!', untold: '?' },
  byteOrder: { little: '리틀 엔디언', big: '빅 엔디언' },
  compressed: 'gzip으로 압축됨',
  unlimited: '제한 없음',
  noTimes: '프레임에 시각이 없음',
  linkType: (number) => `링크 타입 ${number}`,
  octets: (count) => `${grouped(count)}바이트`,
  frames: (count) => `${grouped(count)}개`,
  records: (count) => `그 밖에 링크를 지나지 않은 레코드 ${grouped(count)}개`,
  lengths: (wire, captured, mean) =>
    `회선 위에서 ${grouped(wire)}, ${captured === wire ? '전부 캡처됨' : `그중 ${grouped(captured)} 캡처됨`}, 프레임당 ${mean}`,
  duration: (seconds) => `${seconds}초`,
  rates: (packets, bits) => `초당 프레임 ${packets}개, ${bits} bit/s`,
  interfaceFrames: (count) => `프레임 ${grouped(count)}개`,
  snapLength: (octets) => `스냅 길이 ${octets}`,
  filter: (text) => `필터 ${text}`,
  resolution: (unit) => `시각 단위 ${unit}`,
  received: (count) => `받은 프레임 ${grouped(count)}개`,
  dropped: (count) => `버린 프레임 ${grouped(count)}개`,
  evidence: (frames, more) => `프레임 ${frames}${more ? ', …' : ''}`,
  interfaceName: (id) => `인터페이스 ${id}`,
  findings: {
    'frames.none': () => ['프레임이 하나도 없다.', '어떻게 캡처했는지 알 수 없다.'],
    'link.cooked': () => [
      '"any" 장치로 캡처할 때처럼 링크 헤더 대신 리눅스의 헤더가 들어 있다(cooked capture).',
      '회선에 있던 것이 아니라 커널이 적은 것이다. 목적지 MAC 주소, VLAN 태그, FCS는 없다.',
    ],
    'link.none': () => ['프레임이 IP 헤더부터 시작한다.', 'MAC 주소, VLAN, ARP는 이 캡처에 없다.'],
    'link.zeroed': ({ frames }) => [
      `서로 다른 호스트가 통신하는데도 프레임 ${grouped(frames)}개의 MAC 주소가 모두 0이다.`,
      '캡처에서 지웠거나 처음부터 없었다. 누가 누구의 이웃인지 알 수 없다.',
    ],
    'link.several': ({ types }) => [
      `인터페이스들의 링크 타입이 ${types}가지다.`,
      '같은 패킷이 서로 다른 헤더로 여러 번 들어 있을 수 있다.',
    ],
    'snaplen.whole': ({ frames }) => [`프레임 ${grouped(frames)}개가 모두 온전하다.`, ''],
    'snaplen.cut': ({ count, frames, octets, least, most }) => [
      `프레임 ${grouped(frames)}개 중 ${grouped(count)}개가 ${least === most ? grouped(least) : `${grouped(least)}~${grouped(most)}`}바이트에서 잘렸고, ${grouped(octets)}바이트가 파일에 없다.`,
      '잘린 프레임의 내용과 체크섬은 판정할 수 없고, 스트림에도 그만큼 빈 곳이 생긴다.',
    ],
    'clock.unit': ({ interface: id, declared, seen }, unit) => [
      `시각을 ${unit(Math.max(1, declared, seen))} 단위로 적었고, 실제 해상도도 그와 같다${whereKo(id)}.`,
      '',
    ],
    'clock.coarse': ({ interface: id, declared, seen }, unit) => [
      `시각을 ${unit(declared)} 단위로 적었지만, 모두 ${unit(seen)}의 배수다${whereKo(id)}.`,
      '시계의 해상도가 그보다 높지 않으므로, 그보다 짧은 간격은 잴 수 없다.',
    ],
    'clock.untold': ({ interface: id, declared }, unit) => [
      `시각을 ${unit(declared)} 단위로 적었다${whereKo(id)}.`,
      '시계의 실제 해상도는 이 프레임들로 알 수 없다.',
    ],
    'clock.none': ({ count }) => [
      `프레임 ${grouped(count)}개에 시각이 없다.`,
      '그 블록 형식(Simple Packet Block)에는 시각을 적는 자리가 없다.',
    ],
    'clock.same': ({ count }) => [
      `프레임 ${grouped(count)}개의 시각이 바로 앞 프레임과 똑같다.`,
      '어느 쪽이 먼저인지는 파일에 적힌 순서로만 알 수 있다.',
    ],
    'order.kept': () => ['앞 프레임보다 시각이 이른 프레임은 없다.', ''],
    'order.broken': ({ count, furthest, between }, unit) => [
      `프레임 ${grouped(count)}개의 시각이 앞 프레임보다 이르다. 차이는 최대 ${unit(furthest)}${between ? '이고, 인터페이스마다 따로 보면 순서가 맞다' : '다'}.`,
      between
        ? '여러 인터페이스의 기록이 번갈아 쓰였다. 프레임 사이의 시간을 재기 전에 시각순으로 정렬해야 한다(reordercap).'
        : furthest >= SECOND
          ? '시계가 뒤로 맞춰졌거나 여러 캡처를 이어 붙였다. 그 앞과 뒤의 시각은 서로 비교할 수 없다.'
          : '도착한 순서와 다르게 기록되었거나 시계가 뒤로 맞춰졌다. 이웃한 프레임 사이의 시간이 그만큼 틀릴 수 있다.',
    ],
    'copies.none': () => ['보낸 쪽이 식별자를 붙인 IPv4 패킷 중 두 번 들어 있는 것은 없다.', ''],
    'copies.some': ({ count, same, relinked, routed, longest }, unit) => [
      `패킷 ${grouped(count)}개가 파일에 거듭 들어 있다. 간격은 최대 ${unit(longest)}이고, IP 식별자와 체크섬과 포트가 같다.`,
      [
        same > 0 && `${grouped(same)}개는 링크 헤더까지 같다: 양방향을 복사하는 미러 포트처럼 두 번 기록되었다.`,
        relinked > 0 &&
          `${grouped(relinked)}개는 링크 헤더가 다르다: 인터페이스 두 곳에서, 또는 브리지나 액세스 포인트처럼 전달하는 장비의 앞뒤에서 기록되었다.`,
        routed > 0 && `${grouped(routed)}개는 TTL이 다르다: 라우터 양쪽에서 기록되었다.`,
        '재전송이라면 식별자가 달랐을 것이다. 개수와 속도는 그만큼 부풀려져 있다.',
      ]
        .filter(Boolean)
        .join(' '),
    ],
    'drops.declared': ({ interface: id, dropped }) => [
      `캡처하는 동안 프레임 ${grouped(dropped)}개를 버렸다고 파일에 적혀 있다${whereKo(id)}.`,
      '여기에 없는 것도 회선에는 있었을 수 있다.',
    ],
    'drops.none': () => ['캡처하는 동안 버린 프레임이 없다고 파일에 적혀 있다.', ''],
    'drops.untold': () => ['캡처하는 동안 프레임을 버렸는지는 파일에 적혀 있지 않다.', ''],
    'drops.seen': ({ count, connections }) => [
      `TCP 연결 ${grouped(connections)}개에서 ACK ${grouped(count)}개가 캡처에 없는 데이터를 확인해 준다.`,
      '그 데이터는 도착했고, 캡처가 놓쳤을 뿐이다(버렸거나, 필터에 걸러졌거나, 다른 길로 갔다). 이런 빈 곳은 네트워크에서 잃은 것이 아니다.',
    ],
    'fcs.present': ({ by, good, bad }) => [
      `이더넷 프레임이 FCS로 끝난다(${FCS_BY_KO[by]}): 맞는 것 ${grouped(good)}개, 틀린 것 ${grouped(bad)}개.`,
      bad > 0 ? '틀린 프레임은 캡처 장치까지 오는 길에 손상되었다.' : '',
    ],
    'fcs.absent': ({ by }) => [
      `이더넷 프레임에 FCS가 없다(${FCS_BY_KO[by]}).`,
      by === 'asked' ? '' : '회선에서 손상된 프레임은 여기에 오기 전에 버려지므로, 있었더라도 보이지 않는다.',
    ],
    'fcs.untold': ({ right, wrong }) => [
      `이더넷 프레임이 FCS로 끝나는지 알 수 없다(맞는 것 ${grouped(right)}개, 맞지 않는 것 ${grouped(wrong)}개).`,
      '아는 사람은 --fcs present 또는 --fcs absent로 정할 수 있다.',
    ],
    'offload.bundles': ({ count, largest, mss, hosts }) => [
      `${list(hosts, 0)}에서 온 TCP 세그먼트 ${grouped(count)}개의 데이터가 최대 ${grouped(largest)}바이트다. 상대는 한 번에 ${grouped(mss)}바이트까지만 받는다.`,
      '회선에서는 이런 모습이었던 적이 없는 묶음이다(TSO, GRO, LRO). 패킷의 수, 크기, 시각은 네트워크의 것이 아니다.',
    ],
    'offload.giants': ({ count, largest }) => [
      `프레임 ${grouped(count)}개가 최대 ${grouped(largest)}바이트로, 이더넷이 나를 수 있는 길이보다 길다.`,
      '묶음이거나(TSO, GRO, LRO) 가상 네트워크를 벗어난 적이 없다. 패킷의 수와 크기는 회선의 것이 아니다.',
    ],
    'offload.jumbos': ({ count, largest }) => [
      `프레임 ${grouped(count)}개가 최대 ${grouped(largest)}바이트로, 보통의 이더넷 프레임보다 길다.`,
      '점보 프레임인지, 오프로드하는 네트워크 카드의 묶음인지 여기에서는 알 수 없다.',
    ],
    'checksums.good': ({ count }) => [`판정할 수 있는 TCP와 UDP 체크섬 ${grouped(count)}개가 모두 맞다.`, ''],
    'checksums.partial': ({ hosts, count, packets }) => [
      `${list(hosts, 0)}에서 온 패킷 ${grouped(packets)}개 중 ${grouped(count)}개의 체크섬이 아직 채워지지 않았다(의사 헤더의 합만 들어 있다).`,
      '네트워크 카드가 마저 채울 몫이었으므로 손상이 아니다.',
    ],
    'checksums.unfilled': ({ hosts, count, judged }) => [
      `${list(hosts, 0)}에서 온 패킷 ${grouped(judged)}개 중 ${grouped(count)}개의 체크섬이 틀리고, 다른 호스트의 것은 맞다.`,
      '네트워크 카드에 맡긴 것이므로 손상이 아니다.',
    ],
    'checksums.rewritten': ({ count, judged }) => [
      `TCP와 UDP 체크섬 ${grouped(judged)}개 중 ${grouped(count)}개가 보낸 쪽에 관계없이 틀리다.`,
      '캡처한 뒤에 체크섬은 그대로 두고 주소나 내용을 바꾸면 이렇게 된다.',
    ],
    'checksums.bad': ({ count, judged }) => [
      `TCP와 UDP 체크섬 ${grouped(judged)}개 중 ${grouped(count)}개가 틀리다.`,
      '손상되었는지, 일부러 바꾸었는지, 네트워크 카드에 맡긴 것인지는 이 패킷들로 알 수 없다.',
    ],
    'checksums.untold': ({ count }) => [
      `TCP나 UDP 체크섬 ${grouped(count)}개는 판정할 수 없다.`,
      '체크섬이 덮는 바이트가 파일에 다 있지 않다: 잘린 프레임이거나, 나머지가 없는 단편이다.',
    ],
    'direction.both': ({ connections }) => [`TCP 연결 ${grouped(connections)}개 중 한쪽 방향이 빠진 것은 없다.`, ''],
    'direction.one': ({ count, connections }) => [
      `TCP 연결 ${grouped(connections)}개 중 ${grouped(count)}개는 한쪽 방향만 캡처되었다. 상대에게 응답하고 있지만 그 상대의 패킷은 없다.`,
      '다른 길로 가거나, 필터나 미러 포트가 빠뜨린다. 그런 연결의 상태, 손실, 왕복 시간은 추측일 뿐이다.',
    ],
    'begin.middle': ({ count, connections }) => [
      `TCP 연결 ${grouped(connections)}개 중 ${grouped(count)}개는 캡처 전에 시작되었다.`,
      '그런 연결의 윈도 스케일과 MSS, 누가 연결을 열었는지는 알 수 없다.',
    ],
    'end.open': ({ count, connections }) => [
      `TCP 연결 ${grouped(connections)}개 중 ${grouped(count)}개는 캡처가 끝날 때 아직 열려 있다.`,
      '어떻게 끝났는지는 이 캡처에 없다.',
    ],
    'file.problem': ({ sentence }) => [`파일이 손상되었다: ${sentence}`, '그 앞까지는 모두 읽었다.'],
    'content.readable': ({ clear, encrypted, unknown }) => {
      const all = clear + encrypted + unknown;
      const parts = [
        clear > 0 && `읽을 수 있는 프로토콜 ${share(clear, all)}`,
        encrypted > 0 && `암호화된 프로토콜(TLS, SSH, QUIC) ${share(encrypted, all)}`,
        unknown > 0 && `여기에서 모르는 프로토콜 ${share(unknown, all)}`,
      ].filter(Boolean);
      return [
        `TCP와 UDP 페이로드 ${grouped(all)}바이트: ${parts.join(', ')}.`,
        encrypted > 0 ? '암호화된 것에서는 핸드셰이크와 크기와 시각만 읽을 수 있다.' : '',
      ];
    },
  },
  place: ({ place, hosts }) => {
    switch (place) {
      case 'loopback':
        return ['루프백 인터페이스: 양쪽 끝이 같은 컴퓨터다.', '회선을 지난 것은 하나도 없다.'];
      case 'host':
        return [
          `${hosts.join(' / ')} 자신, 또는 그것이 돌아가는 컴퓨터.`,
          '보내는 것은 네트워크 카드와 네트워크를 거치기 전의 모습이고, 받는 것은 거친 뒤의 모습이다.',
        ];
      case 'machine': {
        const named = list(hosts.slice(0, 4), hosts.length - 4);
        return [
          `${named}${hosts.length > 4 ? '가' : particle(hosts.at(-1)!, '이가')} 함께 돌아가는 한 컴퓨터 안: 컨테이너, 가상 머신, 네트워크 네임스페이스.`,
          '기록될 때 이 패킷들은 아직 회선에 나간 적이 없다.',
        ];
      }
      case 'client-side':
        return [
          '클라이언트 가까이.',
          '왕복 시간은 클라이언트가 겪는 것과 같고, 이 지점 너머의 손실은 재전송으로 나타난다.',
        ];
      case 'server-side':
        return ['서버 가까이.', '요청에서 응답까지의 시간은 네트워크를 뺀 서버의 시간이다.'];
      case 'between':
        return [
          '중간 어딘가: 클라이언트도 서버도 곧바로 응답하지 않는다.',
          '어느 쪽이 겪는 시간도 여기에서는 잴 수 없다.',
        ];
      default:
        return ['이 프레임들로는 알 수 없다.', ''];
    }
  },
  clue: (clue) => {
    switch (clue.kind) {
      case 'loopback-link':
        return '링크 타입이 루프백 인터페이스의 것이다';
      case 'zero-addresses':
        return 'MAC 주소가 모두 00:00:00:00:00:00이다';
      case 'inside':
        return '모든 패킷이 루프백 주소에서 오거나 보낸 주소 자신에게 간다';
      case 'marks':
        return `캡처한 시스템의 표시: 보낸 프레임 ${grouped(clue.sent)}개, 받은 프레임 ${grouped(clue.received)}개${clue.others > 0 ? `, 남들 사이의 프레임 ${grouped(clue.others)}개` : ''}`;
      case 'handshakes':
        return HANDSHAKES_KO(clue);
      case 'direct':
        return `여기까지 라우터를 거치지 않은 호스트 ${grouped(clue.count)}개(TTL 64, 128, 255): ${list(clue.hosts, clue.count - clue.hosts.length)}`;
      case 'routed':
        return `라우터 너머의 호스트(TTL이 64, 128, 255에서 시작했다면): ${list(
          clue.hosts.map(({ address, ttl, routers }) => `${address}(${ttl}, 라우터 ${routers}개)`),
          clue.count - clue.hosts.length,
        )}`;
      default:
        return CLUES_KO[clue.kind](list(clue.hosts, clue.hostCount - clue.hosts.length), clue.count);
    }
  },
};

const whereKo = (id: number | null): string => (id === null ? '' : `(인터페이스 ${id})`);

const FCS_BY_KO: Readonly<Record<FcsBy, string>> = {
  asked: '--fcs로 지정함',
  file: '파일에 적혀 있음',
  frames: '프레임에서 알아냄',
};

const HANDSHAKES_KO = ({ nearClient, nearServer, between, untold }: Handshakes): string => {
  const parts = [
    nearClient > 0 && `클라이언트가 곧바로 응답한 것 ${grouped(nearClient)}개(클라이언트 가까이)`,
    nearServer > 0 && `서버가 곧바로 응답한 것 ${grouped(nearServer)}개(서버 가까이)`,
    between > 0 && `양쪽 모두 먼 것 ${grouped(between)}개`,
    untold > 0 && `너무 빠르거나 차이가 작아 알 수 없는 것 ${grouped(untold)}개`,
  ];
  return `TCP 핸드셰이크: ${parts.filter(Boolean).join(', ')}`;
};

const CLUES_KO: Readonly<Record<ClueOfHost, (hosts: string, count: number) => string>> = {
  partial: (hosts, count) =>
    `${hosts}의 패킷 ${grouped(count)}개는 묶음이 아닌데도 체크섬이 채워지지 않은 상태다. 그 컴퓨터를 떠나기 전에 기록되었다는 뜻이다`,
  unfilled: (hosts, count) => `${hosts}의 패킷 ${grouped(count)}개만 체크섬이 틀리고, 다른 호스트의 것은 맞다`,
  unpadded: (hosts, count) =>
    `${hosts}의 프레임 ${grouped(count)}개가 회선의 최소 길이인 60바이트보다 짧고, 다른 호스트의 것은 패딩되어 있다`,
  'sent-here': (hosts, count) =>
    `${hosts}의 프레임 ${grouped(count)}개에 여기에서 보냈다는 표시가 있고, TTL도 처음 그대로다`,
};

export const infoWords: Readonly<Record<Language, InfoWords>> = { en, ko };
