import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PatternFault, parsePattern } from '../../src/filter/pattern/parse.ts';
import { Pattern } from '../../src/filter/pattern/pattern.ts';

const ENCODER = new TextEncoder();

function matches(pattern: string, text: string): boolean {
  const octets = ENCODER.encode(text);
  return new Pattern(pattern).test(octets, 0, octets.length);
}

const fault = (pattern: string): string => {
  try {
    new Pattern(pattern);
  } catch (error) {
    if (error instanceof PatternFault) return `${error.at}: ${error.message}`;
    throw error;
  }
  return '';
};

describe('what fits', () => {
  test.each<[pattern: string, fits: string[], not: string[]]>([
    ['', ['', 'x'], []],
    ['get', ['GET /', 'forget', 'gEt'], ['ge t']],
    ['(?-i)get', ['forget'], ['GET']],
    ['a(?-i)b(?i)c', ['Abc', 'abC'], ['aBc']],
    ['a(?-i:b)c', ['AbC'], ['aBc']],
    ['^a.c$', ['abc', 'abc\n', 'a.C'], ['xabc', 'abcd', 'a\nc', 'abc\n\n']],
    ['(?s)^a.c$', ['a\nc'], ['ac']],
    ['(?m)^b$', ['a\nb\nc', 'b'], ['ab\nc']],
    ['\\Aa|b\\z', ['ax', 'xb'], ['xa', 'bx', 'b\n']],
    ['b\\Z', ['xb', 'xb\n'], ['bx']],
    ['\\bcat\\b', ['a cat!', 'cat'], ['concat', 'cats']],
    ['\\Bcat', ['concat'], ['cat', 'a cat']],
    ['a{2}', ['aa', 'xaax'], ['a', 'aba']],
    ['^a{2,}$', ['aa', 'aaaa'], ['a']],
    ['^a{2,3}$', ['aa', 'aaa'], ['a', 'aaaa']],
    ['^a{0}$', [''], ['a']],
    ['a{,2}', ['a{,2}'], ['aa']],
    ['a{x', ['a{x'], ['a']],
    ['^a??b*?c+?$', ['c', 'abbcc'], ['ab']],
    ['^(?:ab|a)(?:c|bcd)$', ['abc', 'abcd', 'ac', 'abbcd'], ['ab']],
    ['(?<name>x)(?P<other>y)', ['xy'], ['x']],
    ['(?#nothing)x', ['x'], ['y']],
    ['(?x) a b # c\n c', ['abc'], ['a b']],
    ['[a-c]', ['B'], ['d']],
    ['(?-i)[a-c]', ['b'], ['B']],
    ['[^a-c]', ['d', '\n'], ['A', '']],
    ['[]a]', [']', 'a'], ['b']],
    ['[^]a]', ['b'], [']']],
    ['[a-]', ['-'], ['b']],
    ['[\\d.-]', ['5', '.', '-'], ['x']],
    ['^[[:alpha:][:digit:]_]+$', ['aZ9_'], ['a b']],
    ['[[:^alpha:]]', ['1'], ['a']],
    ['\\d\\D\\w\\W\\s\\S', ['1a1 \tx'], ['11111']],
    ['\\x41\\x{42}\\t', ['AB\t'], ['AB']],
    ['\\Q.*\\E$', ['.*'], ['ab']],
    ['\\.\\*\\/\\-', ['.*/-'], ['xxxx']],
    ['a\\Rb', ['a\nb', 'a\r\nb'], ['ab']],
    ['한+글', ['한글', '한한글'], ['글']],
    ['^[가-힣]+$', ['한국어'], ['abc', '漢字']],
    ['[x-é]', ['é', 'z', 'É'.toLowerCase()], ['a']],
    ['É', ['é', 'É'], ['e']],
    ['^.{3}$', ['한'], ['abcd']],
  ])('%s', (pattern, fits, not) => {
    for (const text of fits) expect(matches(pattern, text), text).toBe(true);
    for (const text of not) expect(matches(pattern, text), text).toBe(false);
  });

  test('bytes that are no text', () => {
    const octets = Uint8Array.of(0, 0xff, 0xfe, 10);
    expect(new Pattern('^\\x00\\xff').test(octets, 0, 4)).toBe(true);
    expect(new Pattern('[\\x80-\\xfe]$').test(octets, 0, 4)).toBe(true);
    expect(new Pattern('\\xff$').test(octets, 0, 2)).toBe(true);
    expect(new Pattern('\\xff').test(octets, 2, 4)).toBe(false);
  });
});

