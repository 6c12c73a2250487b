import { u16, u32 } from '../core/bytes.ts';
import { addWords, fold } from '../core/checksum.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import * as icmp from '../protocols/icmp.ts';
import * as icmpv6 from '../protocols/icmpv6.ts';
import * as ipv4 from '../protocols/ipv4.ts';
import * as ipv6 from '../protocols/ipv6.ts';
import * as fragment from '../protocols/ipv6-fragment.ts';
import { pseudoHeaderSum } from '../protocols/pseudo-header.ts';
import * as tcp from '../protocols/tcp.ts';
import { findOption, MSS } from '../protocols/tcp-options.ts';
import * as udp from '../protocols/udp.ts';
import { Segment } from '../tcp/segment.ts';

/** What a packet is to a translator. */
export const TCP = 0;
export const UDP = 1;
/** A question or an answer of ICMP, which has an identifier where TCP and UDP have ports. */
export const ECHO = 2;
/** Any other protocol: only addresses can be translated. */
export const OTHER = 3;
/** An ICMP error: the packet that it quotes is translated too (RFC 5508 §4). */
export const ERROR = 4;
/** A fragment that does not complete its datagram. */
const FRAGMENT = 5;

/** What goes with another packet: with the one that it quotes, or with the rest of its datagram. */
export const isDependent = (kind: number): boolean => kind === ERROR || kind === FRAGMENT;

/** In place of a number that is not there, or cannot be told. */
export const NONE = -1;

/** Octets of content that tell one packet from another. Captures of 68 octets, an old default, have as many of a datagram. */
const TELLING = 24;

/**
 * What a translator keeps of a packet, as two numbers that are the same for the packet and its twin (RFC 3022 §2.2, §4):
 * TCP's numbers and flags, lengths, the beginning of the content, ICMP's sequence number. Addresses, ports, identifiers,
 * TTL and checksums are not in them. Filled again for each packet.
 */
export class Kept {
  kind = OTHER;
  /** The outermost network layer: what a translator looks at. */
  network!: Layer;
  sourcePort = 0;
  destinationPort = 0;
  low = 0;
  high = 0;
  hops = 0;
  /** IPv4's identification. Linux keeps it; others need not. */
  id = NONE;
  /**
   * What the transport's checksum says of everything but addresses, ports and identifiers: ones' complement, 0 to 65534.
   * Where that is the same on both sides, the difference of the checksums is the one that the new addresses make
   * (RFC 1624 §3), and nothing else was touched, though only its beginning may have been captured.
   */
  residue = NONE;
  /** The transport's checksum as it stands there. */
  checksum = NONE;
  /** TCP's maximum segment size, where a SYN tells it. */
  mss = NONE;
  /** SYN without ACK, or what else begins a conversation. */
  opens = false;
  /** Of TCP: its numbers, flags and octets of payload, and the connection's number where the packet was tracked. */
  seq = 0;
  ack = 0;
  flags = 0;
  length = 0;
  stream = NONE;
  /** Of an error: the transport of the packet that it quotes, with its network and ports. */
  quoted: Layer | null = null;
  quotedKind = OTHER;
  quotedSource = 0;
  quotedDestination = 0;

  /** False for what no translator handles: no IP, or too little of it. */
  read(packet: Packet): boolean {
    const network = outermost(packet);
    if (network === null) return false;
    this.network = network;
    this.residue = this.checksum = this.mss = NONE;
    this.sourcePort = this.destinationPort = 0;
    this.quoted = null;
    this.opens = false;
    this.stream = NONE;
    this.seq = this.ack = this.flags = this.length = 0;
    this.low = 0x2545f491;
    this.high = 0x5851f42d;
    const isSix = network.protocol === ipv6.ipv6;
    this.hops = isSix ? ipv6.hopLimit(network) : ipv4.ttl(network);
    this.id = isSix ? NONE : ipv4.identification(network);
    const transport = carried(packet, network);
    if (transport === null) return this.readOther(packet, network, isSix);
    if (transport.protocol === tcp.tcp) return this.readTcp(transport);
    if (transport.protocol === udp.udp) return this.readUdp(transport);
    return this.readIcmp(packet, transport, isSix);
  }

