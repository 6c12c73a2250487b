import type { Kind, Row } from '../core/field.ts';
import { radiusValueName } from './radius-values.ts';

/**
 * What attributes hold, by their type: RFC 2865 §5, RFC 2866 §5, RFC 2868 §3, RFC 2869 §5, RFC 3162 §2, RFC 3580, RFC 4675,
 * RFC 5090, RFC 5176, RFC 5580 and what IANA registered after them.
 *
 * `secret` is hidden with the shared secret, so that only its octets can be shown. The `tagged` ones may begin with an octet
 * that groups those of one tunnel (RFC 2868 §3.1).
 */
type Form =
  | 'uint'
  | 'text'
  | 'octets'
  | 'ipv4'
  | 'ipv6'
  | 'date'
  | 'secret'
  | 'tagged uint'
  | 'tagged text'
  | 'tagged secret';

export interface RadiusAttribute {
  readonly name: string;
  readonly form: Form;
  readonly row: Row;
  /** Of the `tagged` ones. */
  readonly tag: Row | null;
}

export const USER_NAME = 1;
export const USER_PASSWORD = 2;
export const FRAMED_IP_ADDRESS = 8;
export const REPLY_MESSAGE = 18;
export const STATE = 24;
export const VENDOR_SPECIFIC = 26;
export const SESSION_TIMEOUT = 27;
export const CALLING_STATION_ID = 31;
export const ACCT_STATUS_TYPE = 40;
export const ACCT_INPUT_OCTETS = 42;
export const ACCT_OUTPUT_OCTETS = 43;
export const ACCT_SESSION_ID = 44;
export const ACCT_SESSION_TIME = 46;
export const ACCT_TERMINATE_CAUSE = 49;
export const EGRESS_VLAN = 56;
export const EGRESS_VLAN_NAME = 58;
export const EAP_MESSAGE = 79;
export const MESSAGE_AUTHENTICATOR = 80;
export const TUNNEL_PRIVATE_GROUP = 81;
export const ERROR_CAUSE = 101;
/** These hold a type of their own first (RFC 6929 §2). */
const FIRST_EXTENDED = 241;
const FIRST_LONG_EXTENDED = 245;
const LAST_EXTENDED = 246;

const KINDS: Readonly<Record<Form, Kind>> = {
  uint: 'uint',
  text: 'text',
  octets: 'bytes',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
  date: 'time',
  secret: 'bytes',
  'tagged uint': 'uint',
  'tagged text': 'text',
  'tagged secret': 'bytes',
};

/** `prefix` is `radius.`, or our own where Wireshark has no word for it. */
function attribute(prefix: string, name: string, form: Form): RadiusAttribute {
  const id = IDS.get(name) ?? `${prefix}${name.replaceAll('-', '_')}`;
  const isSecret = form.endsWith('secret');
  const show = form.endsWith('uint') ? { show: (value: number) => radiusValueName(name, value) } : {};
  const row: Row = {
    id: isSecret ? `${id}_encrypted` : id,
    label: isSecret ? `${name}, hidden` : name,
    kind: KINDS[form],
    level: 1,
    ...show,
    ...(ABOUT.has(name) ? { about: ABOUT.get(name)! } : {}),
  };
  const tag: Row = { id: `${id}.tag`, label: 'Tag', kind: 'hex', digits: 2, level: 1 };
  return { name, form, row, tag: form.startsWith('tagged') ? tag : null };
}

/** Wireshark decodes these itself, and writes their ids with hyphens. */
const IDS = new Map([
  ['Framed-IP-Address', 'radius.Framed-IP-Address'],
  ['Login-IP-Host', 'radius.Login-IP-Host'],
]);

const ABOUT = new Map([
  ['User-Password', 'Hidden by MD5 over the shared secret and the request authenticator (RFC 2865 §5.2).'],
  ['Message-Authenticator', 'HMAC-MD5 over the packet: only who has the shared secret can check it (RFC 3579 §3.2).'],
]);

type Table = readonly (readonly [type: number, name: string, form: Form])[];

