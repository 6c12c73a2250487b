import { expect, test } from 'vitest';
import { netbiosName, suffixAt } from '../../src/protocols/netbios-names.ts';
import { Decoded, octets } from './decoded.ts';

const hex = (n: number, size: number): string => n.toString(16).padStart(size * 2, '0');

/** The 16 octets of a name as a label: each half is a letter from A on. */
function encoded(name: string, suffix: number): string {
  const plain = [...name.padEnd(15), String.fromCharCode(suffix)];
  const letters = plain.flatMap((letter) => [letter.charCodeAt(0) >>> 4, letter.charCodeAt(0) & 15]);
  return `20${letters.map((half) => hex(65 + half, 1)).join('')}00`;
}

/** A datagram to `port`. */
function datagram(port: number, content: string): string {
  const plain = content.replace(/\s/g, '');
  const length = plain.length / 2 + 8;
  const ip = `4500 ${hex(length + 20, 2)} 0000 0000 40 11 0000 c0a8000a c0a800ff`;
  return `ffffffffffff 0242c0a8000a 0800 ${ip} ${hex(port, 2)} ${hex(port, 2)} ${hex(length, 2)} 0000 ${plain}`;
}

test('names, their last octet, and what is none', () => {
  const read = (text: string): [string, number] => {
    const bytes = octets(text);
    return [netbiosName(bytes, 0, 0, bytes.length), suffixAt(bytes, 0, 0, bytes.length)];
  };
  expect(read(encoded('GATEWAY', 0x20))).toEqual(['GATEWAY<20>', 0x20]);
  expect(read(encoded('\u0001\u0002__MSBROWSE__\u0002', 1))).toEqual(['<01><02>__MSBROWSE__<02><01>', 1]);
  expect(read(`${encoded('HOST', 0).slice(0, -2)}056c6f63616c00`)).toEqual(['HOST<00>.local', 0]);
  expect(read('0568656c6c6f00')).toEqual(['hello', -1]);
});

test('a registration, whose record points to the question', () => {
  const question = `${encoded('GATEWAY', 0)} 0020 0001`;
  const record = 'c00c 0020 0001 00000000 0006 8000 c0a8000a';
  const frame = new Decoded(datagram(137, `6418 2910 0001 0000 0000 0001 ${question} ${record}`));
  expect(frame.info).toBe('NBNS Registration NB GATEWAY<00>');
  expect(frame.fields('nbns.name', 'nbns.addr', 'nbns.nb_flags.group', 'nbns.flags.broadcast')).toEqual({
    'nbns.name': 'GATEWAY<00>,GATEWAY<00> (Workstation/Redirector)',
    'nbns.addr': '192.168.0.10',
    'nbns.nb_flags.group': '1',
    'nbns.flags.broadcast': '1',
  });
});

test('a name that is none is malformed', () => {
  const frame = new Decoded(datagram(137, '6418 0110 0001 0000 0000 0000 0568656c6c6f00 0020 0001'));
  expect(frame.issues).toEqual(['malformed nbns.name']);
});

test('a datagram between names, and an error', () => {
  const names = encoded('A', 0) + encoded('B', 0x1d);
  const frame = new Decoded(datagram(138, `11 0a 6418 c0a8000a 008a 0048 0000 ${names} ff534d42`));
  expect(frame.layers).toBe('eth ip udp nbdgm data');
  expect(frame.card('nbdgm')).toContain('Direct_group datagram A<00> → B<1d>');
  expect(frame.fields('nbdgm.source_name', 'nbdgm.destination_name')).toEqual({
    'nbdgm.source_name': 'A<00>',
    'nbdgm.destination_name': 'B<1d>',
  });
  const error = new Decoded(datagram(138, '13 0a 6418 c0a8000a 008a 82'));
  expect(error.field('nbdgm.error_code')).toBe('0x82');
  expect(error.issues).toEqual([]);
});
