import { describe, expect, it } from 'vitest';
import { cellWidth, cutCells, padCells, wrap } from '../../src/output/width.ts';

describe('cellWidth', () => {
  it.each([
    ['', 0],
    ['SYN, ACK', 8],
    ['→ │ …', 5],
    ['연결', 4],
    ['TCP 연결을', 10],
    ['\u1112\u1161\u11ab', 2], // 한, in conjoining letters
    ['e\u0301', 1],
    ['漢字', 4],
    ['😀', 2],
    ['\x1b[1;31mBAD\x1b[0m', 3],
    ['\u200b', 0],
  ])('%j takes %i cells', (text, cells) => {
    expect(cellWidth(text)).toBe(cells);
  });
});

describe('wrap', () => {
  it('breaks at spaces', () => {
    expect(wrap('the client asks to open', 11)).toEqual(['the client', 'asks to', 'open']);
  });
  it('breaks Korean between words and counts two cells', () => {
    expect(wrap('클라이언트가 연결을 요청한다', 14)).toEqual(['클라이언트가', '연결을', '요청한다']);
    expect(wrap('연결을 요청', 11)).toEqual(['연결을 요청']);
    expect(wrap('연결을 요청', 10)).toEqual(['연결을', '요청']);
  });
  it('cuts a word that is longer than a line', () => {
    expect(wrap('2001:db8:0:2::80 is', 8)).toEqual(['2001:db8', ':0:2::80', 'is']);
    expect(wrap('가나다라', 3)).toEqual(['가', '나', '다', '라']);
  });
  it('keeps line feeds, empty lines and the indent of a line', () => {
    expect(wrap('a\n\n  bcd efg', 6)).toEqual(['a', '', '  bcd', 'efg']);
  });
  it('gives no line that is too long, and loses no letter', () => {
    const text =
      'FIN을 받은 쪽은 CLOSE_WAIT로 가고, the closer waits in FIN_WAIT_2 until 😀 the other end closes as well';
    for (let cells = 2; cells < 60; cells++) {
      const lines = wrap(text, cells);
      for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(cells);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }
  });
});

describe('padCells and cutCells', () => {
  it('pad by cells', () => {
    expect(padCells('연결', 6)).toBe('연결  ');
    expect(padCells('연결', 2)).toBe('연결');
  });
  it('cut by cells with an ellipsis', () => {
    expect(cutCells('연결을 요청', 6)).toBe('연결…');
    expect(cutCells('연결', 4)).toBe('연결');
    expect(cutCells('connection', 5)).toBe('conn…');
  });
});
