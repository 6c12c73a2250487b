import type { Layer } from '../core/layer.ts';
import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import { stringOf } from '../core/octet-text.ts';
import { concluded, type EventLog, seen } from '../events/event.ts';
import { addressOf } from '../flows/address-evidence.ts';
import { announcement, CLIENT, EXTENDED_PASSIVE, FtpLine, ftp, PASSIVE, PORT, SERVER } from '../protocols/ftp.ts';
import { addressOfLayer } from '../protocols/ftp-address.ts';
import { ftpData, Transfer } from '../protocols/ftp-data.ts';
import { dstPort, srcPort } from '../protocols/tcp.ts';
import { isCommand, replyCode, TextLine } from '../protocols/text-line.ts';
import type { Arrival, StreamDecoder, StreamProtocol } from './stream.ts';
import { beginsText } from './text-lines.ts';

/** From where an active server opens data connections (RFC 959 §3.2). */
const DATA_PORT = 20;

/** Announced connections that are remembered; the oldest are forgotten first. */
const TRANSFER_COUNT = 4096;
/** Octets of a command that are shown with its data. */
const LONGEST_COMMAND = 256;

/** FTP in byte streams: the control connection, and what it announced of data connections (RFC 959 §3.2, RFC 2428). */
export class FtpProtocol implements StreamProtocol {
  readonly names = ['ftp'];
  readonly events: EventLog;
  readonly transfers: Transfers;

  constructor(events: EventLog, transfers: Transfers) {
    this.events = events;
    this.transfers = transfers;
  }

  recognise(bytes: Uint8Array, from: number, _to: number, portA: number, portB: number): boolean {
    return (portA === PORT || portB === PORT) && beginsText(bytes[from]!);
  }

  open(): StreamDecoder {
    return new FtpStream(this);
  }
}

/** The data connections of all control connections, by the port that was announced. */
export class Transfers {
  /** The last ones, by a number of their own. */
  private readonly known = new Map<number, Transfer>();
  private readonly byPort = new Map<number, number>();
  private last = 0;

  add(transfer: Transfer): number {
    const id = ++this.last;
    this.known.set(id, transfer);
    this.byPort.set(transfer.port, id);
    if (this.known.size > TRANSFER_COUNT) this.forgetOldest();
    return id;
  }

  get(id: number): Transfer | null {
    return this.known.get(id) ?? null;
  }

  /** The number of the one that was announced for an end of this connection, or 0. */
  of(portA: number, portB: number, tcp: Layer): number {
    if (this.byPort.size === 0) return 0;
    const id = this.byPort.get(portA) ?? this.byPort.get(portB);
    if (id === undefined) return 0;
    return announcerOf(this.known.get(id)!, tcp) === null ? 0 : id;
  }

  private forgetOldest(): void {
    const [id, { port }] = this.known.entries().next().value!;
    this.known.delete(id);
    if (this.byPort.get(port) === id) this.byPort.delete(port);
  }
}

/** The end that a transfer was announced for; null when it was for neither. Both may have the same port. */
export function announcerOf({ port, addresses }: Transfer, tcp: Layer): 'source' | 'destination' | null {
  const has = (side: 'source' | 'destination', ownPort: number): boolean =>
    ownPort === port && addresses.includes(addressOfLayer(tcp.network, side) ?? '');
  if (has('source', srcPort(tcp))) return 'source';
  return has('destination', dstPort(tcp)) ? 'destination' : null;
}

/** No transfer. */
const NONE = 0;

const line = new TextLine();
const words = new FtpLine();

class FtpStream implements StreamDecoder {
  readonly protocol: FtpProtocol;
  readonly kept = 0;
  readonly anew = true;
  opaque = false;
  private asksTls = false;
  /** What was announced last. */
  private transfer = NONE;

  constructor(protocol: FtpProtocol) {
    this.protocol = protocol;
  }

  /** What a segment carries is shown as it comes: people type here, and no line is waited for. */
  measure(_direction: 0 | 1, _bytes: Uint8Array, from: number, to: number): number {
    return to - from;
  }

