import { CaptureError } from '../../capture/fault.ts';
import { readCapture } from '../../capture/from-bytes.ts';
import type { GivenCapture } from '../model.ts';
import type { Answer, Question } from '../questions.ts';
import { Reading } from './reading.ts';
import { Session } from './session.ts';

/** The thread in which captures are read: takes questions, one after the other, and answers them. */
const scope = globalThis as unknown as { postMessage(message: Answer, transfer?: Transferable[]): void };

/** Ends a task, so that messages come in. */
const channel = new MessageChannel();
let resume: () => void = () => undefined;
channel.port1.onmessage = () => resume();
const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    resume = resolve;
    channel.port2.postMessage(0);
  });

let session: Session | null = null;
let queue: Promise<void> = Promise.resolve();

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  if (data.ask === 'filter') session?.stopFilter();
  queue = queue.then(() => answer(data));
});

async function answer(question: Question): Promise<void> {
  const { id } = question;
  try {
    scope.postMessage({ kind: 'answer', id, answer: await answerTo(question) });
  } catch (error) {
    const known = error instanceof CaptureError;
    scope.postMessage({ kind: 'fault', id, known, sentence: error instanceof Error ? error.message : String(error) });
  }
}

async function answerTo(question: Question): Promise<unknown> {
  if (question.ask === 'open') {
    const [capture, options, other, place] = question.of;
    const progress = (frames: number): void => scope.postMessage({ kind: 'progress', frames });
    const reading = ({ name, bytes }: GivenCapture): Reading => {
      const file = { name, octets: bytes.length, open: () => readCapture(bytes, options.fcs) };
      return new Reading(file, options, { breathe, progress });
    };
    const beside = other === null ? null : { reading: reading(other), place };
    session = new Session(reading(capture), beside, (listing) =>
      scope.postMessage({ kind: 'listed', listing }, [listing.text.buffer as ArrayBuffer]),
    );
    return session.open();
  }
  if (session === null) return null;
  switch (question.ask) {
    case 'overview':
      return session.overview(...question.of);
    case 'detail':
      return session.detail(...question.of);
    case 'filter':
      return session.filter(...question.of);
    case 'connection':
      return session.connection(...question.of);
    case 'journeys':
      return session.journeys(...question.of);
    case 'journey':
      return session.journey(...question.of);
    case 'nat':
      return session.nat(...question.of);
  }
}
