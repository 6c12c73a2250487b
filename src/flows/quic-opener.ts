import {
  cipherOf,
  nextSecret,
  type OpenedPacket,
  openPacket,
  openPayload,
  type PacketCipher,
  type PacketKeys,
  packetKeys,
  suitesOf,
  unmasked,
} from '../protocols/quic-protection.ts';
import { Hello } from '../protocols/tls-hello.ts';
import type { FoundSecret, KeyLog, SecretLabel } from './key-log.ts';

/** Keys that one end sends with, one after another (RFC 9001 §4.1.4). A server has none for early data. */
export const EARLY = 0;
export const SHAKING = 1;
export const APPLICATION = 2;
export type Stage = typeof EARLY | typeof SHAKING | typeof APPLICATION;

const CLIENT_LABELS = [
  'CLIENT_EARLY_TRAFFIC_SECRET',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
] as const;
const SERVER_LABELS = [null, 'SERVER_HANDSHAKE_TRAFFIC_SECRET', 'SERVER_TRAFFIC_SECRET_0'] as const;
const ALL_LABELS: readonly SecretLabel[] = [...CLIENT_LABELS, ...SERVER_LABELS.slice(1)] as never;

/** Packets of one end that did not open, one after another: then no more are tried. */
const PATIENCE = 16;
/** Key updates that may be missing from the capture at once. */
const MOST_UPDATES = 8;
const RANDOM = 32;
const NOTHING = new Uint8Array(0);
const hello = new Hello();

/** Keys at work, and what the next ones are made of. */
interface Working {
  readonly keys: PacketKeys;
  readonly secret: Uint8Array;
}

/** A packet as it stands in its datagram. */
interface Sealed {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly numberAt: number;
  readonly end: number;
  /** The number after the greatest of its space. */
  readonly expected: number;
}

/** What one end sends with. */
class Sender {
  /** By stage, of long headers. */
  readonly long: (PacketKeys | null)[] = [null, null];
  /** Of short headers: these keys, those before them, and how often they were updated. */
  working: Working | null = null;
  before: Working | null = null;
  updates = 0;
  /** Number of the first packet of these keys. */
  from = 0;
  failures = 0;
}

/** Opens packets of one connection with the keys that a key log has of it. */
export class QuicOpener {
  /** A key log has something of this connection. */
  found: FoundSecret | null = null;
  /** The packet that was opened last is the first with new keys. */
  updated = false;
  private readonly log: KeyLog;
  private readonly senders: readonly [Sender, Sender] = [new Sender(), new Sender()];
  private random: Uint8Array = NOTHING;
  private suite = 0;
  /** The version whose labels keys are made with. */
  private version = 0;
  private lookedAmong = 0;

  constructor(log: KeyLog) {
    this.log = log;
  }

  /** How often the keys of one end were updated so far. */
  updatesOf(isClient: boolean): number {
    return this.senderOf(isClient).updates;
  }

  /** The client's random number names its secrets. */
  clientHello(bytes: Uint8Array, at: number, end: number): void {
    const { randomAt } = hello.read(bytes, at, end);
    if (randomAt < 0) return;
    this.random = bytes.slice(randomAt, randomAt + RANDOM);
    this.lookUp();
  }

  serverHello(bytes: Uint8Array, at: number, end: number): void {
    const { suitesAt } = hello.read(bytes, at, end);
    if (suitesAt >= 0) this.suite = (bytes[suitesAt]! << 8) | bytes[suitesAt + 1]!;
  }

  /** Opens a packet, or answers null where the keys at hand are not its. `version` is that of the connection now. */
  open(stage: Stage, isClient: boolean, version: number, sealed: Sealed): OpenedPacket | null {
    if (this.log.size !== this.lookedAmong) this.lookUp();
    const sender = this.senderOf(isClient);
    this.updated = false;
    if (this.found === null || sender.failures >= PATIENCE) return null;
    if (version !== this.version) this.begin(version);
    const opened =
      stage === APPLICATION ? this.openShort(sender, isClient, sealed) : this.openLong(stage, sender, isClient, sealed);
    sender.failures = opened === null ? sender.failures + 1 : 0;
    return opened;
  }

  private senderOf(isClient: boolean): Sender {
    return this.senders[isClient ? 0 : 1];
  }

