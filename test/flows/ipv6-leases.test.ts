import { expect, it } from 'vitest';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import '../../src/protocols/index.ts';
import { decodeFrame } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';

const hex = (n: number, size: number): string => n.toString(16).padStart(size * 2, '0');
const CLIENT = 'fe80000000000000000000000000000a';
const SERVER = 'fe800000000000000000000000000001';
const option = (code: number, content = ''): string => hex(code, 2) + hex(content.length / 2, 2) + content;

const DUID = option(1, '000300010242c0a8000a');
const SERVER_DUID = option(2, '000300010242c0a80001');
const ADDRESS = option(5, `20010db8000000000000000000000001${hex(300, 4)}${hex(600, 4)}`);
const PREFIX = option(26, `${hex(300, 4)}${hex(600, 4)}3c20010db8010000000000000000000000`);
const association = (code: number, content: string): string =>
  option(code, `00000001${hex(0, 4)}${hex(0, 4)}${content}`);

const message = (type: number, transaction: number, ...options: string[]): string =>
  hex(type, 1) + hex(transaction, 3) + options.join('');

/** From the client to the server when `asks`, else back. */
function frameOf(content: string, asks: boolean): string {
  const length = hex(content.length / 2 + 8, 2);
  const [source, destination] = asks ? [CLIENT, SERVER] : [SERVER, CLIENT];
  const ports = asks ? '02220223' : '02230222';
  return `02000000000a02000000000b86dd60000000${length}1101${source}${destination}${ports}${length}0000${content}`;
}

const asks = (content: string): string => frameOf(content, true);
const answers = (content: string): string => frameOf(content, false);

/** What is raised of DHCPv6, frame by frame. */
function told(...frames: string[]): Record<string, unknown>[][] {
  const tracker = new Tracker({ timeWait: 240, explain: true });
  const packet = new Packet();
  return frames.map((text, index) => {
    const frame = new Frame();
    frame.number = index + 1;
    frame.bytes = Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16));
    frame.capturedLength = frame.wireLength = frame.bytes.length;
    decodeFrame(packet, frame);
    tracker.track(packet);
    return tracker.events.raised
      .filter(({ id }) => id.startsWith('dhcpv6.'))
      .map(({ id, parameters }) => ({
        id,
        ...Object.fromEntries(Object.entries(parameters).map(([name, evidence]) => [name, evidence?.value ?? null])),
      }));
  });
}

it('joins a reply with what it answers, and knows the server by its address', () => {
  const [, , request, reply] = told(
    asks(message(1, 1, DUID, association(3, ''))),
    answers(message(2, 1, DUID, SERVER_DUID, association(3, ADDRESS))),
    asks(message(3, 2, DUID, SERVER_DUID, association(3, ADDRESS))),
    answers(message(7, 2, DUID, SERVER_DUID, association(3, ADDRESS))),
  );
  expect(request![0]).toMatchObject({ id: 'dhcpv6.request', server: 'fe80::1', address: '2001:db8::1' });
  expect(reply).toEqual([expect.objectContaining({ id: 'dhcpv6.reply', valid: 600, renew: null, request: 3 })]);
});

it('does not take the transaction of another client for this one’s', () => {
  const other = option(1, '000300010242c0a8000b');
  const [, reply] = told(asks(message(8, 5, other)), answers(message(7, 5, DUID, SERVER_DUID)));
  expect(reply!.map(({ id }) => id)).toEqual(['dhcpv6.informed']);
});

it('tells by the question whether a reply without addresses gives settings or takes note', () => {
  const [, noted, , settings] = told(
    asks(message(8, 6, DUID)),
    answers(message(7, 6, DUID, SERVER_DUID, option(13, '0000'))),
    asks(message(11, 7, DUID)),
    answers(message(7, 7, DUID, SERVER_DUID)),
  );
  expect(noted).toEqual([expect.objectContaining({ id: 'dhcpv6.acknowledged', request: 1 })]);
  expect(settings).toEqual([expect.objectContaining({ id: 'dhcpv6.informed', request: 3 })]);
});

it('tells a prefix without an address, and each status that is no success', () => {
  const [reply] = told(
    answers(message(7, 8, DUID, association(25, PREFIX), association(3, option(13, '0002')), option(13, '0005'))),
  );
  expect(reply!.map(({ id, prefix, name }) => prefix ?? name ?? id)).toEqual([
    '2001:db8:100::/60',
    'NoAddrsAvail',
    'UseMulticast',
  ]);
});

it('takes the short way for what it is', () => {
  const [, reply] = told(
    asks(message(1, 9, DUID, option(14), association(3, ''))),
    answers(message(7, 9, DUID, SERVER_DUID, option(14), association(3, ADDRESS))),
  );
  expect(reply!.map(({ id, request }) => [id, request])).toEqual([
    ['dhcpv6.rapid-commit', 1],
    ['dhcpv6.reply', 1],
  ]);
});
