/** Exit statuses, as the manual has them. */
export const DONE = 0;
const WRONG_USE = 1;
export const UNREADABLE = 2;
/** What was compared is not the same. */
export const DIFFERENT = 3;

/** What ends the program before its time. The message is one sentence without a full stop. */
export class Fault extends Error {
  readonly status: number;
  /** Lines that show what the sentence is about: what was typed, with a mark below. */
  readonly picture: readonly string[];

  constructor(message: string, status: number, picture: readonly string[] = []) {
    super(message);
    this.name = 'Fault';
    this.status = status;
    this.picture = picture;
  }
}

/** Wrong use of the command line. */
export class UsageFault extends Fault {
  constructor(message: string) {
    super(message, WRONG_USE);
  }
}

/** The capture cannot be opened, or the output cannot be written. */
export class InputOutputFault extends Fault {
  constructor(message: string) {
    super(message, UNREADABLE);
  }
}

/** Whoever read the output has had enough (`| head`): nothing is wrong, and nothing more is to be printed. */
export class OutputClosed extends Error {}
