import { dirname, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { declarations } from '../../src/events/catalogue.ts';
import type { Evidence } from '../../src/events/event.ts';
import { openExplainer } from '../../src/explain/explainer.ts';
import { addressText } from '../../src/flows/address-evidence.ts';
import '../../src/protocols/index.ts';
import { commandName, optionName } from '../../src/protocols/telnet.ts';
import { packets } from '../../src/walk.ts';
import { itemsOf } from './mutation.ts';
import { captures, Retelling, type Told } from './retelling.ts';

/** All events of a capture, and every frame's bytes. */
async function told(name: string): Promise<{ all: readonly Told[]; frames: Map<number, Uint8Array> }> {
  const retelling = Retelling.open(name);
  const frames = new Map<number, Uint8Array>();
  for await (const { frame } of packets(readCapture(retelling.bytes))) {
    frames.set(frame.number, frame.bytes.slice(frame.start, frame.start + frame.capturedLength));
  }
  return { all: await retelling.tell(), frames };
}

const number = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** Fields that share their octets with others, or are counted in units. */
const PARTS: Readonly<Record<string, (word: number) => number>> = {
  'vlan.id': (word) => word & 0xfff,
  'vlan.priority': (word) => word >>> 13,
  'tr.priority': (octet) => octet >>> 5,
  'nbns.flags.rcode': (word) => word & 15,
  'ip.frag_offset': (word) => (word & 0x1fff) * 8,
  'ipv6.fraghdr.offset': (word) => word & 0xfff8,
};
/** Counted from the ISN, which another frame tells. */
const RELATIVE = new Set(['tcp.seq', 'tcp.ack', 'tcp.options.sack_le', 'tcp.options.sack_re']);

/** Evidence of how much there is. */
const COUNTED = new Set(['ftp.request.arg']);

/** Numbers that stand there as digits. */
const WRITTEN = new Set(['sip.Status-Code', 'sdp.media.port']);
/** Numbers with a sign, of 24 bits. */
const SIGNED = new Set(['rtcp.ssrc.cum_nr']);

/** A header's evidence may be its whole line. */
const headerText = (line: string, value: string): string => (line.trimEnd().endsWith(value) ? value : line);

/** What the bytes that an evidence points at say, in the form in which its value is written. */
function reread({ field = '', value, length = 0 }: Evidence, bytes: Uint8Array): string | number {
  const text = String(value);
  if (field === 'eth.padding' || field === 'http.file_data') return length;
  if (COUNTED.has(field)) return typeof value === 'number' ? length : latin(bytes);
  if (field.endsWith('.response.code') || WRITTEN.has(field)) return Number(latin(bytes));
  if (field === 'telnet.cmd') return commandName(bytes[0]!);
  if (field === 'telnet.subcmd') return optionName(bytes[0]!);
  if (field === 'quic.supported_version') return versions(bytes);
  if (/^[0-9a-f]{2}:[0-9a-f]{4}$/.test(text)) return hex(bytes).replace(/^../, '$&:');
  if (field === 'tcp.options.tfo.cookie' || field.startsWith('quic.')) return hex(bytes);
  if (field === 'eth.fcs') return `0x${number(bytes.toReversed()).toString(16).padStart(8, '0')}`;
  if (field.startsWith('http.'))
    return typeof value === 'number' ? Number(/\d+\s*$/.exec(latin(bytes))) : headerText(latin(bytes), text);
  if (SIGNED.has(field)) return (number(bytes) << 8) >> 8;
  if (field === 'rtp.p_type') return text.replace(/^\d+/, String(number(bytes) & 127));
  if (typeof value === 'number') return PARTS[field]?.(number(bytes)) ?? number(bytes);
  if (/^0x/.test(text))
    return text.replace(
      /^0x[0-9a-f]+/,
      `0x${number(bytes)
        .toString(16)
        .padStart(length * 2, '0')}`,
    );
  if (/port$/.test(field)) return text.replace(/\d+$/, String(number(bytes)));
  if (length === 6 && /^[0-9a-f:]{17}$/.test(text)) return addressText('mac', bytes, 0);
  if (length === 4 && /^[\d.]+$/.test(text)) return addressText('ipv4', bytes, 0);
  if (length === 16 && text.includes(':')) return text.replace(/^[^/]+/, addressText('ipv6', bytes, 0));
  if (field === 'eth.len') return `802.3, ${number(bytes)}`;
  if (field === 'nbns.name' || /^nbdgm\..*_name$/.test(field)) return netbiosName(bytes);
  // Types by name, and records of several fields as one text.
  if (field === 'dns.qry.type' || field === 'dns.resp.type' || field === 'dns.mx.mail_exchange') return value;
  if (field === 'ntp.xmt' || field === 'rtcp.timestamp.ntp')
    return ntpClock(bytes) === text.slice(13, 21) ? value : ntpClock(bytes);
  if (field.startsWith('dns.')) return latin(bytes).slice(1).includes(text.split('.')[0]!) ? value : latin(bytes);
  return latin(bytes);
}

/** Numbers of 32 bits; drafts and what is sent to keep servers from relying on the list have large ones. */
const versions = (bytes: Uint8Array): string =>
  Array.from({ length: bytes.length / 4 }, (_, i) => number(bytes.subarray(4 * i, 4 * i + 4)))
    .map((version) => (version < 16 ? String(version) : `0x${version.toString(16)}`))
    .join(', ');

/** A label of 32 letters, each of which is half of an octet; the last octet in angle brackets. */
function netbiosName(bytes: Uint8Array): string {
  const octets = Array.from({ length: 16 }, (_, i) => (bytes[1 + 2 * i]! - 65) * 16 + bytes[2 + 2 * i]! - 65);
  const plain = (octet: number): boolean => octet >= 0x20 && octet <= 0x7e;
  const bracketed = (octet: number): string => `<${hex(Uint8Array.of(octet))}>`;
  const text = octets.slice(0, 15).map((octet) => (plain(octet) ? String.fromCharCode(octet) : bracketed(octet)));
  return text.join('').trimEnd() + bracketed(octets[15]!);
}

/** Hours, minutes and seconds of a timestamp that counts from 1900. */
const ntpClock = (bytes: Uint8Array): string =>
  new Date((number(bytes.subarray(0, 4)) - 2_208_988_800) * 1000).toISOString().slice(11, 19);

describe.each(captures)('%s', (name) => {
  it('has evidence whose bytes say the value', async () => {
    const { all, frames } = await told(name);
    const seen: string[] = [];
    for (const { frame, events } of all) {
      for (const event of events) {
        for (const [slot, evidence] of itemsOf(event)) {
          const where = `frame ${frame}: ${event.id} {${slot}}`;
          if (evidence.frame !== undefined) expect(evidence.frame, where).toBeLessThanOrEqual(frame);
          if (evidence.offset === undefined || RELATIVE.has(evidence.field ?? '')) continue;
          const bytes = frames.get(evidence.frame!)!.subarray(evidence.offset, evidence.offset + evidence.length!);
          expect(bytes.length, where).toBe(evidence.length);
          expect(reread(evidence, bytes), where).toBe(evidence.value);
          seen.push(where);
        }
      }
    }
  });

  it('has all parameters that the catalogue declares, each of its kind', async () => {
    const { all } = await told(name);
    for (const { id, parameters } of all.flatMap(({ events }) => events)) {
      const declared = declarations[id].parameters;
      expect(Object.keys(parameters).sort(), id).toEqual(Object.keys(declared).sort());
      for (const [parameter, kind] of Object.entries(declared)) {
        const evidence = parameters[parameter];
        if (evidence == null) expect(kind, `${id} {${parameter}}`).toMatch(/\?$/);
        else expect(typeof evidence.value, `${id} {${parameter}}`).toBe(kind.startsWith('text') ? 'string' : 'number');
      }
    }
  });

  it('is explained in both languages without a hole in a sentence', async () => {
    const { all } = await told(name);
    const explainer = await openExplainer(['en', 'ko'], 'full');
    for (const { frame, events } of all) {
      for (const { event, wordings } of explainer.explain(events, frame)) {
        for (const { title, paragraphs } of wordings) {
          for (const text of [title, ...paragraphs]) {
            expect(text, event).not.toMatch(/[{}]|\[\[|\]\]|\|\||undefined|NaN| [.,]| {2}/);
          }
        }
      }
    }
  });
});

/** What no fixture shows by itself: the tests of neighbours and of events/tcp make them by hand; a key log lies beside. */
const UNSHOWN = ['arp.request.unicast', 'arp.conflict', 'icmpv6.unreachable', 'tls.keys.log'];

it('finds every other event of the catalogue in some fixture', async () => {
  const raised = new Set<string>();
  for (const name of captures) {
    const { all } = await told(name);
    for (const { events } of all) for (const { id } of events) raised.add(id);
  }
  const never = Object.keys(declarations).filter((id) => !raised.has(id) && !id.startsWith('run.'));
  expect(never.filter((id) => !UNSHOWN.includes(id))).toEqual([]);
});

it('runs over fixtures at all', () => {
  expect(captures.map((name) => dirname(relative('.', name))).length).toBeGreaterThan(20);
});
