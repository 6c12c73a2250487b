import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';

/** Branches that are kept: a hostile capture may nest and mix without end, and what comes then is counted where it hangs. */
const MOST_BRANCHES = 1024;

/** Frames and their octets that have this protocol, in this place above the others. */
export class Branch {
  readonly protocol: string;
  frames = 0;
  wireOctets = 0;
  readonly branches: Branch[] = [];
  /** Mostly the next frame goes the same way. */
  private last: Branch | null = null;

  constructor(protocol: string) {
    this.protocol = protocol;
  }

  find(protocol: string): Branch | null {
    if (this.last?.protocol === protocol) return this.last;
    const found = this.branches.find((branch) => branch.protocol === protocol) ?? null;
    this.last = found;
    return found;
  }
}

/** Which protocols carry which, as `tshark -z io,phs` counts them. */
export class ProtocolTree {
  readonly root = new Branch('frame');
  private count = 0;

  /** `octets`: the frame's on the wire. */
  add(packet: Packet, octets: number): void {
    let branch = this.root;
    branch.frames++;
    branch.wireOctets += octets;
    for (let i = 1; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      // A packet that an error message quotes did not pass here.
      if (layer.quoted) return;
      if (isNext(layer, packet.layers[i - 1]!)) continue;
      const next = branch.find(layer.protocol.id) ?? this.grow(branch, layer.protocol.id);
      if (next === null) return;
      next.frames++;
      next.wireOctets += octets;
      branch = next;
    }
  }

  private grow(branch: Branch, protocol: string): Branch | null {
    if (this.count === MOST_BRANCHES) return null;
    this.count++;
    const grown = new Branch(protocol);
    branch.branches.push(grown);
    return grown;
  }
}

/** One more message of the same protocol behind the last one, not inside it. */
const isNext = (layer: Layer, before: Layer): boolean =>
  layer.protocol.id === before.protocol.id && (layer.bytes !== before.bytes || layer.start >= before.capturedEnd);
