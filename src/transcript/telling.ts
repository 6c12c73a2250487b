import { type Row, type Value, visitLayer } from '../core/field.ts';
import { writeValue } from '../core/field-value.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { safeText, Writer } from '../core/writer.ts';
import type { Volatile } from './volatile.ts';

/** What tells one message from another, by field ids in the order in which the message has them. */
interface Telling {
  readonly fields: readonly string[];
  /** Fields that are numbers here, whatever they mean. */
  readonly plain?: readonly string[];
  /** Fields that sizes are normalized with. */
  readonly sizes?: readonly string[];
  /** How many there are in a row is chance: any number is told as one. */
  readonly run?: true;
  /** Fields that say nothing where the message has a list of them. */
  readonly single?: readonly string[];
  /** Values that say nothing. */
  readonly without?: readonly string[];
  /** From this place on, its parts come in any order: servers turn the addresses of a name round. */
  readonly anyOrderFrom?: number;
}

const names = ['qry.name', 'qry.type', 'a', 'aaaa', 'cname', 'ns', 'ptr.domain_name', 'mx.mail_exchange', 'txt'];
const dnsTelling: Telling = {
  fields: [...names, 'srv.target', 'flags.rcode'].map((name) => `dns.${name}`),
  anyOrderFrom: 2,
};

/**
 * By protocol. What is not here is told by its size, or by its text: transaction numbers, dates, cookies and other values
 * of the moment must not come in.
 */
const TELLING: Readonly<Record<string, Telling>> = {
  http: {
    fields: [
      ...['request.method', 'request.uri', 'request.version', 'response.version', 'response.code'],
      ...['response.phrase', 'host', 'location', 'content_type', 'content_encoding', 'content_length'],
    ].map((name) => `http.${name}`),
    plain: ['http.response.code'],
    sizes: ['http.content_length'],
  },
  http2: { fields: ['http2.type', 'http2.headers.method', 'http2.headers.path', 'http2.headers.status'] },
  websocket: { fields: ['websocket.opcode', 'websocket.payload.text', 'websocket.payload.close.status_code'] },
  tls: {
    fields: [
      ...['record.content_type', 'record.opaque_type', 'handshake.type', 'handshake.ciphersuite'],
      ...['handshake.extensions_server_name', 'handshake.extensions_alpn_str', 'alert_message.desc'],
    ].map((name) => `tls.${name}`),
    single: ['tls.handshake.ciphersuite'],
    run: true,
  },
  ssh: { fields: ['ssh.protocol', 'ssh.message_code'], run: true },
  ftp: {
    fields: ['ftp.request.command', 'ftp.request.arg', 'ftp.response.code', 'ftp.response.arg'],
    plain: ['ftp.response.code'],
  },
  smtp: {
    fields: ['smtp.req.command', 'smtp.req.parameter', 'smtp.response.code', 'smtp.rsp.parameter'],
    plain: ['smtp.response.code'],
  },
  sip: { fields: ['sip.Method', 'sip.r-uri', 'sip.Status-Code', 'sip.CSeq.method'], plain: ['sip.Status-Code'] },
  rtp: { fields: ['rtp.p_type'], run: true },
  rtcp: { fields: ['rtcp.pt'], run: true },
  dns: dnsTelling,
  mdns: dnsTelling,
  llmnr: dnsTelling,
  nbns: { fields: ['nbns.flags.opcode', 'nbns.name', 'nbns.flags.rcode'] },
  dhcp: { fields: ['dhcp.ip.your', 'dhcp.option.dhcp'], without: ['0.0.0.0'] },
  dhcpv6: { fields: ['dhcpv6.msgtype'] },
  ntp: { fields: ['ntp.flags.mode', 'ntp.stratum'] },
  quic: { fields: ['quic.long.packet_type', 'quic.version'], run: true },
  icmp: { fields: ['icmp.type', 'icmp.code'], without: ['0'] },
  icmpv6: { fields: ['icmpv6.type', 'icmpv6.code'], without: ['0'] },
  arp: { fields: ['arp.opcode'] },
  igmp: { fields: ['igmp.type'] },
  ospf: { fields: ['ospf.msg'] },
  stp: { fields: ['stp.type'] },
  eap: { fields: ['eap.code', 'eap.type'] },
  eapol: { fields: ['eapol.type'] },
};

/** One message: what it says, and what it answers. */
export interface Told {
  readonly text: string;
  readonly run: boolean;
  /** The frame whose question it answers; 0 for none. */
  readonly answers: number;
  /** Its transaction number, where a transcript may show it; null for none. */
  readonly id: string | null;
}

/** What a layer says; null for a protocol that is told by its size. */
export function tellingOf(layer: Layer, packet: Packet, normalized: ReadonlySet<Volatile>): Told | null {
  const telling = TELLING[layer.protocol.id];
  if (telling === undefined) return null;
  const texts: string[] = [];
  const lists = listsOf(telling, layer, packet);
  let answers = 0;
  let id: string | null = null;
  visitLayer(layer, packet, (row, at, length, value) => {
    if (row.id === 'dns.response_to') answers = Number(value);
    if (row.id === 'dns.id') id = String(value);
    if (!telling.fields.includes(row.id) || lists.has(row.id)) return;
    if (telling.sizes?.includes(row.id) && normalized.has('sizes')) return;
    const text = textOf(row, layer, at, length, value, telling.plain?.includes(row.id) === true);
    if (text === '' || texts[texts.length - 1] === text || telling.without?.includes(text)) return;
    texts.push(telling.sizes?.includes(row.id) ? `${text} octets` : text);
  });
  const { anyOrderFrom = texts.length } = telling;
  const ordered = [...texts.slice(0, anyOrderFrom), ...texts.slice(anyOrderFrom).sort()];
  const text = ordered.length === 0 ? layer.protocol.name : ordered.join(' ');
  return { text: normalized.has('ports') ? withoutPorts(text) : text, run: telling.run === true, answers, id };
}

/** Those of the fields that only say something alone, of which there are several. */
function listsOf({ single }: Telling, layer: Layer, packet: Packet): ReadonlySet<string> {
  const lists = new Set<string>();
  if (single === undefined) return lists;
  const met = new Set<string>();
  visitLayer(layer, packet, ({ id }) => {
    if (!single.includes(id)) return;
    if (met.has(id)) lists.add(id);
    met.add(id);
  });
  return lists;
}

const drawn = new Writer(256);

/** A value in words where the field has some, else as columns have it. */
function textOf(row: Row, layer: Layer, at: number, length: number, value: Value, plain: boolean): string {
  const meaning = plain ? '' : (row.show?.(value as never, layer) ?? '');
  if (meaning !== '') return safeText(meaning);
  drawn.clear();
  writeValue(row, layer, at, length, value, drawn);
  const text = drawn.toString();
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}

/** Characters of one field. */
const LONGEST_TEXT = 120;

/** FTP announces ports: `10,0,0,1,156,64` (RFC 959 §4.1.2) and `|||40000|` (RFC 2428). */
const withoutPorts = (text: string): string =>
  text.replace(/\b(\d{1,3}(?:,\d{1,3}){3}),\d{1,3},\d{1,3}\b/g, '$1,*').replace(/(\|[^|]*\|[^|]*\|)\d+\|/g, '$1*|');

/** Its messages are told as such, so that nothing is to be said of its octets. */
export const tellsMessages = (protocol: string): boolean => TELLING[protocol] !== undefined;