  /** Another version has other labels: keys are made anew. RFC 9369 §4.1. */
  private begin(version: number): void {
    this.version = version;
    for (const sender of this.senders) {
      sender.long.fill(null);
      sender.working = sender.before = null;
      sender.updates = 0;
    }
  }

  private openLong(
    stage: typeof EARLY | typeof SHAKING,
    sender: Sender,
    isClient: boolean,
    { bytes, start, numberAt, end, expected }: Sealed,
  ): OpenedPacket | null {
    const known = sender.long[stage]!;
    const candidates = known === null ? this.longKeys(stage, isClient) : [known];
    for (const keys of candidates) {
      const opened = openPacket(keys, bytes, start, numberAt, end, expected);
      if (opened === null) continue;
      sender.long[stage] = keys;
      return opened;
    }
    return null;
  }

  /** Early data has the suite of the connection before, which nobody says here: the one whose keys fit. */
  private longKeys(stage: typeof EARLY | typeof SHAKING, isClient: boolean): PacketKeys[] {
    const secret = this.secretAt(stage, isClient);
    if (secret === null) return [];
    const suites = stage === EARLY ? suitesOf(secret.length) : [this.suite];
    return suites.flatMap((suite) => this.workingWith(cipherOf(suite), secret)?.keys ?? []);
  }

  /** The key phase says whether the keys are these or others (RFC 9001 §6.3). */
  private openShort(sender: Sender, isClient: boolean, sealed: Sealed): OpenedPacket | null {
    sender.working ??= this.first(isClient);
    const { working } = sender;
    if (working === null) return null;
    const { bytes, start, numberAt, end, expected } = sealed;
    const bare = unmasked(working.keys, bytes, start, numberAt, end);
    if (bare === null) return null;
    const isOther = ((bare.first >>> 2) & 1) !== sender.updates % 2;
    const attempt = ({ keys }: Working) => openPayload(keys, bare, bytes, start, end, expected);
    if (!isOther) {
      const opened = attempt(working);
      if (opened !== null) return opened;
    } else if (sender.before !== null) {
      // Overtaken by the first packet with these keys, it has a smaller number.
      const late = attempt(sender.before);
      if (late !== null && late.number < sender.from) return late;
    }
    return this.openUpdated(sender, isOther ? 1 : 2, attempt);
  }

  /** With keys behind so many updates, or two more each: the phase is one bit. */
  private openUpdated(
    sender: Sender,
    steps: number,
    attempt: (working: Working) => OpenedPacket | null,
  ): OpenedPacket | null {
    let working = sender.working!;
    let before = working;
    for (let step = 1; step <= MOST_UPDATES; step++) {
      before = working;
      working = this.nextOf(working);
      if (step % 2 !== steps % 2) continue;
      const opened = attempt(working);
      if (opened === null) continue;
      sender.before = before;
      sender.working = working;
      sender.updates += step;
      sender.from = opened.number;
      this.updated = true;
      return opened;
    }
    return null;
  }

  private first(isClient: boolean): Working | null {
    const secret = this.secretAt(APPLICATION, isClient);
    return secret === null ? null : this.workingWith(cipherOf(this.suite), secret);
  }

  /** The key of header protection stays (RFC 9001 §6.1). */
  private nextOf({ keys, secret }: Working): Working {
    const next = nextSecret(keys.cipher, this.version, secret);
    return { keys: { ...packetKeys(keys.cipher, this.version, next)!, header: keys.header }, secret: next };
  }

  /** Null for a suite that is not known, or a secret that is not its own. */
  private workingWith(cipher: PacketCipher | null, secret: Uint8Array): Working | null {
    if (cipher === null || cipher.secretLength !== secret.length) return null;
    const keys = packetKeys(cipher, this.version, secret);
    return keys === null ? null : { keys, secret };
  }

  private secretAt(stage: Stage, isClient: boolean): Uint8Array | null {
    const label = (isClient ? CLIENT_LABELS : SERVER_LABELS)[stage];
    return label === null ? null : (this.log.find(label!, this.random)?.octets ?? null);
  }

  private lookUp(): void {
    this.lookedAmong = this.log.size;
    this.found = null;
    for (const label of ALL_LABELS) this.found ??= this.log.find(label, this.random);
    for (const sender of this.senders) sender.failures = 0;
  }
}
