import { particle } from '../explain/particle.ts';
import type {
  CloseStep,
  ConnectStep,
  Journey,
  LookupQuestion,
  LookupStep,
  Moment,
  NeighbourStep,
  RequestStep,
  SecureStep,
  Step,
} from '../journey/journey.ts';
import { elapsed } from '../journey/journey.ts';
import { hostOf, privateOf } from '../journey/link.ts';
import type { About, JourneyWords } from './journey-words.ts';
import { grouped } from './numbers.ts';

/** A word with the particle that agrees with it. */
const as = (word: string, pair: string): string => `${word}${particle(word, pair)}`;
const bytes = (count: number): string => `${grouped(count)}바이트`;
const times = (count: number): string => (count > 1 ? `, 모두 ${grouped(count)}번` : '');
const frame = ({ frame: number }: Moment): string => `프레임 ${number}`;
const frames = (from: Moment, to: Moment): string =>
  from.frame === to.frame ? frame(from) : `프레임 ${from.frame}–${to.frame}`;
const after = (from: Moment, to: Moment, { span }: About): string => `${span(elapsed(from, to))} 뒤`;
const ENDS = { client: '클라이언트', server: '서버' } as const;

function step(told: Step, about: About): string {
  switch (told.kind) {
    case 'lease': {
      const { client, server, address, router, resolver, seconds, messages, end } = told;
      const said = messages.map(({ name, frame: number }) => `${name}(프레임 ${number})`).join(', ');
      if (end === null) return `${as(client, '이가')} IP 주소를 찾는다: ${said}. 받은 주소는 없다.`;
      const terms = [
        seconds === null ? '' : `${grouped(seconds)}초 동안 빌려준다`,
        router === null ? '' : `라우터는 ${router}`,
        resolver === null ? '' : `이름을 물을 곳은 ${resolver}`,
      ].filter((part) => part !== '');
      const giver = server ?? '서버';
      return `${as(client, '이가')} IP 주소를 받는다: ${said}. ${as(giver, '이가')} ${as(String(address), '을를')} 준다${terms.length === 0 ? '' : `(${terms.join(', ')})`}.`;
    }
    case 'neighbour':
      return neighbour(told, about);
    case 'lookup':
      return lookup(told, about);
    case 'connect':
      return connect(told, about);
    case 'secure':
      return secure(told, about);
    case 'request':
      return request(told, about);
    case 'turn': {
      const { byClient, begin, sent, firstByte, lastByte, octets, turns, encrypted } = told;
      const [one, other] = byClient ? ['클라이언트', '서버'] : ['서버', '클라이언트'];
      const said = (count: number): string => `${encrypted ? '암호화된 ' : ''}${bytes(count)}`;
      if (turns > 1) {
        return `주고받기가 ${grouped(turns)}번 더 있다: ${one} ${said(octets[0])}, ${other} ${said(octets[1])}, 프레임 ${(lastByte ?? sent).frame}까지.`;
      }
      const first = `${as(one!, '이가')} ${as(said(octets[0]), '을를')} 보낸다(${frames(begin, sent)})`;
      if (!byClient) return `서버가 먼저 말한다: ${said(octets[0])}(${frames(begin, sent)}).`;
      if (firstByte === null || lastByte === null) return `${first}. 응답은 없다.`;
      const until =
        firstByte.frame === lastByte.frame ? '' : `, 마지막은 ${after(sent, lastByte, about)}(${frame(lastByte)})`;
      return `${first}. ${as(other!, '이가')} ${as(said(octets[1]), '으로로')} 응답한다: 첫 세그먼트는 ${after(sent, firstByte, about)}(${frame(firstByte)})${until}.`;
    }
    case 'stall': {
      const { of, begin, end, probes } = told;
      const asked = probes === 0 ? '' : ` 그동안 열렸는지 ${grouped(probes)}번 물었다.`;
      const until =
        end === null ? '다시 열리지 않는다' : `${frame(end)}까지 ${about.span(elapsed(begin, end))} 동안 그렇다`;
      return `${ENDS[of]}가 더 받지 않는다: ${frame(begin)}에서 윈도가 닫히고, ${until}.${asked}`;
    }
    case 'datagrams': {
      const { begin, firstAnswer, sent, answers, group } = told;
      const what = about.journey.protocol === 'icmp' ? '에코 요청' : '데이터그램';
      const first = `${frame(begin)}부터 ${what} ${grouped(sent)}개`;
      if (group) return `${first}, 그룹으로 보낸 것이라 응답이 있어도 다른 곳으로 간다.`;
      if (firstAnswer === null) return `${first}, 응답은 캡처되지 않았다.`;
      return `${first}, 돌아온 것 ${grouped(answers)}개. 첫 응답은 ${after(begin, firstAnswer, about)}(${frame(firstAnswer)}).`;
    }
    case 'error': {
      const { reporter, words: said, begin, protocol, type, code } = told;
      return `${as(reporter, '이가')} 알린다: ${said} (${protocol === 'icmp' ? 'ICMP' : 'ICMPv6'} 타입 ${type} 코드 ${code}, ${frame(begin)}${times(told.times)}).`;
    }
    case 'close':
      return close(told, about);
  }
}