// biome-ignore format: a table
const STANDARD: Table = [
  [1, 'User-Name', 'text'], [2, 'User-Password', 'secret'], [3, 'CHAP-Password', 'octets'], [4, 'NAS-IP-Address', 'ipv4'],
  [5, 'NAS-Port', 'uint'], [6, 'Service-Type', 'uint'], [7, 'Framed-Protocol', 'uint'],
  [8, 'Framed-IP-Address', 'ipv4'], [9, 'Framed-IP-Netmask', 'ipv4'], [10, 'Framed-Routing', 'uint'],
  [11, 'Filter-Id', 'text'], [12, 'Framed-MTU', 'uint'], [13, 'Framed-Compression', 'uint'],
  [14, 'Login-IP-Host', 'ipv4'], [15, 'Login-Service', 'uint'], [16, 'Login-TCP-Port', 'uint'],
  [18, 'Reply-Message', 'text'], [19, 'Callback-Number', 'text'], [20, 'Callback-Id', 'text'],
  [22, 'Framed-Route', 'text'], [24, 'State', 'octets'], [25, 'Class', 'octets'],
  [27, 'Session-Timeout', 'uint'], [28, 'Idle-Timeout', 'uint'], [29, 'Termination-Action', 'uint'],
  [30, 'Called-Station-Id', 'text'], [31, 'Calling-Station-Id', 'text'], [32, 'NAS-Identifier', 'text'],
  [33, 'Proxy-State', 'octets'], [34, 'Login-LAT-Service', 'text'], [35, 'Login-LAT-Node', 'text'],
  [36, 'Login-LAT-Group', 'octets'], [37, 'Framed-AppleTalk-Link', 'uint'], [38, 'Framed-AppleTalk-Network', 'uint'],
  [39, 'Framed-AppleTalk-Zone', 'text'],
  [40, 'Acct-Status-Type', 'uint'], [41, 'Acct-Delay-Time', 'uint'], [42, 'Acct-Input-Octets', 'uint'],
  [43, 'Acct-Output-Octets', 'uint'], [44, 'Acct-Session-Id', 'text'], [45, 'Acct-Authentic', 'uint'],
  [46, 'Acct-Session-Time', 'uint'], [47, 'Acct-Input-Packets', 'uint'], [48, 'Acct-Output-Packets', 'uint'],
  [49, 'Acct-Terminate-Cause', 'uint'], [50, 'Acct-Multi-Session-Id', 'text'], [51, 'Acct-Link-Count', 'uint'],
  [52, 'Acct-Input-Gigawords', 'uint'], [53, 'Acct-Output-Gigawords', 'uint'], [55, 'Event-Timestamp', 'date'],
  [57, 'Ingress-Filters', 'uint'],
  [59, 'User-Priority-Table', 'octets'], [60, 'CHAP-Challenge', 'octets'], [61, 'NAS-Port-Type', 'uint'],
  [62, 'Port-Limit', 'uint'], [63, 'Login-LAT-Port', 'text'],
  [64, 'Tunnel-Type', 'tagged uint'], [65, 'Tunnel-Medium-Type', 'tagged uint'],
  [66, 'Tunnel-Client-Endpoint', 'tagged text'], [67, 'Tunnel-Server-Endpoint', 'tagged text'],
  [68, 'Acct-Tunnel-Connection', 'text'], [69, 'Tunnel-Password', 'tagged secret'],
  [70, 'ARAP-Password', 'octets'], [71, 'ARAP-Features', 'octets'], [72, 'ARAP-Zone-Access', 'uint'],
  [73, 'ARAP-Security', 'uint'], [74, 'ARAP-Security-Data', 'text'], [75, 'Password-Retry', 'uint'],
  [76, 'Prompt', 'uint'], [77, 'Connect-Info', 'text'], [78, 'Configuration-Token', 'text'],
  [79, 'EAP-Message', 'octets'], [80, 'Message-Authenticator', 'octets'],
  [81, 'Tunnel-Private-Group-Id', 'tagged text'], [82, 'Tunnel-Assignment-Id', 'tagged text'],
  [83, 'Tunnel-Preference', 'tagged uint'], [84, 'ARAP-Challenge-Response', 'octets'],
  [85, 'Acct-Interim-Interval', 'uint'], [86, 'Acct-Tunnel-Packets-Lost', 'uint'], [87, 'NAS-Port-Id', 'text'],
  [88, 'Framed-Pool', 'text'], [89, 'Chargeable-User-Identity', 'text'],
  [90, 'Tunnel-Client-Auth-Id', 'tagged text'], [91, 'Tunnel-Server-Auth-Id', 'tagged text'],
  [92, 'NAS-Filter-Rule', 'text'], [94, 'Originating-Line-Info', 'text'], [95, 'NAS-IPv6-Address', 'ipv6'],
  [96, 'Framed-Interface-Id', 'octets'], [97, 'Framed-IPv6-Prefix', 'octets'], [98, 'Login-IPv6-Host', 'ipv6'],
  [99, 'Framed-IPv6-Route', 'text'], [100, 'Framed-IPv6-Pool', 'text'], [101, 'Error-Cause', 'uint'],
  [102, 'EAP-Key-Name', 'text'], [103, 'Digest-Response', 'text'],
  [123, 'Delegated-IPv6-Prefix', 'octets'], [124, 'MIP6-Feature-Vector', 'octets'],
  [125, 'MIP6-Home-Link-Prefix', 'octets'], [127, 'Location-Information', 'octets'], [128, 'Location-Data', 'octets'],
  [129, 'Basic-Location-Policy-Rules', 'octets'], [130, 'Extended-Location-Policy-Rules', 'text'],
  [131, 'Location-Capable', 'uint'], [132, 'Requested-Location-Info', 'uint'], [133, 'Framed-Management', 'uint'],
  [134, 'Management-Transport-Protection', 'uint'], [135, 'Management-Policy-Id', 'text'],
  [136, 'Management-Privilege-Level', 'uint'], [137, 'PKM-SS-Cert', 'octets'], [138, 'PKM-CA-Cert', 'octets'],
  [139, 'PKM-Config-Settings', 'octets'], [140, 'PKM-Cryptosuite-List', 'octets'], [141, 'PKM-SAID', 'uint'],
  [142, 'PKM-SA-Descriptor', 'octets'], [143, 'PKM-Auth-Key', 'octets'], [144, 'DS-Lite-Tunnel-Name', 'text'],
  [145, 'Mobile-Node-Identifier', 'octets'], [146, 'Service-Selection', 'text'],
  [147, 'PMIP6-Home-LMA-IPv6-Address', 'ipv6'], [148, 'PMIP6-Visited-LMA-IPv6-Address', 'ipv6'],
  [149, 'PMIP6-Home-LMA-IPv4-Address', 'ipv4'], [150, 'PMIP6-Visited-LMA-IPv4-Address', 'ipv4'],
  [151, 'PMIP6-Home-HN-Prefix', 'octets'], [152, 'PMIP6-Visited-HN-Prefix', 'octets'],
  [153, 'PMIP6-Home-Interface-ID', 'octets'], [154, 'PMIP6-Visited-Interface-ID', 'octets'],
  [155, 'PMIP6-Home-IPv4-HoA', 'octets'], [156, 'PMIP6-Visited-IPv4-HoA', 'octets'],
  [157, 'PMIP6-Home-DHCP4-Server-Address', 'ipv4'], [158, 'PMIP6-Visited-DHCP4-Server-Address', 'ipv4'],
  [159, 'PMIP6-Home-DHCP6-Server-Address', 'ipv6'], [160, 'PMIP6-Visited-DHCP6-Server-Address', 'ipv6'],
  [161, 'PMIP6-Home-IPv4-Gateway', 'ipv4'], [162, 'PMIP6-Visited-IPv4-Gateway', 'ipv4'],
  [163, 'EAP-Lower-Layer', 'uint'], [164, 'GSS-Acceptor-Service-Name', 'text'],
  [165, 'GSS-Acceptor-Host-Name', 'text'], [166, 'GSS-Acceptor-Service-Specifics', 'text'],
  [167, 'GSS-Acceptor-Realm-Name', 'text'], [168, 'Framed-IPv6-Address', 'ipv6'],
  [169, 'DNS-Server-IPv6-Address', 'ipv6'], [170, 'Route-IPv6-Information', 'octets'],
  [171, 'Delegated-IPv6-Prefix-Pool', 'text'], [172, 'Stateful-IPv6-Address-Pool', 'text'],
  [173, 'IPv6-6rd-Configuration', 'octets'],
];

