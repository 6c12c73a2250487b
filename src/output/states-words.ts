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
  },
  ko: {
    heads: { frame: '번호', time: '시각', stream: '스트림', end: '끝', change: '상태', why: '이유' },
    client: '클라이언트',
    server: '서버',
    inferred: '추론',
    by: (cause) => korean[cause],
  },
};
