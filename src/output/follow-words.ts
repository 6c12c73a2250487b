import type { Language } from '../notes/note.ts';
import type { GapCause } from '../tcp/reassembly.ts';
import { grouped } from './numbers.ts';

/** What `dissect follow` says between the bytes. */
export interface FollowWords {
  readonly client: string;
  readonly server: string;
  readonly frame: (number: number) => string;
  readonly missing: (length: number, cause: GapCause, frame: number | null) => string;
  readonly late: (length: number, frame: number | null) => string;
  readonly differs: (offset: number, length: number, frame: number | null) => string;
  readonly middle: string;
  readonly sent: (who: string, shown: number, lost: number) => string;
  /** Nothing of this end was captured, not even its SYN. */
  readonly unseen: (who: string) => string;
  readonly nothing: string;
  /** Of WebSocket: what is shown of it, what cannot be shown so, and a message that stays compressed. */
  readonly upgraded: string;
  readonly unframed: string;
  readonly compressed: (length: number) => string;
}

const bytes = (count: number): string => `${grouped(count)} ${count === 1 ? 'byte' : 'bytes'}`;

export const followWords: Readonly<Record<Language, FollowWords>> = {
  en: {
    client: 'client',
    server: 'server',
    frame: (number) => `frame ${number}`,
    missing: (length, cause, frame) => {
      const why = { hole: 'not captured', snapped: 'cut off by the capture', memory: 'dropped to save memory' }[cause];
      const where = frame === null ? 'the capture ends' : `frame ${frame} shows the gap`;
      return `${bytes(length)} missing: ${why}${cause === 'hole' ? `, ${where}` : ''}`;
    },
    late: (length, frame) => `${bytes(length)} left out: they came too late, in frame ${frame}`,
    differs: (offset, length, frame) =>
      `frame ${frame} sends ${bytes(length)} from byte ${grouped(offset)} on again, with another content; the first copy is shown`,
    middle: 'the beginning was not captured: byte 0 is the first one seen',
    sent: (who, shown, lost) => `${who} sent ${bytes(shown)}${lost > 0 ? ` and ${bytes(lost)} that are missing` : ''}`,
    unseen: (who) => `nothing captured from ${who}`,
    nothing: 'no bytes were carried',
    upgraded:
      'WebSocket from here on: what its messages say, without frames and masks; -T hex and -T raw show the bytes as they were sent',
    unframed: 'where frames begin is not known from here on: the bytes as they were sent',
    compressed: (length) => `${bytes(length)}, compressed: what they refer to is not there`,
  },
  ko: {
    client: '클라이언트',
    server: '서버',
    frame: (number) => `프레임 ${number}`,
    missing: (length, cause, frame) => {
      const why = { hole: '캡처되지 않음', snapped: '캡처가 잘라 냄', memory: '메모리를 아끼려고 버림' }[cause];
      const where = frame === null ? '캡처가 끝남' : `프레임 ${frame}에서 드러남`;
      return `${grouped(length)}바이트 빠짐: ${why}${cause === 'hole' ? `, ${where}` : ''}`;
    },
    late: (length, frame) => `${grouped(length)}바이트 생략: 프레임 ${frame}에서 너무 늦게 도착`,
    differs: (offset, length, frame) =>
      `프레임 ${frame}에서 바이트 ${grouped(offset)}부터 ${grouped(length)}바이트를 다른 내용으로 다시 보냄; 먼저 온 것을 보임`,
    middle: '시작 부분은 캡처되지 않음: 처음 본 바이트가 바이트 0',
    sent: (who, shown, lost) =>
      `${who}: ${grouped(shown)}바이트 보냄${lost > 0 ? `, ${grouped(lost)}바이트는 빠짐` : ''}`,
    unseen: (who) => `${who}: 보낸 것이 캡처되지 않음`,
    nothing: '실어 나른 바이트 없음',
    upgraded: '여기부터 WebSocket: 프레임과 마스크를 벗긴 메시지의 내용; -T hex와 -T raw는 보낸 바이트를 그대로 보임',
    unframed: '여기부터 프레임의 시작을 알 수 없음: 보낸 바이트 그대로',
    compressed: (length) => `압축된 ${grouped(length)}바이트: 참조하는 앞의 내용이 없음`,
  },
};
