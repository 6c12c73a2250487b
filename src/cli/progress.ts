import { writeSync } from 'node:fs';
import { isTerminal } from './terminal.ts';

/** Said no more often than this, and not at all of what is read at once. In milliseconds. */
const EVERY = 500;
/** The clock is looked at after this many frames. */
const FRAMES = 4096;

/** How far reading is: on standard error, while a person looks at it and nothing else is printed there. */
export class Progress {
  private readonly shown = isTerminal(2) && !isTerminal(1);
  private next = Date.now() + EVERY;
  private width = 0;

  frame(number: number): void {
    if (!this.shown || number % FRAMES !== 0) return;
    const now = Date.now();
    if (now < this.next) return;
    this.next = now + EVERY;
    const text = `${number.toLocaleString('en')} …`;
    this.width = Math.max(this.width, text.length);
    write(`\r${text.padStart(this.width)}`);
  }

  /** Leaves the line empty. */
  end(): void {
    if (this.width > 0) write(`\r${' '.repeat(this.width)}\r`);
    this.width = 0;
  }
}

function write(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // Nobody can read it.
  }
}
