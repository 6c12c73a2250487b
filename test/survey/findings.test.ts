import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { u16 } from '../../src/core/bytes.ts';
import { addWords, fold } from '../../src/core/checksum.ts';
import { collect } from '../capture/all-frames.ts';
import { classic, Pcapng, type Recorded } from '../capture/capture-writer.ts';
import { fixtureBytes, surveyed } from './surveyed.ts';

/** The frames of a fixture, to be changed and written anew. */
const framesOf = (path: string): Promise<Recorded[]> =>
  collect(readCapture(fixtureBytes(path)), ({ seconds, nanoseconds, bytes, start, capturedLength, wireLength }) => ({
    seconds,
    nanoseconds,
    data: bytes.slice(start, start + capturedLength),
    wireLength,
  }));

const PAGE = 'web/first-page-lan/capture.pcap';
const IP = 14;
const isIp = ({ data }: Recorded): boolean => u16(data, 12) === 0x0800;

/** Fills in the header checksum of IPv4 anew. */
function mend(data: Uint8Array): void {
  data.set([0, 0], IP + 10);
  const sum = ~fold(addWords(data, IP, IP + 20, 0));
  data.set([(sum >>> 8) & 0xff, sum & 0xff], IP + 10);
}

const later = (frame: Recorded, nanoseconds: number): Recorded => ({
  ...frame,
  data: frame.data.slice(),
  nanoseconds: frame.nanoseconds + nanoseconds,
});

describe('what fixtures show', () => {
  it.each<[string, string, Record<string, unknown>]>([
    [
      'formats/snapped/capture.pcap',
      'snaplen.cut',
      { count: 6, frames: 20, least: 96, most: 96, evidence: [6, 8, 10, 12] },
    ],
    ['formats/out-of-order/capture.pcapng', 'order.broken', { weight: 'watch' }],
    [PAGE, 'snaplen.whole', { frames: 24 }],
    [PAGE, 'checksums.good', { count: 22 }],
    [PAGE, 'direction.both', { connections: 1 }],
    [PAGE, 'fcs.absent', { by: 'frames' }],
    ['ethernet/fcs-good/capture.pcap', 'fcs.present', { bad: 0 }],
    ['ethernet/fcs-bad/capture.pcap', 'fcs.present', { weight: 'watch', by: 'file' }],
    ['ethernet/fcs-undeclared/capture.pcap', 'fcs.present', { by: 'frames', bad: 0 }],
    ['offload/first-page/capture.pcap', 'offload.bundles', { count: 1, largest: 6067, mss: 1460, evidence: [12] }],
    ['offload/first-page/capture.pcap', 'checksums.partial', { count: 14, packets: 14 }],
    ['link/sll/capture.pcap', 'link.cooked', {}],
    ['link/raw-ip/capture.pcap', 'link.none', {}],
    ['tcp/mid-stream/capture.pcap', 'begin.middle', { weight: 'watch' }],
    ['tcp-states/one-direction/capture.pcap', 'direction.one', { count: 1, connections: 1 }],
    ['tcp-states/other-direction/capture.pcap', 'direction.one', { count: 1 }],
    ['tcp-states/ended-in-the-middle/capture.pcap', 'end.open', { count: 1 }],
    ['tcp-states/large-not-captured/capture.pcap', 'drops.seen', { weight: 'watch' }],
  ])('%s: %s', async (path, id, values) => {
    const { find } = await surveyed(fixtureBytes(path));
    expect(find(id as 'frames.none')).toMatchObject(values);
  });

  it('says of TLS how much of it can be read', async () => {
    const { find } = await surveyed(fixtureBytes('tls/handshake-13/capture.pcap'));
    const { clear, encrypted } = find('content.readable') as { clear: number; encrypted: number };
    expect(encrypted).toBeGreaterThan(clear);
  });

  it('an unanswered call is no missing direction', async () => {
    const { find } = await surveyed(fixtureBytes('tcp/unanswered/capture.pcap'));
    expect(find('direction.one')).toBeUndefined();
    expect(find('end.open')).toBeUndefined();
  });
});

