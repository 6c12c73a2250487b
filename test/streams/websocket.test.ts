import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { joined } from '../protocols/decoded.ts';
import { Talk } from './talk.ts';

const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10];
const FIN = 0x80;
const COMPRESSED = 0x40;
const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);

const text = (letters: string): Uint8Array => new TextEncoder().encode(letters);

function header(first: number, length: number, mask: number): Uint8Array {
  if (length < 126) return Uint8Array.of(first, mask | length);
  if (length < 65_536) return Uint8Array.of(first, mask | 126, length >>> 8, length & 255);
  return Uint8Array.of(
    first,
    mask | 127,
    0,
    0,
    0,
    0,
    length >>> 24,
    (length >>> 16) & 255,
    (length >>> 8) & 255,
    length & 255,
  );
}

/** What a server sends, and the same as a client masks it. */
const plain = (first: number, content: string | Uint8Array = ''): Uint8Array => {
  const bytes = typeof content === 'string' ? text(content) : content;
  return joined(header(first, bytes.length, 0), bytes);
};
const masked = (first: number, content: string | Uint8Array = ''): Uint8Array => {
  const bytes = typeof content === 'string' ? text(content) : content;
  return joined(
    header(first, bytes.length, 0x80),
    KEY,
    bytes.map((octet, i) => octet ^ KEY[i & 3]!),
  );
};

// The example of RFC 6455 §1.2.
const RIGHT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
const request = (key: string): string =>
  `GET /chat HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\n\r\n`;