describe('what is refused, with the place', () => {
  test.each([
    ['(', '0: the ) that ends this group is missing'],
    ['a)', '1: this ) closes no group'],
    ['[a', '0: the ] that ends this class is missing'],
    ['*a', '0: nothing stands before this repetition'],
    ['a**', '2: nothing stands before this repetition'],
    ['a{3,2}', '0: the repetition ends before it begins'],
    ['a{5000}', '0: more than 1000 repetitions'],
    ['(a{500}){500}', '0: the expression is too large'],
    ['\\', '0: nothing stands behind the last backslash'],
    ['(a)\\1', '3: a reference to a group cannot be matched in bounded time, and is not supported'],
    ['\\k<a>', '0: a reference to a group cannot be matched in bounded time, and is not supported'],
    ['a(?=b)', '1: looking ahead or behind cannot be matched in bounded time, and is not supported'],
    ['(?<!b)a', '0: looking ahead or behind cannot be matched in bounded time, and is not supported'],
    ['(?>a)', '0: an atomic group cannot be matched in bounded time, and is not supported'],
    ['a++', '2: possessive repetition cannot be matched in bounded time, and is not supported'],
    ['(?R)', '0: a reference to a group cannot be matched in bounded time, and is not supported'],
    ['[[:none:]]', '0: there is no class [:none:]'],
    ['[z-a]', '1: the range ends before it begins'],
    ['[^é]', '0: a class with ^ can hold ASCII and \\x… only'],
    ['\\y', '0: \\y has no meaning here'],
  ])('%s', (pattern, sentence) => {
    expect(fault(pattern)).toBe(sentence);
  });

  test('groups without end', () => {
    expect(fault('('.repeat(60))).toMatch(/more than 50 groups/);
  });
});

describe('time is proportional to the text', () => {
  const hundredKilobytes = ENCODER.encode('a'.repeat(100_000));

  test.each(['(a+)+$', '(a+)+b', '(a|a)*b', '(a*)*b', '(.*)(.*)(.*)x', 'a?a?a?a?a?a?a?a?aaaaaaaab', '(a|aa)+$b'])(
    '%s on 100,000 letters',
    (text) => {
      const pattern = new Pattern(text);
      const begun = process.cpuUsage();
      pattern.test(hundredKilobytes, 0, hundredKilobytes.length);
      const { user, system } = process.cpuUsage(begun);
      expect((user + system) / 1000, 'ms').toBeLessThan(50);
    },
  );

  test('states without end are not remembered without end', () => {
    const pattern = new Pattern('(?-i)[ab]*a[ab]{200}c');
    let random = 1;
    const text = Uint8Array.from({ length: 20_000 }, () => {
      random = (random * 48_271) % 0x7fffffff;
      return random & 64 ? 97 : 98;
    });
    expect(pattern.test(text, 0, text.length)).toBe(false);
    text[19_999] = 99;
    expect(typeof pattern.test(text, 0, text.length)).toBe('boolean');
  });
});

describe('as another engine', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '\\b', '\\B', '^', '$', ' ', '1', '\\n');
  const { pattern } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
    piece: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      atom,
      fc
        .tuple(tie('pattern'), fc.constantFrom('', '*', '+', '?', '{2}', '{1,3}', '*?'))
        .map(([inner, times]) => `(?:${inner})${times}`),
    ),
    pattern: fc.oneof(
      { depthSize: 'small' },
      fc.array(tie('piece'), { maxLength: 4 }).map((parts) => parts.join('')),
      fc.tuple(tie('piece'), tie('piece')).map((parts) => parts.join('|')),
    ),
  }));

  test('random expressions on random texts', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', ' ', '\n'), maxLength: 12 });
    fc.assert(
      fc.property(pattern, text, (expression, subject) => {
        // `$` of JavaScript does not stand before a line feed that ends the text.
        const theirs = new RegExp(expression.replaceAll('$', '(?=\\n?(?![^]))'), 'i').test(subject);
        expect(matches(expression, subject)).toBe(theirs);
      }),
      { numRuns: 2000 },
    );
  });
});

test('any text is an expression or is refused', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'ab\\()[]{}*+?|^$.-,:0129xdwsQE<=!P#&한é'), maxLength: 30 }),
      (text) => {
        try {
          parsePattern(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PatternFault);
        }
      },
    ),
    { numRuns: 5000 },
  );
});
