import { expect, test } from 'vitest';
import type { Packet } from '../../src/core/packet.ts';
import { frame } from '../../src/protocols/frame.ts';
import { Decoded, MACS } from './decoded.ts';

const value = (packet: Packet, id: string) =>
  frame.fields.find((row) => row.id === id)!.read!(packet.layers[0]!, packet);

test('lengths', () => {
  expect(new Decoded(MACS, { wire: 60 }).fields('frame.len', 'frame.cap_len')).toEqual({
    'frame.len': '60',
    'frame.cap_len': '12',
  });
});

test('the interface, where the record names one', () => {
  const { packet } = new Decoded(MACS);
  packet.frame.interfaceId = 3;
  expect(value(packet, 'frame.interface_id')).toBe(null);
  packet.frame.namesInterface = true;
  expect(value(packet, 'frame.interface_id')).toBe(3);
});

test('times, also before 1970', () => {
  const { packet } = new Decoded(MACS);
  packet.frame.seconds = -1;
  packet.frame.nanoseconds = 750_000_000;
  expect(value(packet, 'frame.time_epoch')).toBe('-0.250000000');
  packet.frame.seconds = 1732;
  packet.frame.nanoseconds = 5;
  expect(value(packet, 'frame.time_epoch')).toBe('1732.000000005');
  packet.frame.hasTime = false;
  expect(value(packet, 'frame.time_epoch')).toBe(null);
});

test('a link type without decoder', () => {
  const packet = new Decoded('0102', { linkType: 9999 });
  expect(packet.layers).toBe('data');
  expect(packet.info).toContain('9999');
});
