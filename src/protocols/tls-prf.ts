import { type AnyHashName, type HashName, hmacOf } from '../core/hkdf.ts';

/**
 * The pseudorandom function that TLS up to 1.2 makes keys with. RFC 5246 §5.
 *
 *   PRF(secret, label, seed) = P_<hash>(secret, label + seed)
 *   P_hash(secret, seed) = HMAC_hash(secret, A(1) + seed) + HMAC_hash(secret, A(2) + seed) + ...
 *   A(0) = seed, A(i) = HMAC_hash(secret, A(i-1))
 */
export function pseudorandom(
  hash: HashName,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  return stretched(hash, secret, labelled(label, seed), length);
}

/** That of TLS 1.0 and 1.1: the two halves of the secret go through two hashes (RFC 2246 §5). */
export function oldPseudorandom(secret: Uint8Array, label: string, seed: Uint8Array, length: number): Uint8Array {
  const half = Math.ceil(secret.length / 2);
  const content = labelled(label, seed);
  const made = stretched('MD5', secret.subarray(0, half), content, length);
  const other = stretched('SHA-1', secret.subarray(secret.length - half), content, length);
  return made.map((octet, i) => octet ^ other[i]!);
}

function stretched(hash: AnyHashName, secret: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const made = new Uint8Array(length);
  let chained = seed;
  for (let at = 0; at < length; ) {
    chained = hmacOf(hash, secret, chained);
    const part = hmacOf(hash, secret, joined(chained, seed)).subarray(0, length - at);
    made.set(part, at);
    at += part.length;
  }
  return made;
}

function labelled(label: string, seed: Uint8Array): Uint8Array {
  return joined(
    Uint8Array.from(label, (letter) => letter.charCodeAt(0)),
    seed,
  );
}

/** One behind the other. */
export function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
