import type { DispatchTable } from './dispatch.ts';
import { Frame } from './frame.ts';
import type { Issue } from './issue.ts';
import { Layer, type Protocol } from './layer.ts';

/**
 * Layers of one frame at the most. Real stacks have fewer than 15; a hostile one nests tunnels without end, and what lies
 * deeper is shown as payload.
 */
export const MAX_LAYERS = 64;

/** A frame and the layers found in it. Reused from frame to frame, as its layers are. */
export class Packet {
  frame: Frame = new Frame();
  /** The first `count` are this frame's; the rest wait to be used again. */
  readonly layers: Layer[] = [];
  count = 0;
  /** Faults, in the order found. Empty for nearly every packet, so it is not emptied by a new array. */
  readonly issues: Issue[] = [];
  /** Depth of the layer from which on layers are quoted by an error message; -1 for none. */
  private quotedFrom = -1;
  /** Depth of the layer that the frame is named after; 0 for none. */
  private namedAfter = 0;
  private selectedBy = '';
  private selector = 0;

  reset(frame: Frame): void {
    this.frame = frame;
    this.count = 0;
    this.quotedFrom = -1;
    this.namedAfter = 0;
    this.selectedBy = '';
    if (this.issues.length > 0) this.issues.length = 0;
  }

  /** Decodes `protocol` at `start` and whatever it carries, layer after layer, until nothing more is known. */
  decode(protocol: Protocol, bytes: Uint8Array, start: number, capturedEnd: number, wireEnd: number): void {
    let next: Protocol | null = protocol;
    let from = start;
    let captured = capturedEnd;
    let wire = wireEnd;
    const reassembled = bytes !== this.frame.bytes;
    while (next !== null && this.count < MAX_LAYERS) {
      const layer = this.push(next, bytes, from, captured, wire, reassembled);
      next = next.decode(layer, this);
      from = layer.headerEnd;
      captured = layer.capturedEnd;
      wire = layer.wireEnd;
      if (from > captured) return;
      if (from === wire) return;
    }
  }

  /** Decodes anew what `layer` carries: earlier packets say what it is, which its own header could not. */
  decodeAgain(layer: Layer, protocol: Protocol): void {
    this.count = layer.index + 1;
    const { issues } = this;
    while (issues.length > 0 && issues[issues.length - 1]!.layer > layer.index) issues.pop();
    this.selectedBy = '';
    this.decode(protocol, layer.bytes, layer.headerEnd, layer.capturedEnd, layer.wireEnd);
  }

  private push(
    protocol: Protocol,
    bytes: Uint8Array,
    start: number,
    capturedEnd: number,
    wireEnd: number,
    reassembled: boolean,
  ): Layer {
    const index = this.count++;
    let layer = this.layers[index];
    if (layer === undefined) {
      layer = new Layer();
      layer.index = index;
      this.layers.push(layer);
    }
    layer.protocol = protocol;
    layer.bytes = bytes;
    layer.start = start;
    layer.headerEnd = start;
    layer.capturedEnd = capturedEnd;
    layer.wireEnd = wireEnd;
    layer.unitCapturedEnd = capturedEnd;
    layer.unitWireEnd = wireEnd;
    layer.quoted = this.quotedFrom >= 0 && index >= this.quotedFrom;
    layer.reassembled = reassembled;
    layer.decrypted = false;
    layer.late = false;
    layer.whole = true;
    layer.selectedBy = this.selectedBy;
    layer.selector = this.selector;
    layer.context = null;
    const below = index > 0 ? this.layers[index - 1]! : null;
    layer.network = below === null ? null : isNetwork(below.protocol) ? below : below.network;
    this.selectedBy = '';
    return layer;
  }

  /** The protocol that `number` names in `table`, or `table`'s word for what is not decoded; both say who named them. */
  follow(table: DispatchTable, number: number, fallback: Protocol): Protocol {
    this.selectedBy = table.id;
    this.selector = number;
    return table.get(number) ?? fallback;
  }

  /** All layers from here on belong to a packet that an error message quotes. */
  quoteFrom(layer: Layer): void {
    if (this.quotedFrom < 0) this.quotedFrom = layer.index + 1;
  }

  /** What `layer` carries is a part of what it says: the frame's line is the layer's, and not what lies deeper. */
  nameAfter(layer: Layer): void {
    if (this.namedAfter === 0 && !layer.quoted) this.namedAfter = layer.index;
  }

  /** The layer that the frame is named after, or null when it is the last one. */
  get named(): Layer | null {
    const { namedAfter } = this;
    return namedAfter === 0 || namedAfter >= this.count ? null : this.layers[namedAfter]!;
  }

  /** Ends what was quoted: layers added later are this packet's own (a stream's message). */
  endQuote(): void {
    this.quotedFrom = -1;
  }

  /**
   * Fewer octets than `need` were captured: what is there is shown. Blames the capture when the wire had enough, else the
   * packet. An error quotes as much of a packet as it likes (RFC 792: 8 octets of its content; RFC 1812 §4.3.2.3: up to
   * 576 in all), so that what it left out is nobody's fault. Always null, to be returned by `decode`.
   */
  short(layer: Layer, part: string, need: number, source = 'header'): null {
    const sent = layer.wireEnd - layer.start;
    const have = layer.capturedEnd - layer.start;
    const fault = sent >= need || (layer.quoted && have < sent) ? 'truncated' : 'malformed';
    this.report(fault, layer, part, need, have, source);
    layer.headerEnd = layer.capturedEnd;
    layer.whole = part === 'options'; // these come last: what stands before them is there
    return null;
  }

  /** The packet contradicts itself. Always null, to be returned by `decode`. */
  malformed(layer: Layer, part: string, need: number, have: number, source = 'header'): null {
    this.report('malformed', layer, part, need, have, source);
    return null;
  }

  /**
   * All that was captured is the layer's own, and nothing else lies behind. Always null, to be returned by `decode`.
   * `part` is what the capture cut, where it did.
   */
  takeAll(layer: Layer, part: string): null {
    const { start, capturedEnd, wireEnd } = layer;
    layer.headerEnd = capturedEnd;
    if (capturedEnd < wireEnd) this.report('truncated', layer, part, wireEnd - start, capturedEnd - start, 'capture');
    return null;
  }

  report(fault: Issue['fault'], layer: Layer, part: string, need: number, have: number, source: string): void {
    if (layer.quoted && fault === 'malformed' && have >= layer.wireEnd - layer.start) return;
    const code = `${layer.protocol.id}.${part}`;
    this.issues.push({ fault, code, layer: layer.index, need, have, start: layer.start, source });
  }

  /** All layers from this one on, in the order they were added, came out of encryption. */
  decryptedFrom(index: number): void {
    for (let i = index; i < this.count; i++) this.layers[i]!.decrypted = true;
  }

  /** The last layer, never absent once a frame was decoded. */
  get last(): Layer {
    return this.layers[this.count - 1]!;
  }

  /** The topmost layer of `protocol` that is not quoted, or null. */
  find(protocol: Protocol): Layer | null {
    for (let i = this.count - 1; i >= 0; i--) {
      const layer = this.layers[i]!;
      if (layer.protocol === protocol && !layer.quoted) return layer;
    }
    return null;
  }
}

const isNetwork = (protocol: Protocol): boolean => protocol.addresses !== undefined && !protocol.addresses.link;
