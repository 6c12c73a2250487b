import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { checksumVerdict as liteVerdict } from '../../src/protocols/udp-lite.ts';
import { Decoded, hex16, internetSum, ip, MACS, octets } from './decoded.ts';

const UDP = 'd431 829a 000c 0000 61626364';
const INNER = `${ip(17, 12)} ${UDP}`;
const SIX = `60000000 000c 1140 20010db8${'00'.repeat(11)}01 20010db8${'00'.repeat(11)}02 ${UDP}`;
const ETHERNET = `${MACS} 0800 ${INNER}`;

/** `payload` in an IPv4 packet of this protocol number, in a frame. */
const over = (protocol: number, payload: string): Decoded =>
  new Decoded(`${MACS} 0800 ${ip(protocol, octets(payload).length)} ${payload}`);

const overUdp = (port: number, payload: string): Decoded =>
  over(17, `d431 ${hex16(port)} ${hex16(8 + octets(payload).length)} 0000 ${payload}`);

test('IP in IP', () => {
  expect(over(4, INNER).layers).toBe('eth ip ip udp data');
  expect(over(41, SIX).layers).toBe('eth ip ipv6 udp data');
  expect(over(143, ETHERNET).layers).toBe('eth ip eth ip udp data');
});

test('GRE with every optional part', () => {
  const frame = over(47, `b000 0800 1234 0000 0000002a 00000007 ${INNER}`);
  expect(frame.layers).toBe('eth ip gre ip udp data');
  expect(frame.fields('gre.flags_and_version', 'gre.proto', 'gre.checksum', 'gre.key', 'gre.sequence_number')).toEqual({
    'gre.flags_and_version': '0xb000',
    'gre.proto': '0x0800',
    'gre.checksum': '0x1234',
    'gre.key': '0x0000002a',
    'gre.sequence_number': '7',
  });
  expect(over(47, `0000 86dd ${SIX}`).layers).toBe('eth ip gre ipv6 udp data');
  expect(over(47, `0000 6558 ${ETHERNET}`).layers).toBe('eth ip gre eth ip udp data');
});

test('GRE of version 1 carries PPP', () => {
  const frame = over(47, `3081 880b 0030 0005 00000001 00000002 ff03 0021 ${INNER}`);
  expect(frame.layers).toBe('eth ip gre ppp ip udp data');
  expect(frame.fields('gre.key.payload_length', 'gre.key.call_id', 'gre.sequence_number', 'gre.ack_number')).toEqual({
    'gre.key.payload_length': '48',
    'gre.key.call_id': '5',
    'gre.sequence_number': '1',
    'gre.ack_number': '2',
  });
});

test('a mirrored frame stands behind a header, or, without a sequence number, behind GRE itself', () => {
  expect(over(47, `0000 88be ${ETHERNET}`).layers).toBe('eth ip gre erspan eth ip udp data');
  const second = over(47, `1000 88be 00000001 1064 0005 00000009 ${ETHERNET}`);
  expect(second.layers).toBe('eth ip gre erspan eth ip udp data');
  expect(second.fields('erspan.version', 'erspan.vlan', 'erspan.spanid', 'erspan.index')).toEqual({
    'erspan.version': '1',
    'erspan.vlan': '100',
    'erspan.spanid': '5',
    'erspan.index': '9',
  });
});

test('VXLAN', () => {
  const frame = overUdp(4789, `0800 0000 00012c00 ${ETHERNET}`);
  expect(frame.layers).toBe('eth ip udp vxlan eth ip udp data');
  expect(frame.field('vxlan.vni')).toBe('300');
});

test('Teredo with authentication and origin', () => {
  expect(overUdp(3544, SIX).layers).toBe('eth ip udp teredo ipv6 udp data');
  const frame = overUdp(3544, `0001 0000 0000000000000000 00 0000 63bf 3f57fef5 ${SIX}`);
  expect(frame.layers).toBe('eth ip udp teredo ipv6 udp data');
  expect(frame.fields('teredo.orig.port', 'teredo.orig.addr')).toEqual({
    'teredo.orig.port': '40000',
    'teredo.orig.addr': '192.168.1.10',
  });
});

test('L2TP: data messages carry PPP, control messages stay closed', () => {
  const frame = overUdp(1701, `4002 0030 db58 0018 ff03 0021 ${INNER}`);
  expect(frame.layers).toBe('eth ip udp l2tp ppp ip udp data');
  expect(frame.fields('l2tp.type', 'l2tp.length', 'l2tp.tunnel', 'l2tp.session')).toEqual({
    'l2tp.type': '0',
    'l2tp.length': '48',
    'l2tp.tunnel': '56152',
    'l2tp.session': '24',
  });
  expect(overUdp(1701, `0202 0001 0002 0003 000000 0021 ${INNER}`).layers).toBe('eth ip udp l2tp ppp ip udp data');
  expect(overUdp(1701, 'c802 000c 0001 0000 0000 0001').layers).toBe('eth ip udp l2tp');
});

test('GTP with extension headers', () => {
  const frame = overUdp(2152, `34ff 0030 00000102 0000 00 85 01 000500 ${INNER}`);
  expect(frame.layers).toBe('eth ip udp gtp ip udp data');
  expect(frame.field('gtp.teid')).toBe('0x00000102');
  expect(overUdp(2152, `30ff 0034 00000102 ${SIX}`).layers).toBe('eth ip udp gtp ipv6 udp data');
});

