import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Layer } from '../../src/core/layer.ts';
import { readCapture } from '../../src/index.ts';
import * as ipv4 from '../../src/protocols/ipv4.ts';
import * as tcp from '../../src/protocols/tcp.ts';
import { packets } from '../../src/walk.ts';
import { dissect } from '../cli/run-cli.ts';
import { readBytes } from '../golden/cases.ts';
import { capturesOf, joinOf, type KernelBinding, kernelBindings, natCases } from './lab.ts';

/** Translated by a program, not by the kernel. */
const WITHOUT_KERNEL = ['nat64'];

describe.each(natCases.filter((name) => !WITHOUT_KERNEL.includes(name)))('%s', (name) => {
  it('finds every binding that the kernel lists, and invents none', async () => {
    const { bindings } = await joinOf(name);
    const found = bindings.map(
      ({ protocol, inside, outside, remote }): KernelBinding => ({
        protocol,
        inside,
        outside,
        remote,
      }),
    );
    expect(found.map(text).sort()).toEqual(kernelBindings(name).map(text).sort());
  });

  it('joins every segment that is on both sides', async () => {
    const { twins, bindings } = await joinOf(name);
    // There, most segments have other numbers on the other side.
    if (name === 'ftp-port') return;
    const captures = capturesOf(name);
    if (captures.length === 1) return;
    const [inside, outside] = await Promise.all(captures.map(segmentsOf));
    for (const binding of bindings.filter(({ protocol }) => protocol === 'tcp')) {
      const here = inside!.between(binding.inside, binding.remote);
      const there = outside!.between(binding.outside, binding.remote);
      expect(binding.twins, `${binding.inside} → ${binding.remote}`).toBe(common(here, there));
    }
    expect(twins.ambiguous).toBe(0);
    expect(twins.alike).toBe(0);
  });
});

const text = ({ protocol, inside, outside, remote }: KernelBinding): string =>
  `${protocol} ${inside} ${outside} ${remote}`;

/** What TCP keeps of each segment, read here by hand. */
async function segmentsOf(path: string) {
  const all: { from: string; to: string; kept: string }[] = [];
  for await (const packet of packets(readCapture(readBytes(path)))) {
    const segment = packet.find(tcp.tcp);
    const network = packet.find(ipv4.ipv4);
    if (segment === null || network === null) continue;
    const length = segment.wireEnd - segment.headerEnd;
    all.push({
      from: `${address(network, ipv4.sourceAt(network))}:${tcp.srcPort(segment)}`,
      to: `${address(network, ipv4.destinationAt(network))}:${tcp.dstPort(segment)}`,
      kept: [tcp.seq(segment), tcp.ack(segment), tcp.flags(segment), length].join(),
    });
  }
  return {
    /** Those between two endpoints, with the direction. */
    between: (one: string, other: string): string[] =>
      all
        .filter(({ from, to }) => (from === one && to === other) || (from === other && to === one))
        .map(({ from, kept }) => `${from === one} ${kept}`),
  };
}

const address = ({ bytes }: Layer, at: number): string => bytes.slice(at, at + 4).join('.');

/** How many of one list are in the other as well, each counted as often as it is there. */
function common(one: readonly string[], other: readonly string[]): number {
  const left = [...other];
  let count = 0;
  for (const each of one) {
    const at = left.indexOf(each);
    if (at < 0) continue;
    left.splice(at, 1);
    count++;
  }
  return count;
}