function neighbour(told: NeighbourStep, about: About): string {
  const { asker, address, mac, asked, purpose, router, begin, end, earlier } = told;
  if (earlier) {
    return `${as(address, '은는')} 이미 알고 있었다: ${as(asker, '이가')} ${frame(begin)}에서 물었고, MAC 주소는 ${mac}(${frame(end!)}).`;
  }
  const { client, server } = about.journey;
  const found = `${as(asker, '이가')} 같은 링크에 ${as(address, '이가')} 누구인지 묻는다(${frame(begin)}${times(asked)}). MAC 주소는 ${mac}(${frame(end!)}, ${after(begin, end!, about)}).`;
  if (!router) return found;
  const to = purpose === 'question' ? '네임 서버' : hostOf(purpose === 'return' ? client : server);
  return `${found} ${as(to, '으로로')} 가는 길에 있는 라우터다.`;
}

function lookup(told: LookupStep, about: About): string {
  const { client, server, name, questions, aliases, chosen, earlier, sameCard, protocol } = told;
  const asked = questions
    .filter((question) => question.asked !== null)
    .map(
      ({ type, server: other, asked: at, times: often }) =>
        `${other === server ? '' : `${other}에 `}${type}(${frame(at!)}${times(often)})`,
    );
  const whom = protocol === 'dns' ? `${server}에` : '같은 링크에';
  const first =
    asked.length === 0
      ? `${name}에 대한 ${server}의 응답만 캡처되었고 질의는 없다.`
      : `${as(client, '이가')} ${whom} ${as(name, '을를')} ${earlier ? '이미 물어 두었다' : '묻는다'}: ${asked.join(', ')}.`;
  const answers = questions.map((question) => answer(question, told, about));
  const led = aliases.length === 0 ? '' : ` ${as(name, '은는')} 별칭이다: ${aliases.join(', ')}.`;
  const used = chosen === null ? '' : ` 이 가운데 ${as(chosen, '으로로')} 간다.`;
  const card = sameCard ? ` ${as(client, '은는')} 같은 네트워크 카드의 다른 주소다.` : '';
  return `${first} ${answers.join(' ')}${led}${used}${card}`;
}

function answer(
  { type, asked, answered, result, failed, by, addresses }: LookupQuestion,
  { server }: LookupStep,
  about: About,
): string {
  if (answered === null) return `${type}: 응답 없음.`;
  const where = asked === null ? frame(answered) : `${frame(answered)}, ${after(asked, answered, about)}`;
  const who = by === server || by === null ? '' : `${as(by, '이가')} 답하기를 `;
  const what = failed
    ? (result ?? '')
    : addresses.length > 0
      ? addresses.join(', ')
      : ADDRESSES.has(type)
        ? '주소 없음'
        : '응답 받음';
  return `${type}: ${who}${what}(${where}).`;
}

const ADDRESSES: ReadonlySet<string> = new Set(['A', 'AAAA']);

