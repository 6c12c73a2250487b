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
  /** Of the coverage. */
  readonly claim: string;
  readonly heading: string;
  readonly verdict: string;
  readonly verdicts: Readonly<Record<'right' | 'corrected', string>>;
  readonly coveredBy: string;
  readonly shownIn: string;
  readonly background: string;
  readonly frame: (number: number) => string;
  readonly covered: (count: number, of: number) => string;
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
    claim: 'Claim',
    heading: 'Study note',
    verdict: 'Verdict',
    verdicts: { right: 'right', corrected: 'put right' },
    coveredBy: 'Covered by',
    shownIn: 'Shown in',
    background: 'in no capture',
    frame: (number) => `frame ${number}`,
    covered: (count, of) => `${count} of ${of} claims are covered`,
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
    claim: '주장',
    heading: '노트',
    verdict: '판정',
    verdicts: { right: '맞음', corrected: '바로잡음' },
    coveredBy: '설명하는 글',
    shownIn: '보이는 곳',
    background: '캡처에 없음',
    frame: (number) => `프레임 ${number}`,
    covered: (count, of) => `주장 ${of}개 중 ${count}개를 설명함`,
  },
};
