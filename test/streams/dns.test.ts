import { describe, expect, it } from 'vitest';
import { message, question } from '../protocols/dns-message.ts';
import { Talk } from './talk.ts';

const framed = (dns: Uint8Array): Uint8Array => Uint8Array.from([dns.length >> 8, dns.length & 255, ...dns]);
const query = framed(message(7, 0x0100, [question('a.test', 1)]));
const answer = framed(message(7, 0x8180, [question('a.test', 1)]));

describe('DNS over TCP', () => {
  it('finds messages by the length before them', () => {
    const talk = new Talk(53);
    const asked = talk.client(query);
    expect(asked.protocols).toEqual(['ip', 'tcp', 'dns']);
    expect(asked.fields.get('dns.length')).toEqual([String(query.length - 2)]);
    expect(asked.fields.get('dns.qry.name')).toEqual(['a.test']);
    const answered = talk.server(answer);
    expect(answered.fields.get('dns.response_to')).toEqual(['4']);
    expect(answered.fields.get('dns.time')).toEqual(['1.000000000']);
  });

  it('waits for the rest, even of the length', () => {
    const talk = new Talk(53);
    expect(talk.client(query.subarray(0, 1)).protocols).toEqual(['ip', 'tcp']);
    expect(talk.client(query.subarray(1, 9)).protocols).toEqual(['ip', 'tcp']);
    const whole = talk.client(Uint8Array.from([...query.subarray(9), ...query]));
    expect(whole.fields.get('dns.qry.name')).toEqual(['a.test', 'a.test']);
    expect(whole.reassembled).toEqual([true, true]);
  });

  it('does not take a length below a header for a message', () => {
    const talk = new Talk(53);
    expect(talk.client(Uint8Array.of(0, 3, 1, 2, 3)).protocols).toEqual(['ip', 'tcp']);
    expect(talk.client(query).protocols).toEqual(['ip', 'tcp', 'dns']);
  });

  it('is asked for on its port only', () => {
    expect(new Talk(5300).client(query).protocols).toEqual(['ip', 'tcp', 'data']);
  });
});
