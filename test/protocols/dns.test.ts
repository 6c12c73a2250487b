import { describe, expect, it } from 'vitest';
import { visitLayer } from '../../src/core/field.ts';
import { writeValue } from '../../src/core/field-value.ts';
import type { Protocol } from '../../src/core/layer.ts';
import { Packet } from '../../src/core/packet.ts';
import { Writer } from '../../src/core/writer.ts';
import { dns, llmnr, mdns } from '../../src/protocols/dns.ts';
import { FIRST_NAME, message, name, octets, question, record, u16, u32 } from './dns-message.ts';

/** Decodes bytes as a whole message, not at offset 0, with octets behind it that are not its own. */
function decoded(bytes: Uint8Array, protocol: Protocol = dns, wire = bytes.length) {
  const block = new Uint8Array(bytes.length + 20).fill(0x3f);
  block.set(bytes, 10);
  const packet = new Packet();
  packet.decode(protocol, block, 10, 10 + bytes.length, 10 + wire);
  const layer = packet.layers[0]!;
  const fields = new Map<string, string[]>();
  const out = new Writer();
  visitLayer(layer, packet, (row, at, length, value) => {
    expect(at === -1 || (at >= 10 && at + length <= 10 + bytes.length)).toBe(true);
    writeValue(row, layer, at, length, value, out);
    const values = fields.get(row.id) ?? [];
    fields.set(row.id, values);
    values.push(out.take(0));
  });
  protocol.info!(layer, packet, out);
  const info = out.take(0);
  protocol.card!(layer, packet, out);
  return { fields, info, card: out.take(0), issues: packet.issues.map(({ fault, code }) => `${fault} ${code}`) };
}

const answered = (type: number, data: number[]) =>
  decoded(message(1, 0x8180, [question('a.test', type)], [record(FIRST_NAME, type, data)]));

