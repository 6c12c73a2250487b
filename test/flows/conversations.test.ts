import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Layer, type Protocol } from '../../src/core/layer.ts';
import { Conversations } from '../../src/flows/conversations.ts';

/** A network layer with addresses of `size` octets and nothing else. */
function network(size: 4 | 16, source: readonly number[], destination: readonly number[]): Layer {
  const layer = new Layer();
  layer.bytes = Uint8Array.from([...source, ...destination]);
  layer.protocol = {
    addresses: { kind: size === 4 ? 'ipv4' : 'ipv6', size, source: () => 0, destination: () => size },
  } as unknown as Protocol;
  return layer;
}

const client = [192, 0, 2, 1];
const server = [198, 51, 100, 2];
const there = network(4, client, server);
const back = network(4, server, client);

describe('conversations', () => {
  it('are numbered in the order of appearance, and both directions are one', () => {
    const conversations = new Conversations();
    expect(conversations.find(there, 40000, 53)).toBe(0);
    expect([conversations.lastDirection, conversations.lastNew]).toEqual([0, true]);
    expect(conversations.find(there, 40001, 53)).toBe(1);
    expect(conversations.find(back, 53, 40000)).toBe(0);
    expect([conversations.lastDirection, conversations.lastNew]).toEqual([1, false]);
    expect(conversations.find(there, 53, 40000)).toBe(2);
    expect(conversations.count).toBe(3);
  });

  it('do not confuse families that share octets', () => {
    const conversations = new Conversations();
    const zeros = new Array(12).fill(0);
    expect(conversations.find(network(4, client, server), 1, 2)).toBe(0);
    expect(conversations.find(network(16, [...client, ...zeros], [...server, ...zeros]), 1, 2)).toBe(1);
  });

  it('an endpoint that talks to itself has one direction', () => {
    const conversations = new Conversations();
    const self = network(4, client, client);
    expect(conversations.find(self, 7, 7)).toBe(0);
    expect(conversations.find(self, 7, 7)).toBe(0);
    expect(conversations.lastDirection).toBe(0);
  });

  it('a renewed conversation takes the endpoints over, in the direction of the packet at hand', () => {
    const conversations = new Conversations();
    const first = conversations.find(there, 40000, 80);
    conversations.find(there, 40001, 80);
    expect(conversations.find(back, 80, 40000)).toBe(first);
    const renewed = conversations.renew(first);
    expect(renewed).toBe(2);
    expect([conversations.lastDirection, conversations.lastNew]).toEqual([0, true]);
    expect(conversations.find(back, 80, 40000)).toBe(2);
    expect(conversations.lastDirection).toBe(0);
    expect(conversations.find(there, 40000, 80)).toBe(2);
    expect(conversations.lastDirection).toBe(1);
    expect(conversations.find(there, 40001, 80)).toBe(1);
    expect(conversations.renew(conversations.find(there, 40000, 80))).toBe(3);
    expect(conversations.find(back, 80, 40000)).toBe(3);
    expect(conversations.lastDirection).toBe(1);
  });

  it('agree with a map of strings, over thousands of endpoints and some port reuse', () => {
    const octet = fc.integer({ min: 0, max: 3 });
    const packet = fc.record({
      six: fc.boolean(),
      source: fc.array(octet, { minLength: 16, maxLength: 16 }),
      destination: fc.array(octet, { minLength: 16, maxLength: 16 }),
      ports: fc.tuple(fc.integer({ min: 0, max: 65535 }), fc.constantFrom(0, 53, 443, 65535)),
      reversed: fc.boolean(),
      renewed: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1000, maxLength: 3000 }), (packets) => {
        const conversations = new Conversations();
        const known = new Map<string, number>();
        let next = 0;
        for (const { six, source, destination, ports, reversed, renewed } of [...packets, ...packets]) {
          const size = six ? 16 : 4;
          const a = `${source.slice(0, size)}:${ports[0]}`;
          const b = `${destination.slice(0, size)}:${ports[1]}`;
          const key = [a, b].sort().join(' ');
          if (!known.has(key)) known.set(key, next++);
          const from = (reversed ? destination : source).slice(0, size);
          const to = (reversed ? source : destination).slice(0, size);
          const layer = network(size, from, to);
          const found = conversations.find(layer, ports[reversed ? 1 : 0], ports[reversed ? 0 : 1]);
          expect(found).toBe(known.get(key));
          if (!renewed) continue;
          known.set(key, next++);
          expect(conversations.renew(found)).toBe(known.get(key));
        }
        expect(conversations.count).toBe(next);
      }),
      { numRuns: 5 },
    );
  });

  it('that were forgotten are new ones, and all others are found', () => {
    const port = fc.integer({ min: 1, max: 40 });
    const step = fc.tuple(fc.constantFrom('find', 'renew', 'forget'), port, port, fc.boolean());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const conversations = new Conversations();
        const known = new Map<string, number>();
        let count = 0;
        for (const [what, from, to, wide] of steps) {
          const layer = wide
            ? network(
                16,
                [...client, ...client, ...client, 9, 9, 9, from],
                [...server, ...server, ...server, 9, 9, 9, to],
              )
            : there;
          const key = `${from} ${to} ${wide}`;
          const found = conversations.find(layer, from, to);
          expect(found).toBe(known.get(key) ?? count);
          if (found === count) count++;
          known.set(key, found);
          if (what === 'renew') {
            known.set(key, conversations.renew(found));
            expect(known.get(key)).toBe(count++);
            // The one before has no endpoints any more: forgetting it leaves its successor alone.
            if (from % 2 === 0) conversations.forget(found);
          }
          if (what === 'forget') {
            conversations.forget(found);
            known.delete(key);
          }
          expect(conversations.count).toBe(count);
        }
        for (const [key, stream] of known) {
          const [from, to] = key.split(' ').map(Number);
          const layer = key.endsWith('true')
            ? network(
                16,
                [...client, ...client, ...client, 9, 9, 9, from!],
                [...server, ...server, ...server, 9, 9, 9, to!],
              )
            : there;
          expect(conversations.find(layer, from!, to!)).toBe(stream);
        }
      }),
    );
  });
});
