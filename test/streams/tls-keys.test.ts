import { beforeAll, describe, expect, it } from 'vitest';
import { KeyLog } from '../../src/flows/key-log.ts';
import { type Shown, Talk } from './talk.ts';
import { type Conversation, conversation, type Written } from './tls-conversation.ts';

const letters = (text: string): Uint8Array => new TextEncoder().encode(text);
const LINES = ['first line, not long\n', 'second\n', `${'long '.repeat(4000)}\n`];

function keysOf(...texts: string[]): KeyLog {
  const keys = new KeyLog();
  for (const text of texts) keys.add(letters(text));
  return keys;
}

/** Plays it as TCP segments; a segment is left out where `drops` says so. */
function play(
  { written }: Conversation,
  keys: KeyLog,
  options: { port?: number; drops?: (written: Written, i: number) => boolean; awake?: number } = {},
): Shown[] {
  const talk = new Talk(options.port ?? 4433, {
    keys,
    ...(options.awake === undefined ? {} : { awake: options.awake }),
  });
  const shown: Shown[] = [];
  for (const [i, piece] of written.entries()) {
    const { end, bytes } = piece;
    if (options.drops?.(piece, i)) {
      talk.lose(end, bytes.length);
      talk.acknowledge(end === 'client' ? 'server' : 'client');
      continue;
    }
    for (let at = 0; at < bytes.length; at += 1400) {
      const part = bytes.subarray(at, at + 1400);
      shown.push(end === 'client' ? talk.client(part) : talk.server(part));
    }
  }
  return shown;
}

const ids = (shown: readonly Shown[]): string[] => shown.flatMap(({ events }) => events.map(({ id }) => id));
/** Content without a protocol of its own, as text. */
const contents = (shown: readonly Shown[]): string =>
  shown
    .flatMap(({ fields }) => fields.get('data.data') ?? [])
    .map((hex) => Buffer.from(hex, 'hex').toString())
    .join('');
const said = [LINES, LINES.map((line) => line.toUpperCase())].flat();

