import { u8, u16 } from '../core/bytes.ts';
import type { Row } from '../core/field.ts';
import { duid, LINK_LAYER_ADDRESS, LINK_LAYER_TYPE } from './dhcpv6-duid.ts';
import {
  address,
  all,
  bit,
  counted,
  domainName,
  each,
  elapsedTime,
  identifier,
  names,
  number,
  OptionData,
  octets,
  type Part,
  type Place,
  row,
  rows,
  seconds,
  text,
} from './dhcpv6-parts.ts';

/**
 * Options of DHCPv6 (RFC 8415 §21): code (16), length (16), content. Some hold options in turn: an identity association
 * has its addresses, an address its status. What each option consists of is told once, as parts in their order.
 */
export const HEADER = 4;
export const CLIENT_ID = 1;
export const SERVER_ID = 2;
export const IA_NA = 3;
const IA_TA = 4;
export const IA_ADDRESS = 5;
export const RELAY_MESSAGE = 9;
export const STATUS = 13;
export const RAPID_COMMIT = 14;
export const NAME_SERVER = 23;
export const IA_PD = 25;
export const IA_PREFIX = 26;

/** Options inside options at the most: a relay's message, its association, an address, its status, and room for relays. */
const MOST_NESTED = 16;

/** Octets that stand before the options that an option holds. */
const NESTED_AT: Readonly<Record<number, number>> = {
  [IA_NA]: 12,
  [IA_TA]: 4,
  [IA_ADDRESS]: 24,
  [IA_PD]: 12,
  [IA_PREFIX]: 25,
};

const RELAY_FORWARD = 12;
const RELAY_REPLY = 13;
export const isRelayed = (type: number): boolean => type === RELAY_FORWARD || type === RELAY_REPLY;
/** Octets that stand before a message's options: type and transaction, or what a relay writes (RFC 8415 §8, §9). */
export const messageHeader = (type: number): number => (isRelayed(type) ? 34 : 4);

/** Where the options begin that the option at `at` holds, or -1. */
function nestedAt(bytes: Uint8Array, at: number): number {
  const fixed = NESTED_AT[u16(bytes, at)];
  return fixed !== undefined && u16(bytes, at + 2) >= fixed ? at + HEADER + fixed : -1;
}

/** The same, those of a relayed message included. */
function innerOptions(bytes: Uint8Array, at: number): number {
  if (u16(bytes, at) !== RELAY_MESSAGE) return nestedAt(bytes, at);
  const length = u16(bytes, at + 2);
  if (length === 0) return -1;
  const header = messageHeader(u8(bytes, at + HEADER));
  return length < header ? -1 : at + HEADER + header;
}

/** Where the option that begins at `at` ends. */
export const optionEnd = (bytes: Uint8Array, at: number): number => at + HEADER + u16(bytes, at + 2);

/** Where the next option with this code stands in `[from, to)`, whole, or -1. */
export function findOption(bytes: Uint8Array, from: number, to: number, code: number): number {
  for (let at = from; at + HEADER <= to; at = optionEnd(bytes, at)) {
    if (u16(bytes, at) === code) return optionEnd(bytes, at) <= to ? at : -1;
  }
  return -1;
}

/** Calls for every option that is whole, and for those inside of it: its code, and where its content stands. */
export function eachOption(
  bytes: Uint8Array,
  from: number,
  to: number,
  visit: (code: number, from: number, to: number) => void,
  depth = 0,
): void {
  for (let at = from; at + HEADER <= to && optionEnd(bytes, at) <= to; at = optionEnd(bytes, at)) {
    const end = optionEnd(bytes, at);
    visit(u16(bytes, at), at + HEADER, end);
    const nested = depth < MOST_NESTED ? nestedAt(bytes, at) : -1;
    if (nested >= 0) eachOption(bytes, nested, end, visit, depth + 1);
  }
}