  private readTcp(layer: Layer): boolean {
    if (!layer.captured(tcp.MIN_HEADER) || tcp.headerLength(layer) < tcp.MIN_HEADER) return false;
    this.kind = TCP;
    this.sourcePort = tcp.srcPort(layer);
    this.destinationPort = tcp.dstPort(layer);
    const flags = tcp.flags(layer);
    this.opens = (flags & (tcp.SYN | tcp.ACK)) === tcp.SYN;
    this.seq = tcp.seq(layer);
    this.ack = flags & tcp.ACK ? tcp.ack(layer) : 0;
    this.flags = flags & 0xff;
    this.length = Math.max(0, tcp.payloadLength(layer));
    if (layer.context instanceof Segment) this.stream = layer.context.connection.stream;
    this.stir(TCP);
    this.stir(this.seq);
    this.stir(this.ack);
    this.stir(this.flags | (this.length << 8));
    this.judge(layer, 6, tcp.checksum(layer));
    const at = flags & tcp.SYN ? findOption(layer, MSS) : NONE;
    if (at >= 0) this.mss = u16(layer.bytes, at + 2);
    return true;
  }

  private readUdp(layer: Layer): boolean {
    if (!layer.captured(udp.HEADER)) return false;
    this.kind = UDP;
    this.sourcePort = udp.srcPort(layer);
    this.destinationPort = udp.dstPort(layer);
    this.stir(UDP);
    this.stir(udp.length(layer));
    this.stirContent(layer, layer.start + udp.HEADER);
    this.judge(layer, 17, udp.checksum(layer));
    return true;
  }

  private readIcmp(packet: Packet, layer: Layer, isSix: boolean): boolean {
    if (!layer.captured(icmp.HEADER)) return false;
    const type = icmp.type(layer);
    const meaning = isSix ? meaningOfSix(type) : meaningOfFour(type, icmp.code(layer));
    if (meaning === NONE) return this.readOther(packet, this.network, isSix);
    if (meaning >= FIRST_ERROR) return this.readError(packet, meaning);
    this.kind = ECHO;
    this.sourcePort = this.destinationPort = icmp.identifier(layer);
    this.opens = meaning === ASKING;
    this.stir(ECHO);
    this.stir(meaning);
    this.stir(icmp.sequence(layer) | (Math.max(0, layer.wireEnd - layer.start) << 16));
    this.stirContent(layer, layer.start + icmp.HEADER);
    // Type, code and identifier are translated too: what is left is the sequence number and the content.
    const pseudo = isSix ? fold(pseudoHeaderSum(this.network, 58, layer.wireEnd - layer.start)) : 0;
    const sum = pseudo + u16(layer.bytes, layer.start) + icmp.identifier(layer);
    this.residue = less(~icmp.checksum(layer) & 0xffff, sum);
    return true;
  }

  private readError(packet: Packet, meaning: number): boolean {
    this.kind = ERROR;
    this.stir(ERROR);
    this.stir(meaning);
    const quoted = packet.layers.slice(0, packet.count).find((layer) => layer.quoted && isTransport(layer));
    if (quoted === undefined || !quoted.captured(QUOTED) || quoted.network === null) return false;
    this.quoted = quoted;
    const { protocol, bytes, start } = quoted;
    this.quotedKind = protocol === tcp.tcp ? TCP : protocol === udp.udp ? UDP : ECHO;
    const isEcho = this.quotedKind === ECHO;
    this.quotedSource = isEcho ? icmp.identifier(quoted) : u16(bytes, start);
    this.quotedDestination = isEcho ? this.quotedSource : u16(bytes, start + 2);
    this.stir(this.quotedKind);
    if (this.quotedKind === TCP) this.stir(u32(bytes, start + 4));
    else if (this.quotedKind === UDP) this.stir(u16(bytes, start + 4));
    else this.stir(icmp.sequence(quoted));
    if (quoted.network.protocol === ipv4.ipv4) this.stir(ipv4.identification(quoted.network));
    return true;
  }

  /** What has no ports, or does not show them. */
  private readOther(packet: Packet, network: Layer, isSix: boolean): boolean {
    const header = isSix ? packet.find(fragment.ipv6Fragment) : null;
    const isPart = header !== null ? fragment.isFragment(header) : !isSix && ipv4.isFragment(network);
    this.kind = isPart ? FRAGMENT : OTHER;
    const from = header !== null ? header.headerEnd : network.headerEnd;
    const offset = header !== null ? fragment.fragmentOffset(header) : isPart ? ipv4.fragmentOffset(network) : 0;
    this.stir(this.kind);
    this.stir(isSix ? ipv6.nextHeader(network) : ipv4.protocolNumber(network));
    // The first fragment begins with the ports and the checksum.
    const skipped = isPart && offset === 0 ? udp.HEADER : 0;
    this.stir(offset | ((network.wireEnd - from) << 16));
    if (isPart) this.stir(this.id);
    this.stirContent(network, from + skipped);
    return true;
  }

