import type { Language } from '../notes/note.ts';
import { grouped } from './numbers.ts';

/** What stands on graphs of a connection beside numbers. */
export interface GraphWords {
  readonly client: string;
  readonly server: string;
  readonly titles: Readonly<Record<'tseq' | 'window' | 'rtt', (stream: number) => string>>;
  readonly time: string;
  readonly sequence: string;
  readonly octetsAxis: string;
  readonly octetsUnit: string;
  readonly roundTrip: string;
  readonly octets: (count: number) => string;
  readonly heading: (from: string, to: string, octets: string, duration: string) => string;
  readonly layers: Readonly<Record<LayerName, string>>;
  /** Of one mark: what it is, and its frame. */
  readonly mark: (what: string, frame: number) => string;
  readonly data: (count: number) => string;
  readonly thinned: (segments: number) => string;
  readonly unscaled: string;
  readonly beyond: (least: string, most: string) => string;
  readonly congestion: string;
  readonly strays: (count: number) => string;
  readonly measured: (end: string) => string;
  readonly karn: string;
  readonly noRoundTrip: string;
  readonly nothing: string;
  readonly silence: (duration: string, before: number, after: number) => string;
  readonly roundTrips: (count: number, least: string, middle: string, most: string) => string;
  readonly described: Readonly<Record<'resent' | 'disordered' | 'closed', (count: number, frames: string) => string>>;
  readonly flight: (most: string) => string;
  readonly windows: (least: string, most: string) => string;
}

type LayerName =
  | 'data'
  | 'resent'
  | 'disordered'
  | 'probes'
  | 'acknowledged'
  | 'duplicates'
  | 'edge'
  | 'blocks'
  | 'duplicateBlocks'
  | 'closed'
  | 'turns'
  | 'reset'
  | 'resetBack'
  | 'window'
  | 'inFlight'
  | 'full'
  | 'roundTrips'
  | 'echoes';

