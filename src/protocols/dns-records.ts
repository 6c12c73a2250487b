import { u8, u16, u32 } from '../core/bytes.ts';
import { dateText } from '../core/date.ts';
import { gatherRows, type Kind, type Row, type Visit } from '../core/field.ts';
import { textOf } from '../core/octet-text.ts';
import { nameEnd, nameText } from './dns-names.ts';
import { className, typeName } from './dns-types.ts';

/**
 * What the data of each record type consists of, as parts in their order. One place a type: RFC 1035 §3.3 for the old
 * ones, the RFC named beside the others.
 */

/** Place in a record's data, moved by the parts that are read. One object, used again for every record. */
export class RecordData {
  bytes: Uint8Array = new Uint8Array(0);
  /** Where the message begins: pointers in names count from here. */
  message = 0;
  at = 0;
  end = 0;
  /** False when the data goes on beyond `end`: what is computed over all of it cannot be told. */
  whole = true;
  visit: Visit = () => {};

  has(length: number): boolean {
    return this.at + length <= this.end;
  }
}

/** Reads one part; false when the data end before it does. */
type Part = (data: RecordData) => boolean;

const rows: Row[] = [];
const row = gatherRows(rows, 'dns.');

const LEVEL = 1;

/** A number of 1, 2 or 4 octets. */
function number(octets: 1 | 2 | 4, id: string, label: string, more: Partial<Row> & { kind?: Kind } = {}): Part {
  const made = row(id, label, more.kind ?? 'uint', { bits: octets * 8, ...more });
  return (data) => {
    if (!data.has(octets)) return false;
    const { bytes, at } = data;
    const value = octets === 1 ? u8(bytes, at) : octets === 2 ? u16(bytes, at) : u32(bytes, at);
    data.visit(made, at, octets, value, LEVEL);
    data.at += octets;
    return true;
  };
}

/** Bits of the number that stands `back` octets before: shown below it. */
function bit(id: string, label: string, back: 1 | 2, mask: number): Part {
  const made = row(id, label, 'bool');
  return (data) => {
    const value = back === 1 ? u8(data.bytes, data.at - 1) : u16(data.bytes, data.at - 2);
    data.visit(made, data.at - back, back, value & mask ? 1 : 0, LEVEL + 1);
    return true;
  };
}

function name(id: string, label: string): Part {
  const made = row(id, label, 'text');
  return (data) => {
    // Names may point out of the data, anywhere before; in place they must end inside.
    const end = nameEnd(data.bytes, data.at, data.end);
    if (end < 0) return false;
    data.visit(made, data.at, end - data.at, nameText(data.bytes, data.message, data.at, data.end), LEVEL);
    data.at = end;
    return true;
  };
}

/** Octets to the end of the data. */
function rest(id: string, label: string, kind: 'bytes' | 'text' = 'bytes'): Part {
  const made = row(id, label, kind);
  return (data) => {
    const { at, end } = data;
    if (at < end) data.visit(made, at, end - at, kind === 'bytes' ? at : textOf(data.bytes, at, end), LEVEL);
    data.at = end;
    return true;
  };
}

/** Octets whose number stands in the octet before them. */
function counted(lengthId: string, id: string, label: string, kind: 'bytes' | 'text' = 'bytes'): Part {
  const length = row(lengthId, 'Length', 'uint');
  const made = row(id, label, kind);
  return (data) => {
    if (!data.has(1)) return false;
    const octets = u8(data.bytes, data.at);
    data.visit(length, data.at, 1, octets, LEVEL);
    if (!data.has(1 + octets)) return false;
    const at = data.at + 1;
    data.at = at + octets;
    if (kind === 'text') data.visit(made, at, octets, textOf(data.bytes, at, data.at), LEVEL);
    else if (octets > 0) data.visit(made, at, octets, at, LEVEL);
    return true;
  };
}

/** A <character-string>: one octet of length, then text (RFC 1035 §3.3). */
const text = (lengthId: string, id: string, label: string): Part => counted(lengthId, id, label, 'text');

function address(id: string, label: string, kind: 'ipv4' | 'ipv6' | 'mac'): Part {
  const made = row(id, label, kind);
  const size = kind === 'ipv4' ? 4 : kind === 'ipv6' ? 16 : 6;
  return (data) => {
    if (!data.has(size)) return false;
    data.visit(made, data.at, size, data.at, LEVEL);
    data.at += size;
    return true;
  };
}

