import { visitLayer } from '../../src/core/field.ts';
import { writeValue } from '../../src/core/field-value.ts';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import { Writer } from '../../src/core/writer.ts';
import type { KeyLog } from '../../src/flows/key-log.ts';
import { topLayer } from '../../src/flows/naming-layers.ts';
import { writeInfo } from '../../src/output/line.ts';
import '../../src/protocols/index.ts';
import { decodeFrame } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';

const RAW_IP = 101;
const CLIENT = [10, 0, 0, 1];
const SERVER = [10, 0, 0, 2];

/** What is known of one datagram. */
export class Seen {
  readonly info: string;
  readonly events: readonly string[];
  readonly issues: readonly string[];
  readonly layers: string;
  private readonly values = new Map<string, string[]>();

  constructor(packet: Packet, tracker: Tracker) {
    const out = new Writer();
    writeInfo(topLayer(packet), packet, out);
    this.info = out.toString();
    this.events = tracker.events.raised.map(({ id }) => id).filter((id) => id.startsWith('quic.'));
    this.issues = packet.issues.map(({ fault, code }) => `${fault} ${code}`);
    this.layers = packet.layers
      .slice(3, packet.count)
      .map(({ protocol }) => protocol.id)
      .join(' ');
    for (const layer of packet.layers.slice(0, packet.count)) {
      visitLayer(layer, packet, (row, at, length, value) => {
        out.clear();
        writeValue(row, layer, at, length, value, out);
        this.values.set(row.id, [...(this.values.get(row.id) ?? []), out.toString()]);
      });
    }
  }

  field(id: string): string {
    return (this.values.get(id) ?? []).join(',');
  }
}

/** Datagrams between 10.0.0.1:50000 and 10.0.0.2:443. */
export class Wire {
  readonly tracker: Tracker;
  private readonly packet = new Packet();
  private number = 0;

  constructor(keys?: KeyLog) {
    this.tracker = new Tracker({ timeWait: 240, explain: true, ...(keys === undefined ? {} : { keys }) });
  }

  client(payload: Uint8Array, port = 50_000): Seen {
    return this.send(CLIENT, SERVER, port, 443, payload);
  }

  server(payload: Uint8Array, port = 50_000): Seen {
    return this.send(SERVER, CLIENT, 443, port, payload);
  }

  private send(from: number[], to: number[], fromPort: number, toPort: number, payload: Uint8Array): Seen {
    const u16 = (n: number): number[] => [n >>> 8, n & 255];
    const length = 8 + payload.length;
    const ip = [0x45, 0, ...u16(20 + length), 0, 0, 0, 0, 64, 17, 0, 0, ...from, ...to];
    const bytes = Uint8Array.from([...ip, ...u16(fromPort), ...u16(toPort), ...u16(length), 0, 0, ...payload]);
    const frame = new Frame();
    Object.assign(frame, { bytes, capturedLength: bytes.length, wireLength: bytes.length, linkType: RAW_IP });
    frame.number = ++this.number;
    decodeFrame(this.packet, frame);
    this.tracker.track(this.packet);
    return new Seen(this.packet, this.tracker);
  }
}