  private stirContent({ bytes, capturedEnd }: Layer, from: number): void {
    const end = Math.min(capturedEnd, from + TELLING);
    let at = from;
    for (; at + 4 <= end; at += 4) this.stir(u32(bytes, at));
    for (; at < end; at++) this.stir(bytes[at]! + 1);
  }

  private stir(bits: number): void {
    const low = Math.imul(this.low ^ bits, 0x9e3779b1);
    this.low = low ^ (low >>> 15);
    const high = Math.imul(this.high ^ bits, 0x85ebca6b);
    this.high = high ^ (high >>> 13);
  }

  /** Takes `residue` from the checksum, or from the octets where the sender left it to its network card. */
  private judge(layer: Layer, protocol: number, checksum: number): void {
    this.checksum = checksum;
    const pseudo = fold(pseudoHeaderSum(this.network, protocol, layer.wireEnd - layer.start));
    const none = protocol === 17 && checksum === 0;
    const ports = this.sourcePort + this.destinationPort;
    if (checksum !== pseudo && !none) {
      this.residue = less(~checksum & 0xffff, pseudo + ports);
    } else if (layer.capturedEnd >= layer.wireEnd) {
      this.residue = less(fold(addWords(layer.bytes, layer.start, layer.wireEnd, 0)), ports + checksum);
    }
  }
}

/** Octets of a transport header that every error quotes (RFC 792). */
const QUOTED = 8;

/** Ones' complement subtraction, with one form of zero. */
const less = (sum: number, without: number): number => (((sum - without) % 0xffff) + 0xffff) % 0xffff;

function outermost({ layers, count }: Packet): Layer | null {
  for (let i = 0; i < count; i++) {
    const layer = layers[i]!;
    if (layer.protocol === ipv4.ipv4) return layer.captured(ipv4.MIN_HEADER) ? layer : null;
    if (layer.protocol === ipv6.ipv6) return layer.captured(ipv6.HEADER) ? layer : null;
  }
  return null;
}

/** What the network layer itself carries: not what is in a tunnel, nor what an error quotes. */
function carried({ layers, count }: Packet, network: Layer): Layer | null {
  for (let i = network.index + 1; i < count; i++) {
    const layer = layers[i]!;
    if (layer.quoted || layer.network !== network) return null;
    if (isTransport(layer)) return layer;
  }
  return null;
}

const isTransport = ({ protocol }: Layer): boolean =>
  protocol === tcp.tcp || protocol === udp.udp || protocol === icmp.icmp || protocol === icmpv6.icmpv6;

/** What ICMP means, the same for both versions (RFC 7915 §4.2, §5.2). */
const ASKING = 0;
const ANSWERING = 1;
const FIRST_ERROR = 8;
const UNREACHABLE = 8;
const TOO_BIG = 9;
const EXPIRED = 10;
const PROBLEM = 11;

function meaningOfFour(type: number, code: number): number {
  if (type === icmp.ECHO_REQUEST) return ASKING;
  if (type === icmp.ECHO_REPLY) return ANSWERING;
  if (type === icmp.UNREACHABLE) return code === icmp.FRAGMENTATION_NEEDED ? TOO_BIG : UNREACHABLE;
  if (type === icmp.TIME_EXCEEDED) return EXPIRED;
  if (type === icmp.PARAMETER_PROBLEM) return PROBLEM;
  return NONE;
}

function meaningOfSix(type: number): number {
  if (type === icmpv6.ECHO_REQUEST) return ASKING;
  if (type === icmpv6.ECHO_REPLY) return ANSWERING;
  if (type === icmpv6.UNREACHABLE) return UNREACHABLE;
  if (type === icmpv6.TOO_BIG) return TOO_BIG;
  if (type === icmpv6.TIME_EXCEEDED) return EXPIRED;
  if (type === icmpv6.PARAMETER_PROBLEM) return PROBLEM;
  return NONE;
}
