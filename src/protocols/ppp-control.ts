import { u8, u16, u32 } from '../core/bytes.ts';
import type { Row, Value, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import { code, decodePacket, HEADER, headerRows, identifier } from './ppp-packet.ts';

/**
 * How two ends of a PPP link agree: on the link itself (LCP, RFC 1661 §5), on IPv4 addresses (IPCP, RFC 1332 and RFC 1877),
 * on IPv6 interface identifiers (IPv6CP, RFC 5072). One form for all:
 *
 *  | code (8) | identifier (8) | length (16) | data: options of type (8), length (8), value ... |
 */
const OPTION_HEADER = 2;

export const CONFIGURE_REQUEST = 1;
export const CONFIGURE_NAK = 3;
const CONFIGURE_REJECT = 4;
export const TERMINATE_REQUEST = 5;
const PROTOCOL_REJECT = 8;
const ECHO_REQUEST = 9;
const IDENTIFICATION = 12;

const hasOptions = (layer: Layer): boolean => code(layer) >= CONFIGURE_REQUEST && code(layer) <= CONFIGURE_REJECT;

const HEADER_ROWS = headerRows('ppp', codeName);

/** An option's row, and how its value is laid out. */
interface Option {
  readonly name: string;
  readonly row: Row | null;
  readonly size: number;
}

const option = (name: string, size = 0, row: Row | null = null): Option => ({ name, row, size });

/** An interface identifier is written as the EUI-64 that it is: eight octets with colons. */
function identifierText(bytes: Uint8Array, at: number): string {
  const text = new Writer(24);
  text.octets(bytes, at, at + 8, 58);
  return text.toString();
}

/** A control protocol's options, with rows for type and length of their own, as Wireshark has them. */
class OptionSet {
  readonly type: Row;
  readonly length: Row;
  readonly value: Row;
  readonly options: ReadonlyMap<number, Option>;

  constructor(id: string, options: readonly (readonly [number, Option])[]) {
    this.options = new Map(options);
    const show = (type: number): string => this.options.get(type)?.name ?? '';
    this.type = { id: `${id}.opt.type`, label: 'Option', kind: 'uint', show };
    this.length = { id: `${id}.opt.length`, label: 'Length', kind: 'uint' };
    this.value = { id: `dissect.${id}.opt.value`, label: 'Value', kind: 'bytes' };
  }

  get rows(): readonly Row[] {
    const own = [...this.options.values()].flatMap(({ row }) => (row === null ? [] : [row]));
    return [this.type, this.length, this.value, ...own];
  }

  walk(layer: Layer, visit: Visit): void {
    const { bytes, capturedEnd } = layer;
    for (let at = layer.start + HEADER; at + OPTION_HEADER <= capturedEnd; ) {
      const type = u8(bytes, at);
      const size = u8(bytes, at + 1);
      visit(this.type, at, 1, type, 0);
      visit(this.length, at + 1, 1, size, 1);
      if (size < OPTION_HEADER || at + size > capturedEnd) return;
      this.visitValue(bytes, type, at + OPTION_HEADER, size - OPTION_HEADER, visit);
      at += size;
    }
  }

  private visitValue(bytes: Uint8Array, type: number, at: number, size: number, visit: Visit): void {
    const known = this.options.get(type);
    if (known?.row && size >= known.size) visit(known.row, at, known.size, valueAt(known, bytes, at), 1);
    else if (size > 0) visit(this.value, at, size, at, 1);
  }
}

function valueAt({ row, size }: Option, bytes: Uint8Array, at: number): Value {
  if (row!.kind === 'ipv4') return at;
  if (row!.kind === 'text') return identifierText(bytes, at);
  return size === 4 ? u32(bytes, at) : u16(bytes, at);
}

const AUTHENTICATION = new Map([
  [0xc023, 'Password Authentication Protocol'],
  [0xc223, 'Challenge Handshake Authentication Protocol'],
  [0xc227, 'Extensible Authentication Protocol'],
]);

const hex = (id: string, label: string, digits: number): Row => ({ id, label, kind: 'hex', digits });
const address = (id: string, label: string): Row => ({ id, label, kind: 'ipv4' });

const LCP_OPTIONS = new OptionSet('lcp', [
  [1, option('Maximum Receive Unit', 2, { id: 'lcp.opt.mru', label: 'Maximum receive unit', kind: 'uint' })],
  [2, option('Async Control Character Map', 4, hex('lcp.opt.asyncmap', 'Async control character map', 8))],
  [
    3,
    option('Authentication Protocol', 2, {
      ...hex('lcp.opt.auth_protocol', 'Authentication protocol', 4),
      show: (value: number) => AUTHENTICATION.get(value) ?? '',
    }),
  ],
  [4, option('Quality Protocol')],
  [5, option('Magic Number', 4, hex('lcp.opt.magic_number', 'Magic number', 8))],
  [7, option('Protocol Field Compression')],
  [8, option('Address and Control Field Compression')],
  [13, option('Callback')],
  [17, option('Multilink MRRU')],
  [19, option('Multilink Endpoint Discriminator')],
]);

const IPCP_OPTIONS = new OptionSet('ipcp', [
  [2, option('IP Compression Protocol')],
  [3, option('IP Address', 4, address('ipcp.opt.ip_address', 'IP address'))],
  [129, option('Primary DNS Server IP Address', 4, address('ipcp.opt.pri_dns_address', 'Primary DNS server'))],
  [130, option('Primary NBNS Server IP Address', 4, address('ipcp.opt.pri_nbns_address', 'Primary NBNS server'))],
  [131, option('Secondary DNS Server IP Address', 4, address('ipcp.opt.sec_dns_address', 'Secondary DNS server'))],
  [132, option('Secondary NBNS Server IP Address', 4, address('ipcp.opt.sec_nbns_address', 'Secondary NBNS server'))],
]);

/** RFC 1962 §4; whose options nobody but the compressor needs to read. */
const CCP_OPTIONS = new OptionSet('ccp', [
  [1, option('Predictor type 1')],
  [2, option('Predictor type 2')],
  [17, option('Stac Electronics LZS')],
  [18, option('Microsoft PPE/PPC')],
  [21, option('BSD LZW Compress')],
  [26, option('Deflate')],
]);

const IPV6CP_OPTIONS = new OptionSet('ipv6cp', [
  [
    1,
    option('Interface Identifier', 8, {
      id: 'ipv6cp.interface_identifier',
      label: 'Interface identifier',
      kind: 'text',
    }),
  ],
]);

const MAGIC: Row = hex('lcp.magic_number', 'Magic number', 8);
const REJECTED: Row = hex('lcp.rej_proto', 'Rejected protocol', 4);
const DATA: Row = { id: 'lcp.data', label: 'Data', kind: 'bytes' };
/** What was refused, or why the end comes. */
const CONTENT: Row = { id: 'dissect.lcp.content', label: 'Content', kind: 'bytes' };

function writeInfo(layer: Layer, _packet: Packet, out: Writer): void {
  if (layer.captured(1)) out.ascii(codeName(code(layer)) || 'Unknown');
}

/** A control protocol by its name, its options, and what it has beyond them. */
function control(
  id: string,
  name: string,
  column: string,
  spec: string,
  options: OptionSet,
  more: { rows: readonly Row[]; walk: (layer: Layer, visit: Visit) => void } | null = null,
): Protocol {
  return {
    id,
    name,
    column: `PPP ${column}`,
    spec,
    fields: HEADER_ROWS,
    walked: [...options.rows, ...(more?.rows ?? [])],
    decode: (layer, packet) => decodePacket(layer, packet, 'ppp.length'),
    walk(layer, _packet, visit) {
      if (layer.headerEnd === layer.start) return;
      if (hasOptions(layer)) options.walk(layer, visit);
      else more?.walk(layer, visit);
    },
    info: writeInfo,
    card(layer, _packet, out) {
      out.ascii(`${column}  `);
      if (!layer.captured(2)) return;
      out.ascii(codeName(code(layer)) || `code ${code(layer)}`);
      out.text(' · id ');
      out.uint(identifier(layer));
    },
  };
}

/** Echoes carry the sender's magic number, rejects the protocol that is not wanted (RFC 1661 §5.6 to §5.8). */
function walkLcp(layer: Layer, visit: Visit): void {
  const { bytes, capturedEnd } = layer;
  let at = layer.start + HEADER;
  let row = CONTENT;
  if (code(layer) === PROTOCOL_REJECT && at + 2 <= capturedEnd) {
    visit(REJECTED, at, 2, u16(bytes, at), 0);
    at += 2;
  } else if (code(layer) >= ECHO_REQUEST && code(layer) <= IDENTIFICATION && at + 4 <= capturedEnd) {
    visit(MAGIC, at, 4, u32(bytes, at), 0);
    at += 4;
    row = DATA;
  }
  if (at < capturedEnd) visit(row, at, capturedEnd - at, at, 0);
}

export const lcp = control('lcp', 'PPP Link Control Protocol', 'LCP', 'RFC 1661 §5', LCP_OPTIONS, {
  rows: [MAGIC, REJECTED, DATA, CONTENT],
  walk: walkLcp,
});
export const ipcp = control('ipcp', 'PPP IP Control Protocol', 'IPCP', 'RFC 1332 §3', IPCP_OPTIONS);
export const ccp = control('ccp', 'PPP Compression Control Protocol', 'CCP', 'RFC 1962 §3', CCP_OPTIONS);
export const ipv6cp = control('ipv6cp', 'PPP IPv6 Control Protocol', 'IPV6CP', 'RFC 5072 §4', IPV6CP_OPTIONS);

/** RFC 1661 §5; identification and time remaining RFC 1570. */
/** Of a control protocol's packet (RFC 1661 §5); empty for one that has no name. */
export function codeName(value: number): string {
  return CODES[value] ?? '';
}

const CODES = [
  'Vendor Specific',
  'Configuration Request',
  'Configuration Ack',
  'Configuration Nak',
  'Configuration Reject',
  'Termination Request',
  'Termination Ack',
  'Code Reject',
  'Protocol Reject',
  'Echo Request',
  'Echo Reply',
  'Discard Request',
  'Identification',
  'Time Remaining',
];