/** Wireshark's dictionary reads the numbers of these otherwise. */
// biome-ignore format: a table
const OWN: Table = [
  [23, 'Framed-IPX-Network', 'octets'],
  [104, 'Digest-Realm', 'text'], [105, 'Digest-Nonce', 'text'], [106, 'Digest-Response-Auth', 'text'],
  [107, 'Digest-Nextnonce', 'text'], [108, 'Digest-Method', 'text'], [109, 'Digest-URI', 'text'],
  [110, 'Digest-Qop', 'text'], [111, 'Digest-Algorithm', 'text'], [112, 'Digest-Entity-Body-Hash', 'text'],
  [113, 'Digest-CNonce', 'text'], [114, 'Digest-Nonce-Count', 'text'], [115, 'Digest-Username', 'text'],
  [116, 'Digest-Opaque', 'text'], [117, 'Digest-Auth-Param', 'text'], [118, 'Digest-AKA-Auts', 'text'],
  [119, 'Digest-Domain', 'text'], [120, 'Digest-Stale', 'text'], [121, 'Digest-HA1', 'text'], [122, 'SIP-AOR', 'text'],
  [126, 'Operator-Name', 'text'], [174, 'Allowed-Called-Station-Id', 'text'], [175, 'EAP-Peer-Id', 'octets'],
  [176, 'EAP-Server-Id', 'octets'], [177, 'Mobility-Domain-Id', 'uint'], [178, 'Preauth-Timeout', 'uint'],
  [179, 'Network-Id-Name', 'octets'], [180, 'EAPoL-Announcement', 'octets'], [181, 'WLAN-HESSID', 'text'],
  [182, 'WLAN-Venue-Info', 'uint'], [183, 'WLAN-Venue-Language', 'octets'], [184, 'WLAN-Venue-Name', 'text'],
  [185, 'WLAN-Reason-Code', 'uint'], [186, 'WLAN-Pairwise-Cipher', 'uint'], [187, 'WLAN-Group-Cipher', 'uint'],
  [188, 'WLAN-AKM-Suite', 'uint'], [189, 'WLAN-Group-Mgmt-Cipher', 'uint'], [190, 'WLAN-RF-Band', 'uint'],
];