/** A point in time in seconds since 1970 (RFC 4034 §3.1.5), as a date. */
function time(id: string, label: string): Part {
  const made = row(id, label, 'text');
  return (data) => {
    if (!data.has(4)) return false;
    data.visit(made, data.at, 4, dateText(u32(data.bytes, data.at)), LEVEL);
    data.at += 4;
    return true;
  };
}

/** The same parts until the data end. */
const repeated =
  (part: Part): Part =>
  (data) => {
    while (data.at < data.end) if (!part(data)) return false;
    return true;
  };

export const QUERY_NAME = row('qry.name', 'Query name', 'text');
export const QUERY_NAME_LENGTH = row('qry.name.len', 'Name length', 'uint');
export const LABEL_COUNT = row('count.labels', 'Labels', 'uint');
export const QUERY_TYPE = row('qry.type', 'Type', 'uint', { show: typeName });
export const QUERY_CLASS = row('qry.class', 'Class', 'hex', { bits: 16, show: className });
export const QUERY_UNICAST = row('qry.qu', 'Unicast answer wanted', 'bool', { about: 'mDNS only: RFC 6762 §5.4.' });
export const RECORD_NAME = row('resp.name', 'Record name', 'text');
export const RECORD_TYPE = row('resp.type', 'Type', 'uint', { show: typeName });
export const RECORD_CLASS = row('resp.class', 'Class', 'hex', { bits: 16, show: className });
export const CACHE_FLUSH = row('resp.cache_flush', 'Cache flush', 'bool', { about: 'mDNS only: RFC 6762 §10.2.' });
export const TTL = row('resp.ttl', 'Time to live', 'uint');
export const DATA_LENGTH = row('resp.len', 'Data length', 'uint');
export const SERVICE = row('srv.service', 'Service', 'text');
export const SERVICE_PROTOCOL = row('srv.proto', 'Protocol', 'text');
export const SERVICE_NAME = row('srv.name', 'Name', 'text');
export const UDP_PAYLOAD_SIZE = row('rr.udp_payload_size', 'UDP payload size', 'uint');
/** Where mDNS uses the upper bit for itself; Wireshark prints that one in hexadecimal. */
export const MDNS_PAYLOAD_SIZE = row('rr.udp_payload_size', 'UDP payload size', 'hex', { bits: 16 });
export const EXTENDED_RCODE = row('resp.ext_rcode', 'Upper bits of the response code', 'hex', { bits: 8 });
export const EDNS_VERSION = row('resp.edns0_version', 'EDNS version', 'uint');
export const EDNS_Z = row('resp.z', 'Z', 'hex', { bits: 16 });
export const DNSSEC_OK = row('resp.z.do', 'DNSSEC answer wanted (DO)', 'bool');
export const EDNS_RESERVED = row('resp.z.reserved', 'Reserved', 'hex', { bits: 16 });
const TYPE_IN_BITMAP = RECORD_TYPE;

/** The types that exist at a name, 256 to a window (RFC 4034 §4.1.2). */
const typeBitmap: Part = (data) => {
  while (data.has(2)) {
    const window = u8(data.bytes, data.at);
    const octets = u8(data.bytes, data.at + 1);
    if (!data.has(2 + octets)) return false;
    for (let i = 0; i < octets * 8; i++) {
      const at = data.at + 2 + (i >>> 3);
      if (u8(data.bytes, at) & (0x80 >>> (i & 7))) data.visit(TYPE_IN_BITMAP, at, 1, window * 256 + i, LEVEL + 1);
    }
    data.at += 2 + octets;
  }
  return data.at === data.end;
};

const OPTION_CODE = row('opt.code', 'Option', 'uint', { show: (code: number) => OPTION_NAMES.get(code) ?? 'Unknown' });
const OPTION_LENGTH = row('opt.len', 'Length', 'uint');
const OPTION_DATA = row('opt.data', 'Content', 'bytes');
const OPTION_NAMES = new Map([
  [3, 'NSID'],
  [5, 'DAU'],
  [6, 'DHU'],
  [7, 'N3U'],
  [8, 'Client subnet'],
  [9, 'Expire'],
  [10, 'Cookie'],
  [11, 'TCP keepalive'],
  [12, 'Padding'],
  [13, 'Chain'],
  [14, 'Key tag'],
  [15, 'Extended error'],
]);

