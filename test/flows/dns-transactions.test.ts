import { describe, expect, it } from 'vitest';
import { visitLayer } from '../../src/core/field.ts';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import '../../src/protocols/index.ts';
import { decodeFrame } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';
import { FIRST_NAME, message, question, record, u16 } from '../protocols/dns-message.ts';

const RAW_IP = 101;

/** Queries from 10.0.0.1 and answers from 10.0.0.2, over UDP, at chosen seconds. */
class Exchange {
  private readonly tracker = new Tracker({ timeWait: 240, explain: true });
  private readonly packet = new Packet();
  private number = 0;

  ask(second: number, id = 7, port = 5000) {
    return this.send(second, port, 53, message(id, 0x0100, [question('a.test', 1)]));
  }

  answer(second: number, id = 7, port = 5000, flags = 0x8180) {
    const answers = (flags & 15) === 0 ? [record(FIRST_NAME, 1, [192, 0, 2, 1], 1, 300)] : [];
    return this.send(second, 53, port, message(id, flags, [question('a.test', 1)], answers));
  }

  private send(second: number, from: number, to: number, dns: Uint8Array) {
    const addresses = to === 53 ? [10, 0, 0, 1, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 1];
    const ip = [0x45, 0, ...u16(28 + dns.length), 0, 0, 0, 0, 64, 17, 0, 0, ...addresses];
    const bytes = Uint8Array.from([...ip, ...u16(from), ...u16(to), ...u16(8 + dns.length), 0, 0, ...dns]);
    const frame = new Frame();
    Object.assign(frame, { bytes, capturedLength: bytes.length, wireLength: bytes.length, linkType: RAW_IP });
    frame.number = ++this.number;
    frame.seconds = second;
    decodeFrame(this.packet, frame);
    this.tracker.track(this.packet);
    const fields: Record<string, unknown> = {};
    visitLayer(this.packet.last, this.packet, (row, _at, _length, value) => {
      fields[row.id] = value;
    });
    const events = this.tracker.events.raised.filter(({ id }) => id.startsWith('dns.'));
    return { fields, events };
  }
}

describe('queries and answers', () => {
  it('are brought together by endpoints and id', () => {
    const exchange = new Exchange();
    exchange.ask(0, 7, 5000);
    exchange.ask(1, 7, 5001);
    exchange.ask(2, 8, 5000);
    expect(exchange.answer(3, 7, 5001).fields).toMatchObject({ 'dns.response_to': 2, 'dns.time': '2.000000000' });
    expect(exchange.answer(4, 7, 5000).fields).toMatchObject({ 'dns.response_to': 1, 'dns.time': '4.000000000' });
    expect(exchange.answer(5, 8, 5000).fields).toMatchObject({ 'dns.response_to': 3, 'dns.time': '3.000000000' });
  });

  it('know a query that is sent again, and measure from the first', () => {
    const exchange = new Exchange();
    exchange.ask(0);
    expect(exchange.ask(4).fields).toMatchObject({ 'dns.retransmission': 1, 'dns.retransmit_request_in': 1 });
    expect(exchange.answer(5).fields).toMatchObject({ 'dns.response_to': 1, 'dns.time': '5.000000000' });
  });

  it('take an id that comes back later for a new query', () => {
    const exchange = new Exchange();
    exchange.ask(0);
    expect(exchange.ask(6).fields['dns.retransmission']).toBeUndefined();
    expect(exchange.answer(7).fields).toMatchObject({ 'dns.response_to': 2 });
    exchange.ask(8);
    expect(exchange.answer(9).fields).toMatchObject({ 'dns.response_to': 4 });
  });

  it('know a second answer, and one that nobody asked for', () => {
    const exchange = new Exchange();
    expect(exchange.answer(0).fields['dns.unsolicited']).toBe(1);
    exchange.ask(1);
    exchange.answer(2);
    const again = exchange.answer(3).fields;
    expect(again).toMatchObject({ 'dns.retransmission': 1, 'dns.retransmit_response_in': 3 });
    expect(again['dns.response_to']).toBeUndefined();
  });

  it('raise events whose numbers stand in the bytes', () => {
    const exchange = new Exchange();
    const [asked] = exchange.ask(1).events;
    expect(asked).toMatchObject({ id: 'dns.query', parameters: { name: { value: 'a.test', offset: 40, length: 8 } } });
    const [answered] = exchange.answer(2).events;
    expect(answered).toMatchObject({
      id: 'dns.answer',
      parameters: {
        value: { value: '192.0.2.1', field: 'dns.a', offset: 64, length: 4 },
        ttl: { value: 300 },
        query: { value: 1 },
        took: { value: 1 },
      },
    });
  });

  it('raise what the answer says', () => {
    const exchange = new Exchange();
    exchange.ask(1);
    expect(exchange.answer(2, 7, 5000, 0x8183).events[0]).toMatchObject({ id: 'dns.no-such-name' });
    exchange.ask(3);
    expect(exchange.answer(4, 7, 5000, 0x8380).events[0]).toMatchObject({ id: 'dns.truncated' });
    expect(exchange.answer(5, 9).events[0]).toMatchObject({
      id: 'dns.answer',
      parameters: { query: null, took: null },
    });
  });
});