/** Where the first option begins that does not end inside of what holds it, or -1. */
export function overlongOption(bytes: Uint8Array, from: number, to: number, depth = 0): number {
  for (let at = from; at < to; at = optionEnd(bytes, at)) {
    if (at + HEADER > to || optionEnd(bytes, at) > to) return at;
    const nested = depth < MOST_NESTED ? innerOptions(bytes, at) : -1;
    const inner = nested < 0 ? -1 : overlongOption(bytes, nested, optionEnd(bytes, at), depth + 1);
    if (inner >= 0) return inner;
  }
  return -1;
}

/** RFC 8415 §21.13, RFC 5007 §4.1.3, RFC 5460 §5.2.3, RFC 7653 §5.5. */
const STATUS_NAMES = [
  'Success',
  'UnspecFail',
  'NoAddrsAvail',
  'NoBinding',
  'NotOnLink',
  'UseMulticast',
  'NoPrefixAvail',
  'UnknownQueryType',
  'MalformedQuery',
  'NotConfigured',
  'NotAllowed',
  'QueryTerminated',
  'DataMissing',
  'CatchUpComplete',
  'NotSupported',
  'TLSConnectionRefused',
];
export const statusName = (code: number): string => STATUS_NAMES[code] ?? '';

/** Servers speak in these; the bits of the name say something else then (RFC 4704 §4.1). */
const ADVERTISE = 2;
const REPLY = 7;
const fromServer = ({ messageType }: OptionData): boolean => messageType === ADVERTISE || messageType === REPLY;
const fromClient = (data: OptionData): boolean => !fromServer(data);
const mark = (id: string, label: string): Row => row(`clientfqdn.${id}`, label, 'bool');

const CLIENT_NAME = row('client_domain', 'Domain name of the client', 'text');
const TOP_LEVEL_NAME = row('tld', 'Top-level domain name', 'text');

const SUBOPTION_TYPE = number(2, 'ntpserver.option.type', 'Suboption');
const SUBOPTION_LENGTH = number(2, 'ntpserver.option.length', 'Length');
const NTP_KINDS: readonly (Part | null)[] = [
  null,
  address('ntpserver.addr', 'NTP server'),
  address('ntpserver.mc_addr', 'NTP multicast address'),
  domainName(row('ntpserver.fqdn', 'NTP server name', 'text')),
];

/** RFC 5908 §4: suboptions of their own. */
function ntpServer(data: OptionData): boolean {
  if (!data.has(4)) return false;
  const kind = u16(data.bytes, data.at);
  const end = data.at + 4 + u16(data.bytes, data.at + 2);
  if (end > data.end) return false;
  SUBOPTION_TYPE(data);
  SUBOPTION_LENGTH(data);
  NTP_KINDS[kind]?.(data);
  data.at = end;
  return true;
}

const VENDOR_DATA = row('vendoropts.enterprise.option_data', 'Option data', 'bytes');
const VENDOR_CODE = number(2, 'vendoropts.enterprise.option_code', 'Option code');
const VENDOR_LENGTH = row('vendoropts.enterprise.option_length', 'Option length', 'uint');

const ASSOCIATION = [identifier('iaid', 'IAID'), seconds('iaid.t1', 'T1'), seconds('iaid.t2', 'T2')] as const;
const LIFETIMES = (kind: string): readonly Part[] => [
  seconds(`${kind}.pref_lifetime`, 'Preferred lifetime'),
  seconds(`${kind}.valid_lifetime`, 'Valid lifetime'),
];

interface Option {
  readonly name: string;
  /** Null for an option of which only the octets are shown. */
  readonly content: Part | null;
}

const option = (name: string, ...parts: Part[]): Option => ({
  name,
  content: parts.length === 0 ? null : all(...parts),
});
/** An option that says all by being there. */
const flag = (name: string): Option => ({ name, content: () => true });

