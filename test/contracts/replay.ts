import { readCapture } from '../../src/capture/from-bytes.ts';
import { Frame, type FrameSource } from '../../src/core/frame.ts';

/** The frames of a capture, each with octets of its own. */
export function framesOf(capture: Uint8Array): Frame[] {
  const source = readCapture(capture);
  const frames: Frame[] = [];
  for (let frame = new Frame(); source.next(frame); frame = new Frame()) {
    frame.bytes = frame.bytes.slice(frame.start, frame.start + frame.capturedLength);
    frame.start = 0;
    frames.push(frame);
  }
  return frames;
}

/** The same frame, of which `length` octets were captured. `wire`: there were no more than these on the wire either. */
export function cut(frame: Frame, length: number, wire: boolean): Frame {
  const shorter = Object.assign(new Frame(), frame);
  shorter.capturedLength = Math.min(length, frame.capturedLength);
  if (wire) shorter.wireLength = shorter.capturedLength;
  return shorter;
}

/** The same frame, behind `offset` octets of something else, and before as many. */
export function moved(frame: Frame, offset: number, something = 0xee): Frame {
  const further = Object.assign(new Frame(), frame);
  further.bytes = new Uint8Array(frame.capturedLength + 2 * offset).fill(something);
  further.bytes.set(frame.bytes.subarray(frame.start, frame.start + frame.capturedLength), offset);
  further.start = offset;
  return further;
}

/** The same frame with other octets. */
export function withOctets(frame: Frame, bytes: Uint8Array): Frame {
  const other = Object.assign(new Frame(), frame);
  other.bytes = bytes;
  other.start = 0;
  other.wireLength = bytes.length + Math.max(0, frame.wireLength - frame.capturedLength);
  other.capturedLength = bytes.length;
  return other;
}

/** Gives frames one after another. */
export class Replay implements FrameSource {
  readonly format = 'replay';
  readonly interfaces = [];
  readonly names = [];
  readonly secrets = [];
  readonly comments = [];
  readonly problem = null;
  private readonly frames: readonly Frame[];
  private at = 0;

  constructor(frames: readonly Frame[]) {
    this.frames = frames;
  }

  next(frame: Frame): boolean {
    if (this.at === this.frames.length) return false;
    Object.assign(frame, this.frames[this.at++]);
    return true;
  }

  refill(): boolean {
    return false;
  }

  close(): void {}
}
