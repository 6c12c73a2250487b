import { describe, expect, it } from 'vitest';
import { fold } from '../../src/core/checksum.ts';
import { readCapture } from '../../src/index.ts';
import { contentOf } from '../../src/nat/changes.ts';
import { judge } from '../../src/nat/join.ts';
import { Sightings } from '../../src/nat/sightings.ts';
import { type Content, Twins } from '../../src/nat/twins.ts';
import { packets } from '../../src/walk.ts';
import { readBytes } from '../golden/cases.ts';
import { capturesOf } from './lab.ts';

const [INSIDE, OUTSIDE] = capturesOf('port-kept') as [string, string];

/** A copy of a classic capture with every frame changed. Record headers have 16 octets, the file's has 24. */
function changed(bytes: Uint8Array, change: (frame: Uint8Array, time: DataView) => void): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (let at = 24; at < copy.length; ) {
    const length = view.getUint32(at + 8, true);
    change(copy.subarray(at + 16, at + 16 + length), new DataView(copy.buffer, at, 8));
    at += 16 + length;
  }
  return copy;
}

const isIPv4 = (frame: Uint8Array): boolean => frame[12] === 8 && frame[13] === 0;

/** 192.168.0.10 becomes 10.0.0.10, with both checksums corrected: what tools do to make a capture anonymous. */
function renumber(frame: Uint8Array): void {
  if (!isIPv4(frame)) return;
  for (const at of [26, 30]) {
    if (frame[at] !== 192) continue;
    const before = (frame[at]! << 8) | frame[at + 1]!;
    frame.set([10, 0], at);
    for (const checksum of [24, frame[23] === 6 ? 50 : 40]) {
      const old = (frame[checksum]! << 8) | frame[checksum + 1]!;
      const sum = fold((~old & 0xffff) + (~before & 0xffff) + (10 << 8));
      frame.set([(~sum >>> 8) & 0xff, ~sum & 0xff], checksum);
    }
  }
}

async function sightings(bytes: Uint8Array): Promise<Sightings> {
  const place = new Sightings('a place');
  for await (const packet of packets(readCapture(bytes))) place.add(packet);
  return place;
}

const joined = async (one: Uint8Array, other: Uint8Array) =>
  judge(new Twins(await sightings(one), await sightings(other)));

describe('what only looks like a translator', () => {
  const inside = readBytes(INSIDE);

  it('a copy with other addresses', async () => {
    const { bindings, twins } = await joined(inside, changed(inside, renumber));
    expect(bindings).toEqual([]);
    expect(twins.alike).toBeGreaterThan(10);
  });

  it('the same copy, replayed later', async () => {
    const replayed = changed(changed(inside, renumber), (_, time) =>
      time.setUint32(0, time.getUint32(0, true) + 3600, true),
    );
    expect((await joined(inside, replayed)).bindings).toEqual([]);
  });

  it('the same copy, one hop nearer to the other end in both directions', async () => {
    const lowered = changed(changed(inside, renumber), (frame) => {
      if (isIPv4(frame)) frame[22]! -= 1;
    });
    expect((await joined(inside, lowered)).bindings).toEqual([]);
  });

  it('the same packets on both sides, not translated', async () => {
    const { bindings, twins } = await joined(inside, inside);
    expect(bindings).toEqual([]);
    expect(twins.ofFirst.every((twin) => twin >= 0)).toBe(true);
  });

  it('a capture of something else', async () => {
    const [other] = capturesOf('clocks');
    expect((await joined(inside, readBytes(other!))).bindings).toEqual([]);
  });
});

describe('segments whose numbers differ', () => {
  const [INNER, OUTER] = capturesOf('ftp-port') as [string, string];
  const view = (frame: Uint8Array) => new DataView(frame.buffer, frame.byteOffset, frame.length);
  const isControl = (frame: Uint8Array, port: 34 | 36) =>
    isIPv4(frame) && frame[23] === 6 && view(frame).getUint16(port) === 21;
  /** RFC 959 §4.1.2. */
  const isPort = (frame: Uint8Array) =>
    isControl(frame, 36) && new TextDecoder().decode(frame.subarray(66, 70)) === 'PORT';
  /** Of the control connection, which has 35 segments on either side. */
  const twinsOf = async (other: Uint8Array) =>
    (await joined(readBytes(INNER), other)).bindings.find(({ remote }) => remote.endsWith(':21'))?.twins;

  it('are joined when a resized command before them makes the difference', async () => {
    expect(await twinsOf(readBytes(OUTER))).toBe(35);
  });

  it('are not when it makes another one', async () => {
    let resized = 0;
    const other = changed(readBytes(OUTER), (frame) => {
      if (!isControl(frame, 36)) return;
      if (isPort(frame)) resized++;
      else if (resized > 0) view(frame).setUint32(38, view(frame).getUint32(38) + 7);
    });
    expect(resized).toBe(2);
    // What the server says still fits: its acknowledgments bear the commands out.
    const fromClientBehind = 9;
    expect(await twinsOf(other)).toBe(35 - fromClientBehind);
  });

  it('nor when nothing bears the resized command out', async () => {
    let resized = 0;
    const other = changed(readBytes(OUTER), (frame) => {
      if (resized > 0 && (isControl(frame, 34) || isControl(frame, 36))) frame[47]! ^= 0x08;
      if (isPort(frame)) resized++;
    });
    expect(await twinsOf(other)).toBe(12);
  });
});

describe('a translator that changes what packets carry', () => {
  /** The first two octets that a TCP segment carries become `AA`, with the checksum corrected, as for FTP or SIP. */
  const meddled = changed(readBytes(OUTSIDE), (frame) => {
    const at = 14 + 20 + (frame[46]! >>> 4) * 4;
    if (!isIPv4(frame) || frame[23] !== 6 || frame.length < at + 2) return;
    const before = (frame[at]! << 8) | frame[at + 1]!;
    frame.fill(0x41, at, at + 2);
    const checksum = (frame[50]! << 8) | frame[51]!;
    const sum = fold((~checksum & 0xffff) + (~before & 0xffff) + 0x4141);
    frame.set([(~sum >>> 8) & 0xff, ~sum & 0xff], 50);
  });

  async function contents(bytes: Uint8Array, frames: ReadonlySet<number>): Promise<Map<number, Content>> {
    const found = new Map<number, Content>();
    for await (const packet of packets(readCapture(bytes))) {
      if (frames.has(packet.frame.number)) found.set(packet.frame.number, contentOf(packet));
    }
    return found;
  }

  it('is found out by the checksums, and then by the octets', async () => {
    const inside = readBytes(INSIDE);
    const twins = new Twins(await sightings(inside), await sightings(meddled));
    const { first, second } = twins.doubts;
    expect(first.size).toBe(4);
    twins.settle(await contents(inside, first), await contents(meddled, second));
    const { bindings, behaviour } = judge(twins);
    expect(bindings.map(({ payloadUnchanged }) => payloadUnchanged)).toEqual([false, false]);
    expect(behaviour!.checksums).toMatchObject({ touched: 4, rewritten: 0 });
  });

  it('is not accused where a checksum is wrong', async () => {
    const inside = readBytes(INSIDE);
    const broken = changed(meddled, (frame) => {
      if (isIPv4(frame) && frame[23] === 6) frame[51]! ^= 1;
    });
    const twins = new Twins(await sightings(inside), await sightings(broken));
    const { first, second } = twins.doubts;
    twins.settle(await contents(inside, first), await contents(broken, second));
    expect(judge(twins).bindings.map(({ payloadUnchanged }) => payloadUnchanged)).toEqual([null, null]);
  });
});