/** RFC 8415 §21 unless another is named; the registry is IANA "DHCPv6 Option Codes". */
const OPTIONS = new Map<number, Option>([
  [CLIENT_ID, option('Client Identifier', duid)],
  [SERVER_ID, option('Server Identifier', duid)],
  [IA_NA, option('Identity Association for Non-temporary Address', ...ASSOCIATION)],
  [IA_TA, option('Identity Association for Temporary Address', identifier('iata', 'IAID'))],
  [IA_ADDRESS, option('IA Address', address('iaaddr.ip', 'IPv6 address'), ...LIFETIMES('iaaddr'))],
  [6, option('Option Request', each(number(2, 'requested_option_code', 'Requested option', { show: optionName })))],
  [7, option('Preference', number(1, 'option_preference', 'Preference'))],
  [8, option('Elapsed time', elapsedTime)],
  [RELAY_MESSAGE, flag('Relay Message')],
  [
    11,
    option(
      'Authentication',
      number(1, 'auth.protocol', 'Protocol'),
      number(1, 'auth.algorithm', 'Algorithm'),
      number(1, 'auth.rdm', 'Replay detection method'),
      octets('auth.replay_detection', 'Replay detection', 8),
      octets('auth.info', 'Authentication information'),
    ),
  ],
  [12, option('Server unicast', address('unicast', 'Server address'))],
  [
    STATUS,
    option(
      'Status code',
      number(2, 'status_code', 'Status code', { show: statusName }),
      text('status_msg', 'Status message'),
    ),
  ],
  [RAPID_COMMIT, flag('Rapid Commit')],
  [
    15,
    option(
      'User Class',
      each(counted(row('userclass.length', 'Length', 'uint'), row('userclass.opaque_data', 'User class', 'bytes'))),
    ),
  ],
  [
    16,
    option(
      'Vendor Class',
      number(4, 'vendorclass.enterprise', 'Enterprise number'),
      each(counted(null, row('vendorclass.data', 'Vendor class', 'text'))),
    ),
  ],
  [
    17,
    option(
      'Vendor-specific Information',
      number(4, 'vendoropts.enterprise', 'Enterprise number'),
      each(all(VENDOR_CODE, counted(VENDOR_LENGTH, VENDOR_DATA))),
    ),
  ],
  [18, option('Interface-Id', octets('interface_id', 'Interface id'))],
  [19, option('Reconfigure Message', number(1, 'reconf_msg', 'Answer with', { show: messageName }))],
  [20, flag('Reconfigure Accept')],
  [21, option('SIP Server Domain Name List', names('sip_server_domain_search_fqdn', 'SIP server'))],
  [22, option('SIP Servers IPv6 Address List', each(address('sip_server_a', 'SIP server')))],
  [NAME_SERVER, option('DNS recursive name server', each(address('dns_server', 'DNS server')))],
  [24, option('Domain Search List', names('search_list_entry', 'Domain'))],
  [IA_PD, option('Identity Association for Prefix Delegation', ...ASSOCIATION)],
  [
    IA_PREFIX,
    option(
      'IA Prefix',
      ...LIFETIMES('iaprefix'),
      number(1, 'iaprefix.pref_len', 'Prefix length'),
      address('iaprefix.pref_addr', 'Prefix'),
    ),
  ],
  [27, option('Network Information Server', each(address('nis_server', 'NIS server')))],
  [28, option('Network Information Server V2', each(address('nisp_server', 'NIS+ server')))],
  [29, option('Network Information Server Domain Name', names('nis_fqdn', 'NIS domain'))],
  [30, option('Network Information Server V2 Domain Name', names('nisp_fqdn', 'NIS+ domain'))],
  [31, option('Simple Network Time Protocol Server', each(address('sntp_server', 'SNTP server')))],
  [32, option('Lifetime', seconds('lifetime', 'Information refresh time'))],
  [
    37,
    option(
      'Remote Identifier',
      number(4, 'remoteid.enterprise', 'Enterprise number'),
      octets('remoteid_enterprise_id', 'Remote id'),
    ),
  ],
  [38, option('Subscriber Identifier', text('subscriber_id', 'Subscriber id'))],
  [
    39,
    option(
      'Client Fully Qualified Domain Name',
      number(1, 'client_fqdn_flags', 'Flags', { kind: 'hex' }),
      bit(mark('client.n', 'No updates of DNS'), 4, fromClient),
      bit(mark('client.s', 'The server updates AAAA'), 1, fromClient),
      bit(mark('server.n', 'No updates of DNS'), 4, fromServer),
      bit(mark('server.o', 'Other than the client wished'), 2, fromServer),
      bit(mark('server.s', 'The server updates AAAA'), 1, fromServer),
      domainName(CLIENT_NAME, TOP_LEVEL_NAME),
    ),
  ],
  [41, option('Time Zone', text('timezone', 'Time zone'))],
  [42, option('Time Zone Database', text('tzdb', 'Time zone'))],
  [52, option('CAPWAP Access Controllers', each(address('capwap_ac_v6', 'Access controller')))],
  [53, option('Relay-ID', duid)],
  [56, option('NTP Server', each(ntpServer))],
  [59, option('Boot File URL', text('dissect.dhcpv6.boot_file_url', 'Boot file'))],
  [64, option('Dual-Stack Lite AFTR Name', names('aftr_name', 'AFTR'))],
  [
    67,
    option(
      'Prefix Exclude',
      number(1, 'pd_exclude.pref_len', 'Prefix length'),
      octets('pd_exclude.subnet_id', 'Subnet id'),
    ),
  ],
  [79, option('Client Link-Layer Address', LINK_LAYER_TYPE, LINK_LAYER_ADDRESS)],
  [82, option('SOL_MAX_RT', seconds('dissect.dhcpv6.sol_max_rt', 'Longest time between solicits'))],
  [83, option('INF_MAX_RT', seconds('dissect.dhcpv6.inf_max_rt', 'Longest time between information requests'))],
  [103, option('Captive Portal', text('captive_portal', 'Captive portal'))],
  [112, option('Manufacturer Usage Description', text('mudurl', 'MUD URL'))],
]);

