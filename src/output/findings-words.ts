import type { Language } from '../notes/note.ts';
import type { FactKey } from '../transcript/dialogue.ts';
import type { EndingText } from '../transcript/ending.ts';

/** What `golden` and `diff` say of what differs. */
export interface FindingsWords {
  readonly come: (frame: string) => string;
  readonly gone: string;
  readonly otherServer: (now: string, was: string) => string;
  readonly otherClient: (now: string, was: string) => string;
  readonly otherService: (now: string, was: string) => string;
  /** How it ends now, with the frame and the end that it comes from; and how it ended before. */
  readonly endingNow: Readonly<Record<EndingText, (frame: string, by: string) => string>>;
  readonly endingWas: Readonly<Record<EndingText, string>>;
  /** Who closed first before, where only that changed. */
  readonly closer: Readonly<Record<'client' | 'server', string>>;
  readonly was: (now: string, was: string) => string;
  readonly facts: Readonly<Record<FactKey, string>>;
  readonly fact: (name: string, now: string, was: string, frame: string) => string;
  readonly nothing: string;
  readonly sides: Readonly<Record<'>' | '<', string>>;
  readonly silent: (side: string, was: string) => string;
  readonly more: (side: string, now: string, frame: string) => string;
  readonly other: (side: string, now: string, was: string, frame: string) => string;
  readonly andMore: (first: string, others: number) => string;
  /** Of a capture as a whole. */
  readonly same: string;
  readonly different: (count: number) => string;
  readonly missing: string;
  readonly written: string;
  readonly orphan: string;
  readonly counted: (counts: Counts) => string;
}

export interface Counts {
  readonly captures: number;
  readonly same: number;
  readonly different: number;
  readonly missing: number;
  readonly written: number;
  readonly unreadable: number;
  readonly orphans: number;
}

const inFrame = (frame: string): string => (frame === '' ? '' : ` in frame ${frame}`);
const frameAside = (frame: string): string => (frame === '' ? '' : ` (frame ${frame})`);
const several = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
const 보낸쪽 = (frame: string, by: string): string => ` (${frame === '' ? '' : `프레임 ${frame}, `}보낸 쪽 ${by})`;
const 프레임 = (frame: string): string => (frame === '' ? '' : ` (프레임 ${frame})`);

