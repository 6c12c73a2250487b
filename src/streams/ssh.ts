import type { Layer } from '../core/layer.ts';
import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import { stringOf } from '../core/octet-text.ts';
import { concluded, type EventLog, seen } from '../events/event.ts';
import { addressOf } from '../flows/address-evidence.ts';
import {
  BEFORE_VERSIONS,
  CHOSEN_GROUP,
  DIFFIE_HELLMAN,
  ELLIPTIC_CURVE,
  ENCRYPTED,
  ENCRYPTED_BEFORE_VERSIONS,
  HEADER,
  isBanner,
  KEY_EXCHANGE_INIT,
  looksLikePacket,
  NEW_KEYS,
  nameList,
  nameListAt,
  type Phase,
  PORT,
  packetLength,
  phaseOf,
  ssh,
} from '../protocols/ssh.ts';
import { dstPort } from '../protocols/tcp.ts';
import { lineFeed } from '../protocols/text-line.ts';
import { type Arrival, NEED_MORE, type StreamDecoder, type StreamProtocol } from './stream.ts';

/** Octets of the line at the beginning that are waited for; RFC 4253 §4.2 allows 255. */
const LONGEST_BANNER = 1 << 12;
/** Octets of a list of key exchange methods that are kept until the other side's comes. */
const LONGEST_LIST = 1 << 12;

/** SSH in a byte stream: in clear text until both sides have New Keys (RFC 4253 §7.3). */
export function sshProtocol(events: EventLog): StreamProtocol {
  const protocol: StreamProtocol = {
    recognise: (bytes, from, to, portA, portB) => portA === PORT || portB === PORT || isBanner(bytes, from, to),
    open: () => new SshStream(protocol, events),
  };
  return protocol;
}

/** How far one side has come. */
const NEW = 0;
const CLEAR = 1;
const SECRET = 2;
type Stage = typeof NEW | typeof CLEAR | typeof SECRET;

const PHASES: readonly Phase[] = [DIFFIE_HELLMAN, ELLIPTIC_CURVE, CHOSEN_GROUP];

class SshStream implements StreamDecoder {
  readonly protocol: StreamProtocol;
  private readonly events: EventLog;
  readonly opaque = false;
  private readonly stages: [Stage, Stage] = [NEW, NEW];
  private phase = DIFFIE_HELLMAN;
  /** Sides that said which version they speak. */
  private versions = 0;
  /** The methods of the side that spoke first, and whether that was the client; empty before and afterwards. */
  private methods = '';
  private methodsOfClient = false;
  private toldEncrypted = false;

  constructor(protocol: StreamProtocol, events: EventLog) {
    this.protocol = protocol;
    this.events = events;
  }

  get kept(): number {
    return this.methods.length;
  }

  measure(direction: 0 | 1, bytes: Uint8Array, from: number, to: number): number {
    const stage = this.stages[direction];
    if (stage === NEW && mayBeBanner(bytes, from, to)) return measureLine(bytes, from, to);
    if (stage === SECRET) return to - from;
    if (to - from < HEADER) return NEED_MORE;
    return looksLikePacket(bytes, from) ? 4 + packetLength(bytes, from) : to - from;
  }

  message(direction: 0 | 1, bytes: Uint8Array, from: number, to: number, wireEnd: number, arrival: Arrival): void {
    const { packet } = arrival;
    const before = packet.count;
    packet.decode(ssh, bytes, from, to, wireEnd);
    const layer = packet.count > before ? packet.layers[before]! : null;
    if (this.stages[direction] === NEW && isBanner(bytes, from, to)) {
      this.stages[direction] = CLEAR;
      this.versions++;
      if (layer !== null) layer.context = this.versions < 2 ? BEFORE_VERSIONS : DIFFIE_HELLMAN;
      this.tellVersion(layer, arrival);
      return;
    }
    const clear = this.stages[direction] !== SECRET && to - from >= HEADER && looksLikePacket(bytes, from);
    if (!clear) this.stages[direction] = SECRET;
    else if (bytes[from + 5] === KEY_EXCHANGE_INIT) this.negotiate(layer, bytes, from, to, arrival);
    if (layer !== null) layer.context = this.phaseNow(clear);
    if (!clear) this.tellEncrypted(layer, arrival);
    else this.stages[direction] = bytes[from + 5] === NEW_KEYS ? SECRET : CLEAR;
  }

