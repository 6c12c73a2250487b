import { u16, u32 } from '../core/bytes.ts';
import { dateText } from '../core/date.ts';
import { all, linkAddress, number, type OptionData, octets, type Part, row } from './dhcpv6-parts.ts';

const hardwareType = (id: string): Part =>
  number(2, id, 'Hardware type', { show: (value: number) => (value === 1 ? 'Ethernet' : '') });
export const LINK_LAYER_TYPE = hardwareType('duidll.hwtype');
export const LINK_LAYER_ADDRESS = linkAddress(row('duidll.link_layer_addr', 'Link-layer address', 'text'));

const DUID_BYTES = row('duid.bytes', 'DUID', 'bytes');
const DUID_TYPE = number(2, 'duid.type', 'DUID type', { show: (value: number) => DUID_TYPES[value] ?? '' });
const DUID_TIME = row('duidllt.time', 'DUID time', 'time');
const DUID_TYPES = ['', 'link-layer address plus time', 'vendor, by enterprise number', 'link-layer address', 'UUID'];
/** Midnight (UTC) of January 1, 2000, in seconds since 1970 (RFC 8415 §11.2). */
const DUID_EPOCH = 946_684_800;

function duidTime(data: OptionData): boolean {
  if (!data.has(4)) return false;
  data.visit(DUID_TIME, data.at, 4, dateText(DUID_EPOCH + u32(data.bytes, data.at)), data.level);
  data.at += 4;
  return true;
}

/** What follows the type of a DHCP unique identifier (RFC 8415 §11, RFC 6355). */
const DUID_KINDS: readonly (Part | null)[] = [
  null,
  all(
    hardwareType('duidllt.hwtype'),
    duidTime,
    linkAddress(row('duidllt.link_layer_addr', 'Link-layer address', 'text')),
  ),
  all(number(4, 'duiden.enterprise', 'Enterprise number'), octets('duiden.identifier', 'Identifier')),
  all(LINK_LAYER_TYPE, LINK_LAYER_ADDRESS),
  octets('duiduuid.bytes', 'UUID'),
];

/** A DHCP unique identifier: its octets, its type, and what that says (RFC 8415 §11). */
export function duid(data: OptionData): boolean {
  if (!data.whole) return false;
  const { bytes, at } = data;
  data.visit(DUID_BYTES, at, data.end - at, at, data.level);
  if (!DUID_TYPE(data)) return false;
  return DUID_KINDS[u16(bytes, at)]?.(data) ?? true;
}
