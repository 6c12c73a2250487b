import type { Language } from '../notes/note.ts';

/** What `dissect states` says beside numbers, names and states. */
export interface StatesWords {
  readonly heads: Readonly<Record<'frame' | 'time' | 'stream' | 'end' | 'change' | 'why', string>>;
  readonly client: string;
  readonly server: string;
  readonly inferred: string;
  /** What made the change, as the table of states names it. */
  readonly by: (cause: string) => string;
}

const korean: Readonly<Record<string, string>> = {
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
  'sent data, as the other end did': '상대처럼 데이터를 보냄',
  'the other end had not closed': '상대가 아직 닫지 않았음',
  'it had not closed': '아직 닫지 않았음',
  'sent FIN first': 'FIN을 먼저 보냄',
  'received FIN first': 'FIN을 먼저 받음',
};

export const statesWords: Readonly<Record<Language, StatesWords>> = {
  en: {
    heads: { frame: 'Frame', time: 'Time', stream: 'Stream', end: 'End', change: 'State', why: 'Why' },
    client: 'client',
    server: 'server',
    inferred: 'inferred',
    by: (cause) => cause,
  },
  ko: {
    heads: { frame: '번호', time: '시각', stream: '스트림', end: '끝', change: '상태', why: '이유' },
    client: '클라이언트',
    server: '서버',
    inferred: '추론',
    by: (cause) => korean[cause] ?? cause,
  },
};
