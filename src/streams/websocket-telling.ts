import type { Layer } from '../core/layer.ts';
import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type EventLog, type Evidence, seen } from '../events/event.ts';
import { addressOf, type Side, secondsOf } from '../flows/address-evidence.ts';
import { CLOSE, closeCode, opcodeName, PING, PONG, statusName } from '../protocols/websocket.ts';
import type { Arrival } from './stream.ts';

/** The last frame of a kind, in nobody's memory yet. */
const NEVER = 0;

/** Tells what happens in one WebSocket connection. Says nothing unless somebody explains. */
export class WebSocketTelling {
  private readonly events: EventLog;
  /** The frame of each direction's last ping and close, and when the ping was. */
  private readonly pings: [number, number] = [NEVER, NEVER];
  private readonly pingedAt: [number, number] = [0, 0];
  private readonly closes: [number, number] = [NEVER, NEVER];

  constructor(events: EventLog) {
    this.events = events;
  }

  rest(out: OctetStringWriter): void {
    for (const direction of [0, 1] as const) {
      out.number(this.pings[direction]);
      out.number(Math.max(0, Math.round(this.pingedAt[direction] * 1e9)));
      out.number(this.closes[direction]);
    }
  }

  wake(left: OctetStringReader): void {
    for (const direction of [0, 1] as const) {
      this.pings[direction] = left.number();
      this.pingedAt[direction] = left.number() / 1e9;
      this.closes[direction] = left.number();
    }
  }

  message(layer: Layer, code: number, length: number, { packet, tcp, about }: Arrival): void {
    if (!this.events.enabled) return;
    this.events.raise('websocket.message', layer, about, {
      sender: end(packet, tcp, 'source'),
      receiver: end(packet, tcp, 'destination'),
      kind: concluded(opcodeName(code).toLowerCase(), packet.frame.number, 'websocket.opcode'),
      length: concluded(length, packet.frame.number),
    });
  }

  pieces(layer: Layer, length: number, { packet, tcp, about }: Arrival): void {
    if (!this.events.enabled) return;
    this.events.raise('websocket.pieces', layer, about, {
      sender: end(packet, tcp, 'source'),
      length: concluded(length, packet.frame.number),
    });
  }

  whole(layer: Layer, frames: number, length: number, { packet, tcp, about }: Arrival): void {
    if (!this.events.enabled) return;
    this.events.raise('websocket.whole', layer, about, {
      sender: end(packet, tcp, 'source'),
      frames: concluded(frames, packet.frame.number),
      length: concluded(length, packet.frame.number),
    });
  }

  /** @param content null when it cannot be inflated */
  compressed(layer: Layer, length: number, content: Uint8Array | null, { packet, tcp, about }: Arrival): void {
    if (!this.events.enabled) return;
    this.events.raise('websocket.compressed', layer, about, {
      sender: end(packet, tcp, 'source'),
      length: concluded(length, packet.frame.number),
      inflated: content === null ? null : concluded(content.length, packet.frame.number),
    });
  }

  /** A client that does not mask, or a server that does. */
  mask(layer: Layer, isClient: boolean, { packet, tcp, about }: Arrival): void {
    if (!this.events.enabled) return;
    const sender = end(packet, tcp, 'source');
    this.events.raise(isClient ? 'websocket.unmasked' : 'websocket.masked', layer, about, { sender });
  }

  control(layer: Layer, code: number, direction: 0 | 1, { packet, tcp, about }: Arrival): void {
    if (!this.events.enabled) return;
    const sender = end(packet, tcp, 'source');
    const receiver = end(packet, tcp, 'destination');
    if (code === PING) {
      this.pings[direction] = packet.frame.number;
      this.pingedAt[direction] = secondsOf(packet);
      this.events.raise('websocket.ping', layer, about, { sender, receiver });
    } else if (code === PONG) {
      const asker = direction === 0 ? 1 : 0;
      const ping = this.pings[asker];
      const took = secondsOf(packet) - this.pingedAt[asker];
      this.events.raise('websocket.pong', layer, about, {
        sender,
        ping: ping === NEVER ? null : concluded(ping, ping),
        took: ping === NEVER ? null : concluded(took, packet.frame.number),
      });
      this.pings[asker] = NEVER;
    } else if (code === CLOSE) this.close(layer, direction, sender, receiver, packet, about);
  }

  private close(
    layer: Layer,
    direction: 0 | 1,
    sender: Evidence,
    receiver: Evidence,
    packet: Packet,
    about: number | null,
  ): void {
    const first = this.closes[direction === 0 ? 1 : 0];
    this.closes[direction] = packet.frame.number;
    if (first !== NEVER) {
      this.events.raise('websocket.close.answer', layer, about, { sender, first: concluded(first, first) });
      return;
    }
    const { bytes, start, capturedEnd } = layer;
    const code = closeCode(bytes, start, capturedEnd);
    const field = 'websocket.payload.close.status_code';
    const reasonAt = start + 2;
    this.events.raise('websocket.close', layer, about, {
      sender,
      receiver,
      code: code === null ? null : seen(packet, layer, field, start, 2, code),
      meaning:
        code === null || statusName(code) === '' ? null : concluded(statusName(code), packet.frame.number, field),
      reason:
        capturedEnd <= reasonAt
          ? null
          : seen(
              packet,
              layer,
              'websocket.payload.close.reason',
              reasonAt,
              capturedEnd - reasonAt,
              stringOf(bytes, reasonAt, capturedEnd),
            ),
    });
  }
}

const end = (packet: Packet, tcp: Layer, side: Side): Evidence => addressOf(packet, tcp.network!, side);