function connect({ syn, syns, synAck, ack, outcome, end }: ConnectStep, about: About): string {
  const first = `SYN(${frame(syn)}${times(syns)})`;
  if (outcome === 'refused')
    return `${first}, RST(${frame(end!)}, ${after(syn, end!, about)}): 그 포트에서 기다리는 프로그램이 없다.`;
  if (synAck === null) return `${first}. 응답은 캡처되지 않았다.`;
  const second = `${first}, SYN+ACK(${frame(synAck)}, ${after(syn, synAck, about)})`;
  if (ack === null) return `${second}. 연결을 여는 ACK는 캡처되지 않았다.`;
  return `${second}, ACK(${frame(ack)}): ${as(about.span(elapsed(syn, ack)), '이가')} 걸려 연결되었다.`;
}

function secure(told: SecureStep, about: About): string {
  const { hello, answer: greeted, done, name, application, version, suite, resumed, retried, alert } = told;
  const said = [
    `클라이언트가 ${name === null ? '' : `${as(name, '을를')} 찾으며 `}Client Hello를 보낸다(${frame(hello)}).`,
  ];
  if (retried) said.push('서버가 한 번 더 보내 달라고 한다.');
  if (greeted === null) said.push('응답은 캡처되지 않았다.');
  else {
    const parts = [version, suite, application === null ? null : `안에서는 ${application}`].filter(
      (part) => part !== null,
    );
    said.push(`서버의 선택: ${parts.join(', ')}(${frame(greeted)}, ${after(hello, greeted, about)}).`);
  }
  if (resumed) said.push('이전 연결의 키를 이어 쓰므로 인증서는 오가지 않는다.');
  if (alert !== null)
    said.push(`${alert.byClient ? '클라이언트' : '서버'}가 그만둔다: ${alert.name}(alert, ${frame(alert.moment)}).`);
  else if (done !== null) said.push(`${after(hello, done, about)} 키가 준비된다(${frame(done)}).`);
  return said.join(' ');
}

function request(told: RequestStep, about: About): string {
  const { method, target, host, asked, sent, firstByte, lastByte, status, phrase, type, octets } = told;
  const what = method === null ? '캡처되지 않은 요청' : `${method} ${target ?? ''}`.trim();
  const where = asked === null || sent === null ? '' : `(${frames(asked, sent)})`;
  const whom = host === null || host === '' || host === about.journey.name?.text ? '' : `, ${host}`;
  if (status === 0 || firstByte === null || lastByte === null)
    return `${what}${whom}${where}: 온전한 응답은 캡처되지 않았다.`;
  const answered = [`${status}${phrase ? ` ${phrase}` : ''}`, type ?? '', octets > 0 ? bytes(octets) : ''].filter(
    (part) => part !== '',
  );
  const head = `${what}${whom}${where}: ${answered.join(', ')}.`;
  if (sent === null) return `${head} ${frame(lastByte)}에서 끝난다.`;
  if (firstByte.frame === lastByte.frame)
    return `${head} ${after(sent, lastByte, about)} 응답이 온다(${frame(lastByte)}).`;
  return `${head} 첫 바이트는 ${after(sent, firstByte, about)}(${frame(firstByte)}), 마지막은 ${after(sent, lastByte, about)}(${frame(lastByte)}).`;
}

function close({ how, first, resetBy, reasons, fins, waiting, end }: CloseStep, about: About): string {
  const said = fins.map(({ by, sent, acknowledged }, i) => {
    const verb = i === 0 ? (fins.length > 1 ? '가 먼저 닫는다' : '가 자기 쪽을 닫는다') : '도 닫는다';
    const taken = acknowledged === null ? 'ACK 없음' : `${frame(acknowledged)}에서 ACK`;
    return `${ENDS[by]}${verb}: FIN(${frame(sent)}), ${taken}.`;
  });
  if (how === 'reset') {
    const why = reasons.length === 0 ? '까닭은 이 패킷들로 알 수 없다' : about.reset(reasons);
    said.push(`${ENDS[resetBy!]}가 리셋한다: RST(${frame(end!)}). ${why}.`);
  } else if (how === 'half-closed')
    said.push(`${first === 'client' ? '서버' : '클라이언트'}는 캡처가 끝날 때까지 닫지 않았다.`);
  for (const { who, since, still } of waiting) {
    said.push(
      `${ENDS[who]}는 ${frame(since)}부터 TIME_WAIT에서 기다린다${still ? '. 캡처가 끝날 때까지도 그렇다' : '. 캡처 안에서 끝난다'}.`,
    );
  }
  return said.join(' ');
}

