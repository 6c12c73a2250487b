import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import type { FoundSecret, KeyLog, SecretLabel } from '../flows/key-log.ts';
import { Hello } from '../protocols/tls-hello.ts';
import { END_OF_EARLY_DATA, FINISHED, KEY_UPDATE, SSL3, TLS13 } from '../protocols/tls-names.ts';
import {
  chainedVector,
  keyBlock,
  nextSecret,
  type Opened,
  openInner,
  openOuter,
  overhead,
  type Protection,
  protectionOf,
  type RecordKeys,
  trafficKeys,
} from '../protocols/tls-protection.ts';

/** Keys of TLS 1.3 that one end sends with, one after another (RFC 8446 §7.1). A server has none for early data. */
const EARLY = 0;
const HANDSHAKE = 1;
const APPLICATION = 2;
type Stage = typeof EARLY | typeof HANDSHAKE | typeof APPLICATION;

const CLIENT_LABELS = [
  'CLIENT_EARLY_TRAFFIC_SECRET',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
] as const;
const SERVER_LABELS = [null, 'SERVER_HANDSHAKE_TRAFFIC_SECRET', 'SERVER_TRAFFIC_SECRET_0'] as const;
const ALL_LABELS: readonly SecretLabel[] = [
  'CLIENT_RANDOM',
  ...CLIENT_LABELS,
  ...SERVER_LABELS.slice(1),
] as const as never;

/** Suites that a secret of this length may belong to: early data comes before the server's choice (RFC 8446 §4.2.10). */
const EARLY_SUITES: Readonly<Record<number, readonly number[]>> = { 32: [0x1301, 0x1303, 0x1304], 48: [0x1302] };

/** Records of one end that did not open, one after another: then no more are tried. */
const PATIENCE = 16;
/** Records that may be lost in one gap and are found again: the number of each is part of its key. */
const LOOK_AHEAD = 32;

/** Content that is compressed before it is encrypted is not looked at (RFC 3749 §2). */
const NO_COMPRESSION = 0;

const NOTHING = new Uint8Array(0);
const hello = new Hello();

/** Keys at work, and how records are protected with them. */
interface Working {
  readonly protection: Protection;
  readonly keys: RecordKeys;
  readonly stage: Stage;
  /** What the keys were made of, in TLS 1.3; what the next ones are made of. */
  readonly secret: Uint8Array;
}

/** What one end sends with. */
class Sender {
  working: Working | null = null;
  /** The suite that the working keys are for: early data has one of its own. */
  suite = 0;
  /** Number of the next record. */
  sequence = 0;
  /** Records are missing: the number is one of those that follow. */
  lost = false;
  failures = 0;

  use(working: Working, suite: number, sequence = 0): void {
    this.working = working;
    this.suite = suite;
    this.sequence = sequence;
    this.lost = false;
    this.failures = 0;
  }
}

/** Opens the records of one connection with the keys that a key log has of it. */
export class TlsOpener {
  /** A key log has something of this connection. */
  found: FoundSecret | null = null;
  private readonly log: KeyLog;
  private readonly senders: readonly [Sender, Sender] = [new Sender(), new Sender()];
  private client: 0 | 1 = 0;
  private clientRandom: Uint8Array = NOTHING;
  private serverRandom: Uint8Array = NOTHING;
  private suite = 0;
  private version = 0;
  private encryptThenMac = false;
  private compressed = false;
  /** How many secrets there were when those of this connection were looked for. */
  private lookedAmong = 0;

  constructor(log: KeyLog) {
    this.log = log;
  }

  /** The server's hello was there. */
  get answered(): boolean {
    return this.suite !== 0;
  }

  /** The client's random number names its secrets. */
  clientHello(direction: 0 | 1, bytes: Uint8Array, at: number, end: number): void {
    const { randomAt } = hello.read(bytes, at, end);
    if (randomAt < 0) return;
    this.client = direction;
    this.clientRandom = bytes.slice(randomAt, randomAt + RANDOM);
    this.lookUp();
  }

  /** What the server chose. `version` is the one that was agreed on. */
  serverHello(bytes: Uint8Array, at: number, end: number, version: number): void {
    const { randomAt, suitesAt, compressionAt } = hello.read(bytes, at, end);
    if (compressionAt < 0) return;
    this.serverRandom = bytes.slice(randomAt, randomAt + RANDOM);
    this.suite = (bytes[suitesAt]! << 8) | bytes[suitesAt + 1]!;
    this.compressed = bytes[compressionAt] !== NO_COMPRESSION;
    this.encryptThenMac = hello.find(bytes, ENCRYPT_THEN_MAC) >= 0;
    this.version = version;
    this.lookUp();
  }

