import { expect, test } from 'vitest';
import { Decoded, MACS } from './decoded.ts';

const cdp = (elements: string) => {
  const message = `aaaa03 00000c 2000 02 b4 0000 ${elements}`;
  const length = message.replace(/\s/g, '').length / 2;
  return new Decoded(`${MACS} ${length.toString(16).padStart(4, '0')} ${message} ${'00'.repeat(6)}`);
};

test('elements name the device and its port', () => {
  const frame = cdp('0001 0006 5331 0003 0008 47302f31 000a 0006 0001 000b 0005 01');
  expect(frame.layers).toBe('eth llc cdp');
  expect(frame.info).toBe('CDP Device ID: S1  Port ID: G0/1  ');
  expect(frame.fields('cdp.tlv.type', 'cdp.native_vlan', 'cdp.duplex')).toEqual({
    'cdp.tlv.type': '0x0001,0x0003,0x000a,0x000b',
    'cdp.native_vlan': '1',
    'cdp.duplex': '1',
  });
});

test('addresses of two kinds, lines of the software', () => {
  const v6 = '02 08 aaaa0300000086dd 0010 20010db8000000000000000000000001';
  const frame = cdp(`0002 002d 00000002 01 01 cc 0004 c0000201 ${v6} 0005 0007 610a62`);
  expect(frame.fields('cdp.nrgyz.ip_address', 'cdp.nrgyz.ipv6_address', 'cdp.software_version')).toEqual({
    'cdp.nrgyz.ip_address': '192.0.2.1',
    'cdp.nrgyz.ipv6_address': '2001:db8::1',
    'cdp.software_version': 'a,b',
  });
  expect(frame.issues).toEqual([]);
});

test('an element shorter than its own header, or longer than what is there', () => {
  expect(cdp('0001 0003 00').issues).toEqual(['malformed cdp.element']);
  const long = cdp('0001 0006 5331 0003 00ff 61');
  expect(long.issues).toEqual(['malformed cdp.options']);
  expect(long.field('cdp.deviceid')).toBe('S1');
  expect(long.field('cdp.portid')).toBe('');
});
