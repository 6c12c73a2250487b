import { describe, expect, it } from 'vitest';
import { safeText } from '../../src/core/writer.ts';
import { Talk } from './talk.ts';

const GET = 'GET /page?a=1&b=2 HTTP/1.1\r\nHost: www.example.test\r\n\r\n';
const answer = (body: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;

describe('HTTP in a stream', () => {
  it('shows a message that lies whole in its segment where it lies, without a copy', () => {
    const talk = new Talk();
    const request = talk.client(GET);
    expect(request.protocols).toEqual(['ip', 'tcp', 'http']);
    expect(request.reassembled).toEqual([false]);
    expect(request.fields.get('http.request.full_uri')).toEqual(['http://www.example.test/page?a=1&b=2']);
    expect(request.fields.get('http.request.uri.query.parameter')).toEqual(['a=1', 'b=2']);
    expect(request.info).toBe('GET /page?a=1&b=2 HTTP/1.1 ');
    const response = talk.server(answer('hello', 'Content-Type: text/plain; charset=utf-8\r\n'));
    expect(response.fields.get('http.file_data')).toEqual(['hello']);
    expect(response.fields.get('http.request_in')).toEqual(['4']);
    expect(response.fields.get('http.time')).toEqual(['1.000000000']);
    expect(response.info).toBe('HTTP/1.1 200 OK  (text/plain)');
    expect(response.card).toContain('content-type: text/plain');
  });

  it('shows a message in the frame that completes it', () => {
    const talk = new Talk();
    talk.client(GET);
    expect(talk.server('HTTP/1.1 200 OK\r\nContent-Le').protocols).toEqual(['ip', 'tcp']);
    expect(talk.server('ngth: 10\r\n\r\n01234').protocols).toEqual(['ip', 'tcp']);
    const last = talk.server('56789');
    expect(last.fields.get('http.file_data')).toEqual(['0123456789']);
    expect(last.reassembled).toEqual([true]);
  });

  it('finds several messages in one segment, and answers in the order of the requests', () => {
    const talk = new Talk();
    const asked = talk.client(GET + GET.replace('/page', '/other'));
    expect(asked.fields.get('http.request.uri.path')).toEqual(['/page', '/other']);
    const answered = talk.server(answer('one') + answer('two'));
    expect(answered.fields.get('http.file_data')).toEqual(['one', 'two']);
    expect(answered.fields.get('http.response_for.uri')).toEqual([
      'http://www.example.test/page?a=1&b=2',
      'http://www.example.test/other?a=1&b=2',
    ]);
  });

  it('joins chunks, and reads the trailer', () => {
    const talk = new Talk();
    talk.client(GET);
    talk.server('HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5\r\nhel');
    talk.server('lo\r\n6;name=value\r\n world\r\n0\r');
    const last = talk.server(`\nX-Sum: 1\r\n\r\n${answer('next')}`);
    expect(last.fields.get('http.file_data')).toEqual(['hello world', 'next']);
    expect(last.fields.get('http.chunk_size')).toEqual(['5', '6', '0']);
  });

  it('ends a message at the close when nothing else says where', () => {
    const talk = new Talk();
    talk.client(GET);
    expect(talk.server('HTTP/1.0 200 OK\r\n\r\nsome').protocols).toEqual(['ip', 'tcp']);
    const last = talk.close(' more');
    expect(last.fields.get('http.file_data')).toEqual(['some more']);
    expect(last.issues).toEqual([]);
  });

  it('blames a sender that closes before its content is whole', () => {
    const talk = new Talk();
    talk.client(GET);
    talk.server('HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\nsome');
    expect(talk.close().issues).toEqual(['malformed http.closedEarly']);
  });

  it.each([
    ['HEAD', '200 OK'],
    ['GET', '204 No Content'],
    ['GET', '304 Not Modified'],
  ])('knows that the answer to %s with %s has no content', (method, status) => {
    const talk = new Talk();
    talk.client(GET.replace('GET', method));
    const shown = talk.server(`HTTP/1.1 ${status}\r\nContent-Length: 500\r\n\r\n`);
    expect(shown.fields.get('http.content_length')).toEqual(['500']);
    expect(talk.server(answer('x')).fields.get('http.file_data')).toEqual(['x']);
  });

  it('lets 100 Continue pass before the response', () => {
    const talk = new Talk();
    talk.client('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n');
    talk.server('HTTP/1.1 100 Continue\r\n\r\n');
    expect(talk.client('abc').fields.get('http.file_data')).toEqual(['abc']);
    expect(talk.server(answer('ok')).fields.get('http.request_in')).toEqual(['6']);
  });

  it.each([
    ['CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n'],
    [GET, 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: tunnel\r\n\r\n'],
  ])('takes nothing for HTTP after %j', (request, response) => {
    const talk = new Talk();
    talk.client(request);
    expect(talk.server(response).protocols.at(-1)).toBe('http');
    expect(talk.client(GET).protocols).toEqual(['ip', 'tcp', 'data']);
    expect(talk.server(answer('x')).protocols).toEqual(['ip', 'tcp', 'data']);
  });

  it('is recognised by its first line on any port, and by nothing else', () => {
    expect(new Talk(4711).client(GET).protocols.at(-1)).toBe('http');
    expect(new Talk(4711).client('GET me out of here\r\n').protocols.at(-1)).toBe('data');
    const talk = new Talk(4711);
    talk.server('220 ready\r\n');
    expect(talk.client('HELP\r\n').protocols).toEqual(['ip', 'tcp', 'data']);
  });

  it('puts segments in any order together', () => {
    const talk = new Talk();
    const text = answer('0123456789'.repeat(20));
    talk.client(GET);
    talk.at('server', 100, text.slice(100));
    talk.at('server', 30, text.slice(30, 70));
    talk.at('server', 0, text.slice(0, 50));
    const last = talk.at('server', 60, text.slice(60, 120));
    expect(last.fields.get('http.file_data')).toEqual(['0123456789'.repeat(20)]);
  });

  it('lets the first copy of a byte win', () => {
    const talk = new Talk();
    talk.client(GET);
    talk.at('server', 0, 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc');
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n'.length;
    const shown = talk.at('server', head, 'XXXdef');
    expect(shown.fields.get('http.file_data')).toEqual(['abcdef']);
  });

  it('finds its place again behind a hole', () => {
    const talk = new Talk();
    talk.client(GET);
    talk.server('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nsome');
    talk.lose('server', 500);
    talk.server('x'.repeat(496));
    talk.acknowledge('client');
    const next = talk.server(answer('next'));
    // The first response is shown with what there was of it, the second whole.
    expect(next.fields.get('http.file_data')).toEqual(['some', 'next']);
    expect(next.issues).toEqual(['truncated http.content']);
  });

  it('shows what a snapped segment has of a head', () => {
    const talk = new Talk();
    const shown = talk.at('client', 0, 'GET / HTTP/1.1\r\nHost: a\r\nUser-A', 200);
    expect(shown.fields.get('http.request.uri')).toEqual(['/']);
    expect(shown.fields.get('http.host')).toEqual(['a']);
    expect(shown.issues).toContain('truncated http.head');
  });

  it('raises what happened, with its evidence', () => {
    const talk = new Talk();
    const request = talk.client(GET).events.find(({ id }) => id === 'http.request');
    expect(request?.parameters).toMatchObject({ client: '10.0.0.1', method: 'GET', host: 'www.example.test' });
    const response = talk.server(answer('hello')).events.find(({ id }) => id === 'http.response');
    expect(response?.parameters).toMatchObject({ server: '10.0.0.2', status: 200, length: 5, request: 4, took: 1 });
  });
});

describe('hostile HTTP', () => {
  it('does not wait for a head that does not end', () => {
    const talk = new Talk();
    talk.client('GET / HTTP/1.1\r\n');
    let shown = null;
    for (let i = 0; i < 60 && shown === null; i++) {
      const { protocols } = talk.client('X-Flood: 1\r\n'.repeat(100));
      if (protocols.at(-1) === 'http') shown = i;
    }
    expect(shown).not.toBeNull();
  });

  it('reads a long head that comes byte by byte without looking at each byte again', () => {
    const talk = new Talk();
    const head = `GET / HTTP/1.1\r\n${'X-Slow: yes\r\n'.repeat(1500)}\r\n`;
    const started = process.cpuUsage();
    for (const letter of head) talk.client(letter);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(5000);
  });

  it.each(['8000000000000000', 'fffffffffffffffffffff', '-1', 'zz', ''])(
    'is not misled by a chunk of size %j',
    (size) => {
      const talk = new Talk();
      talk.client(GET);
      const shown = talk.server(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n${size}\r\nrest`);
      // What follows the damage is content without a beginning.
      expect(shown.fields.get('http.file_data')).toEqual(['abc', size === '' ? 'rest' : `${size}\\r\\nrest`]);
      expect(talk.server(answer('next')).fields.get('http.file_data')).toEqual(['next']);
    },
  );

  it.each(['9007199254740993000', '-5', '5, 6', '0x10'])('does not believe a content length of %j', (length) => {
    const talk = new Talk();
    talk.client(GET);
    talk.server(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\nabc`);
    expect(talk.close().fields.get('http.file_data')).toEqual(['abc']);
  });

  it('hands a message over early that is too long to be kept, and finds the next', () => {
    const talk = new Talk();
    talk.client(GET);
    const length = 20_000_000;
    const first = talk.server(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\nabc`);
    expect(first.fields.get('http.content_length')).toEqual([String(length)]);
    expect(first.issues).toEqual(['truncated http.content']);
    const block = new Uint8Array(60_000);
    for (let at = 3; at < length; at += block.length)
      talk.server(block.subarray(0, Math.min(block.length, length - at)));
    expect(talk.server(answer('next')).fields.get('http.file_data')).toEqual(['next']);
  });

  it('survives more messages in a segment than a packet has room for', () => {
    const talk = new Talk();
    const shown = talk.client('GET / HTTP/1.1\r\n\r\n'.repeat(500));
    expect(shown.protocols.length).toBeLessThanOrEqual(64);
    expect(talk.server(answer('x')).fields.get('http.request_in')).toEqual(['4']);
  });
});

describe('a head', () => {
  it.each([' hello', '\thello', '\nhello', '\r\nhello'])(
    'ends at its empty line, whatever its content begins with: %j',
    (body) => {
      const talk = new Talk();
      talk.client(GET);
      const shown = talk.server(answer(body) + answer('next'));
      expect(shown.fields.get('http.file_data')).toEqual([safeText(body), 'next']);
      expect(shown.fields.get('http.response_for.uri')).toEqual(['http://www.example.test/page?a=1&b=2']);
    },
  );

  it.each([
    ['Content-Length : 2\r\n', 2],
    ['CONTENT-LENGTH:2\n', 2],
    ['Content-Length: 2 \t\r\n', 2],
    ['X: y\r\n Content-Length: 9\r\nContent-Length: 2\r\n', 2],
    ['Content-Length:\r\n 2\r\n', 0],
    ['Content-Length: +2\r\n', 0],
    ['Content-Length: 2, 2\r\n', 0],
    ['Content-Length: 0000000000000002\r\n', 0],
    ['Content-Length: x\r\nContent-Length: 2\r\n', 0],
    ['Content-Lengths: 2\r\n', 0],
    [': 2\r\nContent-Length: 2\r\n', 2],
    ['no colon\r\nContent-Length: 2\r\n', 2],
  ])('says its length by %j', (lines, length) => {
    const talk = new Talk();
    const shown = talk.client(`POST /a HTTP/1.1\r\nHost: a\r\n${lines}\r\nab${GET}`);
    expect(shown.fields.get('http.request.method')).toEqual(['POST', length === 2 ? 'GET' : 'abGET']);
  });
});
