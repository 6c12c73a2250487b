import { Duplex } from 'node:stream';
import { connect, createSecureContext, type SecureVersion, TLSSocket } from 'node:tls';

/** Made for these tests, and for nothing else. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgP35sENbIHXfjFyUF
f0PbOaWPoPXRdjSq/912nfQpbdWhRANCAAThlsjP6MMa4KIGuw4J1xaUQsoGzJJF
I+qnSFyYetE9H0gvi9CTV7+LmzBDx6yZRGHfow3sjiN6B82VCpehnNGT
-----END PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBjTCCATOgAwIBAgIUVqen03EJZwQ4IIdBei55DuUOS1AwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQd3d3LmV4YW1wbGUudGVzdDAgFw0yNjExMjEwMzU3NTlaGA8y
MTI2MTAyODAzNTc1OVowGzEZMBcGA1UEAwwQd3d3LmV4YW1wbGUudGVzdDBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABOGWyM/owxrgoga7DgnXFpRCygbMkkUj6qdI
XJh60T0fSC+L0JNXv4ubMEPHrJlEYd+jDeyOI3oHzZUKl6Gc0ZOjUzBRMB0GA1Ud
DgQWBBSpacCvxG5DbHBrnioP1EidUyPLEDAfBgNVHSMEGDAWgBSpacCvxG5DbHBr
nioP1EidUyPLEDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQCy
vFUXFqlvFzJYEnpFk6QHUr9pi+nWERilz5JcMZ5UEgIgeAjG6nocbwLWgnr/cynz
z8mjgbuEZ2jAVpIaDJ4Iois=
-----END CERTIFICATE-----`;

/** What one end wrote to the wire at once. */
export interface Written {
  readonly end: 'client' | 'server';
  readonly bytes: Uint8Array;
}

/** A recorded conversation, and the key log that node's own TLS wrote of it. */
export interface Conversation {
  readonly written: readonly Written[];
  readonly keyLog: string;
}

interface Settings {
  readonly version: SecureVersion;
  readonly ciphers?: string;
  readonly secureOptions?: number;
  /** Lets each end's content go out; the server answers each line. */
  readonly lines: readonly string[];
}

/** Two ends of a wire that keeps what passes. */
function wire(written: Written[]): readonly [Duplex, Duplex] {
  const end = (name: Written['end'], peer: () => Duplex): Duplex =>
    new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        written.push({ end: name, bytes: Uint8Array.from(chunk) });
        peer().push(chunk);
        done();
      },
      final(done) {
        peer().push(null);
        done();
      },
    });
  const ends: [Duplex, Duplex] = [end('client', () => ends[1]), end('server', () => ends[0])];
  return ends;
}

/** Lets node's TLS talk to itself. The client sends `lines`, the server answers each with the same in capitals. */
export async function conversation({ version, ciphers, secureOptions, lines }: Settings): Promise<Conversation> {
  const written: Written[] = [];
  const [near, far] = wire(written);
  const common = {
    minVersion: version,
    maxVersion: version,
    ...(ciphers ? { ciphers } : {}),
    ...(secureOptions ? { secureOptions } : {}),
  };
  const server = new TLSSocket(far, {
    isServer: true,
    secureContext: createSecureContext({ key: KEY, cert: CERTIFICATE, ...common }),
  });
  server.on('error', () => {});
  const keyLog: string[] = [];
  const client = connect({ socket: near, rejectUnauthorized: false, ...common });
  client.on('keylog', (line: Buffer) => keyLog.push(line.toString('latin1')));
  await new Promise<void>((resolve, reject) => client.once('secureConnect', resolve).once('error', reject));
  server.on('data', (data: Buffer) => server.write(data.toString().toUpperCase()));
  for (const line of lines) {
    client.write(line);
    await new Promise((resolve) => client.once('data', resolve));
  }
  const ended = new Promise((resolve) => server.once('end', resolve));
  client.end();
  await ended;
  server.end();
  await new Promise((resolve) => setImmediate(resolve));
  client.destroy();
  server.destroy();
  return { written, keyLog: keyLog.join('') };
}
