import type { Language } from '../../notes/note.ts';
import type { GraphKind } from '../../output/graph-kinds.ts';
import type { Severity } from '../model.ts';
import type { View } from './route.ts';

/** What the page says beside what the capture and the notes say. */
export interface PageWords {
  readonly language: string;
  readonly theme: Readonly<Record<'system' | 'light' | 'dark', string>>;
  readonly themeLabel: string;
  readonly skip: string;
  readonly views: Readonly<Record<View, string>>;
  readonly viewsLabel: string;
  readonly columns: readonly [string, string, string, string, string, string, string];
  readonly list: string;
  readonly filter: string;
  readonly filterHint: string;
  readonly apply: string;
  readonly clear: string;
  readonly search: string;
  readonly searchHint: string;
  readonly filterWrong: string;
  readonly filterHelp: string;
  readonly counted: (shown: string, all: string) => string;
  readonly noMatch: string;
  readonly packet: (frame: number) => string;
  readonly explanation: string;
  readonly tree: string;
  readonly hex: string;
  readonly bytes: (count: string) => string;
  readonly showAllBytes: (count: string) => string;
  readonly onlyBytes: (shown: string, all: string) => string;
  readonly buffer: (kind: 'frame' | 'reassembled' | 'decrypted', of: string) => string;
  readonly byteCursor: (offset: string, value: string, field: string) => string;
  readonly marks: Readonly<Record<'quoted' | 'reassembled' | 'decrypted', string>>;
  readonly issue: Readonly<Record<'truncated' | 'malformed', string>>;
  readonly needs: (code: string, need: number, have: number) => string;
  readonly nothingHappens: string;
  readonly more: string;
  readonly explainedIn: (frame: number) => string;
  readonly inFrame: (frame: number) => string;
  readonly previous: string;
  readonly next: string;
  readonly toConnection: (stream: number) => string;
  readonly severities: Readonly<Record<Severity, string>>;
  readonly glance: string;
  readonly happened: string;
  readonly happenedMore: (count: string) => string;
  readonly times: (count: string) => string;
  readonly conversations: string;
  readonly conversationColumns: readonly [string, string, string, string, string, string, string];
  readonly moreConversations: (shown: string, all: string) => string;
  readonly frames: string;
  readonly marksOf: Readonly<Record<'fine' | 'watch' | 'untold', string>>;
  readonly connection: string;
  readonly noConnections: string;
  readonly ladder: string;
  readonly states: string;
  readonly scale: string;
  readonly scales: Readonly<Record<'even' | 'time', string>>;
  readonly graphTitle: string;
  readonly graphs: Readonly<Record<GraphKind, string>>;
  readonly sender: string;
  readonly showPackets: string;
  readonly noJourneys: string;
  readonly pictures: string;
  readonly commandLine: string;
  readonly copy: string;
  readonly copied: string;
  readonly reading: string;
  readonly working: string;
  readonly failed: string;
  readonly problem: string;
  /** The page holds only some of the frames. */
  readonly excerpt: (held: string, all: string) => string;
  readonly leftOut: string;
  readonly filterImpossible: string;
  readonly start: string;
  readonly startText: string;
  readonly choose: string;
  readonly drop: string;
  readonly another: string;
  readonly shownCapture: string;
  readonly tooLarge: (limit: string) => string;
}