describe('copies', () => {
  it('tells what was recorded twice', async () => {
    const frames = await framesOf(PAGE);
    const twice = frames.flatMap((frame) => [frame, later(frame, 1000)]);
    const numbered = frames.filter((frame) => isIp(frame) && u16(frame.data, IP + 4) !== 0).length;
    const { find } = await surveyed(classic(twice, { kind: 'nanoseconds' }));
    expect(numbered).toBeGreaterThan(10);
    expect(find('copies.some')).toMatchObject({ count: numbered, same: numbered, routed: 0, longest: 1000 });
  });

  it('tells a router by the TTL, and another link by its header', async () => {
    const frames = await framesOf(PAGE);
    const routed = frames.flatMap((frame, i) => {
      const copy = later(frame, 1000);
      if (!isIp(frame)) return [frame];
      if (i % 2 === 0) copy.data[IP + 8]!--;
      else copy.data[0] = 0x06;
      mend(copy.data);
      return [frame, copy];
    });
    const found = (await surveyed(classic(routed, { kind: 'nanoseconds' }))).find('copies.some')!;
    expect(found.same).toBe(0);
    expect(found.routed).toBeGreaterThan(3);
    expect(found.relinked).toBeGreaterThan(3);
  });

  it('takes no retransmission for one: it has another number', async () => {
    const frames = await framesOf(PAGE);
    const again = frames.flatMap((frame) => {
      const copy = later(frame, 1000);
      if (!isIp(frame)) return [frame];
      copy.data[IP + 4]! ^= 0x40;
      mend(copy.data);
      return [frame, copy];
    });
    expect((await surveyed(classic(again, { kind: 'nanoseconds' }))).find('copies.none')).toBeDefined();
  });

  it('says nothing of a host that numbers all alike', async () => {
    const frames = await framesOf(PAGE);
    for (const { data } of frames.filter(isIp)) {
      data.set([0, 7], IP + 4);
      mend(data);
    }
    const twice = frames.flatMap((frame) => [frame, later(frame, 1000)]);
    const found = (await surveyed(classic(twice, { kind: 'nanoseconds' }))).find('copies.some');
    // What each host sent first came twice before it was known.
    expect(found === undefined || Number(found.count) <= 3).toBe(true);
  });
});

describe('clocks', () => {
  it('sees a clock that is coarser than the format', async () => {
    const frames = await framesOf(PAGE);
    const coarse = frames.map((frame, i) => ({ ...frame, nanoseconds: i * 10_000_000 }));
    const { find } = await surveyed(classic(coarse));
    expect(find('clock.coarse')).toMatchObject({ declared: 1000, seen: 10_000_000 });
    expect(find('order.kept')).toBeDefined();
  });

  it('does not judge by a few frames', async () => {
    const frames = (await framesOf(PAGE)).slice(0, 5).map((frame, i) => ({ ...frame, nanoseconds: i * 10_000_000 }));
    expect((await surveyed(classic(frames))).find('clock.untold')).toMatchObject({ weight: 'untold', declared: 1000 });
  });

  it('knows frames of the same time, and frames that are earlier', async () => {
    const frames = await framesOf(PAGE);
    frames[5] = { ...frames[5]!, nanoseconds: frames[4]!.nanoseconds };
    frames[9] = { ...frames[9]!, seconds: frames[8]!.seconds - 2, nanoseconds: frames[8]!.nanoseconds };
    const { find, survey } = await surveyed(classic(frames));
    expect(find('clock.same')).toMatchObject({ count: 1, evidence: [6] });
    expect(find('order.broken')).toMatchObject({ count: 1, furthest: 2e9, between: false, evidence: [10] });
    expect(survey.extent.earliest).toMatchObject({ seconds: frames[9]!.seconds });
  });

  it('tells interfaces that were written in turns', async () => {
    const frames = await framesOf(PAGE);
    const pcapng = new Pcapng().interface().interface();
    for (const frame of frames.slice(0, 12)) pcapng.at(frame, 1_000_000n, 0);
    for (const frame of frames.slice(0, 12)) pcapng.at(frame, 1_000_000n, 1);
    const { find } = await surveyed(pcapng.bytes());
    expect(find('order.broken')).toMatchObject({ count: 1, between: true, evidence: [13] });
  });
});