/** RFC 2548. */
// biome-ignore format: a table
const MICROSOFT: Table = [
  [1, 'MS-CHAP-Response', 'octets'], [2, 'MS-CHAP-Error', 'text'], [3, 'MS-CHAP-CPW-1', 'octets'],
  [4, 'MS-CHAP-CPW-2', 'octets'], [5, 'MS-CHAP-LM-Enc-PW', 'octets'], [6, 'MS-CHAP-NT-Enc-PW', 'octets'],
  [7, 'MS-MPPE-Encryption-Policy', 'uint'], [8, 'MS-MPPE-Encryption-Types', 'uint'], [9, 'MS-RAS-Vendor', 'uint'],
  [10, 'MS-CHAP-Domain', 'text'], [11, 'MS-CHAP-Challenge', 'octets'], [12, 'MS-CHAP-MPPE-Keys', 'octets'],
  [13, 'MS-BAP-Usage', 'uint'],
  [14, 'MS-Link-Utilization-Threshold', 'uint'], [15, 'MS-Link-Drop-Time-Limit', 'uint'],
  [16, 'MS-MPPE-Send-Key', 'octets'], [17, 'MS-MPPE-Recv-Key', 'octets'], [18, 'MS-RAS-Version', 'text'],
  [19, 'MS-Old-ARAP-Password', 'octets'], [20, 'MS-New-ARAP-Password', 'octets'],
  [21, 'MS-ARAP-PW-Change-Reason', 'uint'], [22, 'MS-Filter', 'octets'], [23, 'MS-Acct-Auth-Type', 'uint'],
  [24, 'MS-Acct-EAP-Type', 'uint'], [25, 'MS-CHAP2-Response', 'octets'], [26, 'MS-CHAP2-Success', 'octets'],
  [27, 'MS-CHAP2-CPW', 'octets'], [28, 'MS-Primary-DNS-Server', 'ipv4'], [29, 'MS-Secondary-DNS-Server', 'ipv4'],
  [30, 'MS-Primary-NBNS-Server', 'ipv4'], [31, 'MS-Secondary-NBNS-Server', 'ipv4'],
];

type Attributes = ReadonlyMap<number, RadiusAttribute>;

const tableOf = (table: Table, prefix = 'radius.'): (readonly [number, RadiusAttribute])[] =>
  table.map(([type, name, form]) => [type, attribute(prefix, name, form)]);

/** The attributes of RADIUS itself, by their type. */
export const radiusAttributes: Attributes = new Map([...tableOf(STANDARD), ...tableOf(OWN, 'dissect.radius.')]);

/** How a vendor lays its attributes out: octets of type and length, and whether an octet of flags follows. */
export interface VendorFormat {
  readonly typeOctets: 1 | 2 | 4;
  readonly lengthOctets: 0 | 1 | 2;
  readonly hasFlags: boolean;
}

