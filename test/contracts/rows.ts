import { visitLayer } from '../../src/core/field.ts';
import { writeValue } from '../../src/core/field-value.ts';
import type { Frame } from '../../src/core/frame.ts';
import type { Issue } from '../../src/core/issue.ts';
import { Packet } from '../../src/core/packet.ts';
import { Writer } from '../../src/core/writer.ts';
import { decodeFrame } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';
import { TIME_WAIT } from '../golden/print.ts';

/** What is shown of one frame that comes alone: its rows as `layer protocol id kind=value`, and what is wrong. */
export interface Shown {
  readonly layers: readonly string[];
  readonly rows: readonly string[];
  readonly issues: readonly Issue[];
}

const packet = new Packet();
const out = new Writer(1 << 16);

/** Decodes and follows a frame, and answers what is shown of it. `rows` are left out where nobody compares them. */
export function shown(frame: Frame, rows = true): Shown {
  const tracker = new Tracker({ timeWait: TIME_WAIT, explain: true });
  decodeFrame(packet, frame);
  tracker.track(packet);
  const layers = packet.layers.slice(0, packet.count).map(({ protocol }) => protocol.id);
  return { layers, rows: rows ? rowsOf(packet) : [], issues: [...packet.issues] };
}

function rowsOf(packet: Packet): string[] {
  const rows: string[] = [];
  for (let i = 0; i < packet.count; i++) {
    const layer = packet.layers[i]!;
    visitLayer(layer, packet, (row, at, length, value) => {
      out.clear();
      if (value !== null || row.kind === 'bytes') writeValue(row, layer, at, length, value, out);
      rows.push(`${i} ${layer.protocol.id} ${row.id} ${row.kind}=${out.toString()}`);
    });
  }
  return rows;
}