describe('drops', () => {
  it('are what the file says', async () => {
    const pcapng = new Pcapng().interface();
    for (const frame of await framesOf(PAGE)) pcapng.at(frame);
    const bytes = (dropped: number) => {
      const counted = new Pcapng().interface();
      counted.enhanced({ high: 0, low: 1, data: new Uint8Array(60) });
      return counted.statistics(0, [[5, counted.value(dropped, 8)]]).bytes();
    };
    expect((await surveyed(pcapng.bytes())).find('drops.untold')).toMatchObject({ weight: 'untold' });
    expect((await surveyed(bytes(0))).find('drops.none')).toMatchObject({ weight: 'fine' });
    expect((await surveyed(bytes(7))).find('drops.declared')).toMatchObject({ dropped: 7, interface: 0 });
  });
});

describe('checksums', () => {
  /** Makes the TCP checksums of one host wrong, as its network card would have mended them. */
  const spoil = (frames: Recorded[], address: readonly number[] | null): void => {
    for (const { data } of frames) {
      const isFrom = address === null || address.every((octet, i) => data[IP + 12 + i] === octet);
      if (u16(data, 12) === 0x0800 && data[IP + 9] === 6 && isFrom) data[IP + 20 + 16]! ^= 0x5a;
    }
  };
  const CLIENT = [192, 168, 0, 10];

  it('that one host alone has wrong are left to its network card', async () => {
    const frames = (await framesOf(PAGE)).filter((frame) => isIp(frame) && frame.data[IP + 9] === 6);
    spoil(frames, CLIENT);
    const { find, vantage } = await surveyed(classic(frames));
    expect(find('checksums.unfilled')).toMatchObject({ hosts: ['192.168.0.10'] });
    expect(find('checksums.bad')).toBeUndefined();
    expect(vantage).toMatchObject({ place: 'host', hosts: ['192.168.0.10'] });
  });

  it('that all have wrong tell nothing of where it was recorded', async () => {
    const frames = await framesOf(PAGE);
    const tcp = frames.filter((frame) => isIp(frame) && frame.data[IP + 9] === 6);
    spoil(tcp, null);
    const { find, vantage } = await surveyed(classic(tcp));
    expect(find('checksums.rewritten')).toMatchObject({ count: tcp.length, judged: tcp.length });
    expect(vantage.place).toBe('unknown');
  });

  it('one wrong among many is just wrong', async () => {
    const frames = await framesOf(PAGE);
    const one = frames.filter((frame) => isIp(frame) && frame.data[IP + 9] === 6).slice(4, 5);
    spoil(one, null);
    expect((await surveyed(classic(frames))).find('checksums.bad')).toMatchObject({ count: 1, weight: 'watch' });
  });
});

