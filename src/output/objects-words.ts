import type { Language } from '../notes/note.ts';
import type { Cut } from '../streams/reading.ts';

/** What `dissect objects` says beside numbers and names. */
export interface ObjectsWords {
  readonly frame: string;
  readonly host: string;
  readonly type: string;
  readonly octets: string;
  readonly name: string;
  readonly remarks: string;
  readonly none: string;
  readonly sent: string;
  readonly cut: (why: Cut) => string;
  readonly coded: (coding: string) => string;
  readonly part: (range: string) => string;
  readonly counted: (objects: string, octets: string, cut: number) => string;
  readonly written: (folder: string) => string;
}

const several = (count: string, one: string, many: string): string => `${count} ${count === '1' ? one : many}`;

const CUT_EN: Readonly<Record<Cut, string>> = {
  hole: 'packets are not in the capture',
  snapped: 'frames are cut',
  memory: 'too much at once to be kept',
  length: 'too long to be kept',
  closed: 'its sender closed before the end',
  reset: 'the connection was reset',
  end: 'the capture ends',
};

const CUT_KO: Readonly<Record<Cut, string>> = {
  hole: '캡처에 없는 패킷이 있음',
  snapped: '프레임이 잘렸음',
  memory: '한꺼번에 보관하기에 너무 많음',
  length: '보관하기에 너무 김',
  closed: '보낸 쪽이 끝나기 전에 닫음',
  reset: '연결이 리셋됨',
  end: '캡처가 끝남',
};

export const objectsWords: Readonly<Record<Language, ObjectsWords>> = {
  en: {
    frame: 'Frame',
    host: 'Host',
    type: 'Type',
    octets: 'Bytes',
    name: 'Name',
    remarks: 'Remarks',
    none: 'no objects',
    sent: 'sent by the client',
    cut: (why) => `cut: ${CUT_EN[why]}`,
    coded: (coding) => `still coded (${coding})`,
    part: (range) => `a part: ${range}`,
    counted: (objects, octets, cut) =>
      `${several(objects, 'object', 'objects')}, ${several(octets, 'byte', 'bytes')}${cut > 0 ? `, ${cut} of them cut` : ''}`,
    written: (folder) => `written to ${folder}`,
  },
  ko: {
    frame: '프레임',
    host: '호스트',
    type: '종류',
    octets: '바이트',
    name: '이름',
    remarks: '비고',
    none: '객체가 없음',
    sent: '클라이언트가 보냄',
    cut: (why) => `잘림: ${CUT_KO[why]}`,
    coded: (coding) => `아직 압축된 상태(${coding})`,
    part: (range) => `일부분: ${range}`,
    counted: (objects, octets, cut) => `객체 ${objects}개, ${octets}바이트${cut > 0 ? `, 그중 ${cut}개는 잘림` : ''}`,
    written: (folder) => `저장한 곳: ${folder}`,
  },
};
