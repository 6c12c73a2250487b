import { expect, it } from 'vitest';
import { particle } from '../../src/explain/particle.ts';

it.each([
  // Hangul by its final consonant, ㄹ apart for 으로.
  ['서버', '은는', '는'],
  ['클라이언트', '이가', '가'],
  ['라우팅', '을를', '을'],
  ['서울', '으로로', '로'],
  ['부산', '으로로', '으로'],
  // Digits as they are read: 영 일 이 삼 사 오 육 칠 팔 구.
  ['192.168.0.10:80', '은는', '은'],
  ['192.168.0.1', '이가', '이'],
  ['10.0.0.2', '이가', '가'],
  ['10.0.0.3', '은는', '은'],
  ['10.0.0.4', '은는', '는'],
  ['10.0.0.5', '을를', '를'],
  ['10.0.0.6', '을를', '을'],
  ['10.0.0.7', '으로로', '로'],
  ['10.0.0.8', '으로로', '로'],
  ['10.0.0.9', '과와', '와'],
  ['1,460', '으로로', '으로'],
  // Letters by their Korean names: 엘 엠 엔 알 end in a consonant.
  ['02:42:c0:a8:00:0a', '이가', '가'],
  ['ff02::1:ff00:fl', '으로로', '로'],
  ['HTTP', '은는', '는'],
  ['SYN', '을를', '을'],
  ['example.com', '은는', '은'],
  ['example.org', '은는', '는'],
  // Words that are read as words.
  ['example.net', '은는', '은'],
  ['www.example.test', '은는', '는'],
  ['GET', '을를', '을'],
  // Brackets and quotes at the end are not read.
  ['www.example.com(A)', '은는', '는'],
  ['"서울"', '으로로', '로'],
  // Forms with a verb.
  ['203.0.113.80', '이다다', '이다'],
  ['203.0.113.82', '이다다', '다'],
  ['', '은는', '는'],
])('%s + %s = %s', (word, pair, form) => {
  expect(particle(word, pair)).toBe(form);
});
