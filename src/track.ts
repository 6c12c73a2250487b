import type { Protocol } from './core/layer.ts';
import type { Packet } from './core/packet.ts';
import { EventLog } from './events/event.ts';
import { AnnouncedMedia } from './flows/announced-media.ts';
import { Announcements } from './flows/announcements.ts';
import { Authentications } from './flows/authentications.ts';
import { Bridges } from './flows/bridges.ts';
import { Calls } from './flows/calls.ts';
import { Clocks } from './flows/clocks.ts';
import { Contents } from './flows/contents.ts';
import { DnsTransactions } from './flows/dns-transactions.ts';
import type { Follower } from './flows/follower.ts';
import { Fragments } from './flows/fragments.ts';
import { Groups } from './flows/groups.ts';
import { Headers } from './flows/headers.ts';
import { IcmpReports } from './flows/icmp-reports.ts';
import { Ipv6Leases } from './flows/ipv6-leases.ts';
import { KeyLog } from './flows/key-log.ts';
import { Leases } from './flows/leases.ts';
import { LikelyMedia } from './flows/likely-media.ts';
import { type GivenUp, LIMITS, type Limits } from './flows/limits.ts';
import { LinkNames } from './flows/link-names.ts';
import { LinkNeighbours } from './flows/link-neighbours.ts';
import { LinkStates } from './flows/link-states.ts';
import { MediaStreams } from './flows/media-streams.ts';
import { Names } from './flows/names.ts';
import { Neighbours } from './flows/neighbours.ts';
import { Netbios } from './flows/netbios.ts';
import type { Observer } from './flows/observer.ts';
import { PppLinks } from './flows/ppp-links.ts';
import { QuicConnections } from './flows/quic-connections.ts';
import { RadiusExchanges } from './flows/radius-exchanges.ts';
import { RemoteAccess } from './flows/remote-access.ts';
import { SignalledMedia } from './flows/signalled-media.ts';
import { Ssdp } from './flows/ssdp.ts';
import { Timeline } from './flows/timeline.ts';
import { Tunnels } from './flows/tunnels.ts';
import { UdpStreams } from './flows/udp-streams.ts';
import { data } from './protocols/data.ts';
import { dns, dnsOverHttps, dnsOverQuic, llmnr, mdns } from './protocols/dns.ts';
import { eap } from './protocols/eap.ts';
import { ipv4 } from './protocols/ipv4.ts';
import { ipv6Fragment } from './protocols/ipv6-fragment.ts';
import { quic } from './protocols/quic.ts';
import { radius } from './protocols/radius.ts';
import { rtcp } from './protocols/rtcp.ts';
import { rtp } from './protocols/rtp.ts';
import { sdp } from './protocols/sdp.ts';
import { tcp } from './protocols/tcp.ts';
import { udp } from './protocols/udp.ts';
import { udpLite } from './protocols/udp-lite.ts';
import { EapTls } from './streams/eap-tls.ts';
import { openStreams } from './streams/index.ts';
import { applicationsOverQuic } from './streams/over-quic.ts';
import { Connections } from './tcp/connections.ts';
import type { PayloadOpener } from './tcp/payload.ts';
import { StreamBudget } from './tcp/reassembly.ts';
import type { StateChange } from './tcp/state-change.ts';
import { StateMachine } from './tcp/state-machine.ts';

export interface TrackOptions {
  /** Seconds that TIME_WAIT lasts: 240 is RFC 9293's 2×MSL, Linux takes 60. */
  readonly timeWait: number;
  /** Raise events and record state changes: both cost time, and nobody else needs them. */
  readonly explain: boolean;
  /** Takes what connections carry, in place of the protocols in byte streams. */
  readonly payload?: PayloadOpener;
  /** Record state changes also when nobody explains. */
  readonly changes?: boolean;
  /** How many silent connections are kept as they are, before others are laid to rest. */
  readonly awake?: number;
  /**
   * How many connections that are over are remembered, for segments that come late and ports that are used again. For who
   * asks for no connections in the end; else all are kept.
   */
  readonly remembered?: number;
  /** Makes a further observer: one that knows of something beside this capture. */
  readonly beside?: (events: EventLog) => Observer;
  /**
   * False for who prints nothing of what messages carry: their content is counted then, and not put together. The layer of
   * a message that came in several segments has the octets of its head only.
   */
  readonly contents?: boolean;
  /** Keys of TLS beside those that the capture carries. */
  readonly keys?: KeyLog;
  /** What may be kept of what is not whole yet, where it is not as usual. */
  readonly limits?: Partial<Limits>;
}

/** What `remembered` is where nobody says: ports of one client come round sooner. */
export const REMEMBERED = 3 << 17;

