// What tcpdump's text and our NDJSON say of each frame, as lists of facts of the same kinds: addresses, ports, flags,
// lengths, types. tcpdump prints one header after the other, and so do our layers.

const V4 = String.raw`\d{1,3}(?:\.\d{1,3}){3}`;
const V6 = String.raw`[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\d{1,3}(?:\.\d{1,3}){3})?`;
const MAC = '[0-9a-f]{2}(?::[0-9a-f]{2}){5}';

/** Kinds of facts, in tcpdump's words: what finds them, and the names of what the groups hold. */
const PATTERNS = [
  [new RegExp(`(${MAC}) > (${MAC})(?=[, ])`, 'g'), 'eth.src', 'eth.dst'],
  [new RegExp(`${MAC} > ${MAC}, ethertype [^,]*, length (\\d+)`), 'len'],
  [/ethertype [^(,]*\((0x[0-9a-f]{4})\)/g, 'type'],
  [/\bvlan (\d+), p (\d)/g, 'vlan.id', 'vlan.priority'],
  [/\(label (\d+)[^)]*?, ttl (\d+)\)/g, 'mpls.label', 'mpls.ttl'],
  [
    /\(tos (0x[0-9a-f]+)[^)]*?, ttl (\d+), id (\d+), offset (\d+), flags \[([^\]]*)\], proto [^(]*\((\d+)\), length (\d+)/g,
    ...['ip.tos', 'ip.ttl', 'ip.id', 'ip.offset', 'ip.flags', 'ip.proto', 'ip.len'],
  ],
  [
    /\((?:class 0x[0-9a-f]+, )?(?:flowlabel (0x[0-9a-f]+), )?hlim (\d+), next-header [^(]*\((\d+)\),? payload length: (\d+)\)/g,
    ...['ipv6.flow', 'ipv6.hlim', 'ipv6.nxt', 'ipv6.plen'],
  ],
  [
    new RegExp(`(?<![\\d.])(${V4})(?:\\.(\\d+))? > (${V4})(?:\\.(\\d+))?(?=[: ])`, 'g'),
    ...['src', 'port', 'dst', 'port'],
  ],
  [new RegExp(`(?<![\\w:])(${V6})(?:\\.(\\d+))? > (${V6})(?:\\.(\\d+))?: `, 'g'), ...['src6', 'port', 'dst6', 'port']],
  [/: Flags \[(none|[FSRPUEWe.]+)\].*?, length (\d+)/g, 'tcp.flags', 'tcp.len'],
  [/: Flags \[[^\]]*\].*?, win (\d+)/g, 'tcp.window'],
  [/: tcp (\d+)/g, 'tcp.len'],
  [/: (?:\[[^\]]*\] )?UDP, (?:bad )?length (\d+)/g, 'udp.payload'],
  [/: ICMP echo (request|reply), id (\d+), seq (\d+)/g, 'icmp.echo', 'icmp.ident', 'icmp.seq'],
  [/: ICMP (?:\S+ (?:udp port|tcp port|protocol) \S+|host \S+|net \S+|\S+) (unreachable)/g, 'icmp.type'],
  [/: ICMP (time exceeded)/g, 'icmp.type'],
  [
    /ICMP6, (echo request|echo reply|router solicitation|router advertisement|neighbor solicitation|neighbor advertisement)/g,
    'icmpv6.type',
  ],
  [new RegExp(`\\bRequest who-has (${V4})(?: \\([^)]*\\))? tell (${V4})`, 'g'), 'arp.target', 'arp.sender'],
  [new RegExp(`\\bReply (${V4}) is-at (${MAC})`, 'g'), 'arp.sender', 'arp.mac'],
  [/VXLAN, flags \[[^\]]*\] \(0x[0-9a-f]+\), vni (\d+)/g, 'vxlan.vni'],
  [/\bproto [^(,]*\((0x[0-9a-f]{4})\), length/g, 'gre.proto'],
];

const ICMPV6 = {
  'echo request': 128,
  'echo reply': 129,
  'router solicitation': 133,
  'router advertisement': 134,
  'neighbor solicitation': 135,
  'neighbor advertisement': 136,
};

/** Values in one form for both programs. */
function plain(kind, value) {
  if (kind === 'icmp.type') return value === 'unreachable' ? '3' : '11';
  if (kind === 'icmp.echo') return value === 'request' ? '8' : '0';
  if (kind === 'icmpv6.type') return String(ICMPV6[value]);
  if (kind === 'ip.flags') return [value.includes('DF') ? 'DF' : '', value.includes('+') ? '+' : ''].join('');
  if (kind === 'tcp.flags') return [...(value === 'none' ? '' : value)].sort().join('');
  return value.startsWith('0x') ? String(Number.parseInt(value, 16)) : value;
}

