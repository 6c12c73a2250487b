import type { Language } from '../notes/note.ts';
import { findings } from '../tcp/analysis.ts';
import type { GapRow, LadderFinding, SegmentRow } from './ladder.ts';
import type { FoldRow } from './ladder-run.ts';
import { grouped } from './numbers.ts';

/** What stands on a ladder beside numbers and names of states. */
export interface LadderWords {
  readonly client: string;
  readonly server: string;
  readonly title: (stream: number, count: number) => string;
  readonly finding: (finding: LadderFinding) => string;
  readonly reset: (causes: readonly string[]) => string;
  readonly gap: (row: GapRow) => string;
  readonly fold: (segments: number, octets: string) => string;
  readonly octets: (count: number) => string;
  readonly all: string;
  readonly left: (segments: number) => string;
  readonly timer: (state: string, duration: string, reused: boolean) => string;
  readonly pause: (duration: string) => string;
  readonly middle: string;
  readonly atEnd: string;
  readonly concluded: string;
  /** The windows that are drawn beside the states: the largest of each end of which one is known. */
  readonly windows: (largest: readonly string[]) => string;
  readonly timeToScale: string;
  /** The picture in words, for those who hear it. */
  readonly described: (row: SegmentRow, from: string, words: string) => string;
  readonly changes: (end: string, states: string) => string;
}

const plain = new Map(findings.map(({ id, words }) => [id, words.replace(/^TCP /, '')]));

export const ladderWords: Readonly<Record<Language, LadderWords>> = {
  en: {
    client: 'client',
    server: 'server',
    title: (stream, count) => `TCP connection ${stream}, ${count} ${count === 1 ? 'segment' : 'segments'}`,
    finding: (finding) => {
      const known = ENGLISH[finding.id] ?? plain.get(finding.id) ?? finding.id;
      return typeof known === 'string' ? known : known(finding);
    },
    reset: (causes) => {
      const [first = 'these packets cannot tell why', ...others] = causes.map(
        (cause) => ENGLISH_RESETS[cause] ?? cause,
      );
      return others.length === 0 ? first : `${first}, or ${others[0]}`;
    },
    gap: ({ seq, length }) =>
      `${grouped(length)} ${length === 1 ? 'byte' : 'bytes'} missing (seq ${seq}–${seq + length - 1})`,
    fold: (segments, octets) => `… ${grouped(segments)} segments, ${octets} …`,
    octets: (count) => `${grouped(count)} ${count === 1 ? 'byte' : 'bytes'}`,
    all: '… folded; --all shows every segment',
    left: (segments) => `${grouped(segments)} more ${segments === 1 ? 'segment is' : 'segments are'} not drawn`,
    timer: (state, duration, reused) =>
      reused ? `${state} makes way after ${duration}: its ports are opened anew` : `${state} ends after ${duration}`,
    pause: (duration) => `${duration} of silence`,
    middle: 'the beginning was not captured',
    atEnd: 'at the end of the capture',
    concluded: '* concluded from other segments',
    windows: (largest) => `bars beside the states: the window that each end offers, up to ${largest.join(' and ')}`,
    timeToScale: 'Distances grow with the time between segments.',
    described: ({ frame }, from, words) => `Frame ${frame}, from ${from}: ${words}.`,
    changes: (end, states) => `${end} goes to ${states}.`,
  },
  ko: {
    client: '클라이언트',
    server: '서버',
    title: (stream, count) => `TCP 연결 ${stream}, 세그먼트 ${count}개`,
    finding: (finding) => {
      const known = KOREAN[finding.id] ?? plain.get(finding.id) ?? finding.id;
      return typeof known === 'string' ? known : known(finding);
    },
    reset: (causes) => {
      const [first = '이 패킷들로는 까닭을 알 수 없음', ...others] = causes.map(
        (cause) => KOREAN_RESETS[cause] ?? cause,
      );
      return others.length === 0 ? first : `${first}, 또는 ${others[0]}`;
    },
    gap: ({ seq, length }) => `${grouped(length)}바이트 빠짐 (seq ${seq}–${seq + length - 1})`,
    fold: (segments, octets) => `… 세그먼트 ${grouped(segments)}개, ${octets} …`,
    octets: (count) => `${grouped(count)}바이트`,
    all: '… 접은 부분은 --all로 모두 보기',
    left: (segments) => `세그먼트 ${grouped(segments)}개는 더 그리지 않음`,
    timer: (state, duration, reused) =>
      reused ? `${duration} 뒤 ${state} 끝: 같은 포트로 새 연결을 엶` : `${duration} 뒤 ${state} 끝`,
    pause: (duration) => `${duration} 동안 조용함`,
    middle: '시작 부분은 캡처되지 않음',
    atEnd: '캡처가 끝날 때',
    concluded: '* 다른 세그먼트에서 추론',
    windows: (largest) => `상태 옆 막대: 양쪽이 알린 윈도, 최대 ${largest.join(', ')}`,
    timeToScale: '간격은 세그먼트 사이의 시간이 길수록 넓습니다.',
    described: ({ frame }, from, words) => `프레임 ${frame}, ${from}에서: ${words}.`,
    changes: (end, states) => `${end}: ${states}.`,
  },
};

