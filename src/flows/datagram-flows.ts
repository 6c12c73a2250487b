import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import * as icmp from '../protocols/icmp.ts';
import * as icmpv6 from '../protocols/icmpv6.ts';
import { udpPorts } from '../protocols/tables.ts';
import { dstPort, HEADER, srcPort, udp } from '../protocols/udp.ts';
import { udpLite } from '../protocols/udp-lite.ts';
import { Conversations } from './conversations.ts';
import { type Flow, type FlowEnd, type Role, Sent, Span } from './flow.ts';
import { serviceOf } from './service.ts';
import { UdpStream } from './udp-streams.ts';
import { isLikelyServerPort, ZeekHistory } from './zeek-history.ts';

/** Conversations without connections: UDP by their streams, ICMP echo by its identifier. */
export class DatagramFlows {
  private readonly udp: DatagramFlow[] = [];
  private readonly echo: DatagramFlow[] = [];
  private readonly echoes = new Conversations();
  private wanted = false;

  /** Takes a tracked packet in. `wanted`: this frame was asked for. */
  packet(packet: Packet, wanted: boolean): void {
    this.wanted = wanted;
    for (let i = 1; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      if (layer.quoted || !layer.whole || layer.network === null) continue;
      const { protocol } = layer;
      if (protocol === udp || protocol === udpLite) this.datagram(layer, packet);
      else if (protocol === icmp.icmp && icmp.isEcho(layer)) this.ping(layer, 'icmp', icmp.identifier(layer), packet);
      else if (protocol === icmpv6.icmpv6 && isEchoV6(layer)) {
        this.ping(layer, 'icmpv6', icmpv6.identifier(layer), packet);
      }
    }
  }

  /** In the order in which they began, UDP before ICMP. */
  *[Symbol.iterator](): Generator<Flow> {
    for (const flow of this.udp) if (flow !== undefined) yield flow;
    yield* this.echo;
  }

  private datagram(layer: Layer, packet: Packet): void {
    const { context } = layer;
    if (!(context instanceof UdpStream)) return;
    const [from, to] = [srcPort(layer), dstPort(layer)];
    let flow = this.udp[context.stream];
    if (flow === undefined) {
      flow = new DatagramFlow('udp', context.stream, layer, from, to);
      this.udp[context.stream] = flow;
    }
    flow.service ??= serviceOf(layer, packet);
    flow.count(packet, this.wanted, context.direction, Math.max(0, layer.wireEnd - layer.start - HEADER));
  }

  private ping(layer: Layer, protocol: 'icmp' | 'icmpv6', identifier: number, packet: Packet): void {
    const index = this.echoes.find(layer.network!, identifier, identifier);
    const { lastDirection } = this.echoes;
    this.echo[index] ??= new DatagramFlow(protocol, index, layer, -1, -1);
    const data = Math.max(0, layer.wireEnd - layer.start - icmp.HEADER);
    this.echo[index]!.count(packet, this.wanted, lastDirection, data);
  }
}

const isEchoV6 = (layer: Layer): boolean => {
  const type = icmpv6.type(layer);
  return (type === icmpv6.ECHO_REQUEST || type === icmpv6.ECHO_REPLY) && layer.captured(icmp.HEADER);
};

class DatagramFlow implements Flow {
  readonly protocol: Flow['protocol'];
  readonly stream: number;
  readonly span = new Span();
  service: string | null = null;
  readonly initialRtt = null;
  readonly reusedPorts = false;
  readonly midStream = false;
  readonly endedBy = null;
  readonly endedFrame = null;
  readonly cause = null;
  private readonly names: readonly [string, string];
  private readonly sent = [new Sent(), new Sent()] as const;
  private readonly server: 0 | 1 | null;
  private readonly flipped: boolean;
  private readonly letters = new ZeekHistory();

  constructor(protocol: Flow['protocol'], stream: number, layer: Layer, from: number, to: number) {
    this.protocol = protocol;
    this.stream = stream;
    this.names = [nameOf(layer, 'source', from), nameOf(layer, 'destination', to)];
    this.server = serverOf(protocol, from, to);
    this.flipped = protocol === 'udp' && isLikelyServerPort('udp', from) && !isLikelyServerPort('udp', to);
    if (this.flipped) this.letters.add('^');
  }

  count(packet: Packet, wanted: boolean, direction: 0 | 1, data: number): void {
    this.span.mark(packet.frame, wanted);
    const sent = this.sent[direction];
    if (sent.packets === 0) this.letters.letter('d', (direction === 0) !== this.flipped);
    sent.count(packet.frame, data);
  }

  get a(): FlowEnd {
    return this.end(0);
  }

  get b(): FlowEnd {
    return this.end(1);
  }

  get ending(): Flow['ending'] {
    // Media goes where it was announced to go; what comes back is another conversation.
    if (this.service === 'rtp' || this.service === 'rtcp') return null;
    return this.sent[1].packets === 0 ? 'unanswered' : null;
  }

  get connState(): string {
    if (this.protocol !== 'udp') return 'OTH';
    if (this.sent[1].packets > 0) return 'SF';
    return this.flipped ? 'SHR' : 'S0';
  }

  get history(): string {
    return this.protocol === 'udp' ? this.letters.text : '';
  }

  private end(side: 0 | 1): FlowEnd {
    const role: Role | null = this.server === null ? null : this.server === side ? 'server' : 'client';
    return { name: this.names[side], role, sent: this.sent[side], trouble: null, state: null };
  }
}

/** Whoever has the port of a known protocol, or else one that only a server may take, serves. */
function serverOf(protocol: Flow['protocol'], from: number, to: number): 0 | 1 | null {
  if (protocol !== 'udp') return 1; // it was asked for its echo
  for (const serves of [(port: number) => udpPorts.get(port) !== null, (port: number) => port < 1024]) {
    if (serves(to) && !serves(from)) return 1;
    if (serves(from) && !serves(to)) return 0;
  }
  return null;
}

const text = new Writer(64);

/** `192.168.0.10:51234`, `[2001:db8::1]:53`; without a port the bare address. */
function nameOf(layer: Layer, side: 'source' | 'destination', port: number): string {
  const network = layer.network!;
  const addresses = network.protocol.addresses!;
  const at = addresses[side](network);
  text.clear();
  const bracketed = addresses.size === 16 && port >= 0;
  if (bracketed) text.byte(91);
  if (addresses.size === 4) text.ipv4(network.bytes, at);
  else text.ipv6(network.bytes, at);
  if (bracketed) text.byte(93);
  if (port >= 0) {
    text.byte(58);
    text.uint(port);
  }
  return text.toString();
}