/** An address cut to the octets that its prefix needs (RFC 7871 §6); the rest counts as zero. */
const subnetAddress = ((): Part => {
  const ipv4 = row('opt.client.addr4', 'Client subnet', 'text');
  const ipv6 = row('opt.client.addr6', 'Client subnet', 'text');
  const other = row('opt.client.addr', 'Client subnet', 'bytes');
  return (data) => {
    const family = u16(data.bytes, data.at - 4);
    const octets = data.end - data.at;
    const size = family === 1 ? 4 : family === 2 ? 16 : 0;
    if (size === 0 || octets > size) {
      if (octets > 0) data.visit(other, data.at, octets, data.at, LEVEL);
    } else {
      const whole = new Uint8Array(size);
      whole.set(data.bytes.subarray(data.at, data.end));
      data.visit(family === 1 ? ipv4 : ipv6, data.at, octets, addressText(whole), LEVEL);
    }
    data.at = data.end;
    return true;
  };
})();

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  let groups = '';
  for (let i = 0; i < 16; i += 2) groups += `${i === 0 ? '' : ':'}${u16(bytes, i).toString(16)}`;
  const longest = (groups.match(/(?:^|:)0(?::0)+(?=:|$)/g) ?? []).reduce((a, b) => (b.length > a.length ? b : a), '');
  return longest === ''
    ? groups
    : groups
        .replace(longest, ':')
        .replace(/:$/, '::')
        .replace(/^:(?=[^:])/, '::');
}

const clientCookie = ((): Part => {
  const client = row('opt.cookie.client', 'Client cookie', 'bytes');
  const server = row('opt.cookie.server', 'Server cookie', 'bytes');
  return (data) => {
    if (!data.has(8)) return false;
    data.visit(client, data.at, 8, data.at, LEVEL);
    // A client that does not know the server's part yet sends its own alone (RFC 7873 §5.1).
    data.visit(server, data.at + 8, data.end - data.at - 8, data.at + 8, LEVEL);
    data.at = data.end;
    return true;
  };
})();

/** What an EDNS option consists of (RFC 6891 §6.1.2); others show as octets. */
const OPTIONS = new Map<number, readonly Part[]>([
  [5, [repeated(number(1, 'opt.dau', 'DNSSEC algorithm understood'))]],
  [6, [repeated(number(1, 'opt.dhu', 'DS hash understood'))]],
  [7, [repeated(number(1, 'opt.n3u', 'NSEC3 hash understood'))]],
  // RFC 7871 §6
  [
    8,
    [
      number(2, 'opt.client.family', 'Family'),
      number(1, 'opt.client.netmask', 'Source prefix length'),
      number(1, 'opt.client.scope', 'Scope prefix length'),
      subnetAddress,
    ],
  ],
  [10, [clientCookie]], // RFC 7873 §4
  [11, [number(2, 'opt.edns_tcp_keepalive.timeout', 'Idle timeout (100 ms)')]], // RFC 7828 §3.1
  [12, [rest('opt.padding', 'Padding')]], // RFC 7830
  [13, [name('opt.chain.fqdn', 'Closest trust point')]],
  // RFC 8914 §2
  [15, [number(2, 'opt.ext_error.info_code', 'Extended error'), rest('opt.ext_error.extra_text', 'Remark', 'text')]],
]);

const ednsOptions: Part = (data) => {
  const { end } = data;
  while (data.has(4)) {
    const code = u16(data.bytes, data.at);
    const octets = u16(data.bytes, data.at + 2);
    data.visit(OPTION_CODE, data.at, Math.min(4 + octets, end - data.at), code, LEVEL);
    data.visit(OPTION_LENGTH, data.at + 2, 2, octets, LEVEL + 1);
    data.at += 4;
    if (!data.has(octets)) return false;
    const next = data.at + octets;
    if (octets > 0) data.visit(OPTION_DATA, data.at, octets, data.at, LEVEL + 1);
    data.end = next;
    runParts(OPTIONS.get(code) ?? [], data);
    data.end = end;
    data.at = next;
  }
  return data.at === end;
};

