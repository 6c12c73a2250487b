import { u8, u16, u32 } from '../core/bytes.ts';
import type { Row, Visit } from '../core/field.ts';
import { stringOf } from '../core/octet-text.ts';

/**
 * Options of DHCP (RFC 2132): code, length, content; 0 pads and 255 ends, both without a length. A row for each kind of
 * content; what has no row of its own is shown as octets.
 */
const PAD = 0;
export const SUBNET_MASK = 1;
export const ROUTER = 3;
export const NAME_SERVER = 6;
export const HOST_NAME = 12;
export const REQUESTED_ADDRESS = 50;
export const LEASE_TIME = 51;
export const OVERLOAD = 52;
export const MESSAGE_TYPE = 53;
export const SERVER_ID = 54;
const REQUEST_LIST = 55;
const CLIENT_ID = 61;
const END = 255;

/** How an option's content is laid out: one value, or a list of values of one size. */
type Form = 'u8' | 'u16' | 'u32' | 'i32' | 'bool' | 'seconds' | 'ip' | 'ips' | 'text' | 'octets';

interface Option {
  readonly name: string;
  readonly form: Form;
  readonly row: Row | null;
}

const KINDS: Readonly<Record<Form, Row['kind']>> = {
  u8: 'uint',
  u16: 'uint',
  u32: 'uint',
  i32: 'int',
  bool: 'bool',
  seconds: 'uint',
  ip: 'ipv4',
  ips: 'ipv4',
  text: 'text',
  octets: 'bytes',
};

/** `field` is what follows `dhcp.option.`; an option without one has only its octets. */
function option(name: string, form: Form = 'octets', field = ''): Option {
  if (field === '') return { name, form, row: null };
  const row: Row = { id: `dhcp.option.${field}`, label: name, kind: KINDS[form] };
  return { name, form, row: form === 'seconds' ? { ...row, show: inWords } : row };
}

/** Times are whole seconds; all bits set means for ever (RFC 2131 §3.3). */
const inWords = (seconds: number): string => (seconds === 0xffffffff ? 'infinity' : `${seconds} s`);

