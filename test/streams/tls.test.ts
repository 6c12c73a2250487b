import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import type { Packet } from '../../src/core/packet.ts';
import { run } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';
import { joined, octets } from '../protocols/decoded.ts';
import { type Shown, Talk } from './talk.ts';

const [CHANGE, ALERT, HANDSHAKE, APPLICATION] = [20, 21, 22, 23] as const;
const [CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, DONE] = [1, 2, 11, 14] as const;
const TLS10 = 0x0301;
const TLS12 = 0x0303;
const TLS13 = 0x0304;

const numbered = (n: number, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => (n / 2 ** (8 * (size - 1 - i))) & 255);
const listed = (size: number, ...parts: Uint8Array[]): Uint8Array => {
  const content = joined(...parts);
  return joined(numbered(content.length, size), content);
};
const letters = (text: string): Uint8Array => new TextEncoder().encode(text);

const record = (type: number, content: Uint8Array, version = TLS12): Uint8Array =>
  joined(numbered(type, 1), numbered(version, 2), listed(2, content));
const message = (type: number, content: Uint8Array = new Uint8Array(0)): Uint8Array =>
  joined(numbered(type, 1), listed(3, content));
const extension = (type: number, content: Uint8Array): Uint8Array => joined(numbered(type, 2), listed(2, content));

const NAME = extension(0, listed(2, numbered(0, 1), listed(2, letters('www.example.test'))));
const ALPN = extension(16, listed(2, listed(1, letters('h2')), listed(1, letters('http/1.1'))));
const RANDOM = new Uint8Array(32).fill(7);
const clientHello = (...extensions: Uint8Array[]): Uint8Array =>
  message(
    CLIENT_HELLO,
    joined(
      numbered(TLS12, 2),
      RANDOM,
      listed(1),
      listed(2, octets('1301 c02f')),
      listed(1, octets('00')),
      listed(2, ...extensions),
    ),
  );
const serverHello = (version: number, random: Uint8Array = RANDOM, ...more: Uint8Array[]): Uint8Array => {
  const chosen = version === TLS13 ? [extension(43, numbered(TLS13, 2))] : [];
  return message(
    SERVER_HELLO,
    joined(numbered(TLS12, 2), random, listed(1), octets('1301 00'), listed(2, ...chosen, ...more)),
  );
};
const CHANGED = record(CHANGE, octets('01'));
const SEALED = new Uint8Array(40).fill(0xee);

const values = (shown: Shown, id: string): readonly string[] => shown.fields.get(id) ?? [];
const ids = (shown: Shown): string[] => shown.events.map(({ id }) => id);
const ended = (shown: Shown, text: string): void => expect(shown.info).toBe(text);