  message(_direction: 0 | 1, bytes: Uint8Array, from: number, to: number, wireEnd: number, arrival: Arrival): void {
    const { packet, tcp } = arrival;
    const before = packet.count;
    packet.decode(ftp, bytes, from, to, wireEnd);
    const layer = packet.count > before ? packet.layers[before]! : null;
    const isServer = srcPort(tcp) === PORT;
    if (layer !== null) layer.context = isServer ? SERVER : CLIENT;
    line.begin(from);
    while (line.step(bytes, to)) {
      if (isServer) this.reply(layer, bytes, line.at, line.end, arrival);
      else this.command(layer, bytes, line.at, line.end, arrival);
    }
  }

  private command(layer: Layer | null, bytes: Uint8Array, at: number, end: number, arrival: Arrival): void {
    const is = (word: string): boolean => isCommand(bytes, at, end, word);
    if (is('PORT')) this.announce('PORT', layer, bytes, at, end, arrival);
    else if (is('EPRT')) this.announce('EPRT', layer, bytes, at, end, arrival);
    else if (is('PASV') || is('EPSV')) this.transfer = NONE;
    else if (is('AUTH')) this.asksTls = true;
    else if (is('PASS')) this.raisePassword(layer, at, end, arrival);
    else if (TRANSFERRING.some(is)) this.ask(bytes, at, end, arrival);
  }

  private ask(bytes: Uint8Array, at: number, end: number, { packet }: Arrival): void {
    const transfer = this.protocol.transfers.get(this.transfer);
    if (transfer === null) return;
    transfer.command = stringOf(bytes, at, Math.min(end, at + LONGEST_COMMAND));
    transfer.commandFrame = packet.frame.number;
  }

  private reply(layer: Layer | null, bytes: Uint8Array, at: number, end: number, arrival: Arrival): void {
    const code = replyCode(bytes, at, end);
    if (code < 0) return;
    if (code === PASSIVE) this.announce('PASV', layer, bytes, at, end, arrival);
    else if (code === EXTENDED_PASSIVE) this.announce('EPASV', layer, bytes, at, end, arrival);
    if (code >= FAILURES && bytes[at + 3] !== HYPHEN) this.raiseRefused(layer, code, at, end, arrival);
    if (!this.asksTls) return;
    this.asksTls = false;
    if (code !== SECURITY_AGREED) return;
    this.opaque = true;
    const { events } = this.protocol;
    const { packet, tcp, about } = arrival;
    if (layer === null || !events.enabled) return;
    events.raise('ftp.tls', layer, about, { server: addressOf(packet, tcp.network!, 'source') });
  }

  private announce(
    method: Method,
    layer: Layer | null,
    bytes: Uint8Array,
    at: number,
    end: number,
    { packet, tcp, about }: Arrival,
  ): void {
    const said = announcement(bytes, at, end);
    if (said === null) return;
    // Behind a translator the address may be another one than the one that was written into the text.
    const own = addressOfLayer(tcp.network, 'source');
    const addresses = [said.address, own].filter((address) => address !== null);
    this.transfer = this.protocol.transfers.add(new Transfer(said.port, addresses, method, packet.frame.number));
    const { events } = this.protocol;
    if (layer === null || !events.enabled) return;
    const { number } = packet.frame;
    const [addressField, portField] = FIELDS.get(method)!;
    events.raise('ftp.data', layer, about, {
      announcer: addressOf(packet, tcp.network!, 'source'),
      address:
        said.address === null
          ? addressOf(packet, tcp.network!, 'source')
          : concluded(said.address, number, addressField + (said.address.includes(':') ? 'v6' : '')),
      port: concluded(said.port, number, portField),
      method: concluded(method === 'EPASV' ? 'EPSV' : method, number),
    });
  }

