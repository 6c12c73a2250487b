import type { Language } from '../notes/note.ts';

/** What `dissect notes` says beside the notes themselves. */
export interface NotesWords {
  readonly topics: string;
  readonly events: string;
  readonly see: string;
  readonly notes: string;
  readonly from: string;
  readonly on: string;
  readonly to: string;
  readonly standard: string;
}

export const notesWords: Readonly<Record<Language, NotesWords>> = {
  en: {
    topics: 'Topics',
    events: 'Events',
    see: 'see',
    notes: 'notes',
    from: 'State',
    on: 'Event',
    to: 'Next state',
    standard: 'RFC 9293',
  },
  ko: {
    topics: '주제',
    events: '이벤트',
    see: '함께 읽기',
    notes: '노트',
    from: '상태',
    on: '일어난 일',
    to: '다음 상태',
    standard: 'RFC 9293',
  },
};
