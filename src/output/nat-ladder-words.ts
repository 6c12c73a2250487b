import type { Language } from '../notes/note.ts';
import type { Fate, NatLadder, RouterChange } from './nat-ladder.ts';
import { grouped } from './numbers.ts';

/** What stands on a ladder through a translator beside what every ladder has. */
export interface NatLadderWords {
  readonly title: (ladder: NatLadder) => string;
  readonly router: string;
  readonly clock: (capture: string) => string;
  readonly begun: (capture: string) => string;
  /** Of a packet that `capture` does not have; null where one capture holds both sides. */
  readonly fate: Readonly<Record<Fate, (capture: string | null) => string>>;
  readonly change: (change: RouterChange) => string;
  readonly arrives: (frame: number) => string;
  readonly conntrack: string;
  /** The picture in words, for those who hear it. */
  readonly described: (frames: string, from: string, said: string, fate: string | null) => string;
}

const segments = (count: number): string => `${grouped(count)} ${count === 1 ? 'segment' : 'segments'}`;
const signed = (by: number): string => `${by < 0 ? '−' : '+'}${grouped(Math.abs(by))}`;

export const natLadderWords: Readonly<Record<Language, NatLadderWords>> = {
  en: {
    title: ({ sides: [left, right], passed, alone }) => {
      const who =
        left.capture === right.capture
          ? `TCP connections ${left.stream} and ${right.stream} of ${left.capture} are one`
          : `TCP connection ${left.stream} of ${left.capture} is ${right.stream} of ${right.capture}`;
      const isOne = left.capture === right.capture;
      const only = [left, right].flatMap(({ capture }, side) => {
        const count = alone[side]!;
        const where = isOne ? `on the ${side === 0 ? 'left' : 'right'}` : `in ${capture}`;
        return count === 0 ? [] : [`${grouped(count)} ${where} only`];
      });
      return `${who}: ${[`${segments(passed)} on both sides`, ...only].join(', ')}`;
    },
    router: 'router',
    clock: (capture) => `times by the clock of ${capture}`,
    begun: (capture) => `${capture} does not have the beginning`,
    fate: {
      lost: (capture) => `not ${capture === null ? 'on the other side' : `in ${capture}`}: lost or dropped`,
      made: (capture) => `not ${capture === null ? 'on the other side' : `in ${capture}`}: made by the router`,
      unheard: (capture) =>
        `not ${capture === null ? 'on the other side' : `in ${capture}`}: made by the router, or missed there`,
      unrecorded: (capture) =>
        `not ${capture === null ? 'on the other side' : `in ${capture}`}, which has nothing of that time`,
    },
    change: (change) => {
      switch (change.what) {
        case 'source':
        case 'destination':
          return `${change.before} becomes ${change.after}`;
        case 'seq':
        case 'ack':
          return `${change.what} ${signed(change.by)} from here on`;
        case 'content':
          return 'content changed';
        default:
          return `${FIELDS[change.what]} ${change.before} → ${change.after}`;
      }
    },
    arrives: (frame) => `frame ${frame} arrives`,
    conntrack:
      'the router is no end of it: what conntrack calls the flow is the state of its binding, not that of an end (dissect notes nat)',
    described: (frames, from, said, fate) => `${frames}, from ${from}: ${said}${fate === null ? '' : `; ${fate}`}.`,
  },
  ko: {
    title: ({ sides: [left, right], passed, alone }) => {
      const isOne = left.capture === right.capture;
      const who = isOne
        ? `${left.capture}의 TCP 연결 ${left.stream}, ${right.stream}은 같은 연결`
        : `${left.capture}의 TCP 연결 ${left.stream} = ${right.capture}의 ${right.stream}`;
      const only = [left, right].flatMap(({ capture }, side) => {
        const count = alone[side]!;
        const where = isOne ? (side === 0 ? '왼쪽' : '오른쪽') : capture;
        return count === 0 ? [] : [`${where}에만 ${grouped(count)}개`];
      });
      return `${who}: ${[`양쪽에 있는 세그먼트 ${grouped(passed)}개`, ...only].join(', ')}`;
    },
    router: '라우터',
    clock: (capture) => `시각은 ${capture}의 시계 기준`,
    begun: (capture) => `${capture}에는 시작 부분이 없음`,
    fate: {
      lost: (capture) => `${capture ?? '반대쪽'}에 없음: 사라졌거나 버려짐`,
      made: (capture) => `${capture ?? '반대쪽'}에 없음: 라우터가 만듦`,
      unheard: (capture) => `${capture ?? '반대쪽'}에 없음: 라우터가 만들었거나 거기서 놓침`,
      unrecorded: (capture) => `${capture ?? '반대쪽'}에 없음: 그때의 기록 자체가 없음`,
    },
    change: (change) => {
      switch (change.what) {
        case 'source':
        case 'destination':
          return `${change.before} ▸ ${change.after}`;
        case 'seq':
        case 'ack':
          return `여기부터 ${change.what} ${signed(change.by)}`;
        case 'content':
          return '내용이 바뀜';
        default:
          return `${FIELDS[change.what]} ${change.before} → ${change.after}`;
      }
    },
    arrives: (frame) => `프레임 ${frame} 도착`,
    conntrack:
      '라우터는 연결의 끝이 아님: conntrack이 말하는 상태는 바인딩의 상태이며 양 끝의 TCP 상태가 아님(dissect notes nat)',
    described: (frames, from, said, fate) => `${frames}, ${from}에서: ${said}${fate === null ? '' : `; ${fate}`}.`,
  },
};

const FIELDS = { hops: 'TTL', mss: 'MSS', length: 'len' } as const;

/** Why a packet stands on one side only; null for what passed. */
export function fateText(
  { fate, frames }: { readonly fate: Fate | null; readonly frames: readonly [number | null, number | null] },
  { sides: [left, right] }: NatLadder,
  words: NatLadderWords,
): string | null {
  if (fate === null) return null;
  const absent = frames[0] === null ? left : right;
  return words.fate[fate](left.capture === right.capture ? null : absent.capture);
}
