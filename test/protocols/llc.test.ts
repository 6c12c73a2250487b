import { expect, test } from 'vitest';
import { Decoded, hex16, ip, MACS, octets } from './decoded.ts';

const framed = (payload: string): string => `${MACS} ${hex16(octets(payload).length)} ${payload}`;
const PACKET = `${ip(17, 8)} 1e611e6100080000`;

test('SNAP with an EtherType (RFC 1042)', () => {
  const frame = new Decoded(framed(`aaaa03 000000 0800 ${PACKET}`));
  expect(frame.layers).toBe('eth llc ip udp');
  expect(frame.fields('llc.oui', 'llc.type', 'llc.pid')).toEqual({ 'llc.oui': '0', 'llc.type': '0x0800' });
});

test('SNAP with another organization’s number', () => {
  const frame = new Decoded(framed('aaaa03 00000f 2099 02b4'));
  expect(frame.layers).toBe('eth llc data');
  expect(frame.fields('llc.oui', 'llc.type', 'llc.pid')).toEqual({ 'llc.oui': '15', 'llc.pid': '0x2099' });
  expect(frame.info).toBe('LLC DSAP 0xaa SNAP, SSAP 0xaa, SNAP OUI 0x00000f PID 0x2099');
});

test('a bridged frame (RFC 2684 §5.2)', () => {
  expect(new Decoded(framed(`aaaa03 0080c2 0007 ${MACS} 0800 ${PACKET}`)).layers).toBe('eth llc eth ip udp');
});

test('I frames have a control field of two octets, low octet first', () => {
  expect(new Decoded(framed('f0f0 0204 aabb')).fields('llc.control', 'data.data')).toEqual({
    'llc.control': '0x0402',
    'data.data': 'aabb',
  });
});

test('IP without SNAP', () => {
  expect(new Decoded(framed(`060603 ${PACKET}`)).layers).toBe('eth llc ip udp');
});

test('SNAP cut short', () => {
  expect(new Decoded(`${MACS} 0020 aaaa03 0000`, { wire: 46 }).issues).toEqual(['truncated llc.snap']);
});