/** Key and value pairs of a service binding (RFC 9460 §2.2). */
const serviceParameters = ((): Part => {
  const key = row('svcb.svcparam.key', 'Parameter', 'uint');
  const length = row('svcb.svcparam.value.length', 'Length', 'uint');
  const contents = new Map<number, Part>([
    [0, repeated(number(2, 'svcb.svcparam.mandatory.key', 'Mandatory key'))],
    [1, repeated(text('svcb.svcparam.alpn.length', 'svcb.svcparam.alpn', 'ALPN'))],
    [3, number(2, 'svcb.svcparam.port', 'Port')],
    [4, repeated(address('svcb.svcparam.ipv4hint.ip', 'IPv4 hint', 'ipv4'))],
    [5, rest('svcb.svcparam.echconfig', 'Encrypted ClientHello')],
    [6, repeated(address('svcb.svcparam.ipv6hint.ip', 'IPv6 hint', 'ipv6'))],
  ]);
  const other = rest('svcb.svcparam.value', 'Value');
  return (data) => {
    const { end } = data;
    while (data.has(4)) {
      const octets = u16(data.bytes, data.at + 2);
      const code = u16(data.bytes, data.at);
      data.visit(key, data.at, 2, code, LEVEL);
      data.visit(length, data.at + 2, 2, octets, LEVEL);
      data.at += 4;
      if (!data.has(octets)) return false;
      const next = data.at + octets;
      data.end = next;
      (contents.get(code) ?? other)(data);
      data.end = end;
      data.at = next;
    }
    return data.at === end;
  };
})();

/** Number computed over the data of a key (RFC 4034 appendix B), shown with it. */
const keyTag = ((): Part => {
  const made = row('dnskey.key_id', 'Key tag', 'uint');
  return (data) => {
    if (!data.whole) return true;
    const from = data.at - 4;
    let sum = 0;
    for (let i = from; i < data.end; i++) sum += (i - from) & 1 ? u8(data.bytes, i) : u8(data.bytes, i) << 8;
    sum += Math.floor(sum / 0x10000) & 0xffff;
    data.visit(made, -1, 0, sum & 0xffff, LEVEL);
    return true;
  };
})();

/** A tag names what the value is for (RFC 8659 §4.1). */
const caaProperty = ((): Part => {
  const length = row('caa.tag_length', 'Tag length', 'uint');
  const tagRow = row('caa.tag', 'Tag', 'text');
  const valueRow = row('caa.value', 'Value', 'text');
  const meant = new Map([
    ['issue', row('caa.issue', 'Issue', 'text')],
    ['issuewild', row('caa.issuewild', 'Issue wildcards', 'text')],
    ['iodef', row('caa.iodef', 'Report to', 'text')],
  ]);
  const unknown = row('caa.unknown', 'Unknown tag', 'text');
  return (data) => {
    if (!data.has(1)) return false;
    const octets = u8(data.bytes, data.at);
    if (!data.has(1 + octets)) return false;
    const value = data.at + 1 + octets;
    const tag = textOf(data.bytes, data.at + 1, value);
    const content = textOf(data.bytes, value, data.end);
    data.visit(meant.get(tag) ?? unknown, data.at, data.end - data.at, content, LEVEL);
    data.visit(length, data.at, 1, octets, LEVEL + 1);
    data.visit(tagRow, data.at + 1, octets, tag, LEVEL + 1);
    data.visit(valueRow, value, data.end - value, content, LEVEL + 1);
    data.at = data.end;
    return true;
  };
})();

