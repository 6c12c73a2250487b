import { describe, expect, it } from 'vitest';
import { align, gapsOf } from '../../src/transcript/align.ts';
import { compare } from '../../src/transcript/compare.ts';
import type { Dialogue, Transcript } from '../../src/transcript/dialogue.ts';
import { Steps } from '../../src/transcript/steps.ts';
import { parseTranscript, TranscriptError } from '../../src/transcript/text.ts';
import { endpointText, USUALLY_NORMALIZED } from '../../src/transcript/volatile.ts';

const told = (text: string, more = {}) => ({ text, run: false, answers: 0, id: null, ...more });
const all = { sizes: true, content: true };
const shown = (steps: Steps, form = all, recognised = false) =>
  [...steps.told(true, form, recognised)].map(({ side, text }) => `${side} ${text}`);

describe('steps', () => {
  it('puts what one end says until the other speaks into one, however it was cut', () => {
    const steps = new Steps();
    steps.payload(5, 'hello', true, 1);
    steps.payload(6, ' world', true, 2);
    steps.payload(1, '', false, 3);
    expect(shown(steps)).toEqual(['> 11 octets "hello world"', '< 1 octet']);
    expect(shown(steps, { sizes: true, content: false })).toEqual(['> 11 octets', '< 1 octet']);
    expect(shown(steps, { sizes: false, content: false })).toEqual(['> data', '< data']);
    expect(shown(steps, all, true)).toEqual([]);
  });

  it('tells messages whose number is chance once in a row', () => {
    const steps = new Steps();
    for (const fromA of [true, true, false, true]) steps.message(told('Application Data', { run: true }), fromA, 1);
    expect(shown(steps)).toEqual(['> Application Data', '< Application Data', '> Application Data']);
  });

  it('puts an answer behind its question, in whatever order answers come', () => {
    const steps = new Steps();
    steps.message(told('A'), true, 1);
    steps.message(told('AAAA'), true, 2);
    steps.message(told('::1', { answers: 2 }), false, 3);
    steps.message(told('127.0.0.1', { answers: 1 }), false, 4);
    steps.message(told('late', { answers: 99 }), false, 5);
    expect(shown(steps)).toEqual(['> A → 127.0.0.1', '> AAAA → ::1', '< late']);
  });

  it('keeps 2,000, and counts the rest', () => {
    const steps = new Steps();
    for (let i = 0; i < 2_100; i++) steps.message(told(String(i)), true, i);
    expect([shown(steps).length, steps.leftOut]).toEqual([2_000, 100]);
  });
});

describe('endpoints', () => {
  const normalized = new Set(USUALLY_NORMALIZED);
  it.each([
    ['10.0.0.1:51234', true, false, '10.0.0.1:*'],
    ['10.0.0.1:1025', true, false, '10.0.0.1:*'],
    ['10.0.0.1:68', true, false, '10.0.0.1:68'],
    ['10.0.0.2:8080', false, false, '10.0.0.2:8080'],
    ['10.0.0.2:49152', false, false, '10.0.0.2:*'],
    ['10.0.0.2:12709', false, true, '10.0.0.2:*'],
    ['10.0.0.2:20', false, true, '10.0.0.2:20'],
    ['[2001:db8::1]:51234', true, false, '[2001:db8::1]:*'],
    ['2001:db8::1', true, false, '2001:db8::1'],
    ['02:42:c0:a8:00:0a', true, false, '02:42:c0:a8:00:0a'],
  ])('%s', (name, isClient, announced, expected) => {
    expect(endpointText(name, isClient, announced, normalized)).toBe(expected);
    expect(endpointText(name, isClient, announced, new Set())).toBe(name);
  });
});

describe('alignment', () => {
  it.each([
    ['abc', 'abc', ''],
    ['abc', 'axbc', '-|x'],
    ['abc', 'ac', 'b|-'],
    ['abcd', 'axyd', 'bc|xy'],
    ['', 'ab', '-|ab'],
    ['abxcd', 'bcyd', 'a|- x|- -|y'],
  ])('%s and %s', (one, other, expected) => {
    const pairs = align([...one], [...other]);
    const gaps = [...gapsOf(pairs, one.length, other.length)].map(
      ({ from, to }) => `${one.slice(from[0], to[0]) || '-'}|${other.slice(from[1], to[1]) || '-'}`,
    );
    expect(gaps.join(' ')).toBe(expected);
    for (const [i, j] of pairs) expect(one[i]).toBe(other[j]);
  });
});

describe('comparing', () => {
  const dialogue = (server: string, ...steps: string[]): Dialogue => ({
    protocol: 'tcp',
    service: 'http',
    client: '10.0.0.1:*',
    server,
    facts: [],
    steps: steps.map((text, i) => ({ side: '>', text, frame: i + 1 })),
  });
  const transcript = (...dialogues: Dialogue[]): Transcript => ({ normalized: [], dialogues });
  const kinds = (one: Transcript, other: Transcript) => compare(one, other).map(({ kind }) => kind);

  it('does not mind in which order different conversations began', () => {
    const [one, other] = [dialogue('10.0.0.2:80', 'a'), dialogue('10.0.0.3:80', 'b')];
    expect(kinds(transcript(one, other), transcript(other, one))).toEqual([]);
  });

  it('finds the one that is new among several between the same ends', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((text) => dialogue('10.0.0.2:80', text)) as [Dialogue, Dialogue, Dialogue];
    expect(compare(transcript(a, c), transcript(a, b, c))).toEqual([{ kind: 'dialogue.new', dialogue: b }]);
    expect(compare(transcript(a, b, c), transcript(a, c))).toEqual([{ kind: 'dialogue.gone', dialogue: b }]);
  });

  it('does not take conversations for one another that have nothing in common', () => {
    const moved = { ...dialogue('10.0.0.9:80', 'a'), client: '10.0.0.8:*' };
    expect(kinds(transcript(dialogue('10.0.0.2:80', 'a')), transcript(moved))).toEqual([
      'dialogue.new',
      'dialogue.gone',
    ]);
    expect(kinds(transcript(dialogue('10.0.0.2:80', 'a')), transcript(dialogue('10.0.0.3:80', 'a')))).toEqual([
      'ends.changed',
    ]);
  });
});

describe('reading a transcript', () => {
  it.each([
    ['', 'line 1: this is no transcript'],
    ['# dissect transcript 2\n', 'line 1: the form of this transcript is not 1: it was written by another version'],
    ['# dissect transcript 1\n# normalized: tim\n', 'line 2: nothing is called tim'],
    ['# dissect transcript 1\n\nhello\n', 'line 3: a conversation is "protocol: client > server"'],
    ['# dissect transcript 1\n\ntcp: a > b\n  ? x\n', 'line 4: a line begins with "  = name: ", "  > " or "  < "'],
    ['# dissect transcript 1\n  > x\n', 'line 2: a conversation is "protocol: client > server"'],
  ])('%j', (text, message) => {
    expect(() => parseTranscript(text)).toThrow(new TranscriptError(0, '').constructor as never);
    expect(() => parseTranscript(text)).toThrow(message);
  });

  it('takes lines as Windows ends them, and remarks', () => {
    const text = '# dissect transcript 1\r\n# normalized: time\r\n# ours\r\n\r\ntcp: a > b\r\n  > x\r\n';
    expect(parseTranscript(text)).toMatchObject({ normalized: ['time'], dialogues: [{ steps: [{ text: 'x' }] }] });
  });
});