const answer = (accept: string, more = ''): string =>
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${more}\r\n`;
const DEFLATE = 'Sec-WebSocket-Extensions: permessage-deflate';

function opened(more = ''): Talk {
  const talk = new Talk();
  talk.client(request('dGhlIHNhbXBsZSBub25jZQ=='));
  talk.server(answer(RIGHT, more));
  return talk;
}

const ids = ({ events }: { events: readonly { id: string }[] }): string[] =>
  events.map(({ id }) => id).filter((id) => id.startsWith('websocket.'));

describe('the upgrade', () => {
  it('is checked: the answer belongs to the key', () => {
    const talk = new Talk();
    talk.client(request('dGhlIHNhbXBsZSBub25jZQ=='));
    expect(ids(talk.server(answer(RIGHT)))).toEqual(['websocket.open']);
    const other = new Talk();
    other.client(request('AQIDBAUGBwgJCgsMDQ4PEA=='));
    const shown = other.server(answer(RIGHT));
    expect(ids(shown)).toEqual(['websocket.accept.wrong']);
    expect(shown.events.find(({ id }) => id === 'websocket.accept.wrong')!.parameters).toMatchObject({
      accept: RIGHT,
      right: 'C/0nmHhBztSRGR1CwL6Tf4ZjwpY=',
    });
  });

  it('may come with the first frame in one segment', () => {
    const talk = new Talk();
    talk.client(request('dGhlIHNhbXBsZSBub25jZQ=='));
    const shown = talk.server(joined(text(answer(RIGHT)), plain(FIN | TEXT!, 'hello')));
    expect(shown.protocols).toEqual(['ip', 'tcp', 'http', 'websocket', 'websocket']);
    expect(shown.fields.get('websocket.payload.text')).toEqual(['hello']);
  });
});

describe('frames', () => {
  it('are unmasked, of every length', () => {
    for (const length of [0, 1, 125, 126, 65_535, 65_536]) {
      const talk = opened();
      const content = 'abcdefghij'.repeat(Math.ceil(length / 10)).slice(0, length);
      const frame = masked(FIN | TEXT!, content);
      const parts = Array.from({ length: Math.ceil(frame.length / 30_000) }, (_, i) =>
        talk.client(frame.subarray(i * 30_000, (i + 1) * 30_000)),
      );
      const shown = parts.at(-1)!;
      expect(shown.info, String(length)).toBe('WebSocket Text [FIN] [MASKED]');
      expect(shown.fields.get('websocket.payload.text') ?? [''], String(length)).toEqual([content]);
      expect(shown.fields.has('websocket.payload_length_ext_16'), String(length)).toBe(
        length >= 126 && length < 65_536,
      );
      expect(shown.fields.has('websocket.payload_length_ext_64'), String(length)).toBe(length >= 65_536);
      expect(shown.issues).toEqual([]);
    }
  });

  it('make a message together, also with a ping in between', () => {
    const talk = opened();
    expect(ids(talk.client(masked(TEXT!, 'one ')))).toEqual(['websocket.pieces']);
    expect(ids(talk.client(masked(FIN | PING!, '?')))).toEqual(['websocket.ping']);
    expect(talk.server(plain(FIN | PONG!, '?')).events.find(({ id }) => id === 'websocket.pong')!.parameters.ping).toBe(
      7,
    );
    expect(talk.client(masked(CONTINUATION!, 'two ')).fields.get('websocket.payload.continue')).toEqual(['74776f20']);
    const last = talk.client(masked(FIN | CONTINUATION!, 'three'));
    expect(last.fields.get('websocket.payload.text')).toEqual(['one two three']);
    expect(last.events.find(({ id }) => id === 'websocket.whole')!.parameters).toMatchObject({ frames: 3, length: 13 });
  });

  it('carry octets and what closes', () => {
    const talk = opened();
    const shown = talk.server(joined(plain(FIN | BINARY!, Uint8Array.of(1, 2, 3)), plain(FIN | CLOSE!, '\x03\xe8bye')));
    expect(shown.protocols).toEqual(['ip', 'tcp', 'websocket', 'websocket', 'data', 'websocket', 'websocket']);
    expect(shown.fields.get('data.data')).toEqual(['010203']);
    const close = talk.client(masked(FIN | CLOSE!, Uint8Array.of(3, 0xe9)));
    expect(close.fields.get('websocket.payload.close.status_code')).toEqual(['1001']);
    expect(ids(close)).toEqual(['websocket.close.answer']);
  });

  it('that break the rules are told', () => {
    expect(ids(opened().client(plain(FIN | TEXT!, 'x')))).toContain('websocket.unmasked');
    expect(ids(opened().server(masked(FIN | TEXT!, 'x')))).toContain('websocket.masked');
    expect(opened().server(plain(FIN | COMPRESSED | TEXT!, 'x')).issues).toEqual(['malformed websocket.reserved']);
    expect(opened().server(plain(PING!, 'x')).issues).toEqual(['malformed websocket.control']);
    expect(opened().server(plain(FIN | PING!, 'x'.repeat(126))).issues).toEqual(['malformed websocket.control']);
    expect(opened().server(plain(FIN | CLOSE!, 'x')).issues).toEqual(['malformed websocket.close']);
  });

  it('are found again behind a gap', () => {
    const talk = opened();
    talk.server(plain(TEXT!, 'lost '));
    talk.lose('server', 7);
    talk.server(plain(FIN | CONTINUATION!, 'rest'));
    talk.acknowledge('client');
    const shown = talk.server(plain(FIN | TEXT!, 'again'));
    expect(shown.info).toBe('WebSocket Continuation [FIN], WebSocket Text [FIN]');
    expect(shown.fields.get('websocket.payload.text')).toEqual(['again']);
  });
});

describe('compression', () => {
  /** RFC 7692 §7.2.1: without the last four octets. */
  const deflated = (content: string): Uint8Array => {
    const whole = deflateRawSync(text(content), { finishFlush: 2 });
    return new Uint8Array(whole.subarray(0, whole.length - 4));
  };

  it('is undone where both agreed on it', () => {
    const shown = opened(`${DEFLATE}\r\n`).server(plain(FIN | COMPRESSED | TEXT!, deflated('a a a a a a')));
    expect(shown.fields.get('websocket.payload.text')).toEqual(['a a a a a a']);
    expect(shown.fields.get('websocket.pmc')).toEqual(['1']);
    expect(shown.events.find(({ id }) => id === 'websocket.compressed')!.parameters.inflated).toBe(11);
  });

  // RFC 7692 §7.2.3.2: the second message refers to the first.
  it('goes on with what was compressed before, and ends where that is lost', () => {
    const first = Uint8Array.of(0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00);
    const second = Uint8Array.of(0xf2, 0x00, 0x11, 0x00, 0x00);
    const talk = opened(`${DEFLATE}\r\n`);
    talk.server(plain(FIN | COMPRESSED | TEXT!, first));
    expect(talk.server(plain(FIN | COMPRESSED | TEXT!, second)).fields.get('websocket.payload.text')).toEqual([
      'Hello',
    ]);
    const cut = opened(`${DEFLATE}\r\n`);
    cut.lose('server', 9);
    cut.server(plain(FIN | COMPRESSED | TEXT!, second));
    cut.acknowledge('client');
    const shown = cut.server(plain(FIN | PING!));
    expect(shown.fields.get('websocket.payload.text')).toBeUndefined();
    expect(shown.events.find(({ id }) => id === 'websocket.compressed')!.parameters.inflated).toBeNull();
  });

  it('is not undone where a bomb would come out', () => {
    const bomb = deflated('\0'.repeat(1 << 21));
    const shown = opened(`${DEFLATE}; server_no_context_takeover\r\n`).server(plain(FIN | COMPRESSED | TEXT!, bomb));
    expect(shown.fields.get('websocket.payload.text')).toBeUndefined();
    expect(shown.info).toBe('WebSocket Text [FIN]');
  });
});
