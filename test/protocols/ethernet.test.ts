import { describe, expect, test } from 'vitest';
import { Decoded, fcsOf, ip, joined, MACS, octets } from './decoded.ts';

const UDP = '1e61 1e61 000c 0000 61626364';
const IP_UDP = ip(17, 12) + UDP;
const FRAME = `${MACS} 0800 ${IP_UDP}`;
const PADDED = joined(octets(FRAME), new Uint8Array(60 - octets(FRAME).length));
const ENDS = ['eth.padding', 'eth.trailer', 'eth.fcs', 'eth.fcs.status', 'dissect.eth.fcs'];

test('addresses and their bits', () => {
  const frame = new Decoded(`ffffffffffff 0242c0a8000a 0800 ${IP_UDP}`);
  expect(
    frame.fields('eth.dst', 'eth.dst.ig', 'eth.dst.lg', 'eth.src', 'eth.src.ig', 'eth.src.lg', 'eth.type'),
  ).toEqual({
    'eth.dst': 'ff:ff:ff:ff:ff:ff',
    'eth.dst.ig': '1',
    'eth.dst.lg': '1',
    'eth.src': '02:42:c0:a8:00:0a',
    'eth.src.ig': '0',
    'eth.src.lg': '1',
    'eth.type': '0x0800',
  });
});

describe('what stands behind the payload', () => {
  test('nothing', () => {
    expect(new Decoded(FRAME).fields(...ENDS)).toEqual({});
  });

  test('zeros up to 60 octets are padding', () => {
    expect(new Decoded(PADDED).fields(...ENDS)).toEqual({ 'eth.padding': '00'.repeat(14) });
  });

  test('other octets are a trailer', () => {
    const frame = PADDED.slice();
    frame[59] = 1;
    expect(new Decoded(frame).fields(...ENDS)).toEqual({ 'eth.trailer': `${'00'.repeat(13)}01` });
  });

  test('a frame of fewer than 60 octets is not padded', () => {
    expect(new Decoded(`${FRAME} 0000`).fields(...ENDS)).toEqual({ 'eth.trailer': '0000' });
  });

  test('padding, then a trailer', () => {
    expect(new Decoded(joined(PADDED, octets('0102'))).fields(...ENDS)).toEqual({
      'eth.padding': '00'.repeat(14),
      'eth.trailer': '0102',
    });
  });

  test('what was not captured is not shown', () => {
    expect(new Decoded(octets(FRAME), { wire: 64 }).fields(...ENDS)).toEqual({});
  });
});

describe('the FCS', () => {
  const good = joined(PADDED, fcsOf(PADDED));
  const bad = joined(PADDED, octets('01020304'));
  const fcs = [...fcsOf(PADDED)].map((octet) => octet.toString(16).padStart(2, '0')).join('');

  test('is judged where the file says that there is one', () => {
    expect(new Decoded(good, { fcsLength: 4 }).fields(...ENDS)).toEqual({
      'eth.padding': '00'.repeat(14),
      'eth.fcs': `0x${fcs}`,
      'eth.fcs.status': '2',
      'dissect.eth.fcs': 'good',
    });
    expect(new Decoded(bad, { fcsLength: 4 }).field('dissect.eth.fcs')).toBe('bad');
  });

  test('is found by its value where nobody says', () => {
    expect(new Decoded(good).fields('eth.trailer', 'eth.fcs', 'dissect.eth.fcs')).toEqual({
      'eth.fcs': `0x${fcs}`,
      'dissect.eth.fcs': 'good',
    });
  });

  test('a trailer is never called a bad FCS without evidence', () => {
    expect(new Decoded(bad).fields('eth.trailer', 'eth.fcs', 'dissect.eth.fcs')).toEqual({ 'eth.trailer': '01020304' });
  });

  test('is not looked for where the file says that there is none', () => {
    expect(new Decoded(good, { fcsLength: 0 }).fields('eth.trailer', 'eth.fcs')).toEqual({ 'eth.trailer': fcs });
  });

  test('no frame of fewer than 64 octets ends with one', () => {
    const short = octets(FRAME);
    const own = joined(short, fcsOf(short));
    expect(new Decoded(own).field('eth.fcs')).toBe('');
    expect(new Decoded(own, { fcsLength: 4 }).field('dissect.eth.fcs')).toBe('good');
  });

  test('that was cut off is not judged', () => {
    const frame = new Decoded(good.subarray(0, 62), { wire: 64, fcsLength: 4 });
    expect(frame.fields(...ENDS)).toEqual({ 'eth.padding': '00'.repeat(14) });
    expect(frame.card('eth')).toContain('FCS not captured');
  });

  test('does not belong to what the frame carries', () => {
    expect(new Decoded(joined(octets(`${MACS} 1234`), new Uint8Array(50)), { fcsLength: 4 }).field('data.len')).toBe(
      '46',
    );
  });
});

describe('802.3', () => {
  const NETBIOS = 'f0f003 0000000000';

  test('the length ends the payload', () => {
    const frame = new Decoded(joined(octets(`${MACS} 0008 ${NETBIOS}`), new Uint8Array(38)));
    expect(frame.layers).toBe('eth llc data');
    expect(frame.fields('eth.len', 'eth.type', 'llc.dsap', 'llc.control', 'data.len', 'eth.padding')).toEqual({
      'eth.len': '8',
      'llc.dsap': '0xf0',
      'llc.control': '0x0003',
      'data.len': '5',
      'eth.padding': '00'.repeat(38),
    });
  });

  test('a length beyond the frame is reported, and the frame ends it', () => {
    const frame = new Decoded(`${MACS} 00ff ${NETBIOS}`);
    expect(frame.issues).toEqual(['malformed eth.length']);
    expect(frame.field('data.len')).toBe('5');
  });

  test('IPX right behind the length has no LLC', () => {
    expect(new Decoded(`${MACS} 0006 ffff 0004 0000`).layers).toBe('eth data');
  });

  test('1501 to 1535 is neither length nor type', () => {
    const frame = new Decoded(`${MACS} 05dd 0000`);
    expect(frame.fields('eth.len', 'eth.type', 'eth.invalid_lentype')).toEqual({ 'eth.invalid_lentype': '0x05dd' });
  });
});

test('a header that was cut short is the capture’s fault, or the packet’s', () => {
  expect(new Decoded(MACS, { wire: 60 }).issues).toEqual(['truncated eth.header']);
  expect(new Decoded(MACS).issues).toEqual(['malformed eth.header']);
});

test('card', () => {
  expect(new Decoded(FRAME).card('eth')).toBe(
    'Ethernet II  02:42:c0:a8:00:0a → 02:42:c0:a8:00:01\ntype 0x0800 IPv4 · FCS not captured',
  );
});
