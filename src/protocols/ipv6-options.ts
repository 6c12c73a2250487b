import { u8, u16, u32 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';

/**
 * Options of the hop-by-hop and destination options headers (RFC 8200 §4.2; IANA "Destination Options and Hop-by-Hop
 * Options"): one octet for Pad1, else type, length of the content, content. The type's two highest bits tell a node that
 * does not know it what to do; the third whether it may change on the way.
 */
const FIRST = 2;
const PAD1 = 0x00;
const PADN = 0x01;
const TUNNEL_LIMIT = 0x04;
const ROUTER_ALERT = 0x05;
const CALIPSO = 0x07;
const PATH_MTU = 0x30;
export const JUMBO = 0xc2;
const HOME_ADDRESS = 0xc9;

const row = (id: string, label: string, kind: Row['kind'] = 'uint', level = 2): Row => ({ id, label, kind, level });

const TYPE: Row = { ...row('ipv6.opt.type', 'Option', 'hex', 1), digits: 2, show: optionName as Row['show'] } as Row;
const ACTION = row('ipv6.opt.type.action', 'If unknown');
const CHANGE = row('ipv6.opt.type.change', 'May change', 'bool');
const REST: Row = { ...row('ipv6.opt.type.rest', 'Low-order bits', 'hex'), digits: 2 };
const LENGTH = row('ipv6.opt.length', 'Length');
const PAD1_MARK = row('ipv6.opt.pad1', 'Pad1', 'none');
const PADN_OCTETS: Row = { ...row('ipv6.opt.padn', 'PadN', 'bytes'), empty: '<none>' };
const TUNNEL = row('ipv6.opt.tel', 'Tunnel encapsulation limit');
const ALERT = row('ipv6.opt.router_alert', 'Router alert');
const JUMBO_LENGTH = row('ipv6.opt.jumbo', 'Jumbo payload length');
const MIN_PMTU = row('ipv6.opt.pmtu.min', 'Least path MTU so far');
const HOME = row('ipv6.opt.mipv6.home_address', 'Home address', 'ipv6');
const CALIPSO_DOI = row('ipv6.opt.calipso.doi', 'Domain of interpretation');
const CALIPSO_LEVEL = row('ipv6.opt.calipso.sens_level', 'Sensitivity level');
const EXPERIMENTAL = row('ipv6.opt.experimental', 'Experiment', 'bytes');
const UNKNOWN = row('ipv6.opt.unknown', 'Content', 'bytes');

export const IPV6_OPTION_ROWS: readonly Row[] = [
  TYPE,
  ACTION,
  CHANGE,
  REST,
  LENGTH,
  PAD1_MARK,
  PADN_OCTETS,
  TUNNEL,
  ALERT,
  JUMBO_LENGTH,
  MIN_PMTU,
  HOME,
  CALIPSO_DOI,
  CALIPSO_LEVEL,
  EXPERIMENTAL,
  UNKNOWN,
];

/** Where the option of this type begins, or -1. */
export function findIpv6Option(header: Layer, type: number): number {
  const end = Math.min(header.headerEnd, header.capturedEnd);
  let at = header.start + FIRST;
  while (at < end) {
    const found = u8(header.bytes, at);
    if (found === PAD1) {
      at++;
      continue;
    }
    if (at + 2 > end) return -1;
    const length = 2 + u8(header.bytes, at + 1);
    if (at + length > end) return -1;
    if (found === type) return at;
    at += length;
  }
  return -1;
}

export function walkIpv6Options(header: Layer, _packet: Packet, visit: Visit): void {
  const end = Math.min(header.headerEnd, header.capturedEnd);
  let at = header.start + FIRST;
  while (at < end) {
    const type = u8(header.bytes, at);
    if (type === PAD1) {
      visitType(type, at, 1, visit);
      visit(PAD1_MARK, at, 1, null, 2);
      at++;
      continue;
    }
    if (at + 2 > end) return;
    const length = u8(header.bytes, at + 1);
    visitType(type, at, Math.min(2 + length, end - at), visit);
    visit(LENGTH, at + 1, 1, length, 2);
    if (at + 2 + length > end) return;
    visitContent(header.bytes, type, at + 2, length, visit);
    at += 2 + length;
  }
}

function visitType(type: number, at: number, length: number, visit: Visit): void {
  visit(TYPE, at, length, type, 1);
  if (type === PAD1) return; // it has no meaning that anybody could not know
  visit(ACTION, at, 1, type >>> 6, 2);
  visit(CHANGE, at, 1, (type >>> 5) & 1, 2);
  visit(REST, at, 1, type & 31, 2);
}

function visitContent(bytes: Uint8Array, type: number, at: number, length: number, visit: Visit): void {
  if (type === PADN) visit(PADN_OCTETS, at, length, at, 2);
  else if (type === TUNNEL_LIMIT && length === 1) visit(TUNNEL, at, 1, u8(bytes, at), 2);
  else if (type === ROUTER_ALERT && length === 2) visit(ALERT, at, 2, u16(bytes, at), 2);
  else if (type === JUMBO && length === 4) visit(JUMBO_LENGTH, at, 4, u32(bytes, at), 2);
  else if (type === PATH_MTU && length === 4) visit(MIN_PMTU, at, 2, u16(bytes, at), 2);
  else if (type === HOME_ADDRESS && length === 16) visit(HOME, at, 16, at, 2);
  else if (type === CALIPSO && length >= 8) {
    visit(CALIPSO_DOI, at, 4, u32(bytes, at), 2);
    visit(CALIPSO_LEVEL, at + 5, 1, u8(bytes, at + 5), 2);
  } else if (isExperiment(type)) visit(EXPERIMENTAL, at, length, at, 2);
  else visit(UNKNOWN, at, length, at, 2);
}

/** Set aside for experiments in all eight kinds of handling (RFC 4727 §2). */
const isExperiment = (type: number): boolean => (type & 0x1f) === 0x1e;

const NAMES = new Map([
  [PAD1, 'Pad1'],
  [PADN, 'PadN'],
  [TUNNEL_LIMIT, 'Tunnel encapsulation limit'],
  [ROUTER_ALERT, 'Router alert'],
  [CALIPSO, 'CALIPSO'],
  [0x08, 'Simplified multicast forwarding'],
  [0x0f, 'Performance and diagnostic metrics'],
  [0x11, 'In-situ OAM'],
  [0x26, 'Quick-start'],
  [PATH_MTU, 'Path MTU record'],
  [0x31, 'In-situ OAM, may change'],
  [0x63, 'RPL'],
  [0x6d, 'MPL'],
  [0x8b, 'ILNP nonce'],
  [0x8c, 'Line identification'],
  [JUMBO, 'Jumbo payload'],
  [HOME_ADDRESS, 'Home address'],
  [0xee, 'Depth-first forwarding'],
]);

function optionName(type: number): string {
  return NAMES.get(type) ?? (isExperiment(type) ? 'Experiment' : 'unknown');
}