/** Node's own library is the oracle: what it wrote in clear is what has to be read. */
const SUITES = [
  ['TLSv1.3', 'TLS_AES_128_GCM_SHA256'],
  ['TLSv1.3', 'TLS_AES_256_GCM_SHA384'],
  ['TLSv1.3', 'TLS_CHACHA20_POLY1305_SHA256'],
  ['TLSv1.3', 'TLS_AES_128_CCM_SHA256'],
  ['TLSv1.2', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
  ['TLSv1.2', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ['TLSv1.2', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
  ['TLSv1.2', 'ECDHE-ECDSA-AES128-CCM'],
  ['TLSv1.2', 'ECDHE-ECDSA-AES256-CCM8@SECLEVEL=0'],
  ['TLSv1.2', 'ECDHE-ECDSA-AES128-SHA'],
  ['TLSv1.2', 'ECDHE-ECDSA-AES128-SHA256'],
  ['TLSv1.2', 'ECDHE-ECDSA-AES256-SHA384'],
  ['TLSv1.1', 'ECDHE-ECDSA-AES128-SHA@SECLEVEL=0'],
  ['TLSv1', 'ECDHE-ECDSA-AES256-SHA@SECLEVEL=0'],
] as const;
/** SSL_OP_NO_ENCRYPT_THEN_MAC of OpenSSL. */
const MAC_THEN_ENCRYPT = 1 << 19;

describe('reads what it has the keys of', () => {
  it.each(SUITES)('%s %s', async (version, ciphers) => {
    const talked = await conversation({ version, ciphers, lines: LINES });
    const shown = play(talked, keysOf(talked.keyLog));
    const read = contents(shown);
    expect(said.filter((line) => !read.includes(line))).toEqual([]);
    expect(read.length).toBe(said.join('').length);
    expect(ids(shown)).toContain('tls.keys.log');
    expect(ids(shown).filter((id) => id === 'tls.opened')).toHaveLength(2);
    expect(ids(shown)).not.toContain('tls.unopened');
    expect(shown.flatMap(({ issues }) => issues)).toEqual([]);
  });

  it.each(['TLSv1.2', 'TLSv1.1', 'TLSv1'] as const)('%s with the authentication inside', async (version) => {
    const ciphers = 'ECDHE-ECDSA-AES128-SHA@SECLEVEL=0';
    const talked = await conversation({ version, ciphers, secureOptions: MAC_THEN_ENCRYPT, lines: LINES });
    expect(contents(play(talked, keysOf(talked.keyLog))).includes(LINES[2])).toBe(true);
  });
});

describe('of one connection', () => {
  let talked: Conversation;
  let other: Conversation;
  beforeAll(async () => {
    talked = await conversation({ version: 'TLSv1.3', lines: LINES });
    other = await conversation({ version: 'TLSv1.3', lines: LINES });
  });

  it('tells the true types of records, and what was in the handshake', () => {
    const shown = play(talked, keysOf(talked.keyLog));
    const types = shown.flatMap(({ fields }) => fields.get('tls.handshake.type') ?? []);
    expect(types).toEqual(['1', '2', '8', '11', '15', '20', '20', '4', '4']);
    expect(shown.flatMap(({ fields }) => fields.get('dissect.tls.certificate.subject') ?? [])).toHaveLength(1);
    const inner = shown.flatMap(({ fields }) => fields.get('tls.record.content_type') ?? []);
    expect(new Set(inner)).toEqual(new Set(['20', '21', '22', '23']));
  });

  it('reads nothing without keys, with those of another connection, or with rubbish', () => {
    const rubbish = `# a comment\nCLIENT_RANDOM 12 34\n\n${'f'.repeat(5000)}\nCLIENT_TRAFFIC_SECRET_0 ${'0'.repeat(63)}g ${'0'.repeat(64)}\n`;
    for (const keys of [new KeyLog(), keysOf(other.keyLog), keysOf(rubbish)]) {
      const shown = play(talked, keys);
      expect(contents(shown)).toBe('');
      expect(ids(shown)).toContain('tls.encrypted.all');
      expect(ids(shown).filter((id) => /keys|opened/.test(id))).toEqual([]);
    }
    expect(keysOf(rubbish).size).toBe(0);
  });

  it('says that keys do not fit, and reads what the others open', () => {
    const wrong = talked.keyLog.replace(/^(CLIENT_TRAFFIC_SECRET_0 \S+ )\S{4}/m, '$10000');
    const shown = play(talked, keysOf(wrong));
    const read = contents(shown);
    for (const line of LINES) {
      expect([read.includes(line), read.includes(line.toUpperCase())]).toEqual([false, true]);
    }
    expect(ids(shown).filter((id) => id === 'tls.unopened')).toHaveLength(1);
  });

  it('does not open a record of which a bit was changed, and goes on behind it', () => {
    const target = talked.written.filter(({ end }) => end === 'client').at(-3)!;
    const changed = talked.written.map((piece) => {
      if (piece !== target) return piece;
      const bytes = piece.bytes.slice();
      bytes[9]! ^= 1;
      return { ...piece, bytes };
    });
    const shown = play({ ...talked, written: changed }, keysOf(talked.keyLog));
    expect(ids(shown)).toContain('tls.unopened');
    expect(contents(shown).includes(LINES[2]!.toUpperCase())).toBe(true);
  });

  it('finds its place again behind a gap', async () => {
    const short = await conversation({ version: 'TLSv1.3', lines: ['one\n', 'two\n', 'three\n'] });
    const lost = short.written.filter(({ end }) => end === 'server').at(-3);
    const read = contents(play(short, keysOf(short.keyLog), { drops: (piece) => piece === lost }));
    expect(read).toBe('one\nONE\ntwo\nthree\nTHREE\n');
  });

  it('hears of keys that are written while the capture is read', () => {
    let asked = 0;
    const keys = new KeyLog(() => (asked++ === 3 ? letters(talked.keyLog) : null));
    keys.add(letters(other.keyLog));
    expect(contents(play(talked, keys)).includes(LINES[2]!.toUpperCase())).toBe(true);
  });

  it('sleeps between segments and goes on', () => {
    const keys = keysOf(talked.keyLog);
    const talks = Array.from({ length: 3 }, () => play(talked, keys, { awake: 0 }));
    expect(talks.map((shown) => said.every((line) => contents(shown).includes(line)))).toEqual([true, true, true]);
  });
});

describe('hands what was inside to who knows it', () => {
  const REQUEST = 'GET /page HTTP/1.1\r\nHost: www.example.test\r\n\r\n';

  it.each([443, 4433])('HTTP on port %i', async (port) => {
    const talked = await conversation({ version: 'TLSv1.3', lines: [REQUEST] });
    const shown = play(talked, keysOf(talked.keyLog), { port });
    const request = shown.find(({ fields }) => fields.has('http.request.method'));
    expect(request?.fields.get('http.request.full_uri')).toEqual(['https://www.example.test/page']);
    expect(request?.protocols.slice(-2)).toEqual(['tls', 'http']);
    expect(ids(shown)).toContain('http.request');
  });
});

describe('a key log', () => {
  it('takes what it knows in any case, with any end of line, and no more than it may', () => {
    const random = 'AB'.repeat(32);
    const keys = keysOf(`client_random ${random} ${'Cd'.repeat(48)}\r\nEXPORTER_SECRET ${random} ${'00'.repeat(32)}\n`);
    expect(keys.size).toBe(1);
    const found = keys.find('CLIENT_RANDOM', new Uint8Array(32).fill(0xab));
    expect(found).toEqual({ octets: new Uint8Array(48).fill(0xcd), embedded: false });
    expect(keys.find('CLIENT_RANDOM', new Uint8Array(32))).toBeNull();
    const lines = Array.from({ length: 140_000 }, (_, i) => {
      return `CLIENT_TRAFFIC_SECRET_0 ${i.toString(16).padStart(64, '0')} ${'00'.repeat(32)}`;
    });
    expect(keysOf(lines.join('\n')).size).toBe(1 << 17);
  });

  it('comes out of the capture as its blocks are read', () => {
    const keys = new KeyLog();
    const secrets: { type: number; bytes: Uint8Array }[] = [];
    keys.follow({ secrets });
    expect(keys.size).toBe(0);
    secrets.push({ type: 1, bytes: letters('nothing of TLS') });
    secrets.push({ type: 0x544c534b, bytes: letters(`CLIENT_RANDOM ${'01'.repeat(32)} ${'02'.repeat(48)}`) });
    expect(keys.size).toBe(1);
    expect(keys.find('CLIENT_RANDOM', new Uint8Array(32).fill(1))?.embedded).toBe(true);
  });
});
