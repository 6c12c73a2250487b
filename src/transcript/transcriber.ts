import type { Layer } from '../core/layer.ts';
import { textOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { catalogue } from '../events/catalogue.ts';
import type { EventLog } from '../events/event.ts';
import { addressText } from '../flows/address-evidence.ts';
import { DatagramFlows } from '../flows/datagram-flows.ts';
import type { Flow } from '../flows/flow.ts';
import { UdpStream } from '../flows/udp-streams.ts';
import * as arp from '../protocols/arp.ts';
import { ipv4 } from '../protocols/ipv4.ts';
import { tcp } from '../protocols/tcp.ts';
import { HEADER as UDP_HEADER } from '../protocols/udp.ts';
import type { Connections } from '../tcp/connections.ts';
import { Segment } from '../tcp/segment.ts';
import { summarize, tcpFlows } from '../tcp/summary.ts';
import { type Dialogue, type Fact, type Transcript, titleOf } from './dialogue.ts';
import { endingFacts } from './ending.ts';
import { Handshake, sides } from './handshake.ts';
import { Steps } from './steps.ts';
import { tellingOf, tellsMessages } from './telling.ts';
import { TroubleFrames, troubleFacts } from './trouble.ts';
import { endpointText, USUALLY_NORMALIZED, type Volatile } from './volatile.ts';

/** Dialogues that are kept. */
const MOST_DIALOGUES = 20_000;

/** Faults that no other line of a transcript tells of. */
const FAULTS =
  /checksum\.bad$|fcs\.bad$|\.conflict$|^websocket\.(accept\.wrong|unmasked|masked)$|^eapol\.key\.replayed$/;

/**
 * Messages by which hosts of one link find and keep each other: how many there are, and who asks whom first, depends on
 * what was known before. They are told as a set.
 */
const HOUSEKEEPING = new Set(['arp', 'igmp', 'stp', 'lldp', 'cdp']);
/** Of ICMPv6: multicast listeners and neighbours (RFC 2710, 3810, 4861). */
const HOUSEKEEPING_V6 = new Set([130, 131, 132, 133, 134, 135, 136, 137, 143]);

/** Services whose ports another conversation names: they are free ones. */
const ANNOUNCED = new Set(['ftp-data', 'rtp', 'rtcp']);

/** What is gathered of one conversation. */
interface Draft {
  readonly steps: Steps;
  readonly handshake: Handshake;
  readonly faults: Set<string>;
  readonly messages: Set<string>;
  /** Of the first packet of each end: A, B. */
  readonly macs: [string | null, string | null];
  readonly ipIds: [number | null, number | null];
  firstFrame: number;
  readonly trouble: TroubleFrames;
  /** Of one that no flow tells of. */
  protocol: string;
  names: readonly [string, string];
}

/** Makes a transcript: takes every packet of a capture, tracked with events, in turn. */
export class Transcriber {
  private readonly normalized: ReadonlySet<Volatile>;
  private readonly events: EventLog;
  private readonly datagrams = new DatagramFlows();
  private readonly drafts = new Map<string, Draft>();
  private leftOut = 0;

  constructor(events: EventLog, normalized: readonly Volatile[] = USUALLY_NORMALIZED) {
    this.events = events;
    this.normalized = new Set(normalized);
  }

  packet(packet: Packet): void {
    summarize(packet, true);
    this.datagrams.packet(packet, true);
    const carrier = carrierOf(packet);
    if (carrier === null) this.other(packet);
    else if (carrier.context instanceof Segment) this.segment(carrier.context, carrier, packet);
    else if (carrier.context instanceof UdpStream) this.datagram(carrier.context, carrier, packet);
  }

  /** What was gathered, once all packets were taken. */
  finish(connections: Connections): Transcript {
    const dialogues: (Dialogue & { readonly firstFrame: number })[] = [];
    const add = (draft: Draft | undefined, dialogue: (draft: Draft) => Dialogue): void => {
      if (draft !== undefined) dialogues.push({ ...dialogue(draft), firstFrame: draft.firstFrame });
    };
    for (const flow of tcpFlows(connections)) {
      add(this.drafts.get(`tcp ${flow.stream}`), (draft) => this.connection(flow, draft));
    }
    for (const flow of this.datagrams) {
      if (flow.protocol === 'udp') add(this.drafts.get(`udp ${flow.stream}`), (draft) => this.talk(flow, draft));
    }
    for (const draft of this.drafts.values()) if (draft.protocol !== '') add(draft, (each) => this.exchange(each));
    dialogues.sort((one, other) => one.firstFrame - other.firstFrame);
    return { normalized: [...this.normalized], dialogues: joined(dialogues, this.leftOut) };
  }

  private segment(segment: Segment, layer: Layer, packet: Packet): void {
    const draft = this.draft(`tcp ${segment.connection.stream}`, packet);
    if (draft === null) return;
    const fromA = segment.sender === segment.connection.a;
    this.note(draft, packet, layer, fromA);
    draft.handshake.segment(segment, layer);
    draft.trouble.segment(segment);
    const told = this.tell(draft, packet, layer, fromA);
    const octets = Math.max(0, Math.min(segment.length, (segment.next - segment.expectedSeq) | 0));
    if (told || segment.length === 0 || octets === 0) return;
    draft.steps.payload(octets, saidIn(layer), fromA, packet.frame.number);
  }

  private datagram(stream: UdpStream, layer: Layer, packet: Packet): void {
    const draft = this.draft(`udp ${stream.stream}`, packet);
    if (draft === null) return;
    const fromA = stream.direction === 0;
    this.note(draft, packet, layer, fromA);
    if (this.tell(draft, packet, layer, fromA)) return;
    const octets = Math.max(0, layer.wireEnd - layer.start - UDP_HEADER);
    draft.steps.datagram(octets, saidIn(layer), fromA, packet.frame.number);
  }

  /** What neither TCP nor UDP carries: told by addresses. */
  private other(packet: Packet): void {
    const layer = topOf(packet);
    if (layer === null) return;
    const [source, destination] = addressesOf(layer, packet, this.normalized);
    const pair = source < destination ? `${source} ${destination}` : `${destination} ${source}`;
    const draft = this.draft(`${layer.protocol.id} ${pair}`, packet);
    if (draft === null) return;
    if (draft.protocol === '') {
      draft.protocol = layer.protocol.id;
      draft.names = [source, destination];
    }
    const fromA = draft.names[0] === source;
    this.note(draft, packet, layer, fromA);
    const told = tellingOf(layer, packet, this.normalized);
    if (isHousekeeping(layer)) draft.messages.add(told?.text ?? layer.protocol.name);
    else if (told !== null) draft.steps.message(told, fromA, packet.frame.number);
    else draft.steps.datagram(layer.wireEnd - layer.start, '', fromA, packet.frame.number);
  }

  /** Tells what stands above the carrier. False when there is nothing that is told as a message. */
  private tell(draft: Draft, packet: Packet, carrier: Layer, fromA: boolean): boolean {
    let any = false;
    for (let i = carrier.index + 1; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      if (layer.quoted) continue;
      const told = tellingOf(layer, packet, this.normalized);
      if (told === null) continue;
      any = true;
      const shown = this.normalized.has('dns-id') ? { ...told, id: null } : told;
      const text = this.normalized.has('time') ? shown.text : `${shown.text} (${momentOf(packet)} s)`;
      draft.steps.message({ ...shown, text }, fromA, packet.frame.number);
    }
    return any;
  }

  private note(draft: Draft, packet: Packet, layer: Layer, fromA: boolean): void {
    for (const { id } of this.events.raised) if (FAULTS.test(id) && catalogue[id] !== undefined) draft.faults.add(id);
    for (const { fault, code } of packet.issues) if (fault === 'malformed') draft.faults.add(`malformed ${code}`);
    const side = fromA ? 0 : 1;
    if (!this.normalized.has('mac')) draft.macs[side] ??= senderMac(packet);
    if (!this.normalized.has('ip-id')) draft.ipIds[side] ??= ipIdOf(layer);
  }

  private draft(key: string, packet: Packet): Draft | null {
    const known = this.drafts.get(key);
    if (known !== undefined) return known;
    if (this.drafts.size >= MOST_DIALOGUES) {
      this.leftOut++;
      return null;
    }
    const made: Draft = {
      steps: new Steps(),
      handshake: new Handshake(),
      faults: new Set(),
      messages: new Set(),
      macs: [null, null],
      ipIds: [null, null],
      firstFrame: packet.frame.number,
      trouble: new TroubleFrames(),
      protocol: '',
      names: ['', ''],
    };
    this.drafts.set(key, made);
    return made;
  }

  private connection(flow: Flow, draft: Draft): Dialogue {
    const aIsClient = flow.a.role !== 'server' && flow.b.role !== 'client';
    const opening: Fact[] = flow.midStream ? [{ key: 'opening', value: 'not captured', frame: 0 }] : [];
    return this.dialogue(flow, draft, aIsClient, [
      ...opening,
      ...draft.handshake.facts(this.normalized),
      ...this.identities(draft, aIsClient),
      ...troubleFacts(flow, aIsClient, draft.trouble),
      ...faultFacts(draft),
      ...endingFacts(flow, aIsClient),
    ]);
  }

  private talk(flow: Flow, draft: Draft): Dialogue {
    const aIsClient = flow.a.role !== 'server' && flow.b.role !== 'client';
    const facts = [...this.identities(draft, aIsClient), ...faultFacts(draft)];
    return this.dialogue(flow, draft, aIsClient, facts);
  }

  private exchange(draft: Draft): Dialogue {
    const { protocol, names, messages } = draft;
    const facts: Fact[] = [...this.identities(draft, true)];
    if (messages.size > 0)
      facts.push({ key: 'messages', value: [...messages].sort().join(', '), frame: draft.firstFrame });
    const [client, server] = messages.size > 0 ? [...names].sort() : names;
    const steps = this.steps(draft, true, true);
    return { protocol, service: '', client: client!, server: server!, facts: [...facts, ...faultFacts(draft)], steps };
  }

  private dialogue(flow: Flow, draft: Draft, aIsClient: boolean, facts: readonly Fact[]): Dialogue {
    const { protocol, service } = flow;
    const [client, server] = aIsClient ? [flow.a, flow.b] : [flow.b, flow.a];
    const announced = ANNOUNCED.has(service ?? '');
    const recognised = service !== null && tellsMessages(service);
    return {
      protocol,
      service: service ?? '',
      client: endpointText(client.name, true, announced, this.normalized),
      server: endpointText(server.name, false, announced, this.normalized),
      facts,
      steps: this.steps(draft, aIsClient, recognised),
    };
  }

  private steps({ steps }: Draft, aIsClient: boolean, recognised: boolean) {
    const { normalized } = this;
    const form = { sizes: !normalized.has('sizes'), content: !normalized.has('content') };
    return [...steps.told(aIsClient, form, recognised)];
  }

  /** Of the packets of each end, what is only shown where somebody asks for it. */
  private *identities({ macs, ipIds, firstFrame }: Draft, aIsClient: boolean): Generator<Fact> {
    const [client, server] = aIsClient ? [0, 1] : [1, 0];
    const frame = firstFrame;
    if (!this.normalized.has('ip-id')) yield { key: 'ip id', value: sides(ipIds[client!], ipIds[server!]), frame };
    if (!this.normalized.has('mac')) yield { key: 'mac', value: sides(macs[client!], macs[server!]), frame };
  }
}

/** Conversations between the same ends over datagrams are one dialogue: a client asks from another port each time. */
function joined(dialogues: readonly Dialogue[], leftOut: number): Dialogue[] {
  const kept: Dialogue[] = [];
  const byTitle = new Map<string, number>();
  for (const dialogue of dialogues) {
    const title = titleOf(dialogue);
    const at = dialogue.protocol === 'tcp' ? undefined : byTitle.get(title);
    if (at === undefined) {
      byTitle.set(title, kept.length);
      kept.push(dialogue);
      continue;
    }
    const { facts, steps } = kept[at]!;
    const inTurn = [...steps, ...dialogue.steps].sort((one, other) => one.frame - other.frame);
    kept[at] = { ...dialogue, facts: [...facts, ...dialogue.facts.filter((fact) => !has(facts, fact))], steps: inTurn };
  }
  return kept.map((dialogue, i) => {
    const { protocol, service, client, server, facts, steps } = dialogue;
    const more: Fact[] =
      leftOut > 0 && i === kept.length - 1 ? [{ key: 'left out', value: String(leftOut), frame: 0 }] : [];
    return { protocol, service, client, server, facts: [...facts, ...more], steps };
  });
}

const has = (facts: readonly Fact[], { key, value }: Fact): boolean =>
  facts.some((fact) => fact.key === key && fact.value === value);

const faultFacts = ({ faults, firstFrame }: Draft): Fact[] =>
  faults.size === 0 ? [] : [{ key: 'faults', value: [...faults].sort().join(', '), frame: firstFrame }];

/** The topmost layer of TCP or UDP that memory knows, unless an error quotes it. */
function carrierOf(packet: Packet): Layer | null {
  for (let i = packet.count - 1; i > 0; i--) {
    const layer = packet.layers[i]!;
    if (layer.quoted) continue;
    const { context } = layer;
    if ((layer.protocol === tcp && context instanceof Segment) || context instanceof UdpStream) return layer;
  }
  return null;
}

/** The last layer that a packet is about. */
function topOf(packet: Packet): Layer | null {
  let top: Layer | null = null;
  for (let i = 1; i < packet.count; i++) {
    const layer = packet.layers[i]!;
    if (!layer.quoted && layer.protocol.id !== 'data') top = layer;
  }
  return top;
}

function isHousekeeping({ protocol, bytes, start }: Layer): boolean {
  if (protocol.id === 'icmpv6') return HOUSEKEEPING_V6.has(bytes[start]!);
  return HOUSEKEEPING.has(protocol.id);
}

function addressesOf(top: Layer, packet: Packet, normalized: ReadonlySet<Volatile>): readonly [string, string] {
  if (top.protocol === arp.arp && top.whole && arp.hasIpv4(top)) {
    return [arp.senderProtocolAt(top), arp.targetProtocolAt(top)].map((at) => addressText('ipv4', top.bytes, at)) as [
      string,
      string,
    ];
  }
  for (let i = top.index; i > 0; i--) {
    const layer = packet.layers[i]!;
    const { addresses } = layer.protocol;
    if (addresses === undefined || layer.quoted || !layer.whole) continue;
    if (addresses.kind === 'mac' && normalized.has('mac')) break;
    const text = (at: number) => addressText(addresses.kind, layer.bytes, at);
    return [text(addresses.source(layer)), text(addresses.destination(layer))];
  }
  return ['*', '*'];
}

function senderMac(packet: Packet): string | null {
  for (let i = 1; i < packet.count; i++) {
    const { protocol, bytes, whole } = packet.layers[i]!;
    if (protocol.addresses?.kind !== 'mac' || !whole) continue;
    return addressText('mac', bytes, protocol.addresses.source(packet.layers[i]!));
  }
  return null;
}

function ipIdOf({ network }: Layer): number | null {
  if (network === null || network.protocol !== ipv4) return null;
  return (network.bytes[network.start + 4]! << 8) | network.bytes[network.start + 5]!;
}

const momentOf = ({ frame }: Packet): string => (frame.relativeSeconds + frame.relativeNanoseconds / 1e9).toFixed(6);

/** Payload that reads as text; empty for any other. */
function saidIn({ bytes, headerEnd, capturedEnd }: Layer): string {
  const said = textOf(bytes, headerEnd, Math.min(capturedEnd, headerEnd + LONGEST_SAID));
  return NO_TEXT.test(said) ? '' : said;
}

/** Octets that are looked at. */
const LONGEST_SAID = 160;
/** Controls other than tabulator and line ends, and what is not UTF-8. */
const NO_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/;
