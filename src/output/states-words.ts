import type { Language } from '../notes/note.ts';
import type { Inference, StateChange } from '../tcp/state-change.ts';
import type { Stimulus } from '../tcp/states.ts';

/** What `dissect states` says beside numbers, names and states. */
export interface StatesWords {
  readonly heads: Readonly<Record<'frame' | 'time' | 'stream' | 'end' | 'change' | 'why', string>>;
  readonly client: string;
  readonly server: string;
  readonly inferred: string;
  /** What made the change, or what shows it. */
  readonly by: (cause: StateChange['by']) => string;
  readonly diagram: DiagramWords;
}

/** What stands on the state diagram. */
interface DiagramWords {
  readonly title: (stream: number) => string;
  readonly source: string;
  readonly frame: (frame: number | null) => string;
  readonly begins: (state: string) => string;
  readonly unknown: string;
  readonly expected: string;
  /** What had been concluded before was taken back. */
  readonly revised: (state: string) => string;
  readonly left: (steps: number) => string;
  readonly ends: (state: string) => string;
  readonly lost: string;
  readonly unproven: string;
  readonly legend: string;
}

/** In English a stimulus reads as the table of states has it. */
const english: Readonly<Record<Inference, string>> = {
  'data-both-ways': 'both ends sent data',
  'peer-not-closed': 'the other end had not closed',
  'not-closed': 'it had not closed',
  'fin-sent-first': 'sent its FIN first',
  'fin-received-first': 'received the other FIN first',
  'fin-one-direction': 'sent FIN, the other direction was not captured',
  'acked-not-captured': 'acknowledged what was not captured',
  'direction-not-captured': 'nothing of it was captured',
  'reset-behind-missed': 'RST behind data that the capture missed',
  'ports-reused': 'its ports were opened anew',
};

const korean: Readonly<Record<Stimulus | Inference, string>> = {
  'sent SYN': 'SYN을 보냄',
  'sent SYN+ACK': 'SYN+ACK를 보냄',
  'sent FIN': 'FIN을 보냄',
  'sent RST': 'RST를 보냄',
  'received SYN': 'SYN을 받음',
  'received SYN+ACK': 'SYN+ACK를 받음',
  'received ACK of SYN': 'SYN에 대한 ACK를 받음',
  'received ACK of FIN': 'FIN에 대한 ACK를 받음',
  'received FIN': 'FIN을 받음',
  'received RST': 'RST를 받음',
  timer: '타이머가 끝남',
  'data-both-ways': '양쪽이 데이터를 보냄',
  'peer-not-closed': '상대가 아직 닫지 않았음',
  'not-closed': '아직 닫지 않았음',
  'fin-sent-first': 'FIN을 먼저 보냄',
  'fin-received-first': '상대의 FIN을 먼저 받음',
  'fin-one-direction': 'FIN을 보냄, 반대 방향은 캡처되지 않음',
  'acked-not-captured': '캡처되지 않은 것에 ACK를 보냄',
  'direction-not-captured': '이쪽이 보낸 것은 캡처되지 않음',
  'reset-behind-missed': '캡처가 놓친 데이터 뒤의 RST',
  'ports-reused': '같은 포트로 새 연결을 엶',
};

const isInference = (by: StateChange['by']): by is Inference => by in english;

export const statesWords: Readonly<Record<Language, StatesWords>> = {
  en: {
    heads: { frame: 'Frame', time: 'Time', stream: 'Stream', end: 'End', change: 'State', why: 'Why' },
    client: 'client',
    server: 'server',
    inferred: 'inferred',
    by: (cause) => (isInference(cause) ? english[cause] : cause),
    diagram: {
      title: (stream) => `States of both ends, TCP connection ${stream}`,
      source: 'The diagram of RFC 9293 §3.3.2, figure 5, and the way that each end took through it.',
      frame: (frame) => (frame === null ? 'by the clock' : `frame ${frame}`),
      begins: (state) => `begins in ${state}`,
      unknown: 'where it stood before is not known: that was not captured',
      revised: (state) => `what was concluded is taken back: it was in ${state}`,
      left: (steps) => `${steps} further ${steps === 1 ? 'step is' : 'steps are'} left out`,
      expected: 'expected in LISTEN: no SYN+ACK of it was captured',
      ends: (state) => `at the end of the capture: ${state}`,
      lost: 'where it stands at the end is not known',
      unproven: 'nothing shows that it came to this: where it stands is not known',
      legend:
        'Dashed: inferred. What an end sends is seen; that a segment arrived, and what the end made of it, is concluded. A rim shows where an end stands at the end.',
    },
  },
  ko: {
    heads: { frame: '번호', time: '시각', stream: '스트림', end: '끝', change: '상태', why: '이유' },
    client: '클라이언트',
    server: '서버',
    inferred: '추론',
    by: (cause) => korean[cause],
    diagram: {
      title: (stream) => `양쪽 끝의 상태, TCP 연결 ${stream}`,
      source: 'RFC 9293 §3.3.2의 그림 5와, 양쪽 끝이 그 안에서 지나간 길.',
      frame: (frame) => (frame === null ? '시간이 지나' : `프레임 ${frame}`),
      begins: (state) => `처음 상태: ${state}`,
      unknown: '그 전의 상태는 캡처되지 않아 알 수 없음',
      revised: (state) => `앞에서 추론한 것을 바로잡음: ${state} 상태였음`,
      left: (steps) => `그 뒤의 변화 ${steps}개는 생략`,
      expected: 'LISTEN이라고 가정: 이쪽의 SYN+ACK는 캡처되지 않음',
      ends: (state) => `캡처가 끝날 때: ${state}`,
      lost: '캡처가 끝날 때의 상태는 알 수 없음',
      unproven: '여기까지 왔다는 증거가 없음: 상태를 알 수 없음',
      legend:
        '점선은 추론입니다. 보낸 것은 캡처에서 보이지만, 세그먼트가 도착했고 그래서 상태가 바뀌었다는 것은 추론한 것입니다. 테두리는 캡처가 끝날 때 있던 상태입니다.',
    },
  },
};
