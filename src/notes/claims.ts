/**
 * The claims of the study notes that this project explains: the file and heading where each stands, and whether the
 * explanations repeat it or put it right. Notes name the claims that they cover in their front matter.
 */
interface Claim {
  /** Number of the study note, as its file name begins: `002`. */
  readonly file: string;
  readonly heading: string;
  readonly verdict: 'right' | 'corrected';
}

type Row = readonly [heading: string, right: readonly number[], corrected?: readonly number[]];

/** Headings in the order in which they stand, with the numbers of the claims under each. */
const files: Readonly<Record<string, readonly Row[]>> = {
  '000': [
    ['인터넷이란?', [1]],
    ['TCP/IP란?', [2]],
    ['계층', [3], [4, 5, 6]],
    [
      'www.google.com을 웹브라우저에 입력하면 무슨일이 일어날까요?',
      [7, 8, 9, 11, 16, 17, 18, 19, 20, 21, 22],
      [10, 12, 23, 24, 25],
    ],
    ['MAC주소를 어떻게 알아봐야할까?', [13, 14]],
    ['ARP란?', [15]],
    ['연결지향형 프로토콜인 TCP는?', [26]],
  ],
  '001': [
    ['탐험 여행의 경유지', [1, 2]],
    ['프로토콜 스택의 내부 구성', [3], [4, 5]],
    ['소켓의 실체는 통신 제어용 제어 정보', [6]],
    ['소켓의 내용 직접 확인하기', [], [7]],
    ['Socket을 호출했을 때의 동작', [8]],
    ['접속의 의미', [9]],
    ['멘 앞부분에 제어 정보를 기록한 헤더를 배치한다', [10]],
    ['접속 동작의 실체', [11], [12]],
    ['프로토콜 스택에 HTTP 리퀘스트 메세지를 넘긴다', [13, 16], [14, 15]],
    ['데이터가 클 때는 분할하여 보낸다', [], [17]],
    ['ACK 번호를 사용하여 패킷이 도착했는지 확인한다', [18, 19, 21], [20]],
    ['용어 정리', [22], [23]],
  ],
  '002': [
    ['TCP/IP', [1]],
    ['TCP/IP의 계층', [2]],
    ['3-Way-Handshaking', [3, 4, 5, 6]],
    ['4-Way-Handshaking', [7, 8, 9, 10], [11]],
    ['신뢰 할 수 있는 TCP', [12]],
  ],
  '003': [
    ['연결 끊기', [1, 2, 3, 4]],
    ['소켓 말소', [6], [5]],
    ['패킷', [7], [8]],
    ['패킷 송수신 동작의 개요', [9, 10, 11]],
    ['IP 헤더를 만든다', [12, 13, 14]],
    ['MAC 헤더를 만든다', [15]],
    ['ARP로 수신처 라우터의 MAC 주소를 조사', [16, 17]],
    ['이더넷의 기본', [18]],
    ['이더넷 패킷의 송수신 동작', [], [19]],
    ['패킷에 3개의 제어용 데이터를 추가한다', [20, 21, 22]],
    ['허브를 향해 패킷을 송신한다', [], [23, 24]],
    ['돌아온 패킷을 받는다', [25]],
    ['서버의 응답 패킷을 IP에서 TCP로 넘긴다', [26]],
    ['UDP 프로토콜을 이용한 송수신 동작', [27, 28]],
  ],
  '004': [
    ['TCP/IP 송수신 과정', [1]],
    ['소켓 생성', [2]],
    ['소켓 연결 설정', [3]],
    ['Three way handshake', [4, 5, 6]],
    ['데이터 송수신', [7, 10, 11, 12], [8, 9]],
    ['소켓 연결 종료', [13]],
    ['Four way handshake', [14], [15, 16]],
  ],
};

export const claims: ReadonlyMap<string, Claim> = new Map(
  Object.entries(files).flatMap(([file, rows]) =>
    rows.flatMap(([heading, right, corrected = []]) => [
      ...right.map((number) => entry(file, number, { file, heading, verdict: 'right' })),
      ...corrected.map((number) => entry(file, number, { file, heading, verdict: 'corrected' })),
    ]),
  ),
);

function entry(file: string, number: number, claim: Claim): [string, Claim] {
  return [`${file}-${String(number).padStart(2, '0')}`, claim];
}
