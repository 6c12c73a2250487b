// Gives every capture of a folder to the NAT finder, alone and with its neighbour in the order of names, and prints the
// bindings that it finds:
//
//     npm run build && node test/oracle/nat.mjs FOLDER
//
// Captures on one side of a translator, or of no translator, give none; those that do are to be judged by hand. Of 509 public
// captures two do, and rightly: UNSW's pair of both sides of a home router, and Suricata's bug-76, recorded on a router's two
// sides at once (10.10.10.2 becomes 10.1.1.1, with the same ports, numbers and identifications, and the TTL one lower).
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { judge, openCapture, packets, Sightings, Twins } from '../../dist/node.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node test/oracle/nat.mjs FOLDER');
  process.exit(1);
}

/** What every interface of a capture saw; nothing of what is no capture. */
async function sightingsOf(path) {
  const places = [];
  try {
    for await (const packet of packets(await openCapture(path))) {
      const { interfaceId } = packet.frame;
      places[interfaceId] ??= new Sightings(path);
      places[interfaceId].add(packet);
    }
  } catch {
    // Not a capture.
  }
  return places.filter((place) => place !== undefined);
}

const names = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((name) => statSync(join(folder, name)).isFile())
  .sort();
let [before, captures, pairs, found] = [[], 0, 0, 0];
for (const name of names) {
  const places = await sightingsOf(join(folder, name));
  if (places.length > 0) captures++;
  const compared = [
    ...places.map((place) => [place, place]),
    ...before.flatMap((one) => places.map((two) => [one, two])),
  ];
  for (const [one, two] of compared) {
    pairs++;
    const { bindings } = judge(new Twins(one, two));
    if (bindings.length === 0) continue;
    found++;
    console.log(`${name}${one === two ? '' : ` and ${one.name}`}: ${bindings.length}`);
    for (const { protocol, inside, outside, remote } of bindings.slice(0, 3)) {
      console.log(`    ${protocol} ${inside} ↔ ${outside}, remote ${remote}`);
    }
  }
  before = places;
}
console.log(`${captures} captures, ${pairs} pairs, ${found} with bindings`);