describe('TLS in a stream', () => {
  it('shows what the hello of a client says in clear, on any port', () => {
    for (const port of [443, 9999]) {
      const shown = new Talk(port).client(record(HANDSHAKE, clientHello(NAME, ALPN), TLS10));
      ended(shown, 'Client Hello');
      expect(shown.protocols).toEqual(['ip', 'tcp', 'tls']);
      expect(values(shown, 'tls.handshake.extensions_server_name')).toEqual(['www.example.test']);
      expect(values(shown, 'tls.handshake.extensions_alpn_str')).toEqual(['h2', 'http/1.1']);
      expect(values(shown, 'tls.handshake.ciphersuite')).toEqual(['0x1301', '0xc02f']);
      const hello = shown.events.find(({ id }) => id === 'tls.client-hello');
      expect(hello?.parameters).toMatchObject({ name: 'www.example.test', application: 'h2', version: 'TLS 1.2' });
    }
  });

  it('hides the type of encrypted records once TLS 1.3 was chosen', () => {
    const talk = new Talk(443);
    talk.client(record(HANDSHAKE, clientHello(), TLS10));
    const shown = talk.server(joined(record(HANDSHAKE, serverHello(TLS13)), CHANGED, record(APPLICATION, SEALED)));
    ended(shown, 'Server Hello, Change Cipher Spec, Application Data');
    expect(values(shown, 'tls.record.content_type')).toEqual(['22', '20']);
    expect(values(shown, 'tls.record.opaque_type')).toEqual(['23']);
    expect(ids(shown)).toContain('tls.change-cipher-spec.unused');
    expect(ids(shown)).toContain('tls.encrypted.all');
  });

  it('knows a server that asks for another hello', () => {
    const retry = octets('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c');
    const shown = new Talk(443).server(record(HANDSHAKE, serverHello(TLS13, retry, extension(51, octets('0017')))));
    ended(shown, 'Hello Retry Request');
    expect(shown.events.find(({ id }) => id === 'tls.retry')?.parameters).toMatchObject({ group: 'secp256r1' });
  });

  it('calls what follows ChangeCipherSpec encrypted, up to TLS 1.2, in each direction by itself', () => {
    const talk = new Talk(443);
    talk.server(record(HANDSHAKE, serverHello(TLS12)));
    ended(talk.client(joined(CHANGED, record(HANDSHAKE, SEALED))), 'Change Cipher Spec, Encrypted Handshake Message');
    ended(talk.server(record(HANDSHAKE, message(DONE))), 'Server Hello Done');
    ended(talk.client(record(HANDSHAKE, new Uint8Array(40))), 'Encrypted Handshake Message');
    ended(talk.client(record(ALERT, SEALED)), 'Encrypted Alert');
  });

  it('takes a server that skips its certificate for one that resumes', () => {
    const talk = new Talk(443);
    const shown = talk.server(joined(record(HANDSHAKE, serverHello(TLS12)), CHANGED));
    expect(ids(shown)).toContain('tls.resumed');
  });

  it('reads several messages of one record, and one over several records', () => {
    const talk = new Talk(443);
    ended(talk.server(record(HANDSHAKE, joined(serverHello(TLS12), message(DONE)))), 'Server Hello, Server Hello Done');
    const long = message(CERTIFICATE, listed(3, listed(3, new Uint8Array(90))));
    const cut = [long.subarray(0, 2), long.subarray(2, 50), joined(long.subarray(50), message(DONE))];
    const shown = cut.map((part) => talk.server(record(HANDSHAKE, part)));
    ended(shown[0]!, '[Certificate Fragment]');
    ended(shown[1]!, '[Certificate Fragment]');
    ended(shown[2]!, 'Certificate, Server Hello Done');
    expect(values(shown[2]!, 'tls.handshake.certificate_length')).toEqual(['90']);
  });

  it('comes octet by octet', () => {
    const talk = new Talk(443);
    const bytes = record(HANDSHAKE, clientHello(NAME), TLS10);
    const shown = [...bytes].map((octet) => talk.client(Uint8Array.of(octet)));
    expect(shown.slice(0, -1).every(({ protocols }) => !protocols.includes('tls'))).toBe(true);
    expect(values(shown.at(-1)!, 'tls.handshake.extensions_server_name')).toEqual(['www.example.test']);
  });

  it('tells why it failed', () => {
    const shown = new Talk(443).server(record(ALERT, octets('02 30')));
    ended(shown, 'Alert (Level: Fatal, Description: Unknown CA)');
    expect(shown.events.find(({ id }) => id === 'tls.alert')?.parameters).toMatchObject({
      description: 'Unknown CA',
      level: 'fatal',
      code: 48,
    });
  });

  it('takes no bytes for a record that cannot be one', () => {
    const talk = new Talk(443);
    talk.server(record(HANDSHAKE, serverHello(TLS12)));
    ended(talk.server(octets('99 03 03 00 01 00')), 'Ignored Unknown Record');
    expect(new Talk(443).client(octets('16 05 03 00 01 00')).protocols).toEqual(['ip', 'tcp', 'data']);
    expect(new Talk(9999).client(octets('16 03 03 ff ff 00')).protocols).toEqual(['ip', 'tcp', 'data']);
    expect(new Talk(9999).client(octets('15 03 03 00 02 02 28')).protocols).toEqual(['ip', 'tcp', 'data']);
  });

  it('counts a message that is too long to be kept, and goes on behind it', () => {
    const talk = new Talk(443);
    talk.server(record(HANDSHAKE, serverHello(TLS12)));
    const long = joined(message(CERTIFICATE, new Uint8Array(70_000)), message(DONE));
    const shown: Shown[] = [];
    for (let at = 0; at < long.length; at += 16_000) {
      shown.push(talk.server(record(HANDSHAKE, long.subarray(at, at + 16_000))));
    }
    ended(shown.at(-1)!, 'Server Hello Done');
  });

  it('reads the greeting of SSL 2.0 that old clients send', () => {
    const talk = new Talk(443);
    const hello = joined(octets('01 0301 0003 0000 0010'), octets('00002f'), new Uint8Array(16));
    const shown = talk.client(joined(numbered(0x8000 | hello.length, 2), hello));
    ended(shown, 'Client Hello');
    expect(values(shown, 'tls.record.version')).toEqual(['0x0002']);
    expect(values(shown, 'tls.handshake.version')).toEqual(['0x0301']);
    ended(talk.server(record(HANDSHAKE, serverHello(TLS12))), 'Server Hello');
  });

  it('goes through a tunnel that a proxy opened', () => {
    const talk = new Talk(8080);
    talk.client('CONNECT www.example.test:443 HTTP/1.1\r\nHost: www.example.test:443\r\n\r\n');
    talk.server('HTTP/1.1 200 OK\r\n\r\n');
    ended(talk.client(record(HANDSHAKE, clientHello(NAME), TLS10)), 'Client Hello');
  });
});

describe('certificates', () => {
  const path = join(import.meta.dirname, '../../fixtures/tls/handshake-12/capture.pcap');

  it('say whose they are', async () => {
    const shown = await certificateOf(readFileSync(path));
    expect(shown).toMatchObject({ subject: 'www.example.test', issuer: 'authority' });
    expect(shown.names).toBe('www.example.test, example.test');
    expect(shown.until).toMatch(/^20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
  });
});

type Told = Record<string, string | number | undefined>;

/** What is told of the first certificate in a capture. */
async function certificateOf(file: Uint8Array): Promise<Told> {
  let found: Told = {};
  const packet = (_packet: Packet, { events }: Tracker): boolean => {
    const told = events.raised.find(({ id }) => id === 'tls.certificate');
    if (told === undefined) return true;
    found = Object.fromEntries(Object.entries(told.parameters).map(([name, evidence]) => [name, evidence?.value]));
    return false;
  };
  await run(readCapture(file), new Tracker({ timeWait: 240, explain: true }), { packet, pause() {} });
  return found;
}
