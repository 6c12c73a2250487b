import type { Mapping } from '../nat/behaviour.ts';
import type { Language } from '../notes/note.ts';

/** What `dissect nat` says beside numbers and names. */
export interface NatWords {
  readonly protocol: string;
  readonly inside: string;
  readonly outside: string;
  readonly remote: string;
  readonly packets: string;
  readonly time: string;
  readonly remarks: string;
  readonly portKept: string;
  readonly portChanged: string;
  readonly forwarded: string;
  readonly lowered: (by: string) => string;
  readonly unchanged: string;
  readonly touched: string;
  readonly remoteBecomes: (name: string) => string;
  readonly none: (places: string) => string;
  readonly alone: string;
  readonly seen: (place: string, packets: string) => string;
  readonly tooMany: (place: string, left: string) => string;
  readonly joined: (translated: string, plain: string) => string;
  readonly dependents: (packets: string) => string;
  readonly ambiguous: (packets: string) => string;
  readonly alike: (packets: string) => string;
  readonly reversed: (place: string) => string;
  readonly clock: (place: string, ahead: string, within: string | null) => string;
  readonly behind: (place: string, behind: string, within: string | null) => string;
  readonly agree: (within: string) => string;
  readonly drift: (ppm: string) => string;
  readonly kind: string;
  readonly ports: (preserved: string, bindings: string) => string;
  readonly mapping: Readonly<Record<Mapping | 'unclear' | 'untold', string>>;
  readonly ttl: (by: string) => string;
  readonly outlived: (seconds: string) => string;
  readonly renewed: (seconds: string) => string;
  readonly clamped: (segments: string, to: string) => string;
  readonly proven: (packets: string) => string;
  readonly rewritten: (packets: string) => string;
  readonly contentTouched: (packets: string) => string;
  readonly silent: (packets: string) => string;
  readonly lostOutward: (packets: string) => string;
  readonly lostInward: (packets: string) => string;
  readonly unsolicited: (conversations: string, packets: string, answered: string) => string;
  readonly counted: (bindings: string) => string;
  /** Of `--packets`. */
  readonly sameFields: (fields: string) => string;
  readonly sameContent: (octets: string) => string;
  readonly otherContent: string;
  readonly noContent: string;
  readonly checksumProof: string;
}

const several = (count: string, one: string, many: string): string => `${count} ${count === '1' ? one : many}`;

