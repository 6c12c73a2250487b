import { type Row, type Value, type Visit, visitLayer } from '../../core/field.ts';
import type { Layer } from '../../core/layer.ts';
import type { Packet } from '../../core/packet.ts';
import { Writer } from '../../core/writer.ts';
import type { Explainer } from '../../explain/explainer.ts';
import { phrases } from '../../explain/phrases.ts';
import { nameOf, stepsOf } from '../../output/card-states.ts';
import { reassembledBuffers } from '../../output/hex.ts';
import { writeInfo } from '../../output/line.ts';
import { writeShown } from '../../output/tree.ts';
import { Segment } from '../../tcp/segment.ts';
import type { StateChange } from '../../tcp/state-change.ts';
import type { Tracker } from '../../track.ts';
import type { ByteBuffer, Detail, EndSteps, TreeField, TreeLayer } from '../model.ts';
import { tellingsOf } from './telling.ts';

/** Octets of a buffer that are shown: what was put together may be as long as a file. */
const SHOWN_OCTETS = 1 << 16;

/** Everything about the packet at hand; of the explainer, its first `remarks`. */
export function detailOf(packet: Packet, tracker: Tracker, explainer: Explainer, remarks: number): Detail {
  const buffers = new Buffers(packet);
  const layers: TreeLayer[] = [];
  for (let i = 0; i < packet.count; i++) layers.push(layerOf(packet.layers[i]!, packet, buffers));
  return {
    frame: packet.frame.number,
    stream: streamOf(packet),
    buffers: buffers.shown,
    layers,
    issues: packet.issues.map(({ fault, code, need, have, source }) => ({ fault, code, need, have, source })),
    steps: endSteps(packet, tracker.changes),
    tellings: tellingsOf(explainer, remarks),
  };
}

/** The TCP connection that the packet itself belongs to; -1 for none. */
export function streamOf(packet: Packet): number {
  for (let i = 1; i < packet.count; i++) {
    const { context, quoted } = packet.layers[i]!;
    if (!quoted && context instanceof Segment) return context.connection.stream;
  }
  return -1;
}

/** Where octets stand that layers point into. */
class Buffers {
  readonly shown: ByteBuffer[] = [];
  private readonly blocks: { readonly bytes: Uint8Array; readonly start: number; readonly end: number }[] = [];

  constructor(packet: Packet) {
    const { bytes, start, capturedLength } = packet.frame;
    this.add(bytes, start, start + capturedLength, 'frame', '');
    for (const { layer, end, name } of reassembledBuffers(packet)) {
      this.add(layer.bytes, layer.start, end, layer.decrypted ? 'decrypted' : 'reassembled', name);
    }
  }

  private add(bytes: Uint8Array, start: number, end: number, kind: ByteBuffer['kind'], of: string): void {
    this.blocks.push({ bytes, start, end });
    const shown = bytes.slice(start, Math.min(end, start + SHOWN_OCTETS));
    this.shown.push({ kind, of, bytes: shown, total: end - start });
  }

  /** What of `[at, at + length)` stands in a buffer. */
  place(bytes: Uint8Array, at: number, length: number): { buffer: number; at: number; length: number } {
    const buffer = at < 0 ? -1 : this.blocks.findIndex((block) => holds(block, bytes, at));
    if (buffer < 0) return NOWHERE;
    const { start, end } = this.blocks[buffer]!;
    return { buffer, at: at - start, length: Math.max(0, Math.min(at + length, end) - at) };
  }
}

const holds = (block: { bytes: Uint8Array; start: number; end: number }, bytes: Uint8Array, at: number): boolean =>
  block.bytes === bytes && at >= block.start && at < block.end;

const NOWHERE = { buffer: -1, at: -1, length: 0 };

function layerOf(layer: Layer, packet: Packet, buffers: Buffers): TreeLayer {
  const { protocol } = layer;
  const fields: TreeField[] = [];
  const visit: Visit = (row, at, length, value, level) => {
    fields.push({
      id: row.id,
      label: row.label,
      value: shownValue(row, layer, at, length, value),
      level,
      ...buffers.place(layer.bytes, at, length),
    });
  };
  visitLayer(layer, packet, visit);
  const header = Math.max(0, Math.min(layer.headerEnd, layer.capturedEnd) - layer.start);
  return {
    id: protocol.id,
    name: protocol.name,
    summary: summaryOf(layer, packet),
    mark: layer.quoted ? 'quoted' : layer.decrypted ? 'decrypted' : layer.reassembled ? 'reassembled' : null,
    fields,
    ...(layer.index === 0 ? NOWHERE : buffers.place(layer.bytes, layer.start, header)),
  };
}

const scratch = new Writer(1024);

function shownValue(row: Row, layer: Layer, at: number, length: number, value: Value): string | null {
  if (value === null) return null;
  scratch.clear();
  writeShown(row, layer, at, length, value, scratch);
  return scratch.toString();
}

function summaryOf(layer: Layer, packet: Packet): string {
  if (layer.index === 0) return '';
  scratch.clear();
  writeInfo(layer, packet, scratch);
  return scratch.toString();
}

function endSteps(packet: Packet, changes: readonly StateChange[]): EndSteps[] {
  if (changes.length === 0) return [];
  return stepsOf(packet, changes).map((steps) => ({
    name: { en: nameOf(steps, changes, 'en'), ko: nameOf(steps, changes, 'ko') },
    states: steps.states,
    known:
      steps.by === 'seen' || steps.by === 'none'
        ? { en: '', ko: '' }
        : { en: phrases.en[steps.by], ko: phrases.ko[steps.by] },
  }));
}
