import { describe, expect, it } from 'vitest';
import { HeaderDecoder } from '../../src/streams/hpack.ts';
import { fromHuffman } from '../../src/streams/huffman.ts';
import { octets } from '../protocols/decoded.ts';

const fieldsOf = (decoder: HeaderDecoder, hex: string): string[] | null => {
  const block = octets(hex);
  return decoder.decode(block, 0, block.length)?.map(({ name, value }) => `${name}: ${value}`) ?? null;
};
const once = (hex: string): string[] | null => fieldsOf(new HeaderDecoder(), hex);
const text = (hex: string): string | null => {
  const decoded = fromHuffman(octets(hex));
  return decoded === null ? null : new TextDecoder().decode(decoded);
};

const FIRST = [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'];

describe('the examples of RFC 7541 appendix C', () => {
  it('C.2: each representation', () => {
    expect(once('400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572')).toEqual([
      'custom-key: custom-header',
    ]);
    expect(once('040c 2f73 616d 706c 652f 7061 7468')).toEqual([':path: /sample/path']);
    expect(once('1008 7061 7373 776f 7264 0673 6563 7265 74')).toEqual(['password: secret']);
    expect(once('82')).toEqual([':method: GET']);
  });

  const requests = [
    ['C.3', '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d', '8286 84be 5808 6e6f 2d63 6163 6865'],
    ['C.4', '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff', '8286 84be 5886 a8eb 1064 9cbf'],
  ] as const;
  const third = [
    '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
    '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
  ] as const;
  it.each(requests.map((request, i) => [...request, third[i]!] as const))('%s: requests', (_, one, two, three) => {
    const decoder = new HeaderDecoder();
    expect(fieldsOf(decoder, one)).toEqual(FIRST);
    expect(decoder.tableSize).toBe(57);
    expect(fieldsOf(decoder, two)).toEqual([...FIRST, 'cache-control: no-cache']);
    expect(decoder.tableSize).toBe(110);
    expect(fieldsOf(decoder, three)).toEqual([
      ':method: GET',
      ':scheme: https',
      ':path: /index.html',
      ':authority: www.example.com',
      'custom-key: custom-value',
    ]);
    expect(decoder.tableSize).toBe(164);
  });

  it('C.6: responses, whose table is too small for all', () => {
    const decoder = new HeaderDecoder();
    const resize = '3fe1 01'; // 256, which the example takes as agreed
    const first = `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad
      1718 63c7 8f0b 97c8 e9ae 82ae 43d3`;
    const shown = [
      'cache-control: private',
      'date: Mon, 21 Oct 2013 20:13:21 GMT',
      'location: https://www.example.com',
    ];
    expect(fieldsOf(decoder, resize + first)).toEqual([':status: 302', ...shown]);
    expect(decoder.tableSize).toBe(222);
    expect(fieldsOf(decoder, '4883 640e ffc1 c0bf')).toEqual([':status: 307', ...shown]);
    expect(decoder.tableSize).toBe(222);
    const third = `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7
      b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07`;
    expect(fieldsOf(decoder, third)).toEqual([
      ':status: 200',
      'cache-control: private',
      'date: Mon, 21 Oct 2013 20:13:22 GMT',
      'location: https://www.example.com',
      'content-encoding: gzip',
      'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
    ]);
    expect(decoder.tableSize).toBe(215);
  });
});

describe('the Huffman code', () => {
  it('takes fewer than 8 ones as padding, and nothing else', () => {
    expect(text('1f')).toBe('a');
    expect(text('18')).toBe(null); // padded with zeros
    expect(text('1fff')).toBe(null); // 11 bits of padding
    expect(text('')).toBe('');
  });

  it('refuses EOS inside of a string', () => {
    expect(text('ffff ffff')).toBe(null);
  });
});

describe('blocks that are none', () => {
  it.each([
    ['an index beyond the tables', 'be'],
    ['index 0', '80'],
    ['a string longer than the block', '4005 6162'],
    ['an index without an end', 'ffff ffff'],
    ['a length that overflows', '00ff ffff ffff ffff ffff 7f'],
    ['a size that overflows', '3fff ffff ffff ffff ff7f'],
    ['wrong padding', '0081 18 00'],
    ['no value', '0001 61'],
  ])('%s', (_, hex) => {
    expect(once(hex)).toBe(null);
  });

  it('does not believe what comes after: entries are gone', () => {
    const decoder = new HeaderDecoder();
    fieldsOf(decoder, '4001 6101 62');
    expect(fieldsOf(decoder, 'be')).toEqual(['a: b']);
    expect(fieldsOf(decoder, '80')).toBe(null);
    expect(decoder.tableSize).toBe(0);
    expect(fieldsOf(decoder, '82be')).toEqual([':method: GET']);
  });
});

describe('bounds', () => {
  it('keeps a small part of a table of 2^31 octets', () => {
    const decoder = new HeaderDecoder();
    expect(fieldsOf(decoder, '3fe1 ffff ff07')).toEqual([]);
    const value = '61'.repeat(100);
    for (let i = 0; i < 2000; i++) expect(fieldsOf(decoder, `4001 6264${value}`)).toHaveLength(1);
    expect(decoder.tableSize).toBeGreaterThan(60_000);
    expect(decoder.tableSize).toBeLessThanOrEqual(65_536);
  });

  it('keeps the first thousand fields of a flood', () => {
    expect(once('82'.repeat(5000))).toHaveLength(1000);
  });

  it('keeps few of many large fields', () => {
    const decoder = new HeaderDecoder();
    const value = '61'.repeat(4000);
    expect(fieldsOf(decoder, `4001 62 7fa1 1e ${value}`)).toHaveLength(1);
    expect(fieldsOf(decoder, 'be'.repeat(900))!.length).toBeLessThan(100);
  });

  it('forgets entries that an octet count in UTF-8 pushes out', () => {
    const decoder = new HeaderDecoder();
    fieldsOf(decoder, '4001 6102 c3a9');
    expect(decoder.tableSize).toBe(35);
  });
});