/** RFC 2132 unless another is named; the registry is IANA "BOOTP Vendor Extensions and DHCP Options". */
const OPTIONS = new Map<number, Option>([
  [PAD, option('Padding')],
  [SUBNET_MASK, option('Subnet Mask', 'ip', 'subnet_mask')],
  [2, option('Time Offset', 'i32', 'time_offset')],
  [ROUTER, option('Router', 'ips', 'router')],
  [4, option('Time Server', 'ips', 'time_server')],
  [5, option('Name Server', 'ips', 'name_server')],
  [NAME_SERVER, option('Domain Name Server', 'ips', 'domain_name_server')],
  [7, option('Log Server', 'ips', 'log_server')],
  [8, option('Quotes Server', 'ips', 'quotes_server')],
  [9, option('LPR Server', 'ips', 'lpr_server')],
  [10, option('Impress Server', 'ips', 'impress_server')],
  [11, option('Resource Location Server', 'ips', 'resource_location_server')],
  [HOST_NAME, option('Host Name', 'text', 'hostname')],
  [13, option('Boot File Size', 'u16', 'boot_file_size')],
  [14, option('Merit Dump File', 'text', 'merit_dump_file')],
  [15, option('Domain Name', 'text', 'domain_name')],
  [16, option('Swap Server', 'ip', 'swap_server')],
  [17, option('Root Path', 'text', 'root_path')],
  [18, option('Extensions Path', 'text', 'extension_path')],
  [19, option('IP Forwarding', 'bool', 'ip_forwarding')],
  [20, option('Non-Local Source Routing', 'bool', 'non_local_source_routing')],
  [21, option('Policy Filter')],
  [22, option('Maximum Datagram Reassembly Size', 'u16', 'max_datagram_reassembly_size')],
  [23, option('Default IP Time-to-Live', 'u8', 'default_ip_ttl')],
  [24, option('Path MTU Aging Timeout', 'seconds', 'path_mtu_aging_timeout')],
  [25, option('Path MTU Plateau Table')],
  [26, option('Interface MTU', 'u16', 'interface_mtu')],
  [27, option('All Subnets are Local', 'bool', 'all_subnets_are_local')],
  [28, option('Broadcast Address', 'ip', 'broadcast_address')],
  [29, option('Perform Mask Discovery', 'bool', 'perform_mask_discovery')],
  [30, option('Mask Supplier', 'bool', 'mask_supplier')],
  [31, option('Perform Router Discover', 'bool', 'perform_router_discover')],
  [32, option('Router Solicitation Address', 'ip', 'router_solicitation_address')],
  [33, option('Static Route')],
  [34, option('Trailer Encapsulation', 'bool', 'trailer_encapsulation')],
  [35, option('ARP Cache Timeout', 'seconds', 'arp_cache_timeout')],
  [36, option('Ethernet Encapsulation', 'bool', 'ethernet_encapsulation')],
  [37, option('TCP Default TTL', 'u8', 'tcp_default_ttl')],
  [38, option('TCP Keepalive Interval', 'seconds', 'tcp_keepalive_interval')],
  [39, option('TCP Keepalive Garbage', 'bool', 'tcp_keepalive_garbage')],
  [40, option('Network Information Service Domain', 'text', 'nis_domain')],
  [41, option('Network Information Service Server', 'ips', 'nis_server')],
  [42, option('Network Time Protocol Server', 'ips', 'ntp_server')],
  [43, option('Vendor-Specific Information')],
  [44, option('NetBIOS over TCP/IP Name Server', 'ips', 'netbios_over_tcpip_name_server')],
  [45, option('NetBIOS over TCP/IP Datagram Distribution Name Server', 'ips', 'netbios_over_tcpip_dd_name_server')],
  [46, option('NetBIOS over TCP/IP Node Type', 'u8', 'netbios_over_tcpip_node_type')],
  [47, option('NetBIOS over TCP/IP Scope', 'text', 'netbios_over_tcpip_scope')],
  [48, option('X Window System Font Server', 'ips', 'xwindows_system_font_server')],
  [49, option('X Window System Display Manager', 'ips', 'xwindows_system_display_manager')],
  [REQUESTED_ADDRESS, option('Requested IP Address', 'ip', 'requested_ip_address')],
  [LEASE_TIME, option('IP Address Lease Time', 'seconds', 'ip_address_lease_time')],
  [OVERLOAD, option('Option Overload', 'u8', 'option_overload')],
  [MESSAGE_TYPE, option('DHCP Message Type', 'u8', 'dhcp')],
  [SERVER_ID, option('DHCP Server Identifier', 'ip', 'dhcp_server_id')],
  [REQUEST_LIST, option('Parameter Request List')],
  [56, option('Message', 'text', 'message')],
  [57, option('Maximum DHCP Message Size', 'u16', 'dhcp_max_message_size')],
  [58, option('Renewal Time Value', 'seconds', 'renewal_time_value')],
  [59, option('Rebinding Time Value', 'seconds', 'rebinding_time_value')],
  [60, option('Vendor class identifier', 'text', 'vendor_class_id')],
  [CLIENT_ID, option('Client identifier')],
  [66, option('TFTP Server Name', 'text', 'tftp_server_name')],
  [67, option('Bootfile name', 'text', 'bootfile_name')],
  [69, option('SMTP Server', 'ips', 'smtp_server')],
  [70, option('POP3 Server', 'ips', 'pop3_server')],
  [72, option('Default WWW Server', 'ips', 'default_www_server')],
  [77, option('User Class Information')],
  [80, option('Rapid commit')],
  [81, option('Client Fully Qualified Domain Name')],
  [82, option('Agent Information Option')],
  [93, option('Client System Architecture', 'u16', 'client_system_architecture')],
  [94, option('Client Network Device Interface')],
  [97, option('UUID/GUID-based Client Identifier')],
  [108, option('IPv6-Only Preferred')],
  [114, option('DHCP Captive-Portal')],
  [116, option('DHCP Auto-Configuration', 'u8', 'dhcp_auto_configuration')],
  [119, option('Domain Search')],
  [121, option('Classless Static Route')],
  [125, option('V-I Vendor-specific Information')],
  [249, option('Private/Classless Static Route (Microsoft)')],
  [252, option('Private/Proxy autodiscovery')],
  [END, option('End')],
]);

const TYPES = ['', 'Discover', 'Offer', 'Request', 'Decline', 'ACK', 'NAK', 'Release', 'Inform', 'Force Renew'];

/** RFC 2132 §9.6; FORCERENEW RFC 3203. Empty for what has no name. */
export const messageName = (type: number): string => TYPES[type] ?? '';
const optionName = (code: number): string => OPTIONS.get(code)?.name ?? '';

