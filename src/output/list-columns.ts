import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { addressedLayer, topLayer } from '../flows/naming-layers.ts';
import { writeAddress, writeInfo } from './line.ts';
import { sinceWritten, type TimeWriter } from './time.ts';

/** What the one-line form shows, each by itself, under the names that tshark has for it. */
const COLUMNS = {
  '_ws.col.No.': 'number',
  '_ws.col.Time': 'time',
  '_ws.col.Source': 'source',
  '_ws.col.Destination': 'destination',
  '_ws.col.Protocol': 'protocol',
  '_ws.col.Length': 'length',
  '_ws.col.Info': 'info',
  // As later versions have them.
  '_ws.col.number': 'number',
  '_ws.col.protocol': 'protocol',
  '_ws.col.info': 'info',
  /** Since the packet that was printed last. */
  'frame.time_delta_displayed': 'delta',
} as const;

export const isListColumn = (id: string): boolean => Object.hasOwn(COLUMNS, id);

/** Writes such columns. `time` has the form that was chosen with `-t`. */
export class ListColumns {
  private readonly time: TimeWriter;
  private readonly delta = sinceWritten(() => 9);

  constructor(time: TimeWriter) {
    this.time = time;
  }

  write(id: string, packet: Packet, out: Writer): void {
    switch (COLUMNS[id as keyof typeof COLUMNS]) {
      case 'number':
        out.uint(packet.frame.number);
        return;
      case 'time':
        this.time(packet.frame, out);
        return;
      case 'delta':
        this.delta(packet.frame, out);
        return;
      case 'source':
        writeSide('source', packet, out);
        return;
      case 'destination':
        writeSide('destination', packet, out);
        return;
      case 'protocol': {
        const top = topLayer(packet);
        out.ascii(top.context?.column ?? top.protocol.column);
        return;
      }
      case 'length':
        out.uint(packet.frame.wireLength);
        return;
      case 'info':
        writeInfo(topLayer(packet), packet, out);
    }
  }
}

function writeSide(side: 'source' | 'destination', packet: Packet, out: Writer): void {
  const layer = addressedLayer(packet);
  if (layer !== null) writeAddress(layer, side, out);
}