  /** What comes behind it from this end is protected with what was agreed on last (RFC 5246 §7.1). */
  changeCipherSpec(direction: 0 | 1): void {
    const sender = this.senders[direction];
    sender.working = null;
    const master = this.secret('CLIENT_RANDOM');
    const protection = protectionOf(this.suite);
    if (master === null || protection === null || this.compressed || this.version <= SSL3) return;
    const { version, clientRandom, serverRandom } = this;
    const keys = keyBlock(protection, version, master, clientRandom, serverRandom)[direction === this.client ? 0 : 1];
    sender.use({ protection, keys, stage: APPLICATION, secret: NOTHING }, this.suite);
  }

  /** A handshake message behind which this end sends with other keys (RFC 8446 §4.4.4, §4.5, §4.6.3). */
  message(direction: 0 | 1, type: number): void {
    if (this.version !== TLS13) return;
    const sender = this.senders[direction];
    const stage = sender.working?.stage;
    if (type === END_OF_EARLY_DATA && stage === EARLY) this.enter(sender, this.at(direction, HANDSHAKE));
    else if (type === FINISHED && stage === HANDSHAKE) this.enter(sender, this.at(direction, APPLICATION));
    else if (type === KEY_UPDATE && stage === APPLICATION) this.enter(sender, updated(sender.working!));
  }

  /** Opens the record in `bytes[from, to)`, or answers null where the keys at hand do not. */
  open(direction: 0 | 1, bytes: Uint8Array, from: number, to: number): Opened | null {
    const sender = this.senders[direction];
    if (this.found === null && this.log.size !== this.lookedAmong) this.lookUp();
    if (this.found === null || sender.failures >= PATIENCE) return null;
    const opened = this.attempt(direction, sender, bytes, from, to);
    if (opened === null) {
      sender.failures++;
      sender.sequence++;
    } else sender.failures = 0;
    this.chain(sender, bytes, to);
    return opened;
  }

  private attempt(direction: 0 | 1, sender: Sender, bytes: Uint8Array, from: number, to: number): Opened | null {
    if (this.suite === 0) return direction === this.client ? this.openEarly(sender, bytes, from, to) : null;
    const isInner = this.version === TLS13;
    if (sender.working === null && isInner) this.enter(sender, this.at(direction, HANDSHAKE));
    return (
      this.openHere(sender, bytes, from, to) ?? (isInner ? this.openNext(direction, sender, bytes, from, to) : null)
    );
  }

  /** With the keys at work; behind a gap with the numbers that may come next. */
  private openHere(sender: Sender, bytes: Uint8Array, from: number, to: number): Opened | null {
    const { working } = sender;
    if (working === null) return null;
    const last = sender.sequence + (sender.lost ? LOOK_AHEAD : 0);
    for (let sequence = sender.sequence; sequence <= last; sequence++) {
      const opened = this.openAs(working, sequence, bytes, from, to);
      if (opened === null) continue;
      sender.sequence = sequence + 1;
      sender.lost = false;
      return opened;
    }
    return null;
  }

  private openAs({ protection, keys }: Working, sequence: number, bytes: Uint8Array, from: number, to: number) {
    const { version, encryptThenMac } = this;
    if (version === TLS13 || version === 0) return openInner(protection, keys, sequence, bytes, from, to);
    return openOuter(protection, keys, version, encryptThenMac, sequence, bytes, from, to);
  }

  /** The message that said so was not seen: this end may have gone on to the next keys. */
  private openNext(direction: 0 | 1, sender: Sender, bytes: Uint8Array, from: number, to: number): Opened | null {
    for (const next of this.nexts(direction, sender.working)) {
      const opened = next === null ? null : this.openAs(next, 0, bytes, from, to);
      if (opened === null) continue;
      sender.use(next!, this.suite, 1);
      return opened;
    }
    return null;
  }

  private nexts(direction: 0 | 1, working: Working | null): readonly (Working | null)[] {
    if (working === null) return [this.at(direction, APPLICATION)];
    if (working.stage === EARLY) return [this.at(direction, HANDSHAKE), this.at(direction, APPLICATION)];
    return [working.stage === HANDSHAKE ? this.at(direction, APPLICATION) : updated(working)];
  }

