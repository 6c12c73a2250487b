import type { Language } from '../notes/note.ts';

/** The headings of netstat, and what else `dissect sockets` says. */
export interface SocketsWords {
  readonly protocol: string;
  readonly sendQueue: string;
  readonly local: string;
  readonly foreign: string;
  readonly state: string;
  readonly none: string;
  /** Behind UNKNOWN, of an end that has sent nothing. */
  readonly unseen: string;
}

export const socketsWords: Readonly<Record<Language, SocketsWords>> = {
  en: {
    protocol: 'Proto',
    sendQueue: 'Send-Q',
    local: 'Local Address',
    foreign: 'Foreign Address',
    state: 'State',
    unseen: '· nothing seen of it',
    none: 'the packets prove no TCP socket at that moment',
  },
  ko: {
    protocol: '프로토콜',
    sendQueue: '송신 대기',
    local: '로컬 주소',
    foreign: '외부 주소',
    state: '상태',
    unseen: '· 보낸 것이 없음',
    none: '그 시점에 있었다고 패킷이 보여 주는 TCP 소켓이 없음',
  },
};
