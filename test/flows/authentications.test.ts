import { expect, test } from 'vitest';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import '../../src/protocols/index.ts';
import { decodeFrame } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';
import { octets } from '../protocols/decoded.ts';

const STATION = '024200000001';
const ACCESS_POINT = '024200000002';
const FIRST = '008a';
const THIRD = '13ca';
const GROUP = '1382';

/** Key messages of one access point to one station, and what each is told to be. */
class Handshake {
  private readonly tracker = new Tracker({ timeWait: 240, explain: true });
  private number = 0;

  say(information: string, counter: number, nonce: string): string[] {
    const body = `02 ${information} 0010 ${counter.toString(16).padStart(16, '0')} ${nonce.repeat(32)} ${'00'.repeat(48)} 0000`;
    const bytes = octets(`${STATION} ${ACCESS_POINT} 888e 02 03 005f ${body}`);
    const frame = new Frame();
    frame.bytes = bytes;
    frame.capturedLength = frame.wireLength = bytes.length;
    frame.linkType = 1;
    frame.number = ++this.number;
    const packet = new Packet();
    decodeFrame(packet, frame);
    this.tracker.track(packet);
    return this.tracker.events.raised.map(({ id }) => id).filter((id) => id.startsWith('eapol.'));
  }
}

test('a message that comes again counts on; one that does not was played back', () => {
  const talk = new Handshake();
  expect(talk.say(FIRST, 1, 'aa')).toEqual(['eapol.key.nonce']);
  expect(talk.say(FIRST, 2, 'aa')).toEqual(['eapol.key.again']);
  expect(talk.say(THIRD, 3, 'aa')).toEqual(['eapol.key.install']);
  expect(talk.say(THIRD, 3, 'aa')).toEqual(['eapol.key.replayed']);
  expect(talk.say(GROUP, 4, '00')).toEqual(['eapol.key.group']);
  expect(talk.say(GROUP, 5, '00')).toEqual(['eapol.key.group']);
  expect(talk.say(GROUP, 5, '00')).toEqual(['eapol.key.replayed']);
  expect(talk.say(FIRST, 2, 'aa')).toEqual(['eapol.key.replayed']);
});

test('a new nonce begins another handshake, whose counter may begin anew', () => {
  const talk = new Handshake();
  talk.say(FIRST, 7, 'aa');
  expect(talk.say(FIRST, 1, 'bb')).toEqual(['eapol.key.nonce']);
  expect(talk.say(THIRD, 2, 'bb')).toEqual(['eapol.key.install']);
  // Its first message was not captured.
  expect(talk.say(THIRD, 1, 'cc')).toEqual(['eapol.key.install']);
});