const KINDS: Readonly<Record<Journey['protocol'], string>> = {
  tcp: 'TCP 연결',
  quic: 'QUIC, UDP 대화',
  udp: 'UDP 대화',
  icmp: 'ping',
  lookup: '이름만 묻고 연결은 없음',
  lease: '주소만 받고 연결은 없음',
};

export const words: JourneyWords = {
  title: (number) => `여정 ${number}`,
  kind: ({ protocol, stream, service }) =>
    `${KINDS[protocol]}${stream === null ? '' : ` ${stream}`}${service === null || (protocol !== 'tcp' && protocol !== 'udp') ? '' : `, ${service}`}`,
  counts: ({ frames: count, octets, again }) => {
    const said = [`패킷 ${grouped(count)}개`];
    if (octets[0] + octets[1] > 0) said.push(`보낸 것 ${bytes(octets[0])}, 받은 것 ${bytes(octets[1])}`);
    if (again[0] + again[1] > 0) said.push(`재전송 ${grouped(again[0] + again[1])}번`);
    return said.join(', ');
  },
  data: '데이터',
  stall: '멈춤',
  error: '오류',
  close: '종료',
  step,
  follows: (numbers) => `← 프레임 ${numbers}`,
  folded: (count, span) => `… ${span} 동안 ${grouped(count)}단계 더 있음, --all로 모두 보기`,
  untold: (what, journey) => UNTOLD[what](journey),
  untoldHead: '이 캡처로 알 수 없는 것',
  guessed: '누가 클라이언트인지: 포트 번호로 짐작했다.',
  waterfall: (span) => `시간이 쓰인 곳 (${span})`,
  phase: {
    lease: 'DHCP',
    neighbour: 'MAC 주소',
    lookup: '이름',
    connect: '연결',
    secure: 'TLS',
    send: '보내기',
    wait: '기다림',
    content: '내용',
    stall: '윈도 닫힘',
    idle: '진행 중인 것 없음',
    close: '종료',
  },
  glyphs: (send, wait, content) => `${send} 보내기  ${wait} 첫 바이트를 기다림  ${content} 내용과 그 밖의 것`,
  bars: (count) => `… 막대 ${grouped(count)}개 더 있음`,
  others: (count) => `여정 ${grouped(count)}개는 한 줄씩, --all로 모두 보기`,
  outcome: (journey) => {
    const closed = journey.steps.find((told) => told.kind === 'close');
    const opened = journey.steps.find((told) => told.kind === 'connect');
    if (opened?.kind === 'connect' && opened.outcome !== 'established') return OUTCOMES[opened.outcome];
    if (closed?.kind === 'close') {
      return closed.how === 'reset' ? `${ENDS[closed.resetBy!]}가 리셋` : `${ENDS[closed.first]}가 먼저 닫음`;
    }
    return journey.protocol === 'tcp' ? '열려 있음' : '';
  },
  none: '이 캡처에는 이야기할 대화가 없다.',
  left: (count) => `메모리를 한정하려고 대화나 이름 질의 ${count}개는 따라가지 않았다.`,
  nat: ({ translation, protocol }, about) => {
    if (translation === null) return [];
    const { here, there, inside, outside, remote, remoteTranslated, portKept, twins, proven, lowered } = translation;
    const { translation: kind, payloadUnchanged, clockWithin, handshake, ways } = translation;
    const { span } = about;
    const ttl = lowered[0] === lowered[1] ? `${lowered[0]}` : `${lowered[0]}–${lowered[1]}`;
    const said = [
      kind === 'source'
        ? `${as(inside, '은는')} 밖에서 ${as(outside, '이가')} 된다. 라우터가 ${portKept ? `주소만 바꾸고 ${protocol === 'icmp' ? '식별자' : '포트'}는 그대로 둔다` : `주소와 ${as(protocol === 'icmp' ? '식별자' : '포트', '을를')} 모두 바꾼다`}.`
        : `${as(outside, '으로로')} 온 것을 ${as(inside, '으로로')} 넘겨준다(포트 포워딩).`,
      remoteTranslated === null
        ? ''
        : `상대는 안에서 ${as(remote, '이고고')} 밖에서 ${as(remoteTranslated, '이다다')}.`,
      `패킷 ${grouped(twins)}개가 두 캡처(${here}, ${there})에 모두 있고, TTL은 ${ttl} 줄었다.`,
      proven > 0
        ? `${proven === twins ? '체크섬은 모두' : `그 가운데 ${grouped(proven)}개의 체크섬은`} 새 주소와 포트만큼만 다르다(RFC 1624). 다른 것은 바뀌지 않았다.`
        : '',
      payloadUnchanged === false ? '내용이 바뀌었다!' : '',
      handshake === null
        ? ''
        : `SYN에서 SYN+ACK까지 이쪽 시계로 ${span(handshake.here)}, 저쪽 시계로 ${as(span(handshake.there), '이다다')}. 차이 ${as(span(Math.abs(handshake.here - handshake.there)), '은는')} 두 곳 사이, 곧 라우터와 그 앞 링크에서 쓰였다.`,
      ...ways.map((way) => `${there}에서: ${neighbour(way, about)}`),
      clockWithin === null ? '' : `아래 시간은 ± ${span(clockWithin)}까지 맞다. 시계가 둘이기 때문이다.`,
    ];
    return said.filter((sentence) => sentence !== '');
  },
  router: '라우터',
  crossed: {
    question: '질의',
    answer: '응답',
    syn: 'SYN',
    'syn-ack': 'SYN+ACK',
    ack: 'ACK',
    hello: 'hello',
    'server-hello': 'hello',
    request: '요청',
    'first-byte': '첫 바이트',
    'last-byte': '마지막 바이트',
    fin: 'FIN',
    rst: 'RST',
  },
};

