import { describe, expect, test } from 'vitest';
import { visitLayer } from '../../src/core/field.ts';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import { radiusExchange } from '../../src/flows/radius-exchanges.ts';
import '../../src/protocols/index.ts';
import { radius } from '../../src/protocols/radius.ts';
import { decodeFrame } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';
import { hex8, hex16, octets } from '../protocols/decoded.ts';

const RAW_IP = 101;
const CLIENT = 'cb007101';
const SERVER = 'cb007150';

interface Sent {
  readonly second: number;
  readonly id?: number;
  /** The octet that fills the authenticator. */
  readonly mark?: string;
  readonly attributes?: string;
}

/** Packets between one client and one server, and what is told of each. */
class Talk {
  private readonly tracker = new Tracker({ timeWait: 240, explain: true });
  private readonly packet = new Packet();
  private number = 0;

  send(code: number, { second, id = 7, mark = 'a5', attributes = '' }: Sent) {
    const fromClient = [1, 4, 12].includes(code);
    const digits = attributes.replace(/\s/g, '');
    const size = 20 + digits.length / 2;
    const ends = fromClient ? `${CLIENT} ${SERVER} 9c40 0714` : `${SERVER} ${CLIENT} 0714 9c40`;
    const header = `4500 ${hex16(size + 28)} 0000 0000 40 11 0000`;
    const body = `${hex8(code)} ${hex8(id)} ${hex16(size)} ${mark.repeat(16)} ${digits}`;
    const bytes = octets(`${header} ${ends} ${hex16(size + 8)} 0000 ${body}`);
    const frame = new Frame();
    Object.assign(frame, { bytes, capturedLength: bytes.length, wireLength: bytes.length, linkType: RAW_IP });
    frame.number = ++this.number;
    frame.seconds = second;
    decodeFrame(this.packet, frame);
    this.tracker.track(this.packet);
    const layer = this.packet.find(radius)!;
    const fields: Record<string, unknown> = {};
    visitLayer(layer, this.packet, (row, _at, _length, value) => {
      fields[row.id] = value;
    });
    const events = this.tracker.events.raised.map((event) => event.id).filter((event) => event.startsWith('radius.'));
    return { fields, events, session: radiusExchange(layer)?.session };
  }
}

describe('requests and responses', () => {
  test('are brought together by ends, kind and identifier', () => {
    const talk = new Talk();
    talk.send(1, { second: 0, id: 1 });
    talk.send(1, { second: 1, id: 2 });
    talk.send(4, { second: 2, id: 1 });
    expect(talk.send(2, { second: 3, id: 1 }).fields).toMatchObject({
      'radius.reqframe': 1,
      'radius.time': '3.000000000',
    });
    expect(talk.send(5, { second: 4, id: 1 }).fields).toMatchObject({ 'radius.reqframe': 3 });
    expect(talk.send(3, { second: 4, id: 2 }).fields).toMatchObject({ 'radius.reqframe': 2 });
    expect(talk.send(2, { second: 5, id: 9 }).fields).not.toHaveProperty('radius.reqframe');
  });

  test('a request with the same authenticator is sent again, one with another is new', () => {
    const talk = new Talk();
    talk.send(1, { second: 0 });
    const again = talk.send(1, { second: 2 });
    expect(again.fields).toMatchObject({ 'radius.dup': 7, 'dissect.radius.first': 1 });
    expect(again.events).toEqual(['radius.again']);
    expect(talk.send(2, { second: 3 }).fields).toMatchObject({ 'radius.reqframe': 1 });
    const other = talk.send(1, { second: 4, mark: 'b6' });
    expect(other.fields).not.toHaveProperty('radius.dup');
    expect(other.events).toEqual(['radius.request']);
    expect(talk.send(2, { second: 5 }).fields).toMatchObject({ 'radius.reqframe': 4 });
    expect(talk.send(2, { second: 6 }).fields).toMatchObject({ 'radius.reqframe': 4, 'radius.dup': 7 });
  });

  test('State tells which authentication goes on, however they are mixed', () => {
    const talk = new Talk();
    const first = talk.send(1, { second: 0, id: 1 }).session;
    const second = talk.send(1, { second: 0, id: 2, mark: 'b6' }).session;
    expect(second).not.toBe(first);
    expect(talk.send(11, { second: 1, id: 2, attributes: '18 03 22' }).session).toBe(second);
    expect(talk.send(11, { second: 1, id: 1, attributes: '18 03 11' }).session).toBe(first);
    expect(talk.send(1, { second: 2, id: 3, attributes: '18 03 11' }).session).toBe(first);
    expect(talk.send(1, { second: 2, id: 4, attributes: '18 03 22' }).session).toBe(second);
    expect(talk.send(1, { second: 2, id: 5, attributes: '18 03 33' }).session).not.toBe(second);
  });

  test('what a server answers about itself lets nobody in', () => {
    const talk = new Talk();
    expect(talk.send(12, { second: 0 }).events).toEqual(['radius.status']);
    expect(talk.send(2, { second: 1 }).events).toEqual(['radius.alive']);
  });

  test('a password is hidden by MD5 only, and an answer without a Message-Authenticator can be changed', () => {
    const talk = new Talk();
    const password = `02 12 ${'cc'.repeat(16)}`;
    expect(talk.send(1, { second: 0, attributes: password }).events).toEqual(['radius.request', 'radius.password']);
    expect(talk.send(3, { second: 1 }).events).toEqual(['radius.reject', 'radius.unsigned']);
    const proof = `50 12 ${'dd'.repeat(16)}`;
    expect(talk.send(2, { second: 1, id: 8, attributes: proof }).events).toEqual(['radius.accept']);
  });
});