export const natWords: Readonly<Record<Language, NatWords>> = {
  en: {
    protocol: 'Protocol',
    inside: 'Inside',
    outside: 'Outside',
    remote: 'Remote',
    packets: 'Packets',
    time: 'First\nlast',
    remarks: 'Remarks',
    portKept: 'port kept',
    portChanged: 'port changed',
    forwarded: 'begun from outside (port forwarding)',
    lowered: (by) => `TTL −${by}`,
    unchanged: 'content unchanged',
    touched: 'content CHANGED',
    remoteBecomes: (name) => `remote becomes ${name}`,
    none: (places) => `no packet of ${places} has a translated twin`,
    alone: 'no packet has a translated twin in this capture; name the capture of the other side as well',
    seen: (place, packets) => `${place}: ${several(packets, 'IP packet', 'IP packets')}`,
    tooMany: (place, left) =>
      `${place}: ${several(left, 'packet', 'packets')} at the end not looked at, to keep memory bounded`,
    joined: (translated, plain) =>
      `${several(translated, 'packet has its', 'packets have their')} translated twin on the other side` +
      (plain === '0' ? '' : `; ${plain} crossed as they were`),
    dependents: (packets) =>
      several(
        packets,
        'ICMP error or fragment of theirs has its twin too',
        'ICMP errors and fragments of theirs have their twins too',
      ),
    ambiguous: (packets) =>
      `${several(packets, 'packet has', 'packets have')} several possible twins and were not joined`,
    alike: (packets) =>
      `${several(packets, 'packet looks', 'packets look')} like twins with other addresses, but their TTL, or the lack of any proof, says that no translator made them: a copy, a replay or chance`,
    reversed: (place) => `the inside is ${place}`,
    clock: (place, ahead, within) =>
      `the clock of ${place} is ${ahead} s ahead${within === null ? ' at most' : ` (± ${within} s)`}`,
    behind: (place, behind, within) =>
      `the clock of ${place} is ${behind} s behind${within === null ? ' at least' : ` (± ${within} s)`}`,
    agree: (within) => `both clocks agree, as far as the packets tell (± ${within} s)`,
    drift: (ppm) => `it drifts by ${ppm} ppm`,
    kind: 'What kind of NAT, as far as these packets tell:',
    ports: (preserved, bindings) => `ports: kept in ${preserved} of ${several(bindings, 'binding', 'bindings')}`,
    mapping: {
      'endpoint-independent': 'mapping: endpoint-independent, the same outside for every remote (RFC 4787 §4.1)',
      'address-dependent': 'mapping: address-dependent, another outside for another remote address (RFC 4787 §4.1)',
      'address-and-port-dependent':
        'mapping: address and port-dependent, another outside for another remote port (RFC 4787 §4.1)',
      unclear: 'mapping: cannot be told, for the ports were kept, and any kind of NAT may keep them',
      untold: 'mapping: cannot be told, for no endpoint inside spoke with two others from one port',
    },
    ttl: (by) => `TTL: lowered by ${by}`,
    outlived: (seconds) => `a binding outlived a silence of ${seconds} s`,
    renewed: (seconds) => `after ${seconds} s of silence the same endpoints got another binding`,
    clamped: (segments, to) => `MSS: lowered to ${to} in ${several(segments, 'SYN', 'SYNs')}`,
    proven: (packets) =>
      `checksums: of ${several(packets, 'packet', 'packets')} they changed by what the new addresses and ports make, so nothing else was touched (RFC 1624)`,
    rewritten: (packets) =>
      `of ${several(packets, 'packet', 'packets')} more of the header was changed, and the content was not`,
    contentTouched: (packets) => `of ${several(packets, 'packet', 'packets')} the content was changed`,
    silent: (packets) => `of ${several(packets, 'packet', 'packets')} the checksums prove nothing`,
    lostOutward: (packets) =>
      `${several(packets, 'packet', 'packets')} from inside not seen outside: lost, or dropped by the translator`,
    lostInward: (packets) =>
      `${several(packets, 'packet', 'packets')} from outside not seen inside: lost, or dropped by the translator`,
    unsolicited: (conversations, packets, answered) =>
      `${several(conversations, 'conversation', 'conversations')} (${several(packets, 'packet', 'packets')}) from outside for the translator's address reached nobody inside` +
      (answered === '0' ? '; none was answered' : `; ${answered} answered by the translator itself`),
    counted: (bindings) => several(bindings, 'binding', 'bindings'),
    sameFields: (fields) => `${several(fields, 'other field is', 'other fields are')} the same`,
    sameContent: (octets) => `the content is the same: ${several(octets, 'octet', 'octets')}`,
    otherContent: 'the content DIFFERS',
    noContent: 'the content was not captured',
    checksumProof: 'the checksum changed by what these fields make (RFC 1624)',
  },
  ko: {
    protocol: '프로토콜',
    inside: '내부',
    outside: '외부',
    remote: '상대',
    packets: '패킷',
    time: '처음\n마지막',
    remarks: '비고',
    portKept: '포트 유지',
    portChanged: '포트 바뀜',
    forwarded: '외부에서 시작(포트 포워딩)',
    lowered: (by) => `TTL −${by}`,
    unchanged: '내용 그대로',
    touched: '내용이 바뀜',
    remoteBecomes: (name) => `상대는 ${name}로 바뀜`,
    none: (places) => `${places}: 변환된 짝이 있는 패킷이 없음`,
    alone: '이 캡처에는 변환된 짝이 있는 패킷이 없음; 반대쪽 캡처도 함께 지정',
    seen: (place, packets) => `${place}: IP 패킷 ${packets}개`,
    tooMany: (place, left) => `${place}: 메모리 한도 때문에 끝의 패킷 ${left}개는 보지 않음`,
    joined: (translated, plain) =>
      `패킷 ${translated}개가 반대쪽에 변환된 짝이 있음${plain === '0' ? '' : `; ${plain}개는 그대로 지나감`}`,
    dependents: (packets) => `그에 딸린 ICMP 오류와 조각 ${packets}개도 짝이 있음`,
    ambiguous: (packets) => `패킷 ${packets}개는 짝일 수 있는 것이 여럿이라 잇지 않음`,
    alike: (packets) =>
      `패킷 ${packets}개는 주소만 다른 짝처럼 보이지만, TTL로 보거나 증거가 없어서 변환기가 만든 것이 아님: 복사본, 재생, 또는 우연`,
    reversed: (place) => `내부는 ${place}`,
    clock: (place, ahead, within) =>
      `${place}의 시계가 ${within === null ? '많아야 ' : ''}${ahead}초 빠름${within === null ? '' : `(± ${within}초)`}`,
    behind: (place, behind, within) =>
      `${place}의 시계가 ${within === null ? '적어도 ' : ''}${behind}초 느림${within === null ? '' : `(± ${within}초)`}`,
    agree: (within) => `두 시계는 패킷으로 알 수 있는 한 같음(± ${within}초)`,
    drift: (ppm) => `시계가 ${ppm} ppm만큼 점점 벌어짐`,
    kind: '이 패킷들로 알 수 있는 NAT의 종류:',
    ports: (preserved, bindings) => `포트: 바인딩 ${bindings}개 중 ${preserved}개에서 유지`,
    mapping: {
      'endpoint-independent':
        '매핑: 상대와 무관(endpoint-independent), 상대가 달라도 외부 주소와 포트가 같음(RFC 4787 §4.1)',
      'address-dependent': '매핑: 상대 주소에 따라 다름(address-dependent, RFC 4787 §4.1)',
      'address-and-port-dependent': '매핑: 상대 주소와 포트에 따라 다름(address and port-dependent, RFC 4787 §4.1)',
      unclear: '매핑: 알 수 없음. 포트가 유지되었는데, 어떤 NAT든 그럴 수 있음',
      untold: '매핑: 알 수 없음. 한 포트로 두 상대와 통신한 내부 끝점이 없음',
    },
    ttl: (by) => `TTL: ${by}만큼 줄어듦`,
    outlived: (seconds) => `바인딩이 ${seconds}초 동안의 침묵을 견딤`,
    renewed: (seconds) => `${seconds}초 동안 조용한 뒤 같은 끝점이 다른 바인딩을 받음`,
    clamped: (segments, to) => `MSS: SYN ${segments}개에서 ${to}로 낮춤`,
    proven: (packets) =>
      `체크섬: 패킷 ${packets}개에서 새 주소와 포트가 만드는 만큼만 바뀜. 다른 것은 건드리지 않았다는 증거(RFC 1624)`,
    rewritten: (packets) => `패킷 ${packets}개는 헤더의 다른 곳도 바뀌었고 내용은 그대로`,
    contentTouched: (packets) => `패킷 ${packets}개는 내용이 바뀜`,
    silent: (packets) => `패킷 ${packets}개는 체크섬으로 증명할 수 없음`,
    lostOutward: (packets) => `내부에서 나간 패킷 ${packets}개가 외부에 없음: 사라졌거나 변환기가 버림`,
    lostInward: (packets) => `외부에서 온 패킷 ${packets}개가 내부에 없음: 사라졌거나 변환기가 버림`,
    unsolicited: (conversations, packets, answered) =>
      `외부에서 변환기 주소로 온 대화 ${conversations}개(패킷 ${packets}개)는 내부의 누구에게도 가지 않음${
        answered === '0' ? '; 응답 없음' : `; ${answered}개는 변환기가 직접 응답`
      }`,
    counted: (bindings) => `바인딩 ${bindings}개`,
    sameFields: (fields) => `나머지 필드 ${fields}개는 같음`,
    sameContent: (octets) => `내용이 같음: ${octets}바이트`,
    otherContent: '내용이 다름',
    noContent: '내용은 캡처되지 않음',
    checksumProof: '체크섬은 이 필드들이 만드는 만큼만 바뀜(RFC 1624)',
  },
};
