import type { Layer } from '../core/layer.ts';
import type { OctetStringReader, OctetStringWriter } from '../core/octet-string.ts';
import { concluded, type EventLog, seen } from '../events/event.ts';
import { addressOf } from '../flows/address-evidence.ts';
import { commandName, optionName, PORT, SB, TelnetPart, telnet } from '../protocols/telnet.ts';
import { type Arrival, NEED_MORE, type StreamDecoder, type StreamProtocol } from './stream.ts';

/** Octets of a command that are waited for; what has no end by then is shown as far as it came. */
const LONGEST_COMMAND = 1 << 16;

/** Telnet in a byte stream: text as it comes, commands whole. */
export function telnetProtocol(events: EventLog): StreamProtocol {
  const protocol: StreamProtocol = {
    recognise: (_bytes, _from, _to, portA, portB) => portA === PORT || portB === PORT,
    open: () => new TelnetStream(protocol, events),
  };
  return protocol;
}

const part = new TelnetPart();

class TelnetStream implements StreamDecoder {
  readonly protocol: StreamProtocol;
  private readonly events: EventLog;
  readonly opaque = false;
  readonly kept = 0;
  /** Options and text were told of already. */
  private toldOptions = false;
  private toldText = false;

  constructor(protocol: StreamProtocol, events: EventLog) {
    this.protocol = protocol;
    this.events = events;
  }

  measure(_direction: 0 | 1, bytes: Uint8Array, from: number, to: number): number {
    part.begin(from);
    while (part.step(bytes, to)) {
      if (part.whole) continue;
      if (to - part.at >= LONGEST_COMMAND) break;
      return part.at > from ? part.at - from : NEED_MORE;
    }
    return to - from;
  }

  message(_direction: 0 | 1, bytes: Uint8Array, from: number, to: number, wireEnd: number, arrival: Arrival): void {
    const { packet } = arrival;
    const before = packet.count;
    packet.decode(telnet, bytes, from, to, wireEnd);
    if (packet.count > before && this.events.enabled) this.tell(packet.layers[before]!, arrival);
  }

  private tell(layer: Layer, { packet, tcp, about }: Arrival): void {
    const { bytes, start, capturedEnd } = layer;
    const { events } = this;
    const ends = () => ({
      sender: addressOf(packet, tcp.network!, 'source'),
      receiver: addressOf(packet, tcp.network!, 'destination'),
    });
    part.begin(start);
    while (part.step(bytes, capturedEnd)) {
      const { at, end, command, option } = part;
      if (command > SB && option >= 0 && !this.toldOptions) {
        this.toldOptions = true;
        events.raise('telnet.option', layer, about, {
          ...ends(),
          command: seen(packet, layer, 'telnet.cmd', at + 1, 1, commandName(command)),
          option: seen(packet, layer, 'telnet.subcmd', at + 2, 1, optionName(option)),
        });
      } else if (command < 0 && part.whole && !this.toldText) {
        this.toldText = true;
        events.raise('telnet.text', layer, about, {
          ...ends(),
          length: concluded(end - at, packet.frame.number),
        });
      }
    }
  }

  rest(out: OctetStringWriter): void {
    out.flag(this.toldOptions);
    out.flag(this.toldText);
  }

  wake(left: OctetStringReader): void {
    this.toldOptions = left.flag();
    this.toldText = left.flag();
  }

  close(): void {}
}
