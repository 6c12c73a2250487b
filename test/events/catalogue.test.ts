import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import { declarations } from '../../src/events/catalogue.ts';
import { concluded, type EventDeclaration, EventLog, seen } from '../../src/events/event.ts';
import '../../src/protocols/index.ts';
import { decodeFrame } from '../../src/run.ts';

describe.each(Object.entries(declarations) as [string, EventDeclaration][])(
  '%s',
  (id, { spec, parameters, severity, scope }) => {
    it('is named and declared in the common form', () => {
      expect(id).toMatch(/^[a-z][a-z0-9]*(\.[a-z][a-z0-9-]*)+$/);
      for (const part of spec.split(', ').filter((text) => text !== ''))
        expect(part).toMatch(/^(RFC \d+|IEEE 802(\.\w+)?|UPnP \d\.\d)( §[\d.]+)?$/);
      for (const name of Object.keys(parameters)) expect(name).toMatch(/^[a-z][A-Za-z]*$/);
      // What is wrong or missing is explained to each connection, never once for the whole capture; nothing every time.
      if (!id.startsWith('run.')) expect(scope).not.toBe('packet');
      if (severity === 'warn' || severity === 'error') expect(scope).toBe('connection');
    });
  },
);

it('declares no event twice', () => {
  const room = new URL('../../src/events/', import.meta.url);
  const declared = readdirSync(room).flatMap((name) =>
    [...readFileSync(new URL(name, room), 'utf8').matchAll(/^ {2}'([^']+)': \{/gm)].map(([, id]) => id!),
  );
  expect(declared.sort()).toEqual(Object.keys(declarations).sort());
});

function ethernet(): Packet {
  const frame = new Frame();
  frame.number = 3;
  frame.start = 100; // somewhere in the reader's block
  frame.bytes = new Uint8Array(200);
  frame.capturedLength = frame.wireLength = 60;
  const packet = new Packet();
  decodeFrame(packet, frame);
  return packet;
}

it('counts the offset of evidence from the first byte of the frame', () => {
  const packet = ethernet();
  const link = packet.layers[1]!;
  expect(seen(packet, link, 'eth.src', link.start + 6, 6, '00:00:00:00:00:00')).toEqual({
    value: '00:00:00:00:00:00',
    field: 'eth.src',
    frame: 3,
    offset: 6,
    length: 6,
  });
});

it('has no offset for what stands in reassembled bytes, or was concluded', () => {
  const packet = ethernet();
  const link = packet.layers[1]!;
  link.reassembled = true;
  expect(seen(packet, link, 'http.host', 12, 4, 'a')).toEqual({ value: 'a', field: 'http.host', frame: 3 });
  expect(concluded(64)).toEqual({ value: 64 });
  expect(concluded(2, 2, 'frame.number')).toEqual({ value: 2, frame: 2, field: 'frame.number' });
});

it('forgets what the packet before raised', () => {
  const log = new EventLog();
  const packet = ethernet();
  log.raise('rarp.request', packet.layers[1]!, null, { mac: concluded('x') });
  expect(log.raised.map(({ id }) => id)).toEqual(['rarp.request']);
  log.reset();
  expect(log.raised).toEqual([]);
});
