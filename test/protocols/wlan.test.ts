import { expect, test } from 'vitest';
import { Decoded, ip } from './decoded.ts';

const SNAP = `aaaa03 000000 0800 ${ip(17, 8)} 1e611e6100080000`;
const ADDRESSES = '0200000000a1 0200000000b2 0200000000c3';

test.each([
  ['0800', '02:00:00:00:00:a1', '02:00:00:00:00:b2', ''],
  ['0801', '02:00:00:00:00:c3', '02:00:00:00:00:b2', ''],
  ['0802', '02:00:00:00:00:a1', '02:00:00:00:00:c3', ''],
  ['0803', '02:00:00:00:00:c3', '02:00:00:00:00:d4', '0200000000d4'],
])('data in clear, frame control %s: who sends to whom', (control, destination, source, fourth) => {
  const frame = new Decoded(`${control} 0000 ${ADDRESSES} 1000 ${fourth} ${SNAP}`, { linkType: 105 });
  expect(frame.layers).toBe('wlan llc ip udp');
  expect(frame.fields('wlan.da', 'wlan.sa')).toEqual({ 'wlan.da': destination, 'wlan.sa': source });
});

test('QoS data has two octets more, with HT control six', () => {
  expect(new Decoded(`8801 0000 ${ADDRESSES} 1000 0000 ${SNAP}`, { linkType: 105 }).layers).toBe('wlan llc ip udp');
  expect(new Decoded(`8881 0000 ${ADDRESSES} 1000 0000 00000000 ${SNAP}`, { linkType: 105 }).layers).toBe(
    'wlan llc ip udp',
  );
});

test('what cannot be read stays as data: protected, fragments, management', () => {
  expect(new Decoded(`0841 0000 ${ADDRESSES} 1000 ${SNAP}`, { linkType: 105 }).layers).toBe('wlan data');
  expect(new Decoded(`0805 0000 ${ADDRESSES} 1000 ${SNAP}`, { linkType: 105 }).layers).toBe('wlan data');
  expect(new Decoded(`8000 0000 ${ADDRESSES} 1000 0000`, { linkType: 105 }).layers).toBe('wlan data');
});

test('a null frame carries nothing', () => {
  expect(new Decoded(`4801 0000 ${ADDRESSES} 1000 ffff`, { linkType: 105 }).layers).toBe('wlan');
});

test('radiotap is taken off, and the FCS that it announces', () => {
  const data = `0800 0000 ${ADDRESSES} 1000 ${SNAP}`;
  expect(new Decoded(`0000 0800 00000000 ${data}`, { linkType: 127 }).layers).toBe('radiotap wlan llc ip udp');
  const withFcs = new Decoded(`0000 1100 03000000 0000000000000000 10 ${data} 12345678`, { linkType: 127 });
  expect(withFcs.layers).toBe('radiotap wlan llc ip udp');
  expect(withFcs.field('radiotap.length')).toBe('17');
});

test('behind the EtherType of the Centrino the content is in clear, though marked as protected', () => {
  const head = '0200000000a1 0200000000b2 2452';
  const frame = new Decoded(`${head} 0842 0000 ${ADDRESSES} 1000 01020300 ${SNAP}`, { linkType: 1 });
  expect(frame.layers).toBe('eth wlan_centrino llc ip udp');
});
