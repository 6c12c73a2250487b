import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCapture } from '../../src/index.ts';
import { type Join, judge } from '../../src/nat/join.ts';
import { Sightings } from '../../src/nat/sightings.ts';
import { Twins } from '../../src/nat/twins.ts';
import { packets } from '../../src/walk.ts';
import { FIXTURES, readBytes } from '../golden/cases.ts';

const FOLDER = join(FIXTURES, 'nat');

/** Recordings of both sides of a translator, by name. */
export const natCases: readonly string[] = readdirSync(FOLDER).filter((name) =>
  existsSync(join(FOLDER, name, 'conntrack.txt')),
);

/** The captures of a case: of both sides, or one that holds both. */
export const capturesOf = (name: string): string[] =>
  readdirSync(join(FOLDER, name))
    .filter((file) => file.includes('.pcap'))
    .sort()
    .map((file) => join(FOLDER, name, file));

/** Every interface of a capture, as a place. */
export const placesOf = (path: string): Promise<Sightings[]> => placesIn(readBytes(path), path);

/** The same of one in memory. */
export async function placesIn(bytes: Uint8Array, name: string): Promise<Sightings[]> {
  const places: Sightings[] = [];
  for await (const packet of packets(readCapture(bytes))) {
    const { interfaceId } = packet.frame;
    places[interfaceId] ??= new Sightings(`${name} ${interfaceId}`);
    places[interfaceId].add(packet);
  }
  return places;
}

/** What the two sides of a case tell, or the one capture of both. */
export async function joinOf(name: string): Promise<Join> {
  const places = (await Promise.all(capturesOf(name).map(placesOf))).flat();
  return judge(new Twins(places[0]!, places[1] ?? places[0]!));
}

/** A binding as the kernel lists it. */
export interface KernelBinding {
  readonly protocol: string;
  readonly inside: string;
  readonly outside: string;
  readonly remote: string;
}

/**
 * What the kernel translated. `[NEW] … src=A dst=B sport=a dport=b [UNREPLIED] src=C dst=D sport=c dport=d`: the first
 * packet and the answer that is expected. Without translation the second is the first turned round.
 */
export function kernelBindings(name: string): KernelBinding[] {
  const lines = readFileSync(join(FOLDER, name, 'conntrack.txt'), 'utf8')
    .split('\n')
    .slice(0, -1);
  return lines.flatMap((line) => {
    const protocol = /\b(tcp|udp|icmp)\b/.exec(line)?.[1];
    if (protocol === undefined) return [];
    const all = (key: string): string[] => [...line.matchAll(new RegExp(`\\b${key}=(\\S+)`, 'g'))].map((m) => m[1]!);
    const hosts = { src: all('src'), dst: all('dst') };
    const ports = protocol === 'icmp' ? { src: all('id'), dst: all('id') } : { src: all('sport'), dst: all('dport') };
    const end = (side: 'src' | 'dst', i: 0 | 1): string => `${hosts[side][i]}:${ports[side][i]}`;
    const [client, called, answering, answered] = [end('src', 0), end('dst', 0), end('src', 1), end('dst', 1)];
    if (client === answered && called === answering) return [];
    if (client === answered) return [{ protocol, inside: answering, outside: called, remote: client }];
    return [{ protocol, inside: client, outside: answered, remote: called }];
  });
}