const OUTCOMES = { refused: '거부됨', unanswered: '응답 없음', unfinished: '끝맺지 못함' } as const;

const UNTOLD: Readonly<Record<Journey['untold'][number], (journey: Journey) => string>> = {
  name: ({ name, client }) => {
    if (name === null) return '어떤 이름을 물었는지: 이 주소를 담은 응답이 캡처에 없고, 뒤에도 이름이 나오지 않는다.';
    const from = name.from === 'sni' ? 'TLS의 Client Hello' : '요청의 헤더';
    return `${as(name.text, '을를')} 언제 물었는지: 이름은 ${from}(프레임 ${name.frame})에 있다. ${as(hostOf(client), '은는')} 주소를 미리 알고 있었거나, 이 캡처에 보이지 않는 곳에 물었다.`;
  },
  neighbour: ({ client }) =>
    `MAC 주소를 어떻게 알았는지: ${client.startsWith('[') ? '이웃' : 'ARP'} 캐시에 있었거나, 캡처가 그 뒤에 시작되었다.`,
  link: () => 'MAC 주소: 이 링크에는 보이지 않는다.',
  begin: ({ protocol }) =>
    protocol === 'lookup' ? '질의: 응답만 캡처되었다.' : '시작: 첫 패킷이 캡처되기 전에 이미 열려 있었다.',
  end: () => '끝: 마지막 패킷 뒤에도 열려 있었다.',
  'one-way': () => '상대가 보낸 것: 한 방향만 캡처되었다.',
  encrypted: ({ protocol }) =>
    `무엇을 묻고 답했는지: 암호화되어${protocol === 'quic' ? '' : ' 키(--keylog) 없이는'} 크기와 시각만 보인다.`,
  translator: ({ client, server }) =>
    `주소 변환기(NAT)를 지나 무엇이 되는지: ${as(privateOf(client, server), '은는')} 사설 주소다. 다른 쪽의 캡처를 두 번째 파일로 주면 보인다.`,
  more: () => '처음 512개를 넘는 요청은 세기만 했다.',
};
