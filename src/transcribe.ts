import type { FrameSource } from './core/frame.ts';
import type { KeyLog } from './flows/key-log.ts';
import { run } from './run.ts';
import { Tracker } from './track.ts';
import type { Transcript } from './transcript/dialogue.ts';
import { Transcriber } from './transcript/transcriber.ts';
import { USUALLY_NORMALIZED, type Volatile } from './transcript/volatile.ts';

export interface TranscribeOptions {
  /** What is left out because another recording of the same behaviour would differ in it. */
  readonly normalized?: readonly Volatile[];
  /** Seconds that TIME_WAIT lasts: 240 where nobody says, RFC 9293's 2×MSL. */
  readonly timeWait?: number;
  /** Keys of TLS beside those that the capture carries. */
  readonly keys?: KeyLog;
}

/** Seconds: RFC 9293 §3.4.2, twice the maximum segment lifetime. */
const TIME_WAIT = 240;

/**
 * Reads a capture to its end and tells what its hosts did, without what differs from recording to recording. The source is
 * closed; `source.problem` says afterwards whether all of it could be read.
 */
export async function transcribe(source: FrameSource, options: TranscribeOptions = {}): Promise<Transcript> {
  const { normalized = USUALLY_NORMALIZED, timeWait = TIME_WAIT, keys } = options;
  const tracker = new Tracker({ timeWait, explain: true, ...(keys === undefined ? {} : { keys }) });
  const transcriber = new Transcriber(tracker.events, normalized);
  try {
    await run(source, tracker, {
      packet(packet) {
        transcriber.packet(packet);
        return true;
      },
      pause() {},
    });
  } finally {
    source.close();
  }
  return transcriber.finish(tracker.connections);
}