type Said = Readonly<Record<string, string | ((finding: LadderFinding) => string)>>;

const ENGLISH: Said = {
  reused_ports: 'ports used again',
  retransmission: 'retransmission',
  fast_retransmission: 'fast retransmission',
  spurious_retransmission: 'retransmission that was not needed',
  out_of_order: 'out of order',
  sent_again: 'sent again',
  ack_lost_segment: 'acknowledges what was not captured',
  window_update: 'window update',
  window_full: 'fills the window',
  keep_alive: 'keep-alive',
  keep_alive_ack: 'answers a keep-alive',
  duplicate_ack: ({ number, of }) => `duplicate ACK ${number} of frame ${of}`,
  zero_window: 'window closed',
  zero_window_probe: 'asks whether the window is open again',
  zero_window_probe_ack: 'the window is still closed',
};

const KOREAN: Said = {
  reused_ports: '포트 재사용',
  retransmission: '재전송',
  fast_retransmission: '빠른 재전송',
  spurious_retransmission: '필요 없던 재전송',
  out_of_order: '순서 바뀜',
  sent_again: '재전송',
  ack_lost_segment: '캡처되지 않은 것에 대한 ACK',
  window_update: '윈도 갱신',
  window_full: '윈도를 가득 채움',
  keep_alive: 'keep-alive',
  keep_alive_ack: 'keep-alive에 대한 응답',
  duplicate_ack: ({ number, of }) => `프레임 ${of}의 중복 ACK ${number}번째`,
  zero_window: '윈도 닫힘',
  zero_window_probe: '윈도가 다시 열렸는지 확인',
  zero_window_probe_ack: '윈도가 아직 닫혀 있음',
};

const ENGLISH_RESETS: Readonly<Record<string, string>> = {
  refused: 'refused: nobody listens',
  'closed-socket': 'data came for a closed socket',
  'time-wait': 'the connection was over',
  'half-open': 'it knows of no such connection',
  again: 'it has reset the connection before',
  'unexpected-answer': 'it does not wait for this answer',
  'unread-data': 'closed with data unread',
  linger: 'aborted by its application',
  'gave-up': 'it got no answer and gave up',
  middle: 'sent by somebody in between',
};

const KOREAN_RESETS: Readonly<Record<string, string>> = {
  refused: '거부: 기다리는 프로그램이 없음',
  'closed-socket': '닫힌 소켓에 데이터가 옴',
  'time-wait': '이미 끝난 연결',
  'half-open': '모르는 연결',
  again: '이미 리셋한 연결',
  'unexpected-answer': '기다리지 않은 응답',
  'unread-data': '읽지 않은 데이터를 두고 닫음',
  linger: '프로그램이 강제로 끊음',
  'gave-up': '응답이 없어 포기',
  middle: '중간에서 누군가 보냄',
};

/** What is odd about a segment, and why it resets. */
export function remarks(row: SegmentRow, words: LadderWords): string[] {
  const said = row.findings.map((finding) => words.finding(finding));
  return row.reset === null ? said : [...said, words.reset(row.reset)];
}

/** What a row of folded segments says. */
export function foldedText({ segments, octets }: FoldRow, words: LadderWords): string {
  const ways = [
    octets[0] > 0 ? `► ${words.octets(octets[0])}` : '',
    octets[1] > 0 ? `◄ ${words.octets(octets[1])}` : '',
  ];
  return words.fold(segments, ways.filter((way) => way !== '').join(', ') || words.octets(0));
}
