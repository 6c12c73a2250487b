import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as library from '../src/index.ts';
import { openCapture } from '../src/node.ts';

const FIXTURE = join(import.meta.dirname, '../fixtures/tcp/refused/capture.pcap');
const bytes = new Uint8Array(readFileSync(FIXTURE));

it('walks packets in a loop', async () => {
  const seen: string[] = [];
  for await (const packet of library.packets(library.readCapture(bytes))) {
    seen.push(`${packet.frame.number} ${packet.find(library.protocols.find(({ id }) => id === 'tcp')!) !== null}`);
  }
  expect(seen).toEqual(['1 false', '2 false', '3 true', '4 true']);
});

it('walks files, and closes them when the loop is left', async () => {
  const source = await openCapture(FIXTURE);
  for await (const packet of library.packets(source)) if (packet.frame.number === 2) break;
  expect(await source.refill()).toBe(false);
});

it('hands packets to a consumer with everything that is known of them', async () => {
  const tracker = new library.Tracker({ timeWait: 240, explain: true });
  const states: string[] = [];
  await library.run(library.readCapture(bytes), tracker, {
    packet(_packet, { changes }) {
      for (const { role, to } of changes) states.push(`${role} ${to}`);
      return true;
    },
    pause: () => undefined,
  });
  expect(states.slice(0, 1)).toEqual(['client SYN_SENT']);
  expect(states.at(-1)).toMatch(/CLOSED$/);
});

it('prints lines', async () => {
  const out = new library.Writer();
  const source = library.readCapture(bytes);
  const line = new library.LinePrinter(library.timeWriter('r', source));
  for await (const packet of library.packets(source)) line.packet(packet, null, out);
  expect(out.toString()).toMatch(/^ {4}3 {3}0\.\d{6} 192\.168\.0\.10 → 203\.0\.113\.80 TCP 74 /m);
});