export const graphWords: Readonly<Record<Language, GraphWords>> = {
  en: {
    client: 'client',
    server: 'server',
    titles: {
      tseq: (stream) => `Sequence numbers over time, TCP connection ${stream}`,
      window: (stream) => `Window and bytes in flight, TCP connection ${stream}`,
      rtt: (stream) => `Round-trip times, TCP connection ${stream}`,
    },
    time: 'time',
    sequence: 'sequence number',
    octetsAxis: 'bytes',
    octetsUnit: 'bytes',
    roundTrip: 'round-trip time',
    octets: (count) => `${grouped(count)} ${count === 1 ? 'byte' : 'bytes'}`,
    heading: (from, to, octets, duration) => `${from} → ${to} · ${octets} in ${duration}`,
    layers: {
      data: 'data',
      resent: 'R sent again',
      disordered: 'O out of order',
      probes: 'K keep-alive, probe',
      acknowledged: 'acknowledged',
      duplicates: 'duplicate ACK',
      edge: 'edge of the window',
      blocks: 'SACK',
      duplicateBlocks: 'D came twice (D-SACK)',
      closed: 'Z window closed',
      turns: 'SYN, FIN',
      reset: 'RST',
      resetBack: 'RST of the other end',
      window: 'window offered',
      inFlight: 'bytes in flight',
      full: 'F fills the window',
      roundTrips: 'by acknowledgment',
      echoes: 'by time stamp, of what was sent again',
    },
    mark: (what, frame) => `frame ${frame}: ${what}`,
    data: (count) => `${grouped(count)} segments in a row`,
    thinned: (segments) =>
      `${grouped(segments)} segments are more than a picture shows: those in a row are drawn as one, and of every few values the lowest and the highest.`,
    unscaled: 'How far the window reaches cannot be told: its scale stands in the SYNs, which were not captured.',
    beyond: (least, most) => `The window is above the picture: ${least === most ? most : `from ${least} to ${most}`}.`,
    congestion:
      'How much the sender allows itself (its congestion window) is told on no wire: what is in flight is what can be seen of it, at the place of the capture.',
    strays: (count) =>
      `${grouped(count)} ${count === 1 ? 'number is' : 'numbers are'} too far off to be of this stream, and left out.`,
    measured: (end) => `Measured from the place of the capture to ${end} and back, with the time that ${end} took.`,
    karn: 'No time is taken from acknowledgments of what was sent again: nobody knows which copy they answer (RFC 6298 §3).',
    noRoundTrip: 'No round-trip time can be told: nothing sent once was acknowledged alone.',
    nothing: 'Nothing of this direction was captured.',
    silence: (duration, before, after) =>
      `Most of the time nothing happened: ${duration} between frames ${before} and ${after}. On the command line --frames draws a part larger.`,
    roundTrips: (count, least, middle, most) =>
      `${grouped(count)} measured: ${least} at the least, ${middle} in the middle, ${most} at the most.`,
    described: {
      resent: (count, frames) => `${grouped(count)} ${count === 1 ? 'segment' : 'segments'} sent again (${frames}).`,
      disordered: (count, frames) => `${grouped(count)} out of order (${frames}).`,
      closed: (count, frames) => `The window closed ${count === 1 ? 'once' : `${grouped(count)} times`} (${frames}).`,
    },
    flight: (most) => `At the most ${most} in flight.`,
    windows: (least, most) => `The window offered went from ${least} to ${most}.`,
  },
  ko: {
    client: '클라이언트',
    server: '서버',
    titles: {
      tseq: (stream) => `시간에 따른 시퀀스 번호, TCP 연결 ${stream}`,
      window: (stream) => `윈도와 전송 중인 바이트, TCP 연결 ${stream}`,
      rtt: (stream) => `왕복 시간(RTT), TCP 연결 ${stream}`,
    },
    time: '시간',
    sequence: '시퀀스 번호',
    octetsAxis: '바이트',
    octetsUnit: '바이트',
    roundTrip: '왕복 시간',
    octets: (count) => `${grouped(count)}바이트`,
    heading: (from, to, octets, duration) => `${from} → ${to} · ${duration} 동안 ${octets}`,
    layers: {
      data: '데이터',
      resent: 'R 재전송',
      disordered: 'O 순서 바뀜',
      probes: 'K keep-alive, 프로브',
      acknowledged: 'ACK된 곳',
      duplicates: '중복 ACK',
      edge: '윈도의 끝',
      blocks: 'SACK',
      duplicateBlocks: 'D 두 번 도착(D-SACK)',
      closed: 'Z 윈도 닫힘',
      turns: 'SYN, FIN',
      reset: 'RST',
      resetBack: '상대의 RST',
      window: '알린 윈도',
      inFlight: '전송 중인 바이트',
      full: 'F 윈도를 가득 채움',
      roundTrips: 'ACK로 잰 값',
      echoes: '재전송된 것을 타임스탬프로 잰 값',
    },
    mark: (what, frame) => `프레임 ${frame}: ${what}`,
    data: (count) => `이어진 세그먼트 ${grouped(count)}개`,
    thinned: (segments) =>
      `세그먼트가 ${grouped(segments)}개라 그림에 다 담을 수 없어, 이어진 것은 하나로 그리고 값은 몇 개마다 가장 낮은 것과 높은 것만 남겼습니다.`,
    unscaled: '윈도가 어디까지인지 알 수 없습니다. 배율은 SYN에 적히는데 SYN이 캡처되지 않았습니다.',
    beyond: (least, most) => `윈도는 그림보다 위에 있습니다: ${least === most ? most : `${least}에서 ${most} 사이`}.`,
    congestion:
      '송신자가 스스로 정한 한도(혼잡 윈도)는 패킷에 적히지 않습니다. 캡처한 곳에서 본 전송 중인 바이트가 그 자취입니다.',
    strays: (count) => `이 스트림의 것이라기에는 너무 먼 번호 ${grouped(count)}개는 뺐습니다.`,
    measured: (end) => `캡처한 곳에서 ${end}까지 갔다 오는 시간이며, ${end}에서 걸린 시간도 들어 있습니다.`,
    karn: '재전송한 것에 대한 ACK로는 재지 않습니다. 어느 쪽에 대한 응답인지 알 수 없기 때문입니다(RFC 6298 §3).',
    noRoundTrip: '왕복 시간을 알 수 없습니다. 한 번만 보낸 것에 정확히 응답한 ACK가 없습니다.',
    nothing: '이 방향은 캡처되지 않았습니다.',
    silence: (duration, before, after) =>
      `대부분의 시간 동안 조용했습니다: 프레임 ${before}–${after} 사이 ${duration}. 명령줄에서는 --frames로 일부만 크게 그립니다.`,
    roundTrips: (count, least, middle, most) =>
      `${grouped(count)}번 측정: 최소 ${least}, 중앙값 ${middle}, 최대 ${most}.`,
    described: {
      resent: (count, frames) => `재전송 ${grouped(count)}개(${frames}).`,
      disordered: (count, frames) => `순서가 바뀐 세그먼트 ${grouped(count)}개(${frames}).`,
      closed: (count, frames) => `윈도가 ${grouped(count)}번 닫힘(${frames}).`,
    },
    flight: (most) => `전송 중인 바이트는 최대 ${most}.`,
    windows: (least, most) => `알린 윈도는 ${least}에서 ${most} 사이.`,
  },
};