/** RFC 8415 §7.3, RFC 5007 §4.1.1, RFC 5460 §5.1, RFC 6977 §6.2.2. */
const MESSAGE_NAMES = [
  '',
  'Solicit',
  'Advertise',
  'Request',
  'Confirm',
  'Renew',
  'Rebind',
  'Reply',
  'Release',
  'Decline',
  'Reconfigure',
  'Information-request',
  'Relay-forw',
  'Relay-reply',
  'Leasequery',
  'Leasequery-reply',
  'Leasequery-done',
  'Leasequery-data',
  'Reconfigure-request',
  'Reconfigure-reply',
];

export function messageName(type: number): string {
  return MESSAGE_NAMES[type] ?? '';
}

function optionName(code: number): string {
  return OPTIONS.get(code)?.name ?? '';
}

const NAME = row('option.type_str', 'Option', 'text');
const CODE = row('option.type', 'Code', 'uint', { show: optionName });
const LENGTH = row('option.length', 'Length', 'uint');
const VALUE = row('dissect.dhcpv6.option.value', 'Content', 'bytes');

export const DHCPV6_OPTION_ROWS: readonly Row[] = rows;

/** Visits the options in a place, and those inside of them. */
export function walkOptions(place: Place, depth = 0): void {
  const { bytes, visit, to, level } = place;
  for (let at = place.from; at + HEADER <= to; at = optionEnd(bytes, at)) {
    const code = u16(bytes, at);
    const stated = optionEnd(bytes, at);
    const end = Math.min(stated, to);
    visit(NAME, at, end - at, optionName(code) || `DHCP option ${code}`, level);
    visit(CODE, at, 2, code, level + 1);
    visit(LENGTH, at + 2, 2, stated - at - HEADER, level + 1);
    visitContent(place, code, at, stated);
    if (depth === MOST_NESTED) continue;
    const nested = nestedAt(bytes, at);
    if (nested >= 0) walkOptions({ ...place, from: nested, to: end, level: level + 1 }, depth + 1);
    else if (code === RELAY_MESSAGE) place.message(at + HEADER, end, level + 1);
  }
}

function visitContent(place: Place, code: number, at: number, stated: number): void {
  const data = new OptionData(place, at + HEADER, stated);
  const known = OPTIONS.get(code)?.content ?? null;
  if (known !== null) known(data);
  else if (data.whole && data.end > data.at) data.visit(VALUE, data.at, data.end - data.at, data.at, data.level);
}
