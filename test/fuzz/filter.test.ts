import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { fieldReference } from '../../src/fields.ts';
import { compileFilter, type DisplayFilter, FilterError } from '../../src/filter/filter.ts';
import { protocols } from '../../src/protocols/index.ts';
import { run } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';
import { cases } from '../golden/cases.ts';
import { effort, patience, tried } from './effort.ts';

const bytes = cases()
  .filter(({ name }) =>
    /^(?:web\/first-page-lan|icmp\/port-unreachable|ipv6\/extension-headers|dns\/types)$/.test(name),
  )
  .map((fixture) => fixture.bytes());

/** The filter, or null for one that is refused in a sentence that points into it. */
function compiled(text: string): DisplayFilter | null {
  try {
    return compileFilter(text);
  } catch (error) {
    expect(error).toBeInstanceOf(FilterError);
    const { from, to, message } = error as FilterError;
    expect(message).toMatch(/^[^\n]+$/);
    expect(from).toBeGreaterThanOrEqual(0);
    expect(to).toBeGreaterThanOrEqual(from);
    expect(to).toBeLessThanOrEqual(text.length);
    return null;
  }
}

async function judgesAll(text: string): Promise<void> {
  tried();
  const filter = compiled(text);
  if (filter === null) return;
  for (const capture of bytes) {
    const tracker = new Tracker({ timeWait: 240, explain: filter.asksEvents });
    await run(readCapture(capture), tracker, {
      packet(packet) {
        expect(typeof filter.takes(packet, tracker)).toBe('boolean');
        return true;
      },
      pause() {},
    });
  }
}

test(
  'any text is a filter or is refused',
  () => {
    const letters = fc.string({ unit: fc.constantFrom(...'ab.0127x:"\'\\/[]{}()#,-+*%&|!=<>~^ rin한'), maxLength: 40 });
    fc.assert(
      fc.property(fc.oneof(letters, fc.string({ unit: 'binary', maxLength: 60 })), (text) => {
        tried();
        compiled(text);
      }),
      effort(40, 1 / 4),
    );
  },
  patience(10),
);

test(
  'words of the language in any order judge every packet',
  async () => {
    const ids = [
      ...fieldReference().keys(),
      ...protocols.map(({ id }) => id),
      'frame.time',
      'dissect.event',
      'tcp.payload',
    ];
    const field = fc.constantFrom(...ids);
    const value = fc.constantFrom(
      '80',
      '0x10',
      '1.5',
      '10.0.0.0/8',
      '::1',
      '02:42',
      '"GET"',
      'r"\\d"',
      "'a'",
      'True',
      'tcp',
      '"ack"',
    );
    const operator = fc.constantFrom(
      '==',
      '!=',
      '===',
      '!==',
      '<',
      '>=',
      'contains',
      'matches',
      '&',
      '+',
      '-',
      '*',
      '/',
      '%',
    );
    const link = fc.constantFrom(' && ', ' or ', ' xor ', ' and not ');
    const shape = fc.constantFrom(
      'F',
      'all F',
      'any F',
      '-F',
      'F[0:2]',
      'F[-1]',
      'F#1',
      'len(F)',
      'count(F)',
      'string(F)',
      'max(F)',
      'lower(F)',
      'abs(F)',
      '{F + 1}',
    );
    const operand = fc.tuple(shape, field).map(([form, id]) => form.replace('F', id));
    const relation = fc.oneof(
      operand,
      fc.tuple(operand, operator, fc.oneof(value, operand)).map((parts) => parts.join(' ')),
      fc.tuple(operand, value, value).map(([left, low, high]) => `${left} in {${low}, ${low} .. ${high}}`),
    );
    const filter = fc
      .array(fc.tuple(relation, link), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.flat().slice(0, -1).join(''));
    await fc.assert(fc.asyncProperty(filter, judgesAll), effort(10, 1 / 2));
  },
  patience(10),
);
