import { expect, it } from 'vitest';
import { fill, parseTemplate, placeholders } from '../../src/explain/template.ts';
import { durationWords, valueText } from '../../src/explain/value.ts';

const filled = (text: string, values: Record<string, string>): string =>
  fill(parseTemplate(text), (name) => values[name] ?? null);

it('fills values in', () => {
  expect(filled('{a} → {b}.', { a: '1', b: '2' })).toBe('1 → 2.');
  expect(filled('{a:이가} {b:을를}', { a: '10.0.0.1', b: '10.0.0.2' })).toBe('10.0.0.1이 10.0.0.2를');
  expect(filled('{n:byte/bytes}', { n: '1' })).toBe('1 byte');
  expect(filled('{n:byte/bytes}', { n: '1,448' })).toBe('1,448 bytes');
});

it('says one thing where a value is known and another where it is not', () => {
  const text = '[[Answers frame {request}.||The question is not here.]] Done.';
  expect(filled(text, { request: '3' })).toBe('Answers frame 3. Done.');
  expect(filled(text, {})).toBe('The question is not here. Done.');
  expect(filled('Reply[[ after {rtt}]].', {})).toBe('Reply.');
  expect(placeholders(parseTemplate(text))).toEqual(['request']);
});

it.each(['[[open', 'closed]]', 'either||or', '[[a [[b]]'])('refuses %s', (text) => {
  expect(() => parseTemplate(text)).toThrow();
});

it('does not take braces in a value for a placeholder', () => {
  expect(filled('{a}', { a: '{b}', b: 'no' })).toBe('{b}');
});

it('prints numbers as they are read', () => {
  expect(valueText({ value: 1234567 }, 'count', 'ko')).toBe('1,234,567');
  expect(valueText({ value: 3405691582 }, 'plain', 'en')).toBe('3405691582');
  expect(valueText({ value: `/${'x'.repeat(300)}` }, 'text', 'en')).toMatch(/^\/x{70}…$/);
  expect(valueText({ value: 12 }, 'frame', 'en')).toBe('12');
  expect(valueText({ value: 'a\x1b[2J' }, 'text', 'en')).not.toContain('\x1b');
});

it.each([
  [0.000049, '49 µs', '49 µs'],
  [0.021934, '21.9 ms', '21.9 ms'],
  [1.0312, '1.03 s', '1.03초'],
  [61.24, '61.2 s', '61.2초'],
  [240, '4 min', '4분'],
  [7200, '2 h', '2시간'],
  [0, '0 s', '0초'],
  [2e-7, '200 ns', '200 ns'],
])('%d seconds', (seconds, en, ko) => {
  expect(durationWords(seconds, 'en')).toBe(en);
  expect(durationWords(seconds, 'ko')).toBe(ko);
});
