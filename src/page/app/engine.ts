import type { Listing } from '../model.ts';
import type { Answer, QuestionName, Questions } from '../questions.ts';

interface Waiting {
  resolve(answer: unknown): void;
  reject(reason: unknown): void;
}

/** What cannot be answered. `known`: the capture is to blame, and the message says why. */
export class EngineFault extends Error {
  readonly known: boolean;

  constructor(message: string, known: boolean) {
    super(message);
    this.known = known;
  }
}

/** What answers the page's questions about a capture. */
export interface Engine {
  /** Called with frames in a row, as they are read. */
  listed: (listing: Listing) => void;
  /** Called with how many frames were read. */
  progress: (frames: number) => void;
  ask<Name extends QuestionName>(name: Name, ...of: Parameters<Questions[Name]>): Promise<ReturnType<Questions[Name]>>;
  close(): void;
}

/** The thread that reads captures. */
export class WorkerEngine implements Engine {
  listed: (listing: Listing) => void = () => undefined;
  progress: (frames: number) => void = () => undefined;
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;

  /** Takes the program of the thread. */
  constructor(program: Blob) {
    const url = URL.createObjectURL(program);
    this.worker = new Worker(url);
    this.worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => this.receive(data));
    this.worker.addEventListener('error', ({ message }) => this.fail(message));
  }

  ask<Name extends QuestionName>(name: Name, ...of: Parameters<Questions[Name]>): Promise<ReturnType<Questions[Name]>> {
    const id = ++this.asked;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.worker.postMessage({ id, ask: name, of });
    });
  }

  close(): void {
    this.worker.terminate();
  }

  private receive(answer: Answer): void {
    if (answer.kind === 'listed') this.listed(answer.listing);
    else if (answer.kind === 'progress') this.progress(answer.frames);
    else {
      const waiting = this.waiting.get(answer.id);
      this.waiting.delete(answer.id);
      if (answer.kind === 'answer') waiting?.resolve(answer.answer);
      else waiting?.reject(new EngineFault(answer.sentence, answer.known));
    }
  }

  private fail(message: string): void {
    for (const { reject } of this.waiting.values()) reject(new EngineFault(message, false));
    this.waiting.clear();
  }
}