describe('what the recordings were made to show', () => {
  it('a clock that is 0.4 s ahead', async () => {
    const { clock } = (await joinOf('clocks')).twins;
    expect(Math.abs(clock.ahead! - 0.4e9)).toBeLessThan(100_000);
    expect(clock.within).toBeLessThan(100_000);
  });

  it('packets lost between the captures, and no other', async () => {
    const { twins, behaviour } = await joinOf('loss');
    const { outward, inward } = behaviour!.lost;
    expect(outward).toBeGreaterThan(0);
    expect(inward).toBeGreaterThan(0);
    const ip = (side: typeof twins.first) => side.count;
    const joined = twins.ofFirst.filter((twin) => twin >= 0).length;
    expect(ip(twins.first) - joined).toBe(outward);
    expect(ip(twins.second) - joined).toBe(inward);
  });

  it('a port that is kept, and one that could not be', async () => {
    const { bindings } = await joinOf('two-clients-one-port');
    expect(bindings.map(({ portPreserved }) => portPreserved)).toEqual([true, false]);
  });

  it('a connection from outside, and one that reached nobody', async () => {
    const { bindings, behaviour } = await joinOf('port-forwarding');
    expect(bindings[0]).toMatchObject({ translation: 'destination', inside: '192.168.0.10:80', insidePlace: 0 });
    expect(behaviour!.unsolicited).toEqual({ packets: 1, conversations: 1, answered: 1 });
  });

  it('an ICMP error whose quoted packet is translated', async () => {
    expect((await joinOf('errors')).twins.dependents).toBe(1);
  });

  it('fragments with their datagram', async () => {
    const { twins } = await joinOf('fragments');
    expect(twins.dependents).toBe(4);
    expect(twins.ofFirst.every((twin) => twin >= 0)).toBe(true);
  });

  it('a maximum segment size that was lowered, with the checksum to prove that it is all', async () => {
    const { bindings, behaviour } = await joinOf('segment-size');
    expect(behaviour!.clamped).toEqual({ segments: 2, to: 1200 });
    expect(behaviour!.checksums).toEqual({ proven: bindings[0]!.twins, rewritten: 0, touched: 0, silent: 0 });
  });

  it('segments whose numbers differ because a command before them was rewritten', async () => {
    const { twins, bindings } = await joinOf('ftp-port');
    expect(twins.ofFirst.every((twin) => twin >= 0)).toBe(true);
    expect(twins.ofSecond.every((twin) => twin >= 0)).toBe(true);
    const { first, second } = twins;
    const shifts = [...twins.ofFirst].map((twin, row) => second.seqs[twin]! - first.seqs[row]!);
    expect([...new Set(shifts)]).toEqual([0, -1, -2]);
    expect(bindings.map(({ translation, twins: count }) => [translation, count])).toEqual([
      ['source', 35],
      ['destination', 8],
      ['destination', 8],
    ]);
  });

  it('both ends translated where a machine at home is called by the public address', async () => {
    const [binding] = (await joinOf('hairpin')).bindings;
    expect(binding).toMatchObject({ remote: '203.0.113.1:8080', remoteTranslated: '192.168.0.20:80' });
  });

  it('IPv6 inside and IPv4 outside', async () => {
    const { bindings } = await joinOf('nat64');
    expect(bindings.map(({ protocol, remote, remoteTranslated }) => [protocol, remote, remoteTranslated])).toEqual([
      ['tcp', '[2001:db8:0:64::cb00:7150]:80', '203.0.113.80:80'],
      ['icmp', expect.stringContaining('[2001:db8:0:64::cb00:7150]:'), expect.stringContaining('203.0.113.80:')],
    ]);
    expect(new Set(bindings.map(({ inside, outside }) => `${host(inside)} ${host(outside)}`))).toEqual(
      new Set(['[2001:db8:0:1::10] 203.0.113.219']),
    );
  });

  it('the same in either order', async () => {
    const [inside, outside] = capturesOf('port-random');
    // Each place measures silences by its own clock.
    const found = (...order: string[]) =>
      dissect(['nat', '-T', 'ndjson', ...order]).stdout.replaceAll(/"longest_silence":"[\d.]+"/g, '');
    expect(found(outside!, inside!)).toBe(found(inside!, outside!));
  });
});

const host = (endpoint: string): string => endpoint.slice(0, endpoint.lastIndexOf(':'));

/** What `--explain` says of packets whose twins are at hand. */
describe.each([
  ['port-forwarding', 'inside'],
  ['port-forwarding', 'outside'],
  ['loss', 'inside'],
])('dissect --explain --nat, %s, %s', (name, side) => {
  it.each(['en', 'ko'])('%s', (lang) => {
    const [inside, outside] = capturesOf(name) as [string, string];
    const [path, other] = side === 'inside' ? [inside, outside] : [outside, inside];
    const form = name === 'loss' ? '--explain=brief' : '--explain';
    const { stdout, stderr, status } = dissect([path, form, '--nat', other, '--lang', lang, '--width', '100']);
    expect([status, stderr]).toEqual([0, '']);
    kept(join(dirname(path), `explained.${side}.${lang}.txt`), stdout);
  });
});

function kept(path: string, stdout: string): void {
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, stdout);
  expect(existsSync(path), 'UPDATE_GOLDEN=1 writes it').toBe(true);
  expect(stdout).toBe(readFileSync(path, 'utf8'));
}

const IN_ALL_FORMS = ['port-forwarding', 'clocks', 'hairpin', 'nat64'];

/** What the command prints of each case is kept beside its captures. */
describe.each(natCases)('dissect nat of %s', (name) => {
  const captures = capturesOf(name);
  const forms: Readonly<Record<string, readonly string[]>> =
    name === 'many'
      ? { 'nat.ndjson': ['-T', 'ndjson'] }
      : {
          'nat.en.txt': ['--lang', 'en', '--width', '100'],
          'nat.packets.txt': ['--packets', '--lang', 'en', '--width', '100'],
          ...(IN_ALL_FORMS.includes(name)
            ? {
                'nat.ko.txt': ['--lang', 'ko', '--width', '100'],
                'nat.ndjson': ['-T', 'ndjson'],
                'nat.json': ['-T', 'json'],
                'nat.packets.ndjson': ['--packets', '-T', 'ndjson'],
              }
            : {}),
        };
  it.each(Object.entries(forms))('%s', (file, options) => {
    const { stdout, stderr, status } = dissect(['nat', ...captures, ...options]);
    expect([status, stderr]).toEqual([0, '']);
    kept(join(dirname(captures[0]!), file), stdout);
  });
});
