import { expect, test } from 'vitest';
import { Decoded, MACS } from './decoded.ts';

const BRIDGE = '8014 0017594b3500';
const TIMES = '0100 1400 0200 0f00';
const CONFIGURATION = `0000 00 00 00 ${BRIDGE} 00000000 ${BRIDGE} 8001 ${TIMES}`;
const RAPID = `0000 02 02 3c ${BRIDGE} 00000000 ${BRIDGE} 8001 ${TIMES} 00`;
const SNAP = 'aaaa03 00000c 010b';

const snap = (bpdu: string) => {
  const length = `${SNAP}${bpdu}`.replace(/\s/g, '').length / 2;
  return new Decoded(`${MACS} ${length.toString(16).padStart(4, '0')} ${SNAP} ${bpdu} ${'00'.repeat(8)}`);
};

test.each([
  ['an octet fills up the older BPDU', `${CONFIGURATION} 00 0000 0002 0014`],
  ['the rapid one has it as its version 1 length', `${RAPID} 0000 0002 0014`],
])("Cisco's BPDU names its VLAN: %s", (_what, bpdu) => {
  const frame = snap(bpdu);
  expect(frame.layers).toBe('eth llc stp');
  expect(frame.fields('llc.cisco_pid', 'llc.pid', 'stp.pvst.tlvtype', 'stp.pvst.origvlan', 'stp.bridge.ext')).toEqual({
    'llc.cisco_pid': '0x010b',
    'stp.pvst.tlvtype': '0x0000',
    'stp.pvst.origvlan': '20',
    'stp.bridge.ext': '20',
  });
  expect(frame.issues).toEqual([]);
});

test('elements that are none, or reach too far, end the list', () => {
  expect(snap(`${RAPID} 0007 0001 aa 0000 0002 0014`).fields('stp.pvst.tlvval', 'stp.pvst.origvlan')).toEqual({
    'stp.pvst.tlvval': 'aa',
    'stp.pvst.origvlan': '20',
  });
  expect(snap(`${RAPID} 0000 00ff 0014`).field('stp.pvst.origvlan')).toBe('');
});
