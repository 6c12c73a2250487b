import type { Ending } from '../flows/flow.ts';
import type { Language } from '../notes/note.ts';

/** What `dissect flows` says beside numbers, names and states. */
export interface FlowsWords {
  readonly stream: string;
  readonly client: string;
  readonly server: string;
  readonly packets: string;
  readonly bytes: string;
  readonly start: string;
  readonly duration: string;
  readonly state: string;
  readonly remarks: string;
  readonly none: string;
  readonly midStream: string;
  readonly reusedPorts: string;
  /** `who` is null where it does not matter. */
  readonly ending: (ending: Ending, who: string | null) => string;
  readonly cause: (cause: string) => string;
  readonly rtt: (milliseconds: string) => string;
  readonly retransmissions: (count: string) => string;
  readonly outOfOrder: (count: string) => string;
  readonly lostSegments: (count: string) => string;
  readonly duplicateAcks: (count: string) => string;
  readonly zeroWindows: (count: string) => string;
  readonly badChecksums: (count: string) => string;
  readonly counted: (conversations: string, packets: string) => string;
}

const several = (count: string, one: string, many: string): string => `${count} ${count === '1' ? one : many}`;

const CAUSES: Readonly<Record<string, string>> = {
  refused: '듣는 소켓 없음',
  'closed-socket': '닫힌 소켓에 데이터가 옴',
  'time-wait': 'TIME_WAIT에서 대답',
  'half-open': '한쪽만 열려 있음',
  again: '이미 리셋한 연결',
  'unexpected-answer': '예상하지 않은 응답',
  'unread-data': '읽지 않은 데이터',
  linger: 'linger 0 또는 프로세스 종료',
  'gave-up': '상대가 응답하지 않아 포기',
  middle: '네트워크 중간에서 보냄',
};

export const flowsWords: Readonly<Record<Language, FlowsWords>> = {
  en: {
    stream: 'Stream',
    client: 'Client',
    server: 'Server',
    packets: 'Packets',
    bytes: 'Bytes',
    start: 'Start',
    duration: 'Duration',
    state: 'State',
    remarks: 'Remarks',
    none: 'no conversations',
    midStream: 'began before the capture',
    reusedPorts: 'ports used again',
    ending: (ending, who) => {
      const by = who === null ? '' : ` by ${who}`;
      const words: Record<Ending, string> = {
        closed: who === null ? 'closed' : `closed, ${who} first`,
        refused: 'refused',
        reset: `reset${by}`,
        closing: 'both closed, not all acknowledged',
        'half-closed': `half closed${by}`,
        open: 'open at the end of the capture',
        superseded: 'left open, its ports were opened anew',
        unanswered: 'unanswered',
      };
      return words[ending];
    },
    cause: (cause) => `perhaps: ${cause.replaceAll('-', ' ')}`,
    rtt: (milliseconds) => `RTT ${milliseconds} ms`,
    retransmissions: (count) => `${count} sent again`,
    outOfOrder: (count) => `${count} out of order`,
    lostSegments: (count) => several(count, 'gap', 'gaps'),
    duplicateAcks: (count) => several(count, 'duplicate ACK', 'duplicate ACKs'),
    zeroWindows: (count) => several(count, 'zero window', 'zero windows'),
    badChecksums: (count) => several(count, 'bad checksum', 'bad checksums'),
    counted: (conversations, packets) =>
      `${several(conversations, 'conversation', 'conversations')} in ${several(packets, 'packet', 'packets')}`,
  },
  ko: {
    stream: '스트림',
    client: '클라이언트',
    server: '서버',
    packets: '패킷',
    bytes: '바이트',
    start: '시작',
    duration: '지속 시간',
    state: '상태',
    remarks: '비고',
    none: '대화가 없음',
    midStream: '캡처 전에 시작됨',
    reusedPorts: '포트를 다시 사용함',
    ending: (ending, who) => {
      const by = who === null ? '' : `: ${who}`;
      const words: Record<Ending, string> = {
        closed: who === null ? '닫힘' : `닫힘, 먼저 닫은 쪽: ${who}`,
        refused: '거부됨',
        reset: `리셋을 보낸 쪽${by}`,
        closing: '둘 다 닫음, 아직 다 확인되지 않음',
        'half-closed': `반만 닫힘, 닫은 쪽${by}`,
        open: '캡처가 끝날 때 열려 있음',
        superseded: '열린 채 남음, 같은 포트로 새 연결을 엶',
        unanswered: '응답 없음',
      };
      return words[ending];
    },
    cause: (cause) => `추정: ${CAUSES[cause] ?? cause}`,
    rtt: (milliseconds) => `RTT ${milliseconds} ms`,
    retransmissions: (count) => `재전송 ${count}`,
    outOfOrder: (count) => `순서 바뀜 ${count}`,
    lostSegments: (count) => `빈 곳 ${count}`,
    duplicateAcks: (count) => `중복 ACK ${count}`,
    zeroWindows: (count) => `제로 윈도 ${count}`,
    badChecksums: (count) => `잘못된 체크섬 ${count}`,
    counted: (conversations, packets) => `대화 ${conversations}개, 패킷 ${packets}개`,
  },
};