const en: PageWords = {
  language: 'Language',
  theme: { system: 'As the system', light: 'Light', dark: 'Dark' },
  themeLabel: 'Colours',
  skip: 'To the content',
  views: { overview: 'Overview', packets: 'Packets', connections: 'Connections', journeys: 'Journeys', nat: 'NAT' },
  viewsLabel: 'Views',
  columns: ['No.', 'Time', 'Source', 'Destination', 'Protocol', 'Length', 'Info'],
  list: 'Packets',
  filter: 'Display filter',
  filterHint: 'tcp.port == 80 && !http',
  apply: 'Apply',
  clear: 'Clear',
  search: 'Search the lines',
  searchHint: 'any text',
  filterWrong: 'The filter cannot be understood',
  filterHelp: 'Wireshark’s display filters; fields are those of the tree',
  counted: (shown, all) => (shown === all ? `${all} packets` : `${shown} of ${all} packets`),
  noMatch: 'No packet matches.',
  packet: (frame) => `Packet ${frame}`,
  explanation: 'Explanation',
  tree: 'Fields',
  hex: 'Bytes',
  bytes: (count) => `${count} bytes`,
  showAllBytes: (count) => `Show all ${count} bytes`,
  onlyBytes: (shown, all) => `The first ${shown} of ${all} bytes`,
  buffer: (kind, of) => (kind === 'frame' ? 'Frame' : kind === 'decrypted' ? 'Decrypted' : `Reassembled ${of}`),
  byteCursor: (offset, value, field) => `Offset ${offset}: ${value}${field === '' ? '' : `, ${field}`}`,
  marks: { quoted: 'quoted', reassembled: 'reassembled', decrypted: 'decrypted' },
  issue: { truncated: 'Cut short by the capture', malformed: 'Malformed' },
  needs: (code, need, have) => `${code} needs ${need} bytes, has ${have}`,
  nothingHappens: 'There is nothing to tell about this packet beyond its fields.',
  more: 'More',
  explainedIn: (frame) => `explained in frame ${frame}`,
  inFrame: (frame) => `in frame ${frame}`,
  previous: 'Previous packet',
  next: 'Next packet',
  toConnection: (stream) => `TCP connection ${stream}`,
  severities: { chat: 'ordinary', note: 'worth a look', warn: 'warning', error: 'error' },
  glance: 'The capture',
  happened: 'What happened',
  happenedMore: (count) => `What is ordinary (${count})`,
  times: (count) => `${count} ×`,
  conversations: 'Conversations',
  conversationColumns: ['Stream', 'Ends', 'Packets', 'Bytes', 'Start, duration', 'State', 'Remarks'],
  moreConversations: (shown, all) => `The first ${shown} of ${all}.`,
  frames: 'frames',
  marksOf: { fine: 'fine', watch: 'watch out', untold: 'cannot be told' },
  connection: 'Connection',
  noConnections: 'There is no TCP connection in this capture.',
  ladder: 'Ladder',
  states: 'States',
  scale: 'Distances',
  scales: { even: 'even', time: 'as time passed' },
  graphTitle: 'Over time',
  graphs: { tseq: 'Sequence numbers', window: 'Window and bytes in flight', rtt: 'Round-trip times' },
  sender: 'What is sent by',
  showPackets: 'Its packets',
  pictures: 'in pictures',
  noJourneys: 'There is no conversation in this capture.',
  commandLine: 'The same on the command line',
  copy: 'Copy',
  copied: 'Copied',
  reading: 'Reading the capture',
  working: 'Working',
  failed: 'This went wrong',
  problem: 'The file ends badly; what could be read is shown',
  excerpt: (held, all) =>
    `This page holds ${held} of ${all} packets: the first ones, those with errors and warnings, and those in which connections begin and end, each with its neighbours. The overview is of all of them. The rest is left out: the capture is too large for a page.`,
  leftOut: 'This page does not hold that: the capture is too large. The command line shows it.',
  filterImpossible: 'A filter needs the whole capture, which is too large for this page. The command below applies it.',
  start: 'Look into a packet capture',
  startText:
    'pcap or pcapng, also compressed with gzip. The capture stays on this machine: it is read here, in this page, and nothing is sent anywhere. Of a router or another translator (NAT) choose two at once: the capture of its inside and that of its outside.',
  choose: 'Choose a capture',
  drop: 'or drop it anywhere on this page',
  another: 'Another capture',
  shownCapture: 'Capture',
  tooLarge: (limit) => `The file is longer than ${limit}: the command line reads it all`,
};

