import { u16 } from '../core/bytes.ts';
import { LEVEL, name, number, type Part, repeated, rest, row, runParts } from './dns-record-parts.ts';

/** Extension mechanisms for DNS: what an OPT record has where others have class and time to live, and its options. RFC 6891 §6.1. */

export const UDP_PAYLOAD_SIZE = row('rr.udp_payload_size', 'UDP payload size', 'uint');
/** Where mDNS uses the upper bit for itself; Wireshark prints that one in hexadecimal. */
export const MDNS_PAYLOAD_SIZE = row('rr.udp_payload_size', 'UDP payload size', 'hex', { bits: 16 });
export const EXTENDED_RCODE = row('resp.ext_rcode', 'Upper bits of the response code', 'hex', { bits: 8 });
export const EDNS_VERSION = row('resp.edns0_version', 'EDNS version', 'uint');
export const EDNS_Z = row('resp.z', 'Z', 'hex', { bits: 16 });
export const DNSSEC_OK = row('resp.z.do', 'DNSSEC answer wanted (DO)', 'bool');
export const EDNS_RESERVED = row('resp.z.reserved', 'Reserved', 'hex', { bits: 16 });

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

/** The options of an OPT record, one after the other. */
export const ednsOptions: Part = (data) => {
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
