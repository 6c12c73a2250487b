import type { FrameSource } from '../core/frame.ts';
import { FileSupply } from './open-file.ts';
import { BlockSource } from './source.ts';

/** Opens a capture file. Throws a `CaptureError` when it cannot be opened. */
export async function openCapture(path: string): Promise<FrameSource> {
  return new BlockSource(new FileSupply(path));
}
