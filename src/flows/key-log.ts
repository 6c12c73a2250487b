import type { CaptureSecrets } from '../core/frame.ts';

/**
 * Secrets of TLS connections, which programs write for whoever may read along: lines of a label, the random number of the
 * Client Hello, and a secret, all in hexadecimal ("The SSLKEYLOGFILE Format for TLS", draft-ietf-tls-keylogfile §2).
 */
export type SecretLabel =
  | 'CLIENT_RANDOM'
  | 'CLIENT_EARLY_TRAFFIC_SECRET'
  | 'CLIENT_HANDSHAKE_TRAFFIC_SECRET'
  | 'SERVER_HANDSHAKE_TRAFFIC_SECRET'
  | 'CLIENT_TRAFFIC_SECRET_0'
  | 'SERVER_TRAFFIC_SECRET_0';

/** A line, with 32 octets of a random number and 32 or 48 of a secret; what looks otherwise is passed over. */
const LINE =
  /^(CLIENT_(?:RANDOM|(?:EARLY_|HANDSHAKE_)TRAFFIC_SECRET|TRAFFIC_SECRET_0)|SERVER_(?:HANDSHAKE_TRAFFIC_SECRET|TRAFFIC_SECRET_0)) ([0-9a-f]{64}) ([0-9a-f]{64}(?:[0-9a-f]{32})?)[ \t]*\r?$/gim;
/** The master secret of TLS up to 1.2 (RFC 5246 §8.1). */
const MASTER_DIGITS = 96;

/** Secrets that are kept; what comes behind them is passed over. */
const MOST_SECRETS = 1 << 17;
/** Type of a pcapng Decryption Secrets Block with such lines (draft-ietf-opsawg-pcapng §4.7). */
export const TLS_KEY_LOG = 0x544c534b;

/** Where secrets come from by and by. */
interface SecretSource {
  readonly secrets: readonly CaptureSecrets[];
}

/** A secret, and whether the capture itself brought it. */
export interface FoundSecret {
  readonly octets: Uint8Array;
  readonly embedded: boolean;
}

interface Kept {
  readonly digits: string;
  readonly embedded: boolean;
}

/** The secrets that a capture brings, and those that somebody gives beside it. */
export class KeyLog {
  private readonly kept = new Map<string, Kept>();
  private source: SecretSource | null = null;
  /** Blocks of the source that were looked at. */
  private taken = 0;
  private readonly more: (() => Uint8Array | null) | null;

  /** `more` is asked again and again for lines that were written meanwhile. */
  constructor(more: (() => Uint8Array | null) | null = null) {
    this.more = more;
  }

  /** Takes the lines of a key log. Answers with how many secrets are in it. */
  add(text: Uint8Array, embedded = false): number {
    let count = 0;
    for (const [, label, random, digits] of new TextDecoder('latin1').decode(text).matchAll(LINE)) {
      const name = label!.toUpperCase();
      if (name === 'CLIENT_RANDOM' && digits!.length !== MASTER_DIGITS) continue;
      if (this.kept.size >= MOST_SECRETS) break;
      this.kept.set(`${name} ${random!.toLowerCase()}`, { digits: digits!, embedded });
      count++;
    }
    return count;
  }

  /** The capture that is read next: its secrets are taken as they come. */
  follow(source: SecretSource): void {
    this.source = source;
    this.taken = 0;
  }

  /** How many there are: while there are none, nobody needs to remember random numbers. */
  get size(): number {
    this.take();
    return this.kept.size;
  }

  /** The secret of the connection whose Client Hello has this random number; null where nobody gave it. */
  find(label: SecretLabel, random: Uint8Array): FoundSecret | null {
    const kept = this.kept.get(`${label} ${hexOf(random)}`);
    return kept === undefined ? null : { octets: octetsOf(kept.digits), embedded: kept.embedded };
  }

  private take(): void {
    const more = this.more?.() ?? null;
    if (more !== null) this.add(more);
    if (this.source === null) return;
    for (const { secrets } = this.source; this.taken < secrets.length; this.taken++) {
      const { type, bytes } = secrets[this.taken]!;
      if (type === TLS_KEY_LOG) this.add(bytes, true);
    }
  }
}

const hexOf = (octets: Uint8Array): string =>
  Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');

const octetsOf = (digits: string): Uint8Array =>
  Uint8Array.from({ length: digits.length / 2 }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