  private raisePassword(layer: Layer | null, at: number, end: number, { packet, tcp, about }: Arrival): void {
    const { events } = this.protocol;
    if (layer === null || !events.enabled) return;
    const { argumentAt } = words.command(layer.bytes, at, end);
    events.raise('ftp.password', layer, about, {
      client: addressOf(packet, tcp.network!, 'source'),
      server: addressOf(packet, tcp.network!, 'destination'),
      length: concluded(end - argumentAt, packet.frame.number),
    });
  }

  private raiseRefused(layer: Layer | null, code: number, at: number, end: number, arrival: Arrival): void {
    const { events } = this.protocol;
    if (layer === null || !events.enabled) return;
    const { packet, tcp, about } = arrival;
    const text = Math.min(end, at + 4);
    events.raise('ftp.refused', layer, about, {
      server: addressOf(packet, tcp.network!, 'source'),
      code: seen(packet, layer, 'ftp.response.code', at, 3, code),
      text: seen(packet, layer, 'ftp.response.arg', text, end - text, stringOf(layer.bytes, text, end)),
    });
  }

  rest(out: OctetStringWriter): void {
    out.flag(this.opaque);
    out.flag(this.asksTls);
    out.number(this.transfer);
  }

  wake(left: OctetStringReader): void {
    this.opaque = left.flag();
    this.asksTls = left.flag();
    this.transfer = left.number();
  }

  close(): void {}
}

const HYPHEN = 45;
/** Codes of replies (RFC 959 §4.2.2, RFC 2228 §3). */
const SECURITY_AGREED = 234;
const FAILURES = 400;

/** Commands that open the data connection (RFC 959 §4.1.3, RFC 3659 §7). */
const TRANSFERRING = ['RETR', 'STOR', 'LIST', 'NLST', 'MLSD', 'APPE', 'STOU'];

/** The fields that have the address and the port. */
const FIELDS: ReadonlyMap<Method, readonly [address: string, port: string]> = new Map([
  ['PORT', ['ftp.active.cip', 'ftp.active.port']],
  ['EPRT', ['ftp.eprt.ip', 'ftp.eprt.port']],
  ['PASV', ['ftp.passive.ip', 'ftp.passive.port']],
  ['EPASV', ['ftp.epsv.ip', 'ftp.epsv.port']],
] as const);

type Method = 'PORT' | 'EPRT' | 'PASV' | 'EPASV';

/** Data connections: on the port that stands for them, or announced. */
export class FtpDataProtocol implements StreamProtocol {
  readonly transfers: Transfers;

  constructor(transfers: Transfers) {
    this.transfers = transfers;
  }

  recognise(_bytes: Uint8Array, _from: number, _to: number, portA: number, portB: number, arrival?: Arrival): boolean {
    if (portA === DATA_PORT || portB === DATA_PORT) return true;
    return arrival !== undefined && this.transfers.of(portA, portB, arrival.tcp) !== NONE;
  }

  open(): StreamDecoder {
    return new FtpDataStream(this);
  }
}

class FtpDataStream implements StreamDecoder {
  readonly protocol: FtpDataProtocol;
  readonly opaque = false;
  readonly kept = 0;
  /** Which one it is; looked up with the first octets. */
  private transfer = UNKNOWN;

  constructor(protocol: FtpDataProtocol) {
    this.protocol = protocol;
  }

  measure(_direction: 0 | 1, _bytes: Uint8Array, from: number, to: number): number {
    return to - from;
  }

  message(
    _direction: 0 | 1,
    bytes: Uint8Array,
    from: number,
    to: number,
    wireEnd: number,
    { packet, tcp }: Arrival,
  ): void {
    const { transfers } = this.protocol;
    if (this.transfer === UNKNOWN) this.transfer = transfers.of(srcPort(tcp), dstPort(tcp), tcp);
    const before = packet.count;
    packet.decode(ftpData, bytes, from, to, wireEnd);
    if (packet.count > before) packet.layers[before]!.context = transfers.get(this.transfer);
  }

  rest(out: OctetStringWriter): void {
    out.number(this.transfer);
  }

  wake(left: OctetStringReader): void {
    this.transfer = left.number();
  }

  close(): void {}
}

const UNKNOWN = -1;
