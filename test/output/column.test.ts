import { expect, it } from 'vitest';
import { Writer } from '../../src/core/writer.ts';
import { COLOURED } from '../../src/output/color.ts';
import { Column } from '../../src/output/column.ts';
import { cellsOf, cellWidth, wrap } from '../../src/output/width.ts';

function printed(column: Column): string[] {
  const out = new Writer();
  for (let i = 0; i < column.count; i++) {
    column.write(i, out);
    out.line();
  }
  return out.toString().split('\n').slice(0, -1);
}

function laid(text: string, lay: (column: Column, end: number) => void): string[] {
  const column = new Column(4);
  column.text.text(text);
  lay(column, column.text.at);
  return printed(column);
}

const TEXTS = [
  '',
  'a',
  'the client asks to open',
  'FIN을 받은 쪽은 CLOSE_WAIT로 가고, the closer waits in FIN_WAIT_2 until 😀 the other end closes as well',
  '2001:db8:0:2::80 is  set  off',
  '  indented as it began, e\u0301 and \u1112\u1161\u11ab',
  '가나다라마바사 …→',
];

it('breaks lines where `wrap` breaks them, and knows how wide they are', () => {
  for (const text of TEXTS) {
    for (let cells = 1; cells < 60; cells++) {
      const lines = laid(text, (column, end) => column.wrap(0, end, cells)).map((line) => line.trimEnd());
      expect(lines, `${text} in ${cells}`).toEqual(wrap(text, cells).map((line) => line.trimEnd()));
    }
  }
});

it('measures UTF-8 as it measures strings', () => {
  for (const text of [...TEXTS, '漢字', '\u200b', 'a\u0300']) {
    const bytes = new TextEncoder().encode(text);
    expect(cellsOf(bytes, 0, bytes.length), text).toBe(cellWidth(text));
  }
});

it('indents the further lines of a title', () => {
  const title = (cells: number) =>
    laid('TCP  80 → 40000 [SYN, ACK]', (column, end) => column.wrapTitle(0, end, 26, cells, 1));
  expect(title(26)).toEqual([' TCP  80 → 40000 [SYN, ACK]']);
  expect(title(25)).toEqual([' TCP  80 → 40000 [SYN,', '   ACK]']);
});

it('keeps details whole as long as they fit', () => {
  const details = (cells: number) =>
    laid('ttl 64 · id 0x0001 · DF', (column, end) => column.wrapDetails(0, end, 23, cells, 2));
  expect(details(23)).toEqual(['  ttl 64 · id 0x0001 · DF']);
  expect(details(22)).toEqual(['  ttl 64 · id 0x0001', '  DF']);
  expect(details(8)).toEqual(['  ttl 64', '  id', '  0x0001', '  DF']);
});

it('takes over another column, with its colours', () => {
  const source = new Column();
  source.text.text('one two');
  source.wrap(0, source.text.at, 3, 1, COLOURED.dim);
  const column = new Column();
  column.text.text('zero');
  column.add(0, column.text.at, 4);
  column.blank();
  column.append(source);
  expect(printed(column)).toEqual(['zero', '', ' \x1b[2mone\x1b[22m', ' \x1b[2mtwo\x1b[22m']);
  expect(column.lastCells).toBe(3);
});
