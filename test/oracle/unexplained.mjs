// Counts the frames of captures that no explanation tells of, by kind, and writes the answer as a table:
//
//     node scripts/build.mjs && node test/oracle/unexplained.mjs FOLDER [--most 20000] [--captures]
//
// A frame counts as explained when an event was raised in it that says what this packet is for, with its values: whatever
// the catalogue does not mark with `introduces`. Those explain a header to whoever sees one for the first time (what a TTL
// is, that no FCS was captured), and count for nothing here. Frames whose record is all that is read, because their link
// type is none that is decoded, are counted apart. A kind is the innermost protocol, with what its line says, numbers and
// names left out. `--most`: no more frames of each capture than these. `--captures`: a line for each capture as well.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { declarations } from '../../dist/events/catalogue.js';
import { readCapture, run, Tracker, Writer } from '../../dist/index.js';

const [folder, ...rest] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node test/oracle/unexplained.mjs FOLDER [--most N] [--captures]');
  process.exit(1);
}
const most = rest.includes('--most') ? Number(rest[rest.indexOf('--most') + 1]) : 20_000;
/** These tell of what carries bytes that are not decoded, and of nothing inside. */
const OUTSIDE = new Set(['udp.data', 'payload.unknown']);

const kinds = new Map();
const total = { frames: 0, unexplained: 0, outside: 0, unread: 0 };
const captures = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((name) => statSync(join(folder, name)).isFile())
  .sort();
for (const name of captures) {
  const counts = await count(bytesOf(join(folder, name)), name);
  for (const [key, number] of Object.entries(counts)) total[key] += number;
  if (rest.includes('--captures') && counts.frames > 0) console.log(`${counts.unexplained}\t${counts.frames}\t${name}`);
}
const percent = (part) => `${((100 * part) / Math.max(1, total.frames)).toFixed(2)} %`;
console.log(
  `${total.frames} frames of ${captures.length} files, ${total.unread} more of link types that are not decoded`,
);
console.log(`${total.frames - total.unexplained} explained: ${percent(total.frames - total.unexplained)}`);
console.log(`${total.outside} of them by what is around bytes that are not decoded: ${percent(total.outside)}`);
console.log(`${total.unexplained} unexplained: ${percent(total.unexplained)}\n`);
for (const [kind, { frames, example }] of [...kinds].sort((a, b) => b[1].frames - a[1].frames)) {
  console.log(`${frames}\t${kind}\t${example}`);
}

function bytesOf(path) {
  const bytes = new Uint8Array(readFileSync(path));
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return new Uint8Array(gunzipSync(bytes));
  } catch {
    return new Uint8Array(0); // damaged on purpose
  }
}

async function count(bytes, name) {
  const counts = { frames: 0, unexplained: 0, outside: 0, unread: 0 };
  const tracker = new Tracker({ timeWait: 240, explain: true });
  await run(readCapture(bytes), tracker, {
    packet(packet) {
      const innermost = innermostOf(packet);
      if (innermost === null) counts.unread++;
      else {
        counts.frames++;
        const telling = tracker.events.raised.filter(({ id }) => !declarations[id].introduces);
        if (telling.length === 0) {
          counts.unexplained++;
          note(innermost, packet, `${name}:${packet.frame.number}`);
        } else if (telling.every(({ id }) => OUTSIDE.has(id))) counts.outside++;
      }
      return packet.frame.number < most;
    },
    pause() {},
  });
  return counts;
}

/** The innermost header that passed now; null where there is none but the record's. */
function innermostOf(packet) {
  const layers = packet.layers
    .slice(0, packet.count)
    .filter(({ quoted, protocol }) => !quoted && protocol.id !== 'data');
  return layers.length < 2 ? null : layers.at(-1);
}

function note(layer, packet, example) {
  const out = new Writer(1 << 12);
  (layer.context?.info ? layer.context : layer.protocol).info?.(layer, packet, out);
  const words = out.toString().match(/[A-Za-z][A-Za-z-]+/g) ?? [];
  const faults = packet.issues.length > 0 ? ` (${packet.issues[0].fault})` : '';
  const kind = `${layer.protocol.column} ${words.slice(0, 3).join(' ')}`.trim() + faults;
  const known = kinds.get(kind);
  if (known === undefined) kinds.set(kind, { frames: 1, example });
  else known.frames++;
}
