import type { Language } from '../notes/note.ts';

/** The few words around explanations: labels of the card. What explains an event stands in the notes. */
interface Phrases {
  readonly client: string;
  readonly server: string;
  /** Behind a state change that has not been seen, only concluded. */
  readonly whenThisArrives: string;
  /** Behind a state that earlier packets must have led to: the capture did not see the change itself. */
  readonly concluded: string;
  readonly timer: string;
  /** In front of the system call that is behind an event. */
  readonly call: string;
  /** Where a number was read: in front of the frame's and of the bytes' numbers. */
  readonly frame: string;
  readonly byte: string;
  readonly bytes: string;
  readonly notes: string;
  /** Points back to the frame where the event was explained in full: what stands before and behind its number. */
  readonly explainedIn: readonly [before: string, behind: string];
}

export const phrases: Readonly<Record<Language, Phrases>> = {
  en: {
    client: 'client',
    server: 'server',
    whenThisArrives: 'when this arrives',
    concluded: 'concluded',
    timer: 'timer',
    call: 'system call',
    frame: 'frame',
    byte: 'byte',
    bytes: 'bytes',
    notes: 'notes',
    explainedIn: ['explained in frame ', ''],
  },
  ko: {
    client: '클라이언트',
    server: '서버',
    whenThisArrives: '이 패킷이 도착하면',
    concluded: '추론',
    timer: '타이머',
    call: '시스템 콜',
    frame: '프레임',
    byte: '바이트',
    bytes: '바이트',
    notes: '노트',
    explainedIn: ['설명은 프레임 ', '에'],
  },
};
