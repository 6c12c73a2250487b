import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import '../../src/protocols/index.ts';
import { run } from '../../src/run.ts';
import { type Place, Transcript } from '../../src/streams/transcript.ts';
import { type MessageReader, WebSocketTranscript } from '../../src/streams/websocket-transcript.ts';
import { StreamBudget } from '../../src/tcp/reassembly.ts';
import { Tracker } from '../../src/track.ts';

/** What is told, one line each: bytes by their number, messages by opcode and content. */
class Told implements MessageReader {
  readonly lines: string[] = [];

  private say({ direction, offset }: Place, what: string): void {
    this.lines.push(`${direction} ${offset} ${what}`);
  }
  bytes(place: Place, _bytes: Uint8Array, from: number, to: number): void {
    this.say(place, `${to - from} bytes`);
  }
  missing(place: Place, length: number): void {
    this.say(place, `${length} missing`);
  }
  late(): void {}
  differs(): void {}
  upgraded(): void {
    this.lines.push('upgraded');
  }
  unframed(place: Place): void {
    this.say(place, 'unframed');
  }
  message(place: Place, code: number, compressed: boolean, bytes: Uint8Array): void {
    this.say(place, `${code}${compressed ? ' compressed' : ''} ${new TextDecoder().decode(bytes)}`);
  }
}

const latin = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const ASK = 'GET /chat HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
const AGREE = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';
/** "hello", masked with 01 02 03 04; "hi", without a mask. */
const HELLO = latin('\x81\x85\x01\x02\x03\x04igoh' + 'n');
const HI = latin('\x81\x02hi');

class Talk {
  readonly told = new Told();
  readonly transcript = new WebSocketTranscript(this.told);
  private readonly offsets = [0, 0];

  say(direction: 0 | 1, said: string | Uint8Array): void {
    const bytes = typeof said === 'string' ? latin(said) : said;
    const offset = this.offsets[direction]!;
    this.transcript.bytes({ direction, offset, frame: 1 }, bytes, 0, bytes.length);
    this.offsets[direction] = offset + bytes.length;
  }

  lose(direction: 0 | 1, length: number): void {
    this.transcript.missing({ direction, offset: this.offsets[direction]!, frame: 1 }, length, 'hole');
    this.offsets[direction]! += length;
  }
}

describe('what WebSocket carries', () => {
  test('behind the heads, message by message', () => {
    const talk = new Talk();
    talk.say(0, ASK);
    talk.say(1, latin(AGREE + '\x81\x02hi'));
    talk.say(0, HELLO);
    expect(talk.told.lines).toEqual([
      `0 0 ${ASK.length} bytes`,
      `1 0 ${AGREE.length} bytes`,
      'upgraded',
      `1 ${AGREE.length} 1 hi`,
      `0 ${ASK.length} 1 hello`,
    ]);
  });

  test('octet by octet the same', () => {
    const talk = new Talk();
    for (const letter of ASK) talk.say(0, letter);
    for (const letter of AGREE) talk.say(1, letter);
    for (const octet of HELLO) talk.say(0, Uint8Array.of(octet));
    expect(talk.told.lines.slice(ASK.length + AGREE.length)).toEqual(['upgraded', `0 ${ASK.length} 1 hello`]);
  });

  test('pieces are put together, with what steers the connection between them', () => {
    const talk = new Talk();
    talk.say(0, ASK);
    talk.say(1, AGREE);
    talk.say(1, latin('\x01\x02he\x89\x01p\x80\x03llo'));
    expect(talk.told.lines.slice(-2)).toEqual([`1 ${AGREE.length + 4} 9 p`, `1 ${AGREE.length} 1 hello`]);
  });

  test('behind a gap the bytes stand as they were sent', () => {
    const talk = new Talk();
    talk.say(0, ASK);
    talk.say(1, AGREE);
    talk.say(1, HI.subarray(0, 3));
    talk.lose(1, 40);
    talk.say(1, HI);
    talk.say(0, HELLO);
    const at = AGREE.length;
    expect(talk.told.lines.slice(3)).toEqual([
      `1 ${at + 3} unframed`,
      `1 ${at} 3 bytes`,
      `1 ${at + 3} 40 missing`,
      `1 ${at + 43} 4 bytes`,
      `0 ${ASK.length} 1 hello`,
    ]);
  });

  test('a frame that never ends is shown as it was sent', () => {
    const talk = new Talk();
    talk.say(0, ASK);
    talk.say(1, AGREE);
    talk.say(1, HI.subarray(0, 3));
    talk.transcript.finish();
    expect(talk.told.lines.slice(3)).toEqual([`1 ${AGREE.length} unframed`, `1 ${AGREE.length} 3 bytes`]);
  });

  test.each([
    ['a refusal', ASK, 'HTTP/1.1 403 Forbidden\r\n\r\n'],
    ['another upgrade', ASK.replace('websocket', 'h2c'), AGREE.replace('websocket', 'h2c')],
    ['nobody asked', 'GET / HTTP/1.1\r\n\r\n', AGREE],
    ['another protocol', 'EHLO client\r\n', '220 server\r\n'],
  ])('%s: everything passes by', (_what, ask, answer) => {
    const talk = new Talk();
    talk.say(0, ask);
    talk.say(1, answer);
    talk.say(0, HELLO);
    talk.say(1, HI);
    expect(talk.told.lines).toEqual([
      `0 0 ${ask.length} bytes`,
      `1 0 ${answer.length} bytes`,
      `0 ${ask.length} ${HELLO.length} bytes`,
      `1 ${answer.length} ${HI.length} bytes`,
    ]);
  });

  test('compressed messages are inflated', async () => {
    const capture = readFileSync(join(import.meta.dirname, '../../fixtures/websocket/compressed/capture.pcap'));
    const told = new Told();
    const transcript = new Transcript(new WebSocketTranscript(told), new StreamBudget());
    const tracker = new Tracker({ timeWait: 60, explain: false, payload: () => transcript });
    await run(readCapture(new Uint8Array(capture)), tracker, { packet: () => true, pause() {} });
    expect(told.lines.filter((line) => line.includes('kitchen')).length).toBe(6);
    expect(told.lines).toContainEqual(expect.stringMatching(/ 1 you said: a long message, a long message/));
  });
});