const TYPE: Row = { id: 'dhcp.option.type', label: 'Option', kind: 'uint', show: optionName };
const LENGTH: Row = { id: 'dhcp.option.length', label: 'Length', kind: 'uint', level: 1 };
const VALUE: Row = { id: 'dhcp.option.value', label: 'Value', kind: 'bytes', level: 1 };
const MESSAGE: Row = { ...OPTIONS.get(MESSAGE_TYPE)!.row!, label: 'DHCP', show: messageName };
const ITEM: Row = {
  id: 'dhcp.option.request_list_item',
  label: 'Parameter Request List Item',
  kind: 'uint',
  show: optionName,
};
const PADDING: Row = { id: 'dhcp.option.padding', label: 'Padding', kind: 'bytes' };
const END_MARK: Row = { id: 'dhcp.option.end', label: 'Option End', kind: 'uint' };
const CLIENT_TYPE: Row = { id: 'dhcp.hw.type', label: 'Hardware type', kind: 'hex', digits: 2 };
const CLIENT_MAC: Row = { id: 'dhcp.hw.mac_addr', label: 'Client MAC address', kind: 'mac' };
const ETHERNET = 1;

export const DHCP_OPTION_ROWS: readonly Row[] = [
  TYPE,
  LENGTH,
  VALUE,
  ...[...OPTIONS.values()].flatMap(({ row }) => (row === null || row.id === MESSAGE.id ? [] : [row])),
  MESSAGE,
  ITEM,
  PADDING,
  END_MARK,
  CLIENT_TYPE,
  CLIENT_MAC,
];

/** Where the option's code stands in `[from, to)`, or -1. */
export function findOption(bytes: Uint8Array, from: number, to: number, code: number): number {
  for (let at = from; at < to; ) {
    const found = u8(bytes, at);
    if (found === END) return -1;
    if (found === PAD) {
      at++;
      continue;
    }
    if (at + 2 > to) return -1;
    const next = at + 2 + u8(bytes, at + 1);
    if (found === code) return next <= to ? at : -1;
    at = next;
  }
  return -1;
}

export function walkOptions(bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  let ended = false;
  for (let at = from; at < to; ) {
    const code = u8(bytes, at);
    if (code === PAD) {
      const end = paddingEnd(bytes, at, to);
      if (!ended) visit(TYPE, at, end - at, code, 0);
      visit(PADDING, at, end - at, at, ended ? 0 : 1);
      at = end;
      continue;
    }
    if (code === END) {
      visit(TYPE, at, 1, code, 0);
      visit(END_MARK, at, 1, code, 1);
      ended = true; // only zeros should follow; whatever does is shown
      at++;
      continue;
    }
    const length = at + 1 < to ? u8(bytes, at + 1) : 0;
    const end = Math.min(to, at + 2 + length);
    visit(TYPE, at, end - at, code, 0);
    if (at + 1 >= to) return;
    visit(LENGTH, at + 1, 1, length, 1);
    if (at + 2 + length > to) return;
    if (length > 0) visit(VALUE, at + 2, length, at + 2, 1);
    visitContent(code, bytes, at + 2, length, visit);
    at = end;
  }
}

function paddingEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && u8(bytes, at) === PAD) at++;
  return at;
}

function visitContent(code: number, bytes: Uint8Array, at: number, length: number, visit: Visit): void {
  if (code === MESSAGE_TYPE) {
    if (length === 1) visit(MESSAGE, at, 1, u8(bytes, at), 1);
    return;
  }
  if (code === REQUEST_LIST) {
    for (let i = at; i < at + length; i++) visit(ITEM, i, 1, u8(bytes, i), 1);
    return;
  }
  if (code === CLIENT_ID) {
    if (length !== 7 || u8(bytes, at) !== ETHERNET) return;
    visit(CLIENT_TYPE, at, 1, ETHERNET, 1);
    visit(CLIENT_MAC, at + 1, 6, at + 1, 1);
    return;
  }
  const known = OPTIONS.get(code);
  if (known?.row) visitValue(known.form, known.row, bytes, at, length, visit);
}

/** Content of another length than its form has is left to the octets: nobody can tell what it means. */
function visitValue(form: Form, row: Row, bytes: Uint8Array, at: number, length: number, visit: Visit): void {
  if (form === 'text') {
    visit(row, at, length, stringOf(bytes, at, at + length), 1);
  } else if (form === 'ip' || form === 'ips') {
    if (length === 0 || (length & 3) !== 0 || (form === 'ip' && length !== 4)) return;
    for (let i = at; i < at + length; i += 4) visit(row, i, 4, i, 1);
  } else if (length === SIZES[form]) {
    visit(row, at, length, numberAt(form, bytes, at), 1);
  }
}

const SIZES: Partial<Record<Form, number>> = { u8: 1, bool: 1, u16: 2, u32: 4, i32: 4, seconds: 4 };

function numberAt(form: Form, bytes: Uint8Array, at: number): number {
  if (form === 'u16') return u16(bytes, at);
  if (form === 'i32') return u32(bytes, at) | 0;
  if (form === 'u32' || form === 'seconds') return u32(bytes, at);
  return form === 'bool' ? Number(u8(bytes, at) !== 0) : u8(bytes, at);
}