describe('a DNS message', () => {
  it('tells a query in one line and on a card', () => {
    const opt = record([0], 41, [], 1232, 0x8000);
    const shown = decoded(message(0x1a2b, 0x0100, [question('www.example.test', 1)], [], [], [opt]));
    expect(shown.info).toBe('Standard query 0x1a2b A www.example.test OPT');
    expect(shown.card).toBe('DNS  query · id 0x1a2b\nA? www.example.test');
    expect(shown.fields.get('dns.flags')).toEqual(['0x0100']);
    expect(shown.fields.get('dns.flags.rcode')).toBeUndefined();
    expect(shown.fields.get('dns.resp.name')).toEqual(['<Root>']);
    expect(shown.fields.get('dns.rr.udp_payload_size')).toEqual(['1232']);
    expect(shown.fields.get('dns.resp.z.do')).toEqual(['1']);
    expect(shown.fields.get('dns.resp.ttl')).toBeUndefined();
  });

  it('tells an answer in one line and on a card', () => {
    const shown = answered(1, [203, 0, 113, 80]);
    expect(shown.info).toBe('Standard query response 0x0001 A a.test A 203.0.113.80');
    expect(shown.card).toBe('DNS  answer · No error · id 0x0001\nA? a.test\na.test A 203.0.113.80 · ttl 60 s');
    expect(shown.fields.get('dns.a')).toEqual(['203.0.113.80']);
    expect(shown.fields.get('dns.resp.type')).toEqual(['1']);
    expect(shown.fields.get('dns.resp.class')).toEqual(['0x0001']);
  });

  it('names what went wrong', () => {
    expect(decoded(message(1, 0x8183, [question('no.test', 28)])).info).toBe(
      'Standard query response 0x0001 No such name AAAA no.test',
    );
  });

  it.each([
    [5, name('b.test'), { 'dns.cname': 'b.test' }],
    [15, [...u16(10), ...name('mail.a.test')], { 'dns.mx.preference': '10', 'dns.mx.mail_exchange': 'mail.a.test' }],
    [16, [3, ...octets('one'), 0, 3, ...octets('two')], { 'dns.txt': 'one,,two', 'dns.txt.length': '3,0,3' }],
    [28, [0x20, 1, 0x0d, 0xb8, ...Array(11).fill(0), 1], { 'dns.aaaa': '2001:db8::1' }],
    [
      6,
      [...name('ns.test'), ...name('root.test'), ...[1, 2, 3, 4, 5].flatMap(u32)],
      {
        'dns.soa.mname': 'ns.test',
        'dns.soa.rname': 'root.test',
        'dns.soa.serial_number': '1',
        'dns.soa.minimum_ttl': '5',
      },
    ],
    [43, [...u16(0x3039), 13, 2, 0xab, 0xcd], { 'dns.ds.key_id': '0x3039', 'dns.ds.digest': 'abcd' }],
    // Next name, then the types A, MX, RRSIG, NSEC and 1234: the example of RFC 4034 §4.3.
    [
      47,
      [...name('b.test'), 0, 6, 0x40, 1, 0, 0, 0, 3, 4, 27, ...Array(26).fill(0), 0x20],
      { 'dns.nsec.next_domain_name': 'b.test', 'dns.resp.type': '47,1,15,46,47,1234' },
    ],
    [
      65,
      [
        ...u16(1),
        0,
        ...u16(1),
        ...u16(3),
        2,
        ...octets('h2'),
        ...u16(3),
        ...u16(2),
        ...u16(8443),
        ...u16(4),
        ...u16(4),
        192,
        0,
        2,
        1,
      ],
      {
        'dns.svcb.svcpriority': '1',
        'dns.svcb.targetname': '<Root>',
        'dns.svcb.svcparam.alpn': 'h2',
        'dns.svcb.svcparam.port': '8443',
        'dns.svcb.svcparam.ipv4hint.ip': '192.0.2.1',
      },
    ],
    [
      257,
      [128, 5, ...octets('issue'), ...octets('ca.test')],
      { 'dns.caa.issue': 'ca.test', 'dns.caa.flags.issuer_critical': '1' },
    ],
    [52, [3, 1, 1, 0xaa, 0xbb], { 'dns.tlsa.certificate_usage': '3', 'dns.tlsa.certificate_association_data': 'aabb' }],
    [4711, [1, 2, 3], { 'dns.data': '010203' }],
  ])('reads a record of type %i', (type, data, expected) => {
    const { fields, issues } = answered(type, data as number[]);
    expect(issues).toEqual([]);
    for (const [id, value] of Object.entries(expected)) expect(fields.get(id)?.join(','), id).toBe(value);
  });

  it('takes the name of a service apart', () => {
    const data = [...u16(10), ...u16(60), ...u16(80), ...name('www.test')];
    const { fields, info } = decoded(
      message(1, 0x8180, [question('_http._tcp.a.test', 33)], [record(FIRST_NAME, 33, data)]),
    );
    expect(fields.get('dns.srv.service')).toEqual(['_http']);
    expect(fields.get('dns.srv.proto')).toEqual(['_tcp']);
    expect(fields.get('dns.srv.name')).toEqual(['a.test']);
    expect(info.endsWith('SRV 10 60 80 www.test')).toBe(true);
  });

  it('reads EDNS options', () => {
    const subnet = [...u16(8), ...u16(7), ...u16(1), 24, 0, 192, 0, 2];
    const cookie = [...u16(10), ...u16(16), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
    const opt = record([0], 41, [...subnet, ...cookie], 1232, 0);
    const { fields } = decoded(message(1, 0x0100, [], [], [], [opt]));
    expect(fields.get('dns.opt.code')).toEqual(['8', '10']);
    expect(fields.get('dns.opt.client.addr4')).toEqual(['192.0.2.0']);
    expect(fields.get('dns.opt.cookie.client')).toEqual(['0102030405060708']);
    expect(fields.get('dns.opt.cookie.server')).toEqual(['090a0b0c0d0e0f10']);
  });

  it('reads the bits that multicast DNS and LLMNR give another meaning', () => {
    const asked = decoded(message(0, 0, [question('a.local', 1, 0x8001)]), mdns);
    expect(asked.info).toBe('Standard query 0x0000 A a.local, "QU" question');
    expect(asked.fields.get('dns.qry.class')).toEqual(['0x0001']);
    expect(asked.fields.get('dns.qry.qu')).toEqual(['1']);
    const told = decoded(message(0, 0x8400, [], [record(name('a.local'), 1, [192, 0, 2, 1], 0x8001)]), mdns);
    expect(told.info).toBe('Standard query response 0x0000 A, cache flush 192.0.2.1');
    const linkLocal = decoded(message(1, 0x0500, [question('a', 1)]), llmnr);
    expect(linkLocal.fields.get('dns.flags.conflict')).toEqual(['1']);
    expect(linkLocal.fields.get('dns.flags.tentative')).toEqual(['1']);
    expect(linkLocal.fields.get('dns.flags.recdesired')).toBeUndefined();
  });

  it('shows control characters of a name so that they drive nothing', () => {
    const shown = decoded(message(1, 0x0100, [[4, 0x1b, 0x5b, 0x41, 0x0a, 0, ...u16(1), ...u16(1)]]));
    expect(shown.info + shown.card + shown.fields.get('dns.qry.name')).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
  });
});

describe('a hostile DNS message', () => {
  const asking = (encoded: number[]) => decoded(message(1, 0x0100, [[...encoded, ...u16(1), ...u16(1)]]));

  it.each([
    ['points to itself', [0xc0, 12]],
    ['points to itself behind a label', [1, 0x61, 0xc0, 12]],
    ['points forward', [0xc0, 14]],
    ['points far beyond the message', [0xff, 0xff]],
  ])('ends although a name %s', (_, encoded) => {
    const shown = asking(encoded);
    expect(shown.fields.get('dns.qry.name')).toEqual(['<Name contains a pointer that loops>']);
    expect(shown.issues).toEqual(['malformed dns.name']);
  });

  it('ends although two names point at each other', () => {
    const answers = [record([0xc0, 12], 1, [1, 2, 3, 4])];
    // The question's name points at the answer's, which points back.
    const shown = decoded(message(1, 0x8180, [[0xc0, 18, ...u16(1), ...u16(1)]], answers));
    expect(shown.issues).toEqual(['malformed dns.name']);
  });

  it('follows pointers that lead to pointers, but not without end', () => {
    // Each owner name points to the one before: record i needs i + 1 pointers.
    const owner = (i: number) => (i === 0 ? FIRST_NAME : u16(0xc000 + 24 + 16 * (i - 1)));
    const chain = Array.from({ length: 200 }, (_, i) => record(owner(i), 1, [1, 2, 3, 4]));
    const { fields, issues } = decoded(message(1, 0x8180, [question('a.test', 1)], chain));
    const names = fields.get('dns.resp.name')!;
    expect(names.findIndex((owned) => owned !== 'a.test')).toBe(127);
    expect(issues).toEqual(['malformed dns.name']);
  });

  it('takes names of 255 octets, and none longer', () => {
    const labels = (last: number) => [63, 63, 63, last].flatMap((n) => [n, ...Array(n).fill(0x61)]);
    expect(asking([...labels(61), 0]).fields.get('dns.qry.name')![0]!.length).toBe(253);
    expect(asking([...labels(61), 0]).issues).toEqual([]);
    expect(asking([...labels(62), 0]).fields.get('dns.qry.name')).toEqual(['<Name too long>']);
    expect(asking([...labels(62), 0]).issues).toEqual(['malformed dns.name']);
  });

  it('refuses labels of the kinds that were never used', () => {
    expect(asking([0x41, 1, 2, 3]).fields.get('dns.qry.name')).toEqual(['<Unknown extended label>']);
  });

  it('is not led astray by counts', () => {
    const bytes = message(1, 0x8180, [question('a.test', 1)]);
    bytes.fill(0xff, 4, 12);
    const shown = decoded(bytes);
    expect(shown.fields.get('dns.qry.name')).toEqual(['a.test']);
    expect(shown.issues).toEqual(['malformed dns.question']);
  });

  it('is not led astray by the length of a record', () => {
    const bytes = message(1, 0x8180, [question('a.test', 1)], [record(FIRST_NAME, 16, [3, ...octets('one')])]);
    bytes[bytes.length - 5] = 200;
    const shown = decoded(bytes);
    expect(shown.issues).toEqual(['malformed dns.recordData']);
    expect(shown.fields.get('dns.txt')).toEqual(['one']);
  });

  it('is blamed on whom it concerns, wherever it is cut', () => {
    const opt = record([0], 41, [...u16(10), ...u16(8), 1, 2, 3, 4, 5, 6, 7, 8], 1232, 0);
    const mx = record(FIRST_NAME, 15, [...u16(10), ...name('mail.a.test')]);
    const bytes = message(1, 0x8180, [question('a.test', 15)], [mx], [], [opt]);
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.slice(0, length);
      expect(decoded(cut, dns, bytes.length).issues.join(), `${length} captured`).toMatch(/^truncated dns\.\w+$/);
      expect(decoded(cut).issues.join(), `${length} sent`).toMatch(/^malformed dns\.\w+$/);
    }
  });
});