/** As RFC 2865 §5.26 recommends it. */
const RECOMMENDED: VendorFormat = { typeOctets: 1, lengthOctets: 1, hasFlags: false };
const WIDE_TYPE: VendorFormat = { typeOctets: 2, lengthOctets: 1, hasFlags: false };
const FORMATS = new Map<number, VendorFormat>([
  [429, { typeOctets: 4, lengthOctets: 0, hasFlags: false }],
  [637, WIDE_TYPE],
  [4846, WIDE_TYPE],
  [8164, { typeOctets: 2, lengthOctets: 2, hasFlags: false }],
  [16445, WIDE_TYPE],
  [24757, { typeOctets: 1, lengthOctets: 1, hasFlags: true }],
]);
export const vendorFormat = (vendor: number): VendorFormat => FORMATS.get(vendor) ?? RECOMMENDED;

const CISCO = 9;
const MICROSOFT_CORPORATION = 311;
const VENDOR_ATTRIBUTES = new Map<number, Attributes>([
  [CISCO, new Map([[1, attribute('radius.', 'Cisco-AVPair', 'text')]])],
  [MICROSOFT_CORPORATION, new Map(tableOf(MICROSOFT))],
]);

/** What a vendor's attribute holds, where that is known; null for all others. */
export const vendorAttribute = (vendor: number, type: number): RadiusAttribute | null =>
  VENDOR_ATTRIBUTES.get(vendor)?.get(type) ?? null;

/** RFC 6929 §2.1 and §2.2: 1 for those with a type of their own, 2 for those with flags too, 0 for all others. */
export const extendedOctets = (type: number): 0 | 1 | 2 =>
  type < FIRST_EXTENDED || type > LAST_EXTENDED ? 0 : type < FIRST_LONG_EXTENDED ? 1 : 2;

export function radiusAttributeName(type: number): string {
  if (type === VENDOR_SPECIFIC) return 'Vendor-Specific';
  if (type === EGRESS_VLAN) return 'Egress-VLANID';
  if (type === EGRESS_VLAN_NAME) return 'Egress-VLAN-Name';
  if (extendedOctets(type) > 0) return `Extended-Attribute-${type - FIRST_EXTENDED + 1}`;
  return radiusAttributes.get(type)?.name ?? '';
}

/** Enterprise numbers (IANA) that are met in RADIUS. */
// biome-ignore format: a table
const VENDORS = new Map([
  [CISCO, 'Cisco'], [11, 'Hewlett-Packard'], [43, '3Com'], [166, 'Shiva'], [171, 'D-Link'], [193, 'Ericsson'],
  [307, 'Livingston'], [MICROSOFT_CORPORATION, 'Microsoft'], [429, 'US Robotics'], [529, 'Ascend'], [637, 'Alcatel'],
  [1584, 'Bay Networks'], [1588, 'Brocade'], [1916, 'Extreme Networks'], [1991, 'Foundry'], [2011, 'Huawei'],
  [2352, 'Redback'], [2636, 'Juniper'], [3076, 'Altiga'], [3224, 'NetScreen'], [3309, 'Nomadix'], [3375, 'F5'],
  [3561, 'Broadband Forum'], [3902, 'ZTE'], [4846, 'Lucent'], [4874, 'Unisphere'], [5535, '3GPP2'],
  [6527, 'Nokia SR'], [8164, 'Starent'], [8744, 'Colubris'], [10415, '3GPP'], [11344, 'FreeRADIUS'],
  [12356, 'Fortinet'], [14122, 'Wi-Fi Alliance'], [14179, 'Airespace'], [14525, 'Trapeze'], [14559, 'ChilliSpot'],
  [14823, 'Aruba'], [14988, 'MikroTik'], [24757, 'WiMAX Forum'], [25053, 'Ruckus'], [25461, 'Palo Alto Networks'],
  [25506, 'H3C'], [26928, 'Aerohive'], [29671, 'Meraki'], [30065, 'Arista'], [41112, 'Ubiquiti'],
]);

export const vendorName = (vendor: number): string => VENDORS.get(vendor) ?? '';

/** Every row that an attribute may have, for the field reference. */
export const radiusAttributeRows: readonly Row[] = [
  ...radiusAttributes.values(),
  ...[...VENDOR_ATTRIBUTES.values()].flatMap((known) => [...known.values()]),
].flatMap(({ row, tag }) => (tag === null ? [row] : [tag, row]));
