import { addWords, fold, type Verdict } from '../core/checksum.ts';
import type { Layer } from '../core/layer.ts';
import * as v4 from './ipv4.ts';
import * as v6 from './ipv6.ts';

/**
 * The sum of the pseudo-header that TCP, UDP and ICMPv6 checksums begin with: both addresses, the protocol number and the
 * length of the unit (RFC 9293 §3.1, RFC 768, RFC 8200 §8.1).
 */
export function pseudoHeaderSum(network: Layer, protocol: number, length: number): number {
  const { size, source, destination } = network.protocol.addresses!;
  const from = source(network);
  const to = destination(network);
  const sum = addWords(network.bytes, from, from + size, 0);
  return addWords(network.bytes, to, to + size, sum) + protocol + (length >>> 16) + (length & 0xffff);
}

/**
 * Judges the checksum of a unit that stands behind an IP header. `partial`: the field holds the folded sum of the
 * pseudo-header alone, as a Linux host leaves it for its network card to finish.
 */
export function transportVerdict(unit: Layer, protocol: number, checksum: number): Verdict {
  const { network } = unit;
  if (network === null || unit.capturedEnd < unit.wireEnd) return 'unverifiable';
  if (!isComplete(unit, network)) return 'unverifiable';
  const pseudo = pseudoHeaderSum(network, protocol, unit.wireEnd - unit.start);
  if (fold(addWords(unit.bytes, unit.start, unit.capturedEnd, pseudo)) === 0xffff) return 'good';
  return checksum === fold(pseudo) ? 'partial' : 'bad';
}

/** One fragment has only a part of its unit, and so has, mostly, what an error message quotes. */
function isComplete(unit: Layer, network: Layer): boolean {
  if (network.protocol === v4.ipv4) {
    if (v4.isFragment(network) && network.bytes === unit.bytes) return false;
    return !unit.quoted || v4.isWhole(network);
  }
  return !unit.quoted || network.protocol !== v6.ipv6 || v6.isWhole(network);
}
