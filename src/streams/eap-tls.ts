import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { EventLog } from '../events/event.ts';
import { hopAddress } from '../flows/address-evidence.ts';
import type { Follower } from '../flows/follower.ts';
import type { KeyLog } from '../flows/key-log.ts';
import { radiusExchange } from '../flows/radius-exchanges.ts';
import { carriesTls, code, identifier, moreFragments, REQUEST, startsTls } from '../protocols/eap.ts';
import { radius } from '../protocols/radius.ts';
import { StreamBudget } from '../tcp/reassembly.ts';
import { Reading, type ReadingOptions } from './reading.ts';
import { TlsProtocol } from './tls.ts';

/** Peers that are remembered; the oldest are forgotten first. */
const MOST_PEERS = 256;
/** Octets of one TLS message in pieces (RFC 5216 §3.1 allows any number). */
const LONGEST = 1 << 16;
const NOTHING = -1;

/** What one end of an authentication sends. */
class Side {
  /** Pieces of a message that is not whole, and how many octets they have. */
  pieces: Uint8Array[] = [];
  length = 0;
  /** Identifier of the last message: the same one comes again when its answer is lost (RFC 3748 §4.1). */
  last = NOTHING;

  drop(): void {
    this.pieces = [];
    this.length = 0;
  }
}

/** The TLS of one peer and one method. */
interface Exchange {
  readonly reading: Reading;
  readonly sides: readonly [Side, Side];
}

/** TLS that proves who somebody is, in pieces inside of EAP: those of one message are put together (RFC 5216 §2.1.5). */
export class EapTls implements Follower {
  private readonly exchanges = new Map<string, Exchange>();
  private readonly told: ReadingOptions;
  /** For messages of which nobody can say whose they are. */
  private readonly untold: ReadingOptions;

  constructor(events: EventLog, keys: KeyLog) {
    const budget = new StreamBudget();
    const options = (log: EventLog): ReadingOptions => ({
      protocols: [new TlsProtocol({ events: log, budget, keys, clearReader: null })],
      budget,
      contents: true,
      longest: LONGEST,
      taker: null,
    });
    this.told = options(events);
    this.untold = options(new EventLog());
  }

  follow(layer: Layer, packet: Packet): void {
    if (!carriesTls(layer)) return;
    const direction = code(layer) === REQUEST ? 1 : 0;
    const exchange = this.exchangeOf(layer, direction, packet);
    const side = exchange.sides[direction];
    const isAgain = side.last === identifier(layer);
    side.last = identifier(layer);
    if (isAgain || layer.headerEnd >= layer.capturedEnd) return;
    const { bytes, headerEnd, capturedEnd, wireEnd } = layer;
    const arrival = { packet, tcp: layer, about: null };
    if (capturedEnd < wireEnd || side.length + capturedEnd - headerEnd > LONGEST) {
      side.drop();
      exchange.reading.contentLost(direction, wireEnd - headerEnd, arrival);
    } else if (moreFragments(layer)) {
      side.pieces.push(bytes.slice(headerEnd, capturedEnd));
      side.length += capturedEnd - headerEnd;
    } else if (side.length === 0) exchange.reading.content(direction, bytes, headerEnd, capturedEnd, arrival);
    else {
      const whole = new Uint8Array(side.length + capturedEnd - headerEnd);
      let at = 0;
      for (const piece of [...side.pieces, bytes.subarray(headerEnd, capturedEnd)]) {
        whole.set(piece, at);
        at += piece.length;
      }
      side.drop();
      exchange.reading.content(direction, whole, 0, whole.length, arrival);
    }
  }

  private exchangeOf(layer: Layer, direction: 0 | 1, packet: Packet): Exchange {
    const peer = peerOf(layer, direction, packet);
    const known = this.exchanges.get(peer);
    if (known !== undefined && !(startsTls(layer) && known.sides[1].last !== identifier(layer))) return known;
    known?.reading.close();
    const options = hopAddress(packet, layer, 'source') === null ? this.untold : this.told;
    const reading = new Reading(options);
    reading.open(null, 0, 0);
    reading.decoder = options.protocols[0]!.open();
    const exchange = { reading, sides: [new Side(), new Side()] as const };
    this.exchanges.set(peer, exchange);
    if (this.exchanges.size > MOST_PEERS) this.forgetOldest();
    return exchange;
  }

  private forgetOldest(): void {
    const [oldest, { reading }] = this.exchanges.entries().next().value!;
    reading.close();
    this.exchanges.delete(oldest);
  }
}

/** The end that is asked who it is. Many of them speak through one client of RADIUS: there each authentication has a number. */
function peerOf(layer: Layer, direction: 0 | 1, packet: Packet): string {
  const address = hopAddress(packet, layer, direction === 0 ? 'source' : 'destination');
  const carrier = packet.find(radius);
  const session = carrier === null ? 0 : (radiusExchange(carrier)?.session ?? 0);
  return `${address?.value} ${session}`;
}