const ko: PageWords = {
  language: '언어',
  theme: { system: '시스템 설정대로', light: '밝게', dark: '어둡게' },
  themeLabel: '색상',
  skip: '본문으로 건너뛰기',
  views: { overview: '개요', packets: '패킷', connections: '연결', journeys: '여정', nat: 'NAT' },
  viewsLabel: '보기',
  columns: ['번호', '시간', '출발지', '목적지', '프로토콜', '길이', '정보'],
  list: '패킷',
  filter: '디스플레이 필터',
  filterHint: 'tcp.port == 80 && !http',
  apply: '적용',
  clear: '지우기',
  search: '목록에서 찾기',
  searchHint: '찾을 글자',
  filterWrong: '필터를 이해할 수 없다',
  filterHelp: 'Wireshark의 디스플레이 필터이다. 필드 이름은 필드 트리에 나오는 것과 같다',
  counted: (shown, all) => (shown === all ? `패킷 ${all}개` : `패킷 ${all}개 중 ${shown}개`),
  noMatch: '조건에 맞는 패킷이 없다.',
  packet: (frame) => `패킷 ${frame}`,
  explanation: '설명',
  tree: '필드',
  hex: '바이트',
  bytes: (count) => `${count}바이트`,
  showAllBytes: (count) => `${count}바이트 모두 보기`,
  onlyBytes: (shown, all) => `${all}바이트 중 처음 ${shown}바이트`,
  buffer: (kind, of) => (kind === 'frame' ? '프레임' : kind === 'decrypted' ? '복호화한 내용' : `재조립한 ${of}`),
  byteCursor: (offset, value, field) => `오프셋 ${offset}: ${value}${field === '' ? '' : `, ${field}`}`,
  marks: { quoted: '인용', reassembled: '재조립', decrypted: '복호화' },
  issue: { truncated: '캡처에서 잘림', malformed: '잘못된 형식' },
  needs: (code, need, have) => `${code}: ${need}바이트가 필요하지만 ${have}바이트뿐이다`,
  nothingHappens: '이 패킷은 필드에 보이는 것 말고는 설명할 것이 없다.',
  more: '더 보기',
  explainedIn: (frame) => `설명은 프레임 ${frame}에`,
  inFrame: (frame) => `프레임 ${frame}`,
  previous: '이전 패킷',
  next: '다음 패킷',
  toConnection: (stream) => `TCP 연결 ${stream}`,
  severities: { chat: '보통', note: '눈여겨볼 것', warn: '경고', error: '오류' },
  glance: '캡처',
  happened: '일어난 일',
  happenedMore: (count) => `평범한 일 (${count}가지)`,
  times: (count) => `${count}번`,
  conversations: '대화',
  conversationColumns: ['스트림', '양 끝', '패킷', '바이트', '시작, 지속 시간', '상태', '비고'],
  moreConversations: (shown, all) => `${all}개 중 처음 ${shown}개이다.`,
  frames: '프레임',
  marksOf: { fine: '이상 없음', watch: '주의', untold: '알 수 없음' },
  connection: '연결',
  noConnections: '이 캡처에는 TCP 연결이 없다.',
  ladder: '시퀀스 다이어그램',
  states: '상태',
  scale: '간격',
  scales: { even: '일정하게', time: '시간에 비례하게' },
  graphTitle: '시간에 따른 변화',
  graphs: { tseq: '시퀀스 번호', window: '윈도우와 전송 중인 바이트', rtt: '왕복 시간' },
  sender: '보내는 쪽',
  showPackets: '이 연결의 패킷',
  pictures: '그림으로 보기',
  noJourneys: '이 캡처에는 대화가 없다.',
  commandLine: '명령줄에서 똑같이 보려면',
  copy: '복사',
  copied: '복사했다',
  reading: '캡처를 읽는 중',
  working: '처리 중',
  failed: '문제가 생겼다',
  problem: '파일 끝이 온전하지 않다. 읽을 수 있는 데까지 보인다',
  excerpt: (held, all) =>
    `이 페이지에는 패킷 ${all}개 중 ${held}개가 있다. 처음 패킷들, 오류와 경고가 있는 패킷, 연결이 시작되고 끝나는 패킷과 그 앞뒤 패킷이다. 개요는 전체를 다룬다. 캡처가 한 페이지에 담기에는 커서 나머지는 뺐다.`,
  leftOut: '캡처가 커서 이 페이지에는 없다. 명령줄에서 볼 수 있다.',
  filterImpossible: '필터에는 캡처 전체가 필요한데 이 페이지에 담기에는 크다. 아래 명령으로 적용할 수 있다.',
  start: '패킷 캡처 들여다보기',
  startText:
    'pcap이나 pcapng 파일이면 된다. gzip으로 압축한 것도 읽는다. 캡처는 이 컴퓨터를 떠나지 않는다. 이 페이지 안에서 읽으며 어디로도 보내지 않는다. 공유기 같은 NAT 장비라면 안쪽과 바깥쪽 캡처를 한꺼번에 두 개 고르면 된다.',
  choose: '캡처 파일 고르기',
  drop: '또는 이 페이지 아무 데나 끌어다 놓기',
  another: '다른 캡처',
  shownCapture: '캡처',
  tooLarge: (limit) => `파일이 ${limit}보다 크다. 명령줄에서는 모두 읽을 수 있다`,
};

export const pageWords: Readonly<Record<Language, PageWords>> = { en, ko };
