/** Where in the filter's text something stands: from its first character to behind its last. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

/** A filter that cannot be understood. `message` is one sentence without a full stop; `from` and `to` say where. */
export class FilterError extends Error {
  /** The whole filter. */
  readonly text: string;
  readonly from: number;
  readonly to: number;

  constructor(sentence: string, text: string, { from, to }: Place) {
    super(sentence);
    this.name = 'FilterError';
    this.text = text;
    this.from = from;
    this.to = to;
  }
}

/** Thrown inside this room, where the whole text is not at hand; whoever has it makes a FilterError of it. */
export class Fault extends Error {
  readonly place: Place;

  constructor(sentence: string, place: Place) {
    super(sentence);
    this.place = place;
  }
}