  private phaseNow(clear: boolean): Phase {
    if (this.versions < 2) return clear ? BEFORE_VERSIONS : ENCRYPTED_BEFORE_VERSIONS;
    return clear ? this.phase : ENCRYPTED;
  }

  /** The first method of the client's that the server has, too (RFC 4253 §7.1). */
  private negotiate(layer: Layer | null, bytes: Uint8Array, from: number, to: number, arrival: Arrival): void {
    const methods = nameList(bytes, from, to, 0);
    if (methods === null || methods.length > LONGEST_LIST) return;
    const byClient = dstPort(arrival.tcp) === PORT;
    this.tellAlgorithms(layer, byClient, arrival);
    const other = this.methods;
    if (other === '' || byClient === this.methodsOfClient) {
      this.methods = methods;
      this.methodsOfClient = byClient;
      return;
    }
    const [client, server] = byClient ? [methods, other] : [other, methods];
    const offered = new Set(server.split(','));
    this.phase = phaseOf(client.split(',').find((method) => offered.has(method)) ?? '');
    this.methods = '';
  }

  private tellVersion(layer: Layer | null, { packet, tcp, about }: Arrival): void {
    const { events } = this;
    if (layer === null || !events.enabled) return;
    const { bytes, start, capturedEnd } = layer;
    const version = stringOf(bytes, start, capturedEnd).trimEnd();
    events.raise('ssh.version', layer, about, {
      sender: addressOf(packet, tcp.network!, 'source'),
      version: seen(packet, layer, 'ssh.protocol', start, version.length, version),
    });
  }

  private tellAlgorithms(layer: Layer | null, byClient: boolean, { packet, tcp, about }: Arrival): void {
    const { events } = this;
    if (layer === null || !events.enabled) return;
    const { bytes, start, capturedEnd } = layer;
    const first = (index: number, field: string) => {
      const name = (nameList(bytes, start, capturedEnd, index) ?? '').split(',', 1)[0]!;
      return seen(packet, layer, field, nameListAt(bytes, start, capturedEnd, index), name.length, name);
    };
    events.raise('ssh.algorithms', layer, about, {
      sender: addressOf(packet, tcp.network!, 'source'),
      method: first(0, 'ssh.kex_algorithms'),
      cipher: byClient
        ? first(2, 'ssh.encryption_algorithms_client_to_server')
        : first(3, 'ssh.encryption_algorithms_server_to_client'),
    });
  }

  private tellEncrypted(layer: Layer | null, { packet, tcp, about }: Arrival): void {
    const { events } = this;
    if (layer === null || this.toldEncrypted || !events.enabled) return;
    this.toldEncrypted = true;
    events.raise('ssh.encrypted', layer, about, {
      sender: addressOf(packet, tcp.network!, 'source'),
      length: concluded(layer.wireEnd - layer.start, packet.frame.number),
    });
  }

  /** Behind a hole nobody knows where a packet begins. */
  forget(direction: 0 | 1): void {
    if (this.stages[direction] === CLEAR) this.stages[direction] = SECRET;
  }

  rest(out: OctetStringWriter): void {
    out.number(this.stages[0]);
    out.number(this.stages[1]);
    out.number(PHASES.indexOf(this.phase));
    out.number(this.versions);
    out.text(this.methods);
    out.flag(this.methodsOfClient);
    out.flag(this.toldEncrypted);
  }

  wake(left: OctetStringReader): void {
    this.stages[0] = left.number() as Stage;
    this.stages[1] = left.number() as Stage;
    this.phase = PHASES[left.number()]!;
    this.versions = left.number();
    this.methods = left.string();
    this.methodsOfClient = left.flag();
    this.toldEncrypted = left.flag();
  }

  close(): void {}
}

/** What begins with `SSH-`, as far as it is there. */
function mayBeBanner(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = 0; i < 4 && from + i < to; i++) if (bytes[from + i] !== 'SSH-'.charCodeAt(i)) return false;
  return true;
}

function measureLine(bytes: Uint8Array, from: number, to: number): number {
  const feed = lineFeed(bytes, from, to);
  if (feed >= 0) return feed + 1 - from;
  return to - from >= LONGEST_BANNER ? to - from : NEED_MORE;
}
