import { visitLayer } from '../../src/core/field.ts';
import { writeValue } from '../../src/core/field-value.ts';
import { Frame } from '../../src/core/frame.ts';
import { Packet } from '../../src/core/packet.ts';
import { Writer } from '../../src/core/writer.ts';
import '../../src/protocols/index.ts';
import { decodeFrame } from '../../src/run.ts';
import { Tracker, type TrackOptions } from '../../src/track.ts';

const RAW_IP = 101;
const FIN = 1;
const SYN = 2;
const ACK = 16;

/** What a frame showed: values by field id, and what happened. */
export interface Shown {
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly protocols: readonly string[];
  /** For each layer above TCP, true when its bytes are not the frame's own. */
  readonly reassembled: readonly boolean[];
  readonly issues: readonly string[];
  readonly events: readonly { readonly id: string; readonly parameters: Record<string, string | number | null> }[];
  readonly info: string;
  readonly card: string;
}

/** One TCP connection, spoken segment by segment through the whole way of a frame. */
export class Talk {
  private readonly tracker: Tracker;
  private readonly packet = new Packet();
  private readonly next = { client: 1, server: 1 };
  private readonly port: number;
  private number = 0;

  constructor(port = 80, options: Partial<TrackOptions> = {}) {
    this.tracker = new Tracker({ timeWait: 240, explain: true, ...options });
    this.port = port;
    this.send('client', SYN, 0, 0, new Uint8Array(0));
    this.send('server', SYN | ACK, 0, 1, new Uint8Array(0));
    this.send('client', ACK, 1, 1, new Uint8Array(0));
  }

  client(content: string | Uint8Array): Shown {
    return this.say('client', content);
  }

  server(content: string | Uint8Array): Shown {
    return this.say('server', content);
  }

  /** The server closes; `content` is what its last segment carries. */
  close(content: string | Uint8Array = ''): Shown {
    return this.say('server', content, FIN);
  }

  /** Octets at an offset of one end's stream: out of order, again, overlapping. */
  at(end: 'client' | 'server', offset: number, content: string | Uint8Array, wire?: number): Shown {
    const bytes = octets(content);
    this.next[end] = Math.max(this.next[end], 1 + offset + (wire ?? bytes.length));
    return this.send(end, ACK, 1 + offset, this.next[other(end)], bytes, wire);
  }

  /** Leaves octets out, as if their segment had not been captured; the peer acknowledges them. */
  lose(end: 'client' | 'server', length: number): void {
    this.next[end] += length;
  }

  acknowledge(end: 'client' | 'server'): Shown {
    return this.send(end, ACK, this.next[end], this.next[other(end)], new Uint8Array(0));
  }

  private say(end: 'client' | 'server', content: string | Uint8Array, flags = 0): Shown {
    const bytes = octets(content);
    const seq = this.next[end];
    this.next[end] += bytes.length + (flags & FIN ? 1 : 0);
    return this.send(end, ACK | flags, seq, this.next[other(end)], bytes);
  }

  private send(
    end: 'client' | 'server',
    flags: number,
    seq: number,
    ack: number,
    payload: Uint8Array,
    wire = payload.length,
  ): Shown {
    const bytes = new Uint8Array(40 + payload.length);
    const view = new DataView(bytes.buffer);
    bytes.set([0x45, 0]);
    view.setUint16(2, 40 + wire);
    bytes.set([64, 6], 8);
    bytes.set(end === 'client' ? [10, 0, 0, 1, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 1], 12);
    view.setUint16(20, end === 'client' ? 40000 : this.port);
    view.setUint16(22, end === 'client' ? this.port : 40000);
    view.setUint32(24, seq);
    view.setUint32(28, ack);
    bytes[32] = 0x50;
    bytes[33] = flags;
    view.setUint16(34, 65535);
    bytes.set(payload, 40);
    return this.show(bytes, 40 + wire);
  }

  private show(bytes: Uint8Array, wireLength: number): Shown {
    const frame = new Frame();
    frame.number = ++this.number;
    frame.bytes = bytes;
    frame.capturedLength = bytes.length;
    frame.wireLength = wireLength;
    frame.linkType = RAW_IP;
    frame.seconds = this.number;
    decodeFrame(this.packet, frame);
    this.tracker.track(this.packet);
    const shown = shownOf(this.packet, this.tracker);
    bytes.fill(0xee); // the reader's block is used again for the next frame
    return shown;
  }
}

const other = (end: 'client' | 'server'): 'client' | 'server' => (end === 'client' ? 'server' : 'client');
const octets = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;

function shownOf(packet: Packet, tracker: Tracker): Shown {
  const fields = new Map<string, string[]>();
  const protocols: string[] = [];
  const reassembled: boolean[] = [];
  const out = new Writer();
  for (let i = 1; i < packet.count; i++) {
    const layer = packet.layers[i]!;
    if (protocols.length > 0 || layer.protocol.id === 'ip') protocols.push(layer.protocol.id);
    if (protocols.length > 2) reassembled.push(layer.reassembled);
    visitLayer(layer, packet, (row, at, length, value) => {
      const from = out.at;
      writeValue(row, layer, at, length, value, out);
      const values = fields.get(row.id) ?? [];
      fields.set(row.id, values);
      values.push(out.take(from));
    });
  }
  const last = packet.last;
  last.protocol.info?.(last, packet, out);
  const info = out.take(0);
  last.protocol.card?.(last, packet, out);
  const card = out.take(0);
  const issues = packet.issues.map(({ fault, code }) => `${fault} ${code}`);
  const events = tracker.events.raised.map(({ id, parameters }) => ({
    id,
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, said]) => [name, said?.value ?? null])),
  }));
  return { fields, protocols, reassembled, issues, events, info, card };
}