const typeCovered = number(2, 'rrsig.type_covered', 'Type covered', { show: typeName });
const signature: readonly Part[] = [
  typeCovered,
  number(1, 'rrsig.algorithm', 'Algorithm'),
  number(1, 'rrsig.labels', 'Labels'),
  number(4, 'rrsig.original_ttl', 'Original time to live'),
  time('rrsig.signature_expiration', 'Signature expires'),
  time('rrsig.signature_inception', 'Signature begins'),
  number(2, 'rrsig.key_tag', 'Key tag'),
  name('rrsig.signers_name', 'Signer'),
  rest('rrsig.signature', 'Signature'),
];
const dnskey: readonly Part[] = [
  number(2, 'dnskey.flags', 'Flags', { kind: 'hex' }),
  bit('dnskey.flags.zone_key', 'Zone key', 2, 0x100),
  bit('dnskey.flags.key_revoked', 'Revoked', 2, 0x80),
  bit('dnskey.flags.secure_entry_point', 'Key signing key', 2, 1),
  number(1, 'dnskey.protocol', 'Protocol'),
  number(1, 'dnskey.algorithm', 'Algorithm'),
  keyTag,
  rest('dnskey.public_key', 'Public key'),
];
const ds: readonly Part[] = [
  number(2, 'ds.key_id', 'Key tag', { kind: 'hex' }),
  number(1, 'ds.algorithm', 'Algorithm'),
  number(1, 'ds.digest_type', 'Digest type'),
  rest('ds.digest', 'Digest'),
];
const nsec3: readonly Part[] = [
  number(1, 'nsec3.algo', 'Hash algorithm'),
  number(1, 'nsec3.flags', 'Flags'),
  bit('nsec3.flags.opt_out', 'Opt-out', 1, 1),
  number(2, 'nsec3.iterations', 'Iterations'),
  counted('nsec3.salt_length', 'nsec3.salt_value', 'Salt'),
];
const serviceBinding: readonly Part[] = [
  number(2, 'svcb.svcpriority', 'Priority'),
  name('svcb.targetname', 'Target'),
  serviceParameters,
];
const other: readonly Part[] = [rest('data', 'Data')];

