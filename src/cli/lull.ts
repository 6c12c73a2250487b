import type { Printer } from '../output/printer.ts';
import type { Output } from './reading.ts';

/** How long nothing has to come, in milliseconds. Between two pieces of a file that comes through a pipe it is never so long. */
const SILENCE = 300;

/** While somebody watches a live capture and nothing comes, what the printer holds back is said. */
export class Lull {
  private readonly printer: Printer;
  private readonly output: Output;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private fault: unknown = null;

  constructor(printer: Printer, output: Output) {
    this.printer = printer;
    this.output = output;
  }

  /** All packets at hand were given. Throws what went wrong in the last lull: whoever reads the output may be gone. */
  begin(): void {
    this.over();
    if (this.fault !== null) throw this.fault;
    this.timer = setTimeout(() => this.speak(), SILENCE);
  }

  /** Something came, or nothing will. */
  over(): void {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    this.timer = null;
  }

  private speak(): void {
    this.timer = null;
    try {
      this.printer.pause?.(this.output.writer);
      this.output.flush();
    } catch (error) {
      this.fault = error;
    }
  }
}
