import { type CaptureProblem, Frame, type FrameSource } from '../../src/core/frame.ts';

export interface Copied {
  number: number;
  time: string;
  wireLength: number;
  linkType: number;
  data: string;
}

/** Reads a source to its end. What is kept is copied, for the source reuses its block. */
export async function allFrames(source: FrameSource): Promise<{ frames: Copied[]; problem: CaptureProblem | null }> {
  const frames = await collect(source, (frame) => ({
    number: frame.number,
    time: `${frame.seconds}.${String(frame.nanoseconds).padStart(9, '0')}`,
    wireLength: frame.wireLength,
    linkType: frame.linkType,
    data: octetsOf(frame),
  }));
  return { frames, problem: source.problem };
}

export async function collect<T>(source: FrameSource, of: (frame: Frame) => T): Promise<T[]> {
  const frame = new Frame();
  const out: T[] = [];
  for (;;) {
    while (source.next(frame)) out.push(of(frame));
    if (!(await source.refill())) break;
  }
  source.close();
  return out;
}

export function octetsOf({ bytes, start, capturedLength }: Frame): string {
  let text = '';
  for (let at = start; at < start + capturedLength; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}