  /** Data that the client sends before it has heard of the server (RFC 8446 §2.3). */
  private openEarly(sender: Sender, bytes: Uint8Array, from: number, to: number): Opened | null {
    if (sender.working !== null) return this.openHere(sender, bytes, from, to);
    const secret = this.secret('CLIENT_EARLY_TRAFFIC_SECRET');
    for (const suite of EARLY_SUITES[secret?.length ?? 0] ?? []) {
      const working = workingWith(suite, EARLY, secret!);
      const opened = working === null ? null : this.openAs(working, 0, bytes, from, to);
      if (opened === null) continue;
      sender.use(working!, suite, 1);
      return opened;
    }
    return null;
  }

  /** A record that is not there whole, or not at all, was counted by its sender. */
  skip(direction: 0 | 1): void {
    this.senders[direction].sequence++;
  }

  /** Records of this end are lost: nobody knows how many. */
  lose(direction: 0 | 1): void {
    this.senders[direction].lost = true;
  }

  /** Octets of content that a record of this length has at the most. */
  contentOf(direction: 0 | 1, length: number): number {
    const { working } = this.senders[direction];
    return working === null ? 0 : Math.max(0, length - overhead(working.protection, this.version));
  }

  /** Keys of this stage, or null where there are none. */
  private at(direction: 0 | 1, stage: Stage): Working | null {
    const label = (direction === this.client ? CLIENT_LABELS : SERVER_LABELS)[stage];
    const secret = label === null ? null : this.secret(label!);
    return secret === null ? null : workingWith(this.suite, stage, secret);
  }

  private enter(sender: Sender, working: Working | null): void {
    if (working !== null) sender.use(working, this.suite);
  }

  private secret(label: SecretLabel): Uint8Array | null {
    const found = this.log.find(label, this.clientRandom);
    this.found ??= found;
    return found?.octets ?? null;
  }

  private lookUp(): void {
    this.found = null;
    this.lookedAmong = this.log.size;
    for (const label of ALL_LABELS) this.secret(label);
  }

  private chain(sender: Sender, bytes: Uint8Array, to: number): void {
    const { working } = sender;
    if (working === null) return;
    const vector = chainedVector(working.protection, this.version, this.encryptThenMac, bytes, to);
    if (vector !== null) sender.working = { ...working, keys: { ...working.keys, vector } };
  }

  /** Writes down what outlasts a silence. */
  rest(out: OctetStringWriter): void {
    out.number(this.client);
    out.number(this.suite);
    out.number(this.version);
    out.flag(this.encryptThenMac);
    out.flag(this.compressed);
    for (const random of [this.clientRandom, this.serverRandom]) out.bytes(random, 0, random.length);
    for (const sender of this.senders) restSender(sender, out);
  }

  wake(left: OctetStringReader): void {
    this.client = left.number() as 0 | 1;
    this.suite = left.number();
    this.version = left.number();
    this.encryptThenMac = left.flag();
    this.compressed = left.flag();
    this.clientRandom = left.bytes();
    this.serverRandom = left.bytes();
    this.lookUp();
    for (const sender of this.senders) wakeSender(sender, left);
  }
}

const RANDOM = 32;
const ENCRYPT_THEN_MAC = 22;

/** Traffic keys of TLS 1.3 out of their secret; null for a suite that is not opened here, or a secret that is not its own. */
function workingWith(suite: number, stage: Stage, secret: Uint8Array): Working | null {
  const protection = protectionOf(suite);
  if (protection === null || secret.length !== (protection.hash === 'SHA-384' ? 48 : 32)) return null;
  return { protection, keys: trafficKeys(protection, secret), stage, secret };
}

const updated = ({ protection, stage, secret }: Working): Working => {
  const next = nextSecret(protection, secret);
  return { protection, keys: trafficKeys(protection, next), stage, secret: next };
};

function restSender({ working, suite, sequence, lost, failures }: Sender, out: OctetStringWriter): void {
  out.number(sequence);
  out.flag(lost);
  out.number(failures);
  out.flag(working !== null);
  if (working === null) return;
  out.number(suite);
  out.number(working.stage);
  const { key, vector, mac } = working.keys;
  for (const octets of [working.secret, key, vector, mac]) out.bytes(octets, 0, octets.length);
}

function wakeSender(sender: Sender, left: OctetStringReader): void {
  sender.sequence = left.number();
  sender.lost = left.flag();
  sender.failures = left.number();
  if (!left.flag()) return;
  sender.suite = left.number();
  const stage = left.number() as Stage;
  const [secret, key, vector, mac] = [left.bytes(), left.bytes(), left.bytes(), left.bytes()];
  sender.working = { protection: protectionOf(sender.suite)!, keys: { key, vector, mac }, stage, secret };
}
