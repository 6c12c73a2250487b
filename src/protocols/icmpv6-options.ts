import { u8, u32 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import { safeText } from '../core/writer.ts';

/**
 * Options of neighbour discovery (RFC 4861 §4.6; RDNSS and DNSSL RFC 8106; route information RFC 4191): type, length in
 * units of 8 octets with these two counted, content.
 */
export const SOURCE_LINK_ADDRESS = 1;
export const TARGET_LINK_ADDRESS = 2;
export const PREFIX = 3;
export const REDIRECTED = 4;
export const MTU = 5;
const ADVERTISEMENT_INTERVAL = 7;
const NONCE = 14;
const ROUTE = 24;
const RDNSS = 25;
const FLAGS_EXPANSION = 26;
const DNSSL = 31;
const CAPTIVE_PORTAL = 37;
const PREF64 = 38;

const row = (id: string, label: string, kind: Row['kind'] = 'uint', level = 1): Row => ({ id, label, kind, level });

const TYPE: Row = { ...row('icmpv6.opt.type', 'Option', 'uint', 0), show: optionName as Row['show'] } as Row;
const LENGTH: Row = { ...row('icmpv6.opt.length', 'Length'), show: (value: number) => `${value * 8} bytes` };
const LINK_ADDRESS = row('icmpv6.opt.linkaddr', 'Link-layer address', 'mac');
const LINK_OCTETS = row('icmpv6.opt.linkaddr', 'Link-layer address', 'bytes');
const SOURCE = row('icmpv6.opt.src_linkaddr', 'Source link-layer address', 'mac');
const TARGET = row('icmpv6.opt.target_linkaddr', 'Target link-layer address', 'mac');
const PREFIX_LENGTH = row('icmpv6.opt.prefix.length', 'Prefix length');
const PREFIX_FLAGS: Row = { ...row('icmpv6.opt.prefix.flag', 'Flags', 'hex'), digits: 2 };
const ON_LINK = row('icmpv6.opt.prefix.flag.l', 'On-link', 'bool', 2);
const AUTONOMOUS = row('icmpv6.opt.prefix.flag.a', 'Autonomous address configuration', 'bool', 2);
const ROUTER_ADDRESS = row('icmpv6.opt.prefix.flag.r', 'Router address', 'bool', 2);
const VALID = row('icmpv6.opt.prefix.valid_lifetime', 'Valid lifetime (s)');
const PREFERRED = row('icmpv6.opt.prefix.preferred_lifetime', 'Preferred lifetime (s)');
const PREFIX_ADDRESS = row('icmpv6.opt.prefix', 'Prefix', 'ipv6');
const LINK_MTU = row('icmpv6.opt.mtu', 'MTU');
const INTERVAL = row('icmpv6.opt.advertisement_interval', 'Advertisement interval (ms)');
const NONCE_OCTETS = row('icmpv6.opt.nonce', 'Nonce', 'bytes');
const ROUTE_PREFERENCE = row('icmpv6.opt.route_info.flag.route_preference', 'Route preference');
const ROUTE_LIFETIME = row('icmpv6.opt.route_lifetime', 'Route lifetime (s)');
const SERVER_LIFETIME = row('icmpv6.opt.rdnss.lifetime', 'Lifetime (s)');
const SERVER = row('icmpv6.opt.rdnss', 'Recursive DNS server', 'ipv6');
const SEARCH_LIFETIME = row('icmpv6.opt.dnssl.lifetime', 'Lifetime (s)');
const SEARCH = row('icmpv6.opt.dnssl', 'Search domain', 'text');
const PORTAL = row('icmpv6.opt.captive_portal', 'Captive portal', 'text');
const REDIRECTED_MARK = row('icmpv6.opt.redirected_packet', 'Redirected packet', 'none');
const CONTENT = row('dissect.icmpv6.opt.data', 'Content', 'bytes');

export const ND_OPTION_ROWS: readonly Row[] = [
  TYPE,
  LENGTH,
  LINK_ADDRESS,
  SOURCE,
  TARGET,
  PREFIX_LENGTH,
  PREFIX_FLAGS,
  ON_LINK,
  AUTONOMOUS,
  ROUTER_ADDRESS,
  VALID,
  PREFERRED,
  PREFIX_ADDRESS,
  LINK_MTU,
  INTERVAL,
  NONCE_OCTETS,
  ROUTE_PREFERENCE,
  ROUTE_LIFETIME,
  SERVER_LIFETIME,
  SERVER,
  SEARCH_LIFETIME,
  SEARCH,
  PORTAL,
  REDIRECTED_MARK,
  CONTENT,
];

/** Where the first option of this type begins, or -1. `from` is where the options begin. */
export function findNdOption(icmp: Layer, from: number, type: number): number {
  let at = from;
  while (at + 8 <= icmp.capturedEnd) {
    const length = u8(icmp.bytes, at + 1) * 8;
    if (length === 0) return -1; // a packet with such an option must be dropped (RFC 4861 §4.6)
    if (u8(icmp.bytes, at) === type) return at;
    at += length;
  }
  return -1;
}

export function walkNdOptions(icmp: Layer, from: number, visit: Visit): void {
  let at = from;
  while (at + 2 <= icmp.capturedEnd) {
    const type = u8(icmp.bytes, at);
    const length = u8(icmp.bytes, at + 1) * 8;
    visit(TYPE, at, Math.max(2, Math.min(length, icmp.capturedEnd - at)), type, 0);
    visit(LENGTH, at + 1, 1, length / 8, 1);
    if (length === 0 || at + length > icmp.capturedEnd) return;
    visitContent(icmp.bytes, type, at, length, visit);
    at += length;
  }
}

function visitContent(bytes: Uint8Array, type: number, at: number, length: number, visit: Visit): void {
  if (type === SOURCE_LINK_ADDRESS || type === TARGET_LINK_ADDRESS) {
    visitLinkAddress(type, at, length, visit);
  } else if (type === PREFIX && length >= 32) {
    visitPrefix(bytes, at, visit);
  } else if (type === MTU) {
    visit(LINK_MTU, at + 4, 4, u32(bytes, at + 4), 1);
  } else if (type === REDIRECTED) {
    visit(REDIRECTED_MARK, at + 8, length - 8, null, 1);
  } else if (type === ADVERTISEMENT_INTERVAL) {
    visit(INTERVAL, at + 4, 4, u32(bytes, at + 4), 1);
  } else if (type === NONCE) {
    visit(NONCE_OCTETS, at + 2, length - 2, at + 2, 1);
  } else if (type === ROUTE) {
    visit(PREFIX_LENGTH, at + 2, 1, u8(bytes, at + 2), 1);
    visit(ROUTE_PREFERENCE, at + 3, 1, (u8(bytes, at + 3) >>> 3) & 3, 1);
    visit(ROUTE_LIFETIME, at + 4, 4, u32(bytes, at + 4), 1);
    if (length >= 24) visit(PREFIX_ADDRESS, at + 8, 16, at + 8, 1);
  } else if (type === RDNSS) {
    visit(SERVER_LIFETIME, at + 4, 4, u32(bytes, at + 4), 1);
    for (let i = at + 8; i + 16 <= at + length; i += 16) visit(SERVER, i, 16, i, 1);
  } else if (type === DNSSL) {
    visit(SEARCH_LIFETIME, at + 4, 4, u32(bytes, at + 4), 1);
    visitDomains(bytes, at + 8, at + length, visit);
  } else if (type === CAPTIVE_PORTAL) {
    visit(PORTAL, at + 2, length - 2, stringOf(bytes, at + 2, at + length), 1);
  } else {
    visit(CONTENT, at + 2, length - 2, at + 2, 1);
  }
}

/**
 * One unit of 8 octets leaves six for the address: Ethernet's size. Two hold an EUI-64 and six octets of padding (RFC 4944
 * §8); how long others are cannot be told.
 */
export const linkAddressLength = (option: number): number => (option === 16 ? 8 : option - 2);

function visitLinkAddress(type: number, at: number, length: number, visit: Visit): void {
  if (length !== 8) {
    visit(LINK_OCTETS, at + 2, linkAddressLength(length), at + 2, 1);
    return;
  }
  visit(LINK_ADDRESS, at + 2, 6, at + 2, 1);
  visit(type === SOURCE_LINK_ADDRESS ? SOURCE : TARGET, at + 2, 6, at + 2, 1);
}

function visitPrefix(bytes: Uint8Array, at: number, visit: Visit): void {
  const flags = u8(bytes, at + 3);
  visit(PREFIX_LENGTH, at + 2, 1, u8(bytes, at + 2), 1);
  visit(PREFIX_FLAGS, at + 3, 1, flags, 1);
  visit(ON_LINK, at + 3, 1, flags >>> 7, 2);
  visit(AUTONOMOUS, at + 3, 1, (flags >>> 6) & 1, 2);
  visit(ROUTER_ADDRESS, at + 3, 1, (flags >>> 5) & 1, 2);
  visit(VALID, at + 4, 4, u32(bytes, at + 4), 1);
  visit(PREFERRED, at + 8, 4, u32(bytes, at + 8), 1);
  visit(PREFIX_ADDRESS, at + 16, 16, at + 16, 1);
}

/** Domain names as labels, one after another, without compression (RFC 8106 §5.2); zeros fill up. */
function visitDomains(bytes: Uint8Array, from: number, end: number, visit: Visit): void {
  let at = from;
  while (at < end && u8(bytes, at) !== 0) {
    const begin = at;
    let name = '';
    while (at < end && u8(bytes, at) !== 0) {
      const next = at + 1 + u8(bytes, at);
      if (next > end) return;
      name += (name === '' ? '' : '.') + stringOf(bytes, at + 1, next);
      at = next;
    }
    at++;
    visit(SEARCH, begin, Math.min(at, end) - begin, safeText(name), 1);
  }
}

const NAMES = new Map([
  [SOURCE_LINK_ADDRESS, 'Source link-layer address'],
  [TARGET_LINK_ADDRESS, 'Target link-layer address'],
  [PREFIX, 'Prefix information'],
  [REDIRECTED, 'Redirected header'],
  [MTU, 'MTU'],
  [ADVERTISEMENT_INTERVAL, 'Advertisement interval'],
  [8, 'Home agent information'],
  [11, 'CGA'],
  [12, 'RSA signature'],
  [13, 'Timestamp'],
  [NONCE, 'Nonce'],
  [ROUTE, 'Route information'],
  [RDNSS, 'Recursive DNS server'],
  [FLAGS_EXPANSION, 'Flags expansion'],
  [DNSSL, 'DNS search list'],
  [33, 'Address registration'],
  [CAPTIVE_PORTAL, 'Captive portal'],
  [PREF64, 'NAT64 prefix'],
]);

function optionName(type: number): string {
  return NAMES.get(type) ?? 'unknown';
}