const RECORDS = new Map<number, readonly Part[]>([
  [1, [address('a', 'Address', 'ipv4')]],
  [2, [name('ns', 'Name server')]],
  [3, [name('md', 'Mail destination')]],
  [4, [name('mf', 'Mail forwarder')]],
  [5, [name('cname', 'Canonical name')]],
  [
    6,
    [
      name('soa.mname', 'Primary name server'),
      name('soa.rname', "Administrator's mailbox"),
      number(4, 'soa.serial_number', 'Serial number'),
      number(4, 'soa.refresh_interval', 'Refresh interval'),
      number(4, 'soa.retry_interval', 'Retry interval'),
      number(4, 'soa.expire_limit', 'Expires after'),
      number(4, 'soa.minimum_ttl', 'Time to live of "no such name"'),
    ],
  ],
  [7, [name('mb', 'Mailbox')]],
  [8, [name('mg', 'Mail group member')]],
  [9, [name('mr', 'Renamed mailbox')]],
  [10, [rest('null', 'Data')]],
  [11, [address('wks.address', 'Address', 'ipv4'), number(1, 'wks.protocol', 'Protocol'), rest('data', 'Ports')]],
  [12, [name('ptr.domain_name', 'Domain name')]],
  [13, [text('hinfo.cpu_length', 'hinfo.cpu', 'CPU'), text('hinfo.os_length', 'hinfo.os', 'Operating system')]],
  [14, [name('minfo.r', 'Responsible mailbox'), name('minfo.e', 'Error mailbox')]],
  [15, [number(2, 'mx.preference', 'Preference'), name('mx.mail_exchange', 'Mail exchange')]],
  [16, [repeated(text('txt.length', 'txt', 'Text'))]],
  // RFC 1183
  [17, [name('rp.mailbox', 'Mailbox'), name('rp.txt_rr', 'TXT record')]],
  [18, [number(2, 'afsdb.subtype', 'Subtype'), name('afsdb.hostname', 'Host')]],
  [21, [number(2, 'rt.subtype', 'Preference'), name('rt.intermediate_host', 'Intermediate host')]],
  [24, signature], // RFC 2535 §4.1
  [28, [address('aaaa', 'IPv6 address', 'ipv6')]], // RFC 3596 §2.2
  // RFC 2782
  [
    33,
    [
      number(2, 'srv.priority', 'Priority'),
      number(2, 'srv.weight', 'Weight'),
      number(2, 'srv.port', 'Port'),
      name('srv.target', 'Target'),
    ],
  ],
  // RFC 3403 §4.1
  [
    35,
    [
      number(2, 'naptr.order', 'Order'),
      number(2, 'naptr.preference', 'Preference'),
      text('naptr.flags_length', 'naptr.flags', 'Flags'),
      text('naptr.service_length', 'naptr.service', 'Service'),
      text('naptr.regex_length', 'naptr.regex', 'Regular expression'),
      name('naptr.replacement', 'Replacement'),
    ],
  ],
  [36, [number(2, 'kx.preference', 'Preference'), name('kx.key_exchange', 'Key exchanger')]],
  // RFC 4398 §2
  [
    37,
    [
      number(2, 'cert.type', 'Type'),
      number(2, 'cert.key_tag', 'Key tag', { kind: 'hex' }),
      number(1, 'cert.algorithm', 'Algorithm'),
      rest('cert.certificate', 'Certificate'),
    ],
  ],
  [39, [name('dname', 'Delegation name')]], // RFC 6672
  [41, [ednsOptions]],
  [43, ds], // RFC 4034 §5.1
  // RFC 4255 §3.1
  [
    44,
    [
      number(1, 'sshfp.algorithm', 'Algorithm'),
      number(1, 'sshfp.fingerprint.type', 'Fingerprint type'),
      rest('sshfp.fingerprint', 'Fingerprint'),
    ],
  ],
  [46, signature], // RFC 4034 §3.1
  [47, [name('nsec.next_domain_name', 'Next name'), typeBitmap]], // RFC 4034 §4.1
  [48, dnskey], // RFC 4034 §2.1
  [49, [rest('dhcid.rdata', 'Digest')]],
  [50, [...nsec3, counted('nsec3.hash_length', 'nsec3.hash_value', 'Next hashed owner'), typeBitmap]], // RFC 5155 §3
  [51, nsec3],
  // RFC 6698 §2.1
  [
    52,
    [
      number(1, 'tlsa.certificate_usage', 'Certificate usage'),
      number(1, 'tlsa.selector', 'Selector'),
      number(1, 'tlsa.matching_type', 'Matching type'),
      rest('tlsa.certificate_association_data', 'Certificate association data'),
    ],
  ],
  [59, ds],
  [60, dnskey],
  [61, [rest('openpgpkey', 'OpenPGP key')]],
  // RFC 7477 §2.1
  [62, [number(4, 'csync.soa', 'SOA serial'), number(2, 'csync.flags', 'Flags', { kind: 'hex' }), typeBitmap]],
  [64, serviceBinding], // RFC 9460 §2.2
  [65, serviceBinding],
  [99, [repeated(text('spf.length', 'spf', 'SPF'))]],
  [108, [address('eui48', 'EUI-48 address', 'mac')]],
  // RFC 8945 §4.2
  [
    250,
    [
      name('tsig.algorithm_name', 'Algorithm'),
      (data) => {
        data.at += 6; // seconds since 1970 in 48 bits
        return data.at <= data.end;
      },
      number(2, 'tsig.fudge', 'Fudge (s)'),
      countedWide('tsig.mac_size', 'tsig.mac', 'MAC'),
      number(2, 'tsig.original_id', 'Original id', { kind: 'uint' }),
      number(2, 'tsig.error', 'Error'),
      countedWide('tsig.other_len', 'tsig.other_data', 'Other data'),
    ],
  ],
  [
    257,
    [
      number(1, 'caa.flags', 'Flags', { kind: 'hex' }),
      bit('caa.flags.issuer_critical', 'Critical', 1, 0x80),
      caaProperty,
    ],
  ],
]);

/** As `counted`, with a length of two octets. */
function countedWide(lengthId: string, id: string, label: string): Part {
  const length = number(2, lengthId, 'Length');
  const made = row(id, label, 'bytes');
  return (data) => {
    if (!length(data)) return false;
    const octets = u16(data.bytes, data.at - 2);
    if (!data.has(octets)) return false;
    if (octets > 0) data.visit(made, data.at, octets, data.at, LEVEL);
    data.at += octets;
    return true;
  };
}

function runParts(parts: readonly Part[], data: RecordData): boolean {
  for (const part of parts) if (!part(data)) return false;
  return true;
}

/** Visits the parts of a record's data. False when they do not fit into it. */
export function visitRecordData(type: number, data: RecordData): boolean {
  return runParts(RECORDS.get(type) ?? other, data);
}

/** Every row of questions and records; a row that several types share stands once. */
export const DNS_ROWS: readonly Row[] = [...new Map(rows.map((made) => [made.id, made])).values()];