export const findingsWords: Readonly<Record<Language, FindingsWords>> = {
  en: {
    come: (frame) => `this conversation was not there before${frame === '' ? '' : `; it begins with frame ${frame}`}`,
    gone: 'this conversation is not there any more',
    otherServer: (now, was) => `it goes to ${now} now; was ${was}`,
    otherClient: (now, was) => `it comes from ${now} now; was ${was}`,
    otherService: (now, was) => `it is recognised as ${now || 'nothing'} now; was ${was || 'nothing'}`,
    endingNow: {
      'client closes first': (frame, by) => `client now closes first: FIN${inFrame(frame)} comes from ${by}`,
      'server closes first': (frame, by) => `server now closes first: FIN${inFrame(frame)} comes from ${by}`,
      'client closes first, the last ACK is missing': (frame) =>
        `client closes first${frameAside(frame)}, and the last ACK is missing now`,
      'server closes first, the last ACK is missing': (frame) =>
        `server closes first${frameAside(frame)}, and the last ACK is missing now`,
      'only the client closes': (frame) => `only the client closes its side now: FIN${inFrame(frame)}`,
      'only the server closes': (frame) => `only the server closes its side now: FIN${inFrame(frame)}`,
      'reset by the client': (frame, by) => `client now resets the connection: RST${inFrame(frame)} comes from ${by}`,
      'reset by the server': (frame, by) => `server now resets the connection: RST${inFrame(frame)} comes from ${by}`,
      refused: (frame) => `the connection is refused now: RST${inFrame(frame)} answers the SYN`,
      'not answered': () => 'nobody answers the SYN now',
      open: () => 'nobody closes the connection now: it is open when the capture ends',
      'given up for a new one on the same ports': () =>
        'nobody closes the connection now: a new one takes the same ports',
    },
    endingWas: {
      'client closes first': 'closed by both, by the client first',
      'server closes first': 'closed by both, by the server first',
      'client closes first, the last ACK is missing': 'closed by both, without the last ACK',
      'server closes first, the last ACK is missing': 'closed by both, without the last ACK',
      'only the client closes': 'only the client closed',
      'only the server closes': 'only the server closed',
      'reset by the client': 'reset by the client',
      'reset by the server': 'reset by the server',
      refused: 'refused',
      'not answered': 'not answered',
      open: 'open at the end of the capture',
      'given up for a new one on the same ports': 'given up for a new one on the same ports',
    },
    closer: { client: 'the client', server: 'the server' },
    was: (now, was) => `${now}; was ${was}`,
    facts: {
      opening: 'beginning',
      mss: 'MSS',
      'window scale': 'window scale',
      sack: 'SACK',
      timestamps: 'timestamps',
      isn: 'ISN',
      tsval: 'first TSval',
      'ip id': 'first IP identification',
      mac: 'MAC addresses',
      messages: 'messages',
      retransmissions: 'segments sent again',
      'out of order': 'segments out of order',
      'zero windows': 'zero windows',
      faults: 'faults',
      ending: 'ending',
      states: 'states at the end',
      'left out': 'conversations left out',
    },
    fact: (name, now, was, frame) => `${name}: ${now} now${frameAside(frame)}; was ${was}`,
    nothing: 'none',
    sides: { '>': 'client', '<': 'server' },
    silent: (side, was) => `${side} does not say ${was} any more`,
    more: (side, now, frame) => `${side} says ${now}${inFrame(frame)}, which was not there before`,
    other: (side, now, was, frame) => `${side} says ${now} now${inFrame(frame)}; was ${was}`,
    andMore: (first, others) => `${first} and ${others} more`,
    same: 'as expected',
    different: (count) => several(count, 'difference', 'differences'),
    missing: 'there is no transcript; --update writes it',
    written: 'transcript written',
    orphan: 'no capture belongs to this transcript',
    counted: ({ captures, same, different, missing, written, unreadable, orphans }) =>
      [
        `${several(captures, 'capture', 'captures')}: ${same} as expected`,
        ...(different > 0 ? [`${different} ${different === 1 ? 'differs' : 'differ'}`] : []),
        ...(missing > 0 ? [`${missing} without a transcript`] : []),
        ...(written > 0 ? [several(written, 'transcript written', 'transcripts written')] : []),
        ...(unreadable > 0 ? [`${unreadable} not readable`] : []),
        ...(orphans > 0 ? [several(orphans, 'transcript without a capture', 'transcripts without a capture')] : []),
      ].join(', '),
  },
  ko: {
    come: (frame) => `전에는 없던 대화${frame === '' ? '' : `(프레임 ${frame}에서 시작)`}`,
    gone: '이 대화가 없어짐',
    otherServer: (now, was) => `상대가 바뀜: 이제 ${now}, 전에는 ${was}`,
    otherClient: (now, was) => `시작하는 쪽이 바뀜: 이제 ${now}, 전에는 ${was}`,
    otherService: (now, was) => `인식된 프로토콜이 바뀜: 이제 ${now || '없음'}, 전에는 ${was || '없음'}`,
    endingNow: {
      'client closes first': (frame, by) => `이제 클라이언트가 먼저 닫음: FIN${보낸쪽(frame, by)}`,
      'server closes first': (frame, by) => `이제 서버가 먼저 닫음: FIN${보낸쪽(frame, by)}`,
      'client closes first, the last ACK is missing': (frame) =>
        `클라이언트가 먼저 닫지만${프레임(frame)} 마지막 ACK가 없음`,
      'server closes first, the last ACK is missing': (frame) => `서버가 먼저 닫지만${프레임(frame)} 마지막 ACK가 없음`,
      'only the client closes': (frame) => `이제 클라이언트만 닫음: FIN${프레임(frame)}`,
      'only the server closes': (frame) => `이제 서버만 닫음: FIN${프레임(frame)}`,
      'reset by the client': (frame, by) => `이제 클라이언트가 연결을 리셋함: RST${보낸쪽(frame, by)}`,
      'reset by the server': (frame, by) => `이제 서버가 연결을 리셋함: RST${보낸쪽(frame, by)}`,
      refused: (frame) => `이제 연결이 거부됨: SYN에 RST로 응답${프레임(frame)}`,
      'not answered': () => '이제 SYN에 아무도 응답하지 않음',
      open: () => '이제 아무도 연결을 닫지 않음: 캡처가 끝날 때까지 열려 있음',
      'given up for a new one on the same ports': () => '이제 아무도 연결을 닫지 않고, 같은 포트로 새 연결을 엶',
    },
    endingWas: {
      'client closes first': '클라이언트가 먼저 닫음',
      'server closes first': '서버가 먼저 닫음',
      'client closes first, the last ACK is missing': '클라이언트가 먼저 닫고 마지막 ACK가 없음',
      'server closes first, the last ACK is missing': '서버가 먼저 닫고 마지막 ACK가 없음',
      'only the client closes': '클라이언트만 닫음',
      'only the server closes': '서버만 닫음',
      'reset by the client': '클라이언트가 리셋함',
      'reset by the server': '서버가 리셋함',
      refused: '거부됨',
      'not answered': '응답이 없음',
      open: '캡처 끝까지 열려 있음',
      'given up for a new one on the same ports': '닫지 않고 같은 포트로 새 연결을 엶',
    },
    closer: { client: '클라이언트', server: '서버' },
    was: (now, was) => `${now}. 전에는 ${was}`,
    facts: {
      opening: '연결의 시작',
      mss: 'MSS',
      'window scale': '윈도우 스케일',
      sack: 'SACK',
      timestamps: '타임스탬프',
      isn: 'ISN',
      tsval: '첫 TSval',
      'ip id': '첫 IP 식별자',
      mac: 'MAC 주소',
      messages: '메시지',
      retransmissions: '재전송한 세그먼트',
      'out of order': '순서가 바뀐 세그먼트',
      'zero windows': '제로 윈도우',
      faults: '오류',
      ending: '종료',
      states: '끝났을 때의 상태',
      'left out': '다루지 않은 대화',
    },
    fact: (name, now, was, frame) => `${name}: 이제 ${now}${프레임(frame)}. 전에는 ${was}`,
    nothing: '없음',
    sides: { '>': '클라이언트', '<': '서버' },
    silent: (side, was) => `${side} 쪽의 ${was} 없어짐`,
    more: (side, now, frame) => `${side} 쪽에 전에 없던 ${now}${프레임(frame)}`,
    other: (side, now, was, frame) => `${side} 쪽이 이제 ${now}${프레임(frame)}. 전에는 ${was}`,
    andMore: (first, others) => `${first} 외 ${others}개`,
    same: '그대로',
    different: (count) => `차이 ${count}개`,
    missing: '기록(transcript)이 없음. --update로 만들 수 있음',
    written: '기록을 씀',
    orphan: '이 기록에 해당하는 캡처가 없음',
    counted: ({ captures, same, different, missing, written, unreadable, orphans }) =>
      [
        `캡처 ${captures}개: ${same}개 그대로`,
        ...(different > 0 ? [`${different}개 달라짐`] : []),
        ...(missing > 0 ? [`${missing}개 기록 없음`] : []),
        ...(written > 0 ? [`기록 ${written}개 씀`] : []),
        ...(unreadable > 0 ? [`${unreadable}개 읽을 수 없음`] : []),
        ...(orphans > 0 ? [`캡처 없는 기록 ${orphans}개`] : []),
      ].join(', '),
  },
};
