import { describe, expect, it } from 'vitest';
import { joined, octets } from '../protocols/decoded.ts';
import { message, question } from '../protocols/dns-message.ts';
import { Talk } from './talk.ts';

const [DATA, HEADERS, , RST_STREAM, SETTINGS, PUSH_PROMISE, , , WINDOW_UPDATE, CONTINUATION] = Array(10).keys();
const END_STREAM = 1;
const END_HEADERS = 4;
const PADDED = 8;

const PREFACE = new TextEncoder().encode('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const GREETING = joined(PREFACE, frame(SETTINGS!, 0, 0, octets('0001 00010000')));

function frame(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = new Uint8Array(9 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, (payload.length << 8) | type);
  bytes[4] = flags;
  view.setUint32(5, stream);
  bytes.set(payload, 9);
  return bytes;
}

/** A field that joins the table, name and value as they are. */
function field(name: string, value: string): Uint8Array {
  const [a, b] = [name, value].map((part) => new TextEncoder().encode(part)) as [Uint8Array, Uint8Array];
  return joined(Uint8Array.of(0x40, a.length), a, Uint8Array.of(b.length), b);
}

const POST = joined(octets('83 87'), field(':path', '/dns-query'), field('content-type', 'application/dns-message'));
const QUERY = message(0, 0x0100, [question('a.test', 1)]);
const ANSWER = message(0, 0x8180, [question('a.test', 1)]);
const headers = (block: Uint8Array, stream = 1, flags = END_HEADERS): Uint8Array =>
  frame(HEADERS!, flags, stream, block);
const data = (content: Uint8Array, stream = 1, flags = END_STREAM): Uint8Array => frame(DATA!, flags, stream, content);

function begun(port = 8000): Talk {
  const talk = new Talk(port);
  talk.client(GREETING);
  return talk;
}

describe('HTTP/2 in a stream', () => {
  it('begins with a greeting, on any port; each frame is a layer', () => {
    for (const port of [80, 9999]) {
      const shown = new Talk(port).client(joined(GREETING, frame(WINDOW_UPDATE!, 0, 0, octets('0000ffff'))));
      expect(shown.protocols).toEqual(['ip', 'tcp', 'http2', 'http2', 'http2']);
      expect(shown.info).toBe('Magic, SETTINGS[0], WINDOW_UPDATE[0]');
      expect(shown.fields.get('http2.settings.header_table_size')).toEqual(['65536']);
      expect(shown.fields.get('http2.length')).toEqual(['6', '4']);
      expect(shown.reassembled).toEqual([false, false, false]);
    }
  });

  it('undoes the compression of fields, with the memory of each direction', () => {
    const talk = begun();
    const asked = talk.client(headers(POST));
    expect(asked.info).toBe('HEADERS[1]: POST /dns-query');
    expect(asked.fields.get('http2.headers.method')).toEqual(['POST']);
    expect(asked.fields.get('http2.header.name')).toEqual([':method', ':scheme', ':path', 'content-type']);
    expect(talk.client(headers(octets('82 be'), 3)).fields.get('http2.header.value')).toEqual([
      'GET',
      'application/dns-message',
    ]);
    const answered = talk.server(headers(octets('88')));
    expect(answered.info).toBe('HEADERS[1]: 200 OK');
    expect(talk.server(headers(octets('be'), 3)).issues).toEqual(['malformed http2.headerBlock']);
  });

  it('shows frames that cross segments in the one that completes them', () => {
    const talk = begun();
    const request = headers(POST);
    expect(talk.client(request.subarray(0, 5)).protocols).toEqual(['ip', 'tcp']);
    const shown = talk.client(joined(request.subarray(5), data(QUERY, 1, 0).subarray(0, 12)));
    expect(shown.protocols).toEqual(['ip', 'tcp', 'http2']);
    expect(shown.reassembled).toEqual([true]);
  });

  it('puts a block together that goes on in other frames', () => {
    const talk = begun();
    expect(talk.client(headers(POST.subarray(0, 10), 1, END_STREAM)).fields.has('http2.header.name')).toBe(false);
    const last = talk.client(frame(CONTINUATION!, END_HEADERS, 1, POST.subarray(10)));
    expect(last.info).toBe('CONTINUATION[1]: POST /dns-query');
    expect(last.fields.get('http2.headers.path')).toEqual(['/dns-query']);
  });

  it('leaves padding and priority out of the block', () => {
    const talk = begun();
    const padded = joined(octets('03 80000007 0f'), octets('82'), octets('000000'));
    const shown = talk.client(headers(padded, 1, END_HEADERS | PADDED | 0x20));
    expect(shown.fields.get('http2.header.name')).toEqual([':method']);
    expect(shown.fields.get('http2.stream_dependency')).toEqual(['7']);
    expect(shown.fields.get('http2.exclusive')).toEqual(['1']);
    const wrong = talk.client(headers(octets('09 82'), 3, END_HEADERS | PADDED));
    expect(wrong.issues).toEqual(['malformed http2.padding']);
  });

  it('names the type of a text that ends', () => {
    const talk = begun();
    const block = joined(octets('88'), field('content-type', 'text/html; charset=utf-8'));
    const shown = talk.server(joined(headers(block), data(octets('6869'))));
    expect(shown.info).toBe('HEADERS[1]: 200 OK, DATA[1] (text/html)');
  });

  it('reads promises', () => {
    const shown = begun().server(frame(PUSH_PROMISE!, END_HEADERS, 1, octets('00000002 82 84')));
    expect(shown.info).toBe('PUSH_PROMISE[1]: GET /');
    expect(shown.fields.get('http2.push_promise.promised_stream_id')).toEqual(['2']);
  });

  it('follows an upgrade that the server agrees to', () => {
    const talk = new Talk();
    talk.client('GET / HTTP/1.1\r\nHost: a.test\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n');
    const agreed = new TextEncoder().encode('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n');
    const changed = talk.server(joined(agreed, frame(SETTINGS!, 0, 0)));
    expect(changed.protocols).toEqual(['ip', 'tcp', 'http', 'http2']);
    expect(talk.client(GREETING).info).toBe('Magic, SETTINGS[0]');
  });

  it('is recognised where the server speaks first on a port of HTTP', () => {
    const talk = new Talk(80);
    talk.server(frame(SETTINGS!, 0, 0));
    expect(talk.client(GREETING).info).toBe('Magic, SETTINGS[0]');
    expect(talk.server(frame(SETTINGS!, 1, 0)).info).toBe('SETTINGS[0]');
  });
});

describe('DNS over HTTP/2', () => {
  it('is shown where its content ends', () => {
    const talk = begun();
    expect(talk.client(headers(POST)).protocols).toEqual(['ip', 'tcp', 'http2']);
    const asked = talk.client(data(QUERY));
    expect(asked.protocols).toEqual(['ip', 'tcp', 'http2', 'dns']);
    expect(asked.reassembled).toEqual([false, false]);
    expect(asked.fields.get('dns.qry.name')).toEqual(['a.test']);
    expect(asked.fields.has('dns.length')).toBe(false);
    const block = joined(octets('88'), field('content-type', 'application/dns-message'));
    expect(talk.server(joined(headers(block), data(ANSWER, 1, 0))).protocols).toEqual(['ip', 'tcp', 'http2', 'http2']);
    const ended = talk.server(data(new Uint8Array(0)));
    expect(ended.fields.get('dns.flags.response')).toEqual(['1']);
    expect(ended.fields.get('dns.response_to')).toEqual(['6']);
    expect(ended.reassembled).toEqual([false, true]);
  });

  it('tells answers apart by their streams, whose ids are all zero', () => {
    const talk = begun();
    talk.client(joined(headers(POST, 1), data(QUERY, 1)));
    talk.client(joined(headers(POST, 3), data(QUERY, 3)));
    const block = joined(octets('88'), field('content-type', 'application/dns-message'));
    const later = talk.server(joined(headers(block, 3), data(ANSWER, 3)));
    expect(later.fields.get('dns.response_to')).toEqual(['6']);
    expect(talk.server(joined(headers(block, 1), data(ANSWER, 1))).fields.get('dns.response_to')).toEqual(['5']);
  });

  it('is not looked for in another content, nor behind a reset', () => {
    const talk = begun();
    const plain = joined(octets('83'), field('content-type', 'text/plain'));
    expect(talk.client(joined(headers(plain), data(QUERY))).protocols).not.toContain('dns');
    talk.client(headers(POST, 3));
    talk.client(frame(RST_STREAM!, 0, 3, octets('00000008')));
    expect(talk.client(data(QUERY, 3)).protocols).not.toContain('dns');
  });

  it('leaves out the padding', () => {
    const talk = begun();
    talk.client(headers(POST));
    const shown = talk.client(data(joined(octets('02'), QUERY, octets('0000')), 1, END_STREAM | PADDED));
    expect(shown.fields.get('dns.qry.name')).toEqual(['a.test']);
    expect(shown.issues).toEqual([]);
  });
});

describe('what is damaged', () => {
  it('names no field by a table whose entries were lost', () => {
    const talk = begun();
    talk.client(headers(POST));
    talk.lose('client', 40);
    talk.client(headers(octets('82 be'), 3));
    talk.acknowledge('server');
    const shown = talk.client(headers(octets('83 be'), 5));
    expect(shown.fields.get('http2.header.name')).toEqual([':method', ':method']);
    expect(shown.issues).toEqual([]);
  });

  it('shows no DNS message with a hole', () => {
    const talk = begun();
    talk.client(joined(headers(POST), data(QUERY.subarray(0, 5), 1, 0)));
    talk.lose('client', 12);
    talk.client(data(QUERY.subarray(5)));
    talk.acknowledge('server');
    expect(talk.client(frame(SETTINGS!, 1, 0)).info).toBe('DATA[1], SETTINGS[0]');
  });

  it('finds no frame in the middle of one', () => {
    const talk = begun();
    expect(talk.client(octets('77 77 77 77 77 77 77 77 77 77')).protocols).toEqual(['ip', 'tcp']);
    expect(talk.client(headers(octets('82'))).info).toBe('HEADERS[1]: GET');
  });

  it('gives up a block that has no end', () => {
    const talk = begun();
    talk.client(headers(octets('82'), 1, 0));
    const filler = joined(octets('00 01 61 7f 81 7c'), new Uint8Array(16000).fill(0x61));
    for (let i = 0; i < 40; i++) talk.client(frame(CONTINUATION!, 0, 1, filler));
    const last = talk.client(frame(CONTINUATION!, END_HEADERS, 1));
    expect(last.fields.has('http2.header.name')).toBe(false);
    expect(talk.client(headers(octets('82'), 3)).info).toBe('HEADERS[3]: GET');
  });

  it('gives up a content that has no end', () => {
    const talk = begun();
    talk.client(headers(POST));
    for (let i = 0; i < 40; i++) talk.client(data(new Uint8Array(16000), 1, 0));
    expect(talk.client(data(QUERY)).protocols).toEqual(['ip', 'tcp', 'http2']);
  });

  it('remembers a bounded number of streams', () => {
    const talk = begun();
    talk.client(headers(POST, 1));
    for (let i = 1; i <= 1100; i++) talk.client(headers(octets('83 be'), 1 + 2 * i));
    expect(talk.client(data(QUERY, 1)).protocols).not.toContain('dns');
    expect(talk.client(data(QUERY, 2201)).protocols).toContain('dns');
  });

  it('reads what is there of frames that are too short', () => {
    for (let type = 0; type <= 16; type++) {
      for (let length = 0; length < 12; length++) {
        for (const flags of [0, 0xff]) begun().client(frame(type, flags, 1, new Uint8Array(length).fill(0xff)));
      }
    }
    expect(begun().client(frame(RST_STREAM!, 0, 1, octets('0000'))).issues).toEqual(['malformed http2.payload']);
  });
});

describe('what is told', () => {
  const told = ({ events }: ReturnType<Talk['client']>) =>
    events.filter(({ id }) => id.startsWith('http2.')).map(({ id, parameters }) => ({ id, ...parameters }));

  it('is the request that a response answers, whatever came in between', () => {
    const talk = begun();
    const request = told(talk.client(headers(POST)))[0]!;
    expect(request).toMatchObject({ id: 'http2.request', stream: 1, method: 'POST', path: '/dns-query' });
    expect(request).toMatchObject({ octets: 58, length: 89 });
    talk.client(headers(octets('82 84 86'), 3));
    expect(told(talk.server(headers(octets('88'), 3)))).toMatchObject([
      { id: 'http2.response', status: 200, request: 6 },
    ]);
    expect(told(talk.server(headers(octets('8d'), 1)))).toMatchObject([
      { id: 'http2.response', status: 404, request: 5 },
    ]);
    expect(told(talk.client(frame(RST_STREAM!, 0, 3, octets('00000008'))))).toMatchObject([
      { id: 'http2.reset', stream: 3, error: 'CANCEL', request: 6 },
    ]);
  });

  it('is an end with and without an error', () => {
    const GOAWAY = 7;
    expect(told(begun().server(frame(GOAWAY, 0, 0, octets('00000005 00000000'))))).toMatchObject([
      { id: 'http2.goaway', last: 5 },
    ]);
    expect(told(begun().server(frame(GOAWAY, 0, 0, octets('00000005 00000009'))))).toMatchObject([
      { id: 'http2.goaway.error', error: 'COMPRESSION_ERROR' },
    ]);
  });

  it("is nothing of a server's settings before the greeting where they mean nothing", () => {
    expect(new Talk(9999).server(frame(SETTINGS!, 0, 0, octets('0003 00000064'))).info).toBe('SETTINGS[0]');
    expect(new Talk(9999).server(frame(SETTINGS!, 0, 0, octets('ff03 00000064'))).protocols.at(-1)).toBe('data');
    expect(new Talk(9999).server(frame(SETTINGS!, 0, 0)).protocols.at(-1)).toBe('data');
  });
});