/** The facts of each frame in what `tcpdump -#` printed: a map from kind to values, in their order. */
export function factsOfText(text) {
  const frames = [];
  for (const line of text.split('\n')) {
    const number = /^ *(\d+) {2}(?=\S)/.exec(line);
    if (number !== null && Number(number[1]) === frames.length + 1) frames.push(line.slice(number[0].length));
    else if (frames.length > 0) frames[frames.length - 1] += `\n${line}`;
  }
  return frames.map((frame) => {
    const found = [];
    for (const [pattern, ...kinds] of PATTERNS) {
      const matches = pattern.global
        ? frame.matchAll(pattern)
        : [frame.match(pattern)].filter((match) => match !== null);
      for (const match of matches) {
        for (const [i, kind] of kinds.entries()) {
          const value = match[i + 1];
          if (value !== undefined) found.push([kind.replace(/6$/, ''), plain(kind.replace(/6$/, ''), value)]);
        }
      }
    }
    return grouped(found);
  });
}

const list = (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]);

/** What of our fields is a fact of which kind. */
const FIELDS = new Map([
  ['eth.src', 'eth.src'],
  ['eth.dst', 'eth.dst'],
  ['tr.src', 'eth.src'],
  ['tr.dst', 'eth.dst'],
  ['fddi.src', 'eth.src'],
  ['fddi.dst', 'eth.dst'],
  ['eth.type', 'type'],
  ['vlan.etype', 'type'],
  ['ieee8021ah.etype', 'type'],
  ['llc.type', 'type'],
  ['sll.etype', 'type'],
  ['avsp.etype', 'type'],
  ['gre.proto', 'gre.proto'],
  ['vlan.id', 'vlan.id'],
  ['ieee8021ad.id', 'vlan.id'],
  ['ieee8021ad.priority', 'vlan.priority'],
  ['vlan.priority', 'vlan.priority'],
  ['mpls.label', 'mpls.label'],
  ['mpls.ttl', 'mpls.ttl'],
  ['ip.dsfield', 'ip.tos'],
  ['ip.ttl', 'ip.ttl'],
  ['ip.id', 'ip.id'],
  ['ip.proto', 'ip.proto'],
  ['ip.len', 'ip.len'],
  ['ip.src', 'src'],
  ['ip.dst', 'dst'],
  ['ipv6.flow', 'ipv6.flow'],
  ['ipv6.hlim', 'ipv6.hlim'],
  ['ipv6.nxt', 'ipv6.nxt'],
  ['ipv6.plen', 'ipv6.plen'],
  ['ipv6.src', 'src'],
  ['ipv6.dst', 'dst'],
  ['tcp.srcport', 'port'],
  ['tcp.dstport', 'port'],
  ['udp.srcport', 'port'],
  ['udp.dstport', 'port'],
  ['tcp.window_size_value', 'tcp.window'],
  ['tcp.len', 'tcp.len'],
  ['icmp.ident', 'icmp.ident'],
  ['icmp.seq', 'icmp.seq'],
  ['icmpv6.type', 'icmpv6.type'],
  ['arp.src.proto_ipv4', 'arp.sender'],
  ['arp.dst.proto_ipv4', 'arp.target'],
  ['arp.src.hw_mac', 'arp.mac'],
  ['vxlan.vni', 'vxlan.vni'],
]);

const TCP_FLAGS = ['F', 'S', 'R', 'P', '.', 'U', 'E', 'W', 'e'];

/** Facts that stand in more than one field, or in another form. */
const MADE = {
  ip: (f) => [
    ['ip.flags', [f['ip.flags.df'] ? 'DF' : '', f['ip.flags.mf'] ? '+' : ''].join('')],
    // Counted in units of eight octets.
    ['ip.offset', String(8 * f['ip.frag_offset'])],
  ],
  tcp: (f) =>
    f['tcp.flags'] === undefined
      ? []
      : [
          [
            'tcp.flags',
            TCP_FLAGS.filter((_, bit) => f['tcp.flags'] & (1 << bit))
              .sort()
              .join(''),
          ],
        ],
  udp: (f) => (f['udp.length'] >= 8 ? [['udp.payload', String(f['udp.length'] - 8)]] : []),
  icmp: (f) =>
    list(f['icmp.type']).flatMap((type) => [
      ['icmp.type', String(type)],
      ['icmp.echo', String(type)],
    ]),
};

/** The facts of one line of `dissect -T ndjson`. */
export function factsOfPacket(packet) {
  const found = [['len', String(packet.frame.len)]];
  for (const { protocol, fields } of packet.layers) {
    for (const [id, value] of Object.entries(fields)) {
      const kind = FIELDS.get(id);
      if (kind !== undefined) for (const one of list(value)) found.push([kind, String(one)]);
    }
    for (const fact of MADE[protocol]?.(fields) ?? []) found.push(fact);
  }
  return grouped(found);
}

function grouped(found) {
  const facts = new Map();
  for (const [kind, value] of found) {
    const known = facts.get(kind);
    if (known === undefined) facts.set(kind, [value]);
    else known.push(value);
  }
  return facts;
}

/** True when `theirs` stand in `ours`, in the same order: tcpdump prints less of some frames. */
export function includes(ours, theirs) {
  let at = 0;
  for (const value of theirs) {
    at = ours.indexOf(value, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