/** The memory of one capture: what earlier packets taught, and what happened in the one at hand. */
export class Tracker {
  readonly events = new EventLog();
  /** State changes that the packet at hand made, and timers that ran out before it. */
  readonly changes: StateChange[] = [];
  /** Every TCP connection so far. */
  readonly connections: Connections;
  /** What encrypted connections are read with. */
  readonly keys: KeyLog;
  private readonly timeline = new Timeline();
  private readonly followers = new Map<Protocol, Follower>();
  /** By depth: the protocol that stood there last, and who follows it. Mostly the next packet's is the same. */
  private readonly protocols: (Protocol | null)[] = [null];
  private readonly following: (Follower | null)[] = [null];
  /** The observers that are about it: one bit each. */
  private readonly observing: number[] = [0];
  /** Asked only while somebody explains, in the order in which what they say should be read. */
  private readonly observers: readonly Observer[];
  private readonly states: StateMachine;
  private readonly kept: { readonly fragments: Fragments; readonly budget: StreamBudget };

  constructor(options: TrackOptions) {
    this.events.enabled = options.explain;
    this.keys = options.keys ?? new KeyLog();
    this.states = new StateMachine(options.timeWait, options.explain || options.changes === true, this.changes);
    const limits = { ...LIMITS, ...options.limits };
    const fragments = new Fragments(limits);
    const budget = new StreamBudget(limits.streams, limits.stream);
    this.kept = { fragments, budget };
    for (const protocol of [ipv4, ipv6Fragment]) this.followers.set(protocol, fragments);
    const quicConnections = new QuicConnections(this.events, this.keys, applicationsOverQuic(this.events));
    this.followers.set(quic, quicConnections);
    const media = new AnnouncedMedia();
    const datagrams = new UdpStreams(media, [quicConnections, new LikelyMedia(this.events)]);
    for (const protocol of [udp, udpLite]) this.followers.set(protocol, datagrams);
    this.connections = new Connections(
      this.states,
      this.events,
      options.payload ?? openStreams(this.events, this.keys, { ...options, budget }),
      options.awake,
      options.remembered,
    );
    this.followers.set(tcp, this.connections);
    this.followers.set(radius, new RadiusExchanges());
    this.followers.set(eap, new EapTls(this.events, this.keys));
    this.followers.set(data, new SignalledMedia(media));
    const announcements = new Announcements(this.events, media);
    this.followers.set(sdp, announcements);
    const mediaStreams = new MediaStreams(this.events);
    for (const protocol of [rtp, rtcp]) this.followers.set(protocol, mediaStreams);
    const transactions = new DnsTransactions(this.events);
    for (const protocol of [dns, dnsOverHttps, dnsOverQuic, mdns, llmnr]) this.followers.set(protocol, transactions);
    const { events } = this;
    this.observers = [
      new IcmpReports(events),
      new Names(events),
      new LinkNames(events),
      new Netbios(events),
      new Ssdp(events),
      new Neighbours(events),
      new Leases(events),
      new Ipv6Leases(events),
      new Clocks(events),
      new LinkStates(events),
      new Groups(events),
      new Bridges(events),
      new LinkNeighbours(events),
      new PppLinks(events),
      new RemoteAccess(events),
      new Authentications(events),
      new Calls(events),
      announcements,
      ...(options.beside === undefined ? [] : [options.beside(events)]),
      new Tunnels(events),
      new Headers(events),
      new Contents(events),
    ];
  }

  /** What was given up so far because a limit was reached. */
  get givenUp(): GivenUp {
    return { datagrams: this.kept.fragments.givenUp, streams: this.kept.budget.givenUp };
  }

  /** Lets the capture's clock go on without a packet: nanoseconds since the first frame. */
  advance(now: number): void {
    if (this.changes.length > 0) this.changes.length = 0;
    this.states.expire(now);
  }

  /** Takes a decoded packet in. Layers that followers add (reassembled datagrams, messages) are followed in turn. */
  track(packet: Packet): void {
    this.events.reset();
    if (this.changes.length > 0) this.changes.length = 0;
    this.timeline.mark(packet.frame);
    this.states.expire(packet.frame.relativeSeconds * 1e9 + packet.frame.relativeNanoseconds);
    let observing = 0;
    for (let i = 1; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      if (this.protocols[i] !== layer.protocol) this.lookUp(i, layer.protocol);
      observing |= this.observing[i]!;
      const follower = this.following[i]!;
      if (follower === null || !(layer.quoted ? follower.followsQuoted : layer.whole)) continue;
      follower.follow(layer, packet);
    }
    if (this.events.enabled) this.observe(packet, observing);
  }

  private lookUp(depth: number, protocol: Protocol): void {
    let observing = 0;
    for (let i = 0; i < this.observers.length; i++) {
      if (this.observers[i]!.about.includes(protocol.id)) observing |= 1 << i;
    }
    this.protocols[depth] = protocol;
    this.following[depth] = this.followers.get(protocol) ?? null;
    this.observing[depth] = observing;
  }

  private observe(packet: Packet, observing: number): void {
    const { observers } = this;
    for (let i = 0; i < observers.length; i++) if (observing & (1 << i)) observers[i]!.observe(packet);
  }
}
