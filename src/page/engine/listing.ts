import type { Packet } from '../../core/packet.ts';
import { Writer } from '../../core/writer.ts';
import type { EventLog } from '../../events/event.ts';
import { addressedLayer, topLayer } from '../../flows/naming-layers.ts';
import { writeAddress, writeInfo } from '../../output/line.ts';
import type { TimeWriter } from '../../output/time.ts';
import { type Listing, SEVERITIES, type Severity } from '../model.ts';
import { streamOf } from './detail.ts';

const TAB = 9;

/** Gathers frames for the packet list. */
export class ListingWriter {
  private readonly time: TimeWriter;
  private readonly severityOf: (event: string) => Severity;
  private readonly out = new Writer(1 << 18);
  private readonly places: number[] = [0];
  private readonly severities: number[] = [];
  private readonly streams: number[] = [];
  private first = 1;

  constructor(time: TimeWriter, severityOf: (event: string) => Severity) {
    this.time = time;
    this.severityOf = severityOf;
  }

  get count(): number {
    return this.severities.length;
  }

  add(packet: Packet, events: EventLog): void {
    const { out } = this;
    if (this.count === 0) this.first = packet.frame.number;
    this.time(packet.frame, out);
    const addressed = addressedLayer(packet);
    for (const side of ['source', 'destination'] as const) {
      out.byte(TAB);
      if (addressed !== null) writeAddress(addressed, side, out);
    }
    const top = topLayer(packet);
    out.byte(TAB);
    out.ascii(top.context?.column ?? top.protocol.column);
    out.byte(TAB);
    out.uint(packet.frame.wireLength);
    out.byte(TAB);
    writeInfo(top, packet, out);
    this.places.push(out.at);
    this.severities.push(this.severity(packet, events));
    this.streams.push(streamOf(packet));
  }

  /** What was gathered; begins anew behind it. */
  take(): Listing {
    const { out } = this;
    const listing = {
      first: this.first,
      count: this.count,
      text: out.bytes.slice(0, out.at),
      places: Uint32Array.from(this.places),
      severities: Uint8Array.from(this.severities),
      streams: Int32Array.from(this.streams),
    };
    out.clear();
    this.places.length = 1;
    this.severities.length = 0;
    this.streams.length = 0;
    return listing;
  }

  private severity({ issues }: Packet, { raised }: EventLog): number {
    let most = issues.length > 0 ? SEVERITIES.indexOf('warn') + 1 : 0;
    for (const { id } of raised) most = Math.max(most, SEVERITIES.indexOf(this.severityOf(id)) + 1);
    return most;
  }
}