describe('where it was recorded', () => {
  const placeOf = async (frames: readonly Recorded[]) => (await surveyed(classic(frames))).vantage;

  it('near who answers the handshake at once', async () => {
    const frames = (await framesOf(PAGE)).filter(isIp);
    const shifted = (from: number): Recorded[] =>
      frames.map((frame, i) => ({ ...frame, nanoseconds: (i >= from ? 50_000_000 : 0) + i * 10_000 }));
    const syn = frames.findIndex(({ data }) => data[IP + 9] === 6);
    expect((await placeOf(shifted(syn + 1))).place).toBe('client-side');
    expect((await placeOf(shifted(syn + 2))).place).toBe('server-side');
    const both = shifted(syn + 1).map((frame, i) => (i >= syn + 2 ? later(frame, 40_000_000) : frame));
    expect((await placeOf(both)).place).toBe('between');
    expect((await placeOf(shifted(0))).place).toBe('unknown');
  });

  it('on a host whose short frames are not padded yet, while those of others are', async () => {
    const frames = await framesOf(PAGE);
    const stripped = frames.flatMap((frame, i) => {
      if (!isIp(frame) || frame.data[IP + 9] !== 17) return [];
      const own = frame.data[IP + 12] === 192;
      // A datagram of 8 octets: 50 octets of frame, or padded to 60.
      return [0, 1, 2].map((number) => {
        const data = new Uint8Array(own ? 50 : 60);
        data.set(frame.data.subarray(0, 42));
        data.set([0, 36], IP + 2);
        data.set([i, number + 1], IP + 4);
        data.set([0, 16], IP + 20 + 4);
        data.set([0, 0], IP + 20 + 6);
        mend(data);
        return { seconds: 1, nanoseconds: (i * 3 + number) * 1000, data };
      });
    });
    const { place, hosts, clues } = await placeOf(stripped);
    expect([place, hosts]).toEqual(['host', ['192.168.0.10']]);
    expect(clues[0]).toMatchObject({ kind: 'unpadded', hostCount: 1 });
  });

  it('on the loopback interface, and not where addresses are zeros only', async () => {
    const frames = await framesOf(PAGE);
    const zeroed = frames.filter(isIp).map((frame) => ({ ...frame, data: frame.data.slice().fill(0, 0, 12) }));
    const { vantage, find } = await surveyed(classic(zeroed));
    expect(vantage.place).toBe('unknown');
    expect(find('link.zeroed')).toMatchObject({ frames: zeroed.length });
    for (const { data } of zeroed) {
      data.set([127, 0, 0, 1, 127, 0, 0, 1], IP + 12);
      mend(data);
    }
    expect((await placeOf(zeroed)).place).toBe('loopback');
  });

  it('inside one machine, where nothing has its checksum yet', async () => {
    const { vantage } = await surveyed(fixtureBytes('offload/first-page/capture.pcap'));
    expect(vantage).toMatchObject({ place: 'machine', hosts: ['192.168.0.10', '203.0.113.53', '203.0.113.80'] });
  });
});

describe('an empty capture', () => {
  it('tells nothing', async () => {
    const { findings, vantage } = await surveyed(classic([]));
    expect(findings.map(({ id }) => id)).toEqual(['frames.none']);
    expect(vantage).toEqual({ place: 'unknown', hosts: [], clues: [] });
  });
});

describe('keys of TLS in the capture', () => {
  const keys = async (name: string) =>
    (await surveyed(fixtureBytes(`tls/${name}/capture.pcapng`))).find('keys.carried');

  it('open the connections that they are of', async () => {
    expect(await keys('keys-13-http2')).toMatchObject({ weight: 'fine', others: 0, connections: 1, opened: 1 });
  });

  it('may open a part only: here one of them was changed', async () => {
    expect(await keys('keys-wrong')).toMatchObject({ weight: 'watch', connections: 1, opened: 0, partly: 1 });
  });

  it('are of no use where their connections are others', async () => {
    const bytes = fixtureBytes('tls/keys-13-http2/capture.pcapng');
    const text = String.fromCharCode(...bytes);
    const random = /_SECRET(?:_0)? ([0-9a-f]{64}) /.exec(text)![1]!;
    const other = text.replaceAll(random, '0'.repeat(64));
    const changed = Uint8Array.from(other, (letter) => letter.charCodeAt(0));
    const found = (await surveyed(changed)).find('keys.carried');
    expect(found).toMatchObject({ weight: 'watch', connections: 1, opened: 0, partly: 0, evidence: [3] });
  });

  it.each([
    ['keys-http3', { weight: 'fine', connections: 1, opened: 1, partly: 0 }],
    ['keys-moved', { weight: 'fine', connections: 1, opened: 1, partly: 0 }],
    ['keys-wrong', { weight: 'watch', connections: 1, opened: 0, partly: 0 }],
  ])('open QUIC, too: %s', async (name, found) => {
    const survey = await surveyed(fixtureBytes(`quic/${name}/capture.pcapng`));
    expect(survey.find('keys.carried')).toMatchObject(found);
  });

  it('are not missed where there are none', async () => {
    expect((await surveyed(fixtureBytes('tls/handshake-13/capture.pcap'))).find('keys.carried')).toBeUndefined();
  });
});