test('UDP-Lite: the checksum covers as much as the sender says', () => {
  const covered = octets('c0a8000a cb007150 0088 000c d431 829a 0008 0000');
  const sum = hex16(internetSum(covered));
  const frame = over(136, `d431 829a 0008 ${sum} 61626364`);
  expect(frame.fields('udp.srcport', 'udp.checksum_coverage', 'udp.length')).toEqual({
    'udp.srcport': '54321',
    'udp.checksum_coverage': '8',
    'udp.length': '12',
  });
  expect(frame.field('dissect.udp.checksum')).toBe('good');
  const lite = frame.packet.layers[3]!;
  lite.bytes[lite.start + 11]! ^= 1;
  expect(liteVerdict(lite)).toBe('good');
  lite.bytes[lite.start + 1]! ^= 1;
  expect(liteVerdict(lite)).toBe('bad');
});

test('tunnels nested without end stop, and the rest is left', () => {
  let packet = INNER;
  for (let i = 0; i < 100; i++) packet = `${ip(4, octets(packet).length)} ${packet}`;
  const frame = new Decoded(`${MACS} 0800 ${packet}`);
  expect(frame.packet.count).toBeLessThanOrEqual(64);
});

test('a backbone tag carries the customer’s addresses', () => {
  const frame = new Decoded(`${MACS} 88a8 e064 88e7 6012d687 0a0000000001 0a0000000002 8100 0005 0800 ${INNER}`);
  expect(frame.layers).toBe('eth ieee8021ad ieee8021ah vlan ip udp data');
  expect(frame.fields('ieee8021ah.priority', 'ieee8021ah.isid', 'ieee8021ah.cdst', 'ieee8021ah.csrc')).toEqual({
    'ieee8021ah.priority': '3',
    'ieee8021ah.isid': '1234567',
    'ieee8021ah.cdst': '0a:00:00:00:00:01',
    'ieee8021ah.csrc': '0a:00:00:00:00:02',
  });
});

test('Ethernet over IP as MikroTik sends it', () => {
  expect(over(47, `2001 6400 002a 0700 ${ETHERNET}`).layers).toBe('eth ip gre eth ip udp data');
});

test('the time at which a switch got a frame stands before its type', () => {
  const long = new Decoded(`${MACS} d28b 0001 0010 5ceeed57 384f59c8 0800 ${INNER}`);
  expect(long.layers).toBe('eth avsp ip udp data');
  expect(long.fields('avsp.64sec', 'avsp.64ns', 'avsp.48sec', 'avsp.etype')).toEqual({
    'avsp.64sec': '1559162199',
    'avsp.64ns': '944724424',
    'avsp.etype': '0x0800',
  });
  const short = new Decoded(`${MACS} d28b 0001 0121 ed57 384f59c8 86dd ${SIX}`);
  expect(short.layers).toBe('eth avsp ipv6 udp data');
  expect(short.fields('avsp.48sec', 'avsp.48ns')).toEqual({ 'avsp.48sec': '60759', 'avsp.48ns': '944724424' });
  expect(new Decoded(`${MACS} d28b 0002 0010 0800 ${INNER}`).layers).toBe('eth avsp data');
});

test('IPComp is inflated', () => {
  const compressed = deflateRawSync(octets(UDP)).toString('hex');
  const frame = over(108, `11 00 0002 ${compressed}`);
  expect(frame.layers).toBe('eth ip ipcomp udp data');
  expect(frame.fields('ipcomp.cpi', 'udp.dstport')).toEqual({ 'ipcomp.cpi': '0x0002', 'udp.dstport': '33434' });
  expect(over(108, `11 00 0003 ${compressed}`).layers).toBe('eth ip ipcomp data');
  expect(over(108, `11 00 0002 ${UDP}`).layers).toBe('eth ip ipcomp data');
});

test('per-packet information names the link type of what follows', () => {
  const frame = new Decoded(`00 00 1000 01000000 0200 0400 ffffffff ${ETHERNET}`, { linkType: 192 });
  expect(frame.layers).toBe('ppi eth ip udp data');
  expect(frame.fields('ppi.length', 'ppi.dlt', 'ppi.field_type', 'ppi.field_len')).toEqual({
    'ppi.length': '16',
    'ppi.dlt': '1',
    'ppi.field_type': '2',
    'ppi.field_len': '4',
  });
});

test('what Wireshark exported names its protocol, or the table and the number that do', () => {
  const query = '1234 0100 0001 0000 0000 0000 0161 0000 0100 01';
  const named = new Decoded(`000c 0004 646e7300 0014 0004 c0a8000a 001a 0004 00000035 0000 0000 ${query}`, {
    linkType: 252,
  });
  expect(named.layers).toBe('exported_pdu dns');
  expect(named.fields('exported_pdu.prot_name', 'ip.src', 'exported_pdu.dst_port', 'dns.id')).toEqual({
    'exported_pdu.prot_name': 'dns',
    'ip.src': '192.168.0.10',
    'exported_pdu.dst_port': '53',
    'dns.id': '0x1234',
  });
  const table = new Decoded(`000e 0008 7564702e706f7274 0020 0004 00000035 0000 0000 ${query}`, { linkType: 252 });
  expect(table.layers).toBe('exported_pdu dns');
  expect(new Decoded('000e 0008 7564702e706f7274 0000 0000 01020304', { linkType: 252 }).layers).toBe(
    'exported_pdu data',
  );
  expect(new Decoded('000c 0020 646e7300', { linkType: 252 }).issues).toEqual(['malformed exported_pdu.tag']);
});
