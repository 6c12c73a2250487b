import { particle } from '../explain/particle.ts';
import type { FcsBy } from '../survey/findings.ts';
import type { ClueOfHost } from '../survey/vantage.ts';
import type { Handshakes, InfoWords } from './info-words.ts';
import { grouped, listed, share } from './numbers.ts';

export const infoWords: InfoWords = {
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
      `시각을 ${unit(Math.max(1, declared, seen))} 단위로 적었고, 실제 해상도도 그와 같다${where(id)}.`,
      '',
    ],
    'clock.coarse': ({ interface: id, declared, seen }, unit) => [
      `시각을 ${unit(declared)} 단위로 적었지만, 모두 ${unit(seen)}의 배수다${where(id)}.`,
      '시계의 해상도가 그보다 높지 않으므로, 그보다 짧은 간격은 잴 수 없다.',
    ],
    'clock.untold': ({ interface: id, declared }, unit) => [
      `시각을 ${unit(declared)} 단위로 적었다${where(id)}.`,
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
      `캡처하는 동안 프레임 ${grouped(dropped)}개를 버렸다고 파일에 적혀 있다${where(id)}.`,
      '여기에 없는 것도 회선에는 있었을 수 있다.',
    ],
    'drops.none': () => ['캡처하는 동안 버린 프레임이 없다고 파일에 적혀 있다.', ''],
    'drops.untold': () => ['캡처하는 동안 프레임을 버렸는지는 파일에 적혀 있지 않다.', ''],
    'drops.seen': ({ count, connections }) => [
      `TCP 연결 ${grouped(connections)}개에서 ACK ${grouped(count)}개가 캡처에 없는 데이터를 확인해 준다.`,
      '그 데이터는 도착했고, 캡처가 놓쳤을 뿐이다(버렸거나, 필터에 걸러졌거나, 다른 길로 갔다). 이런 빈 곳은 네트워크에서 잃은 것이 아니다.',
    ],
    'fcs.present': ({ by, good, bad }) => [
      `이더넷 프레임이 FCS로 끝난다(${FCS_BY[by]}): 맞는 것 ${grouped(good)}개, 틀린 것 ${grouped(bad)}개.`,
      bad > 0 ? '틀린 프레임은 캡처 장치까지 오는 길에 손상되었다.' : '',
    ],
    'fcs.absent': ({ by }) => [
      `이더넷 프레임에 FCS가 없다(${FCS_BY[by]}).`,
      by === 'asked' ? '' : '회선에서 손상된 프레임은 여기에 오기 전에 버려지므로, 있었더라도 보이지 않는다.',
    ],
    'fcs.untold': ({ right, wrong }) => [
      `이더넷 프레임이 FCS로 끝나는지 알 수 없다(맞는 것 ${grouped(right)}개, 맞지 않는 것 ${grouped(wrong)}개).`,
      '아는 사람은 --fcs present 또는 --fcs absent로 정할 수 있다.',
    ],
    'offload.bundles': ({ count, largest, mss, hosts }) => [
      `${listed(hosts, 0)}에서 온 TCP 세그먼트 ${grouped(count)}개의 데이터가 최대 ${grouped(largest)}바이트다. 상대는 한 번에 ${grouped(mss)}바이트까지만 받는다.`,
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
      `${listed(hosts, 0)}에서 온 패킷 ${grouped(packets)}개 중 ${grouped(count)}개의 체크섬이 아직 채워지지 않았다(의사 헤더의 합만 들어 있다).`,
      '네트워크 카드가 마저 채울 몫이었으므로 손상이 아니다.',
    ],
    'checksums.unfilled': ({ hosts, count, judged }) => [
      `${listed(hosts, 0)}에서 온 패킷 ${grouped(judged)}개 중 ${grouped(count)}개의 체크섬이 틀리고, 다른 호스트의 것은 맞다.`,
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
    'keys.carried': ({ secrets, others, connections, opened, partly }) => {
      if (secrets === 0) {
        return [`비밀 값 블록 ${grouped(others)}개가 들어 있지만 TLS의 것이 아니다.`, '여기에서는 쓰지 않는다.'];
      }
      const readable = [
        opened > 0 && `${grouped(opened)}개를 읽을 수 있다`,
        partly > 0 && `${grouped(partly)}개를 일부 읽을 수 있다`,
      ].filter(Boolean);
      const fit =
        connections === 0
          ? '여기에 TLS 연결은 없다'
          : `TLS 연결 ${grouped(connections)}개 가운데 ${readable.join(', ') || '읽을 수 있는 것이 없다'}`;
      return [
        `TLS의 비밀 값 ${grouped(secrets)}개가 들어 있다(Decryption Secrets Block). ${fit}.`,
        readable.length === 0
          ? '다른 연결의 것이거나, 틀렸거나, 연결의 시작이 캡처에 없다.'
          : '파일을 가진 사람은 그 안을 읽을 수 있다. 암호처럼 다루어야 한다.',
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
        const named = listed(hosts.slice(0, 4), hosts.length - 4);
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
        return HANDSHAKES(clue);
      case 'direct':
        return `여기까지 라우터를 거치지 않은 호스트 ${grouped(clue.count)}개(TTL 64, 128, 255): ${listed(clue.hosts, clue.count - clue.hosts.length)}`;
      case 'routed':
        return `라우터 너머의 호스트(TTL이 64, 128, 255에서 시작했다면): ${listed(
          clue.hosts.map(({ address, ttl, routers }) => `${address}(${ttl}, 라우터 ${routers}개)`),
          clue.count - clue.hosts.length,
        )}`;
      default:
        return CLUES[clue.kind](listed(clue.hosts, clue.hostCount - clue.hosts.length), clue.count);
    }
  },
};

const SECOND = 1e9;

const where = (id: number | null): string => (id === null ? '' : `(인터페이스 ${id})`);

const FCS_BY: Readonly<Record<FcsBy, string>> = {
  asked: '--fcs로 지정함',
  file: '파일에 적혀 있음',
  frames: '프레임에서 알아냄',
};

const HANDSHAKES = ({ nearClient, nearServer, between, untold }: Handshakes): string => {
  const parts = [
    nearClient > 0 && `클라이언트가 곧바로 응답한 것 ${grouped(nearClient)}개(클라이언트 가까이)`,
    nearServer > 0 && `서버가 곧바로 응답한 것 ${grouped(nearServer)}개(서버 가까이)`,
    between > 0 && `양쪽 모두 먼 것 ${grouped(between)}개`,
    untold > 0 && `너무 빠르거나 차이가 작아 알 수 없는 것 ${grouped(untold)}개`,
  ];
  return `TCP 핸드셰이크: ${parts.filter(Boolean).join(', ')}`;
};

const CLUES: Readonly<Record<ClueOfHost, (hosts: string, count: number) => string>> = {
  partial: (hosts, count) =>
    `${hosts}의 패킷 ${grouped(count)}개는 묶음이 아닌데도 체크섬이 채워지지 않은 상태다. 그 컴퓨터를 떠나기 전에 기록되었다는 뜻이다`,
  unfilled: (hosts, count) => `${hosts}의 패킷 ${grouped(count)}개만 체크섬이 틀리고, 다른 호스트의 것은 맞다`,
  unpadded: (hosts, count) =>
    `${hosts}의 프레임 ${grouped(count)}개가 회선의 최소 길이인 60바이트보다 짧고, 다른 호스트의 것은 패딩되어 있다`,
  'sent-here': (hosts, count) =>
    `${hosts}의 프레임 ${grouped(count)}개에 여기에서 보냈다는 표시가 있고, TTL도 처음 그대로다`,
};
