import { u8, u16 } from '../core/bytes.ts';
import type { Row } from '../core/field.ts';
import { textOf } from '../core/octet-text.ts';
import { safeText } from '../core/writer.ts';
import { ednsOptions } from './dns-edns.ts';
import {
  address,
  bit,
  counted,
  countedWide,
  LEVEL,
  name,
  number,
  type Part,
  RECORD_TYPE,
  type RecordData,
  repeated,
  rest,
  row,
  rows,
  runParts,
  text,
  time,
} from './dns-record-parts.ts';
import { typeName } from './dns-types.ts';

/**
 * What the data of each record type consists of, as parts in their order. One place a type: RFC 1035 §3.3 for the old
 * ones, the RFC named beside the others.
 */

/** The types that exist at a name, 256 to a window (RFC 4034 §4.1.2). */
const typeBitmap: Part = (data) => {
  while (data.has(2)) {
    const window = u8(data.bytes, data.at);
    const octets = u8(data.bytes, data.at + 1);
    if (!data.has(2 + octets)) return false;
    for (let i = 0; i < octets * 8; i++) {
      const at = data.at + 2 + (i >>> 3);
      if (u8(data.bytes, at) & (0x80 >>> (i & 7))) data.visit(RECORD_TYPE, at, 1, window * 256 + i, LEVEL + 1);
    }
    data.at += 2 + octets;
  }
  return data.at === data.end;
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
    const content = safeText(textOf(data.bytes, value, data.end)); // which Wireshark shows as it shows names
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

/** Visits the parts of a record's data. False when they do not fit into it. */
export function visitRecordData(type: number, data: RecordData): boolean {
  return runParts(RECORDS.get(type) ?? other, data);
}

/** Every row of questions and records; a row that several types share stands once. */
export const DNS_ROWS: readonly Row[] = [...new Map(rows.map((made) => [made.id, made])).values()];
