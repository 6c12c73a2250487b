import type { Axis } from './scale.ts';

/** Names of colours that pictures and terminals know. */
export type PlotColor = 'end0' | 'end1' | 'acknowledged' | 'window' | 'selective' | 'reset' | 'warn' | 'dim';

/** A graph as what it shows: what every drawer of it, in a terminal or in a picture, starts from. */
export interface Plot {
  readonly title: string;
  /** Who sends to whom, and what can be said in a line. */
  readonly heading: string;
  readonly x: Axis;
  readonly y: Axis;
  /** What is drawn, the lowest first. Those without content are left out. */
  readonly layers: readonly PlotLayer[];
  /** What the picture leaves out or cannot tell. */
  readonly notes: readonly string[];
  /** The picture in words, for those who hear it. */
  readonly description: string;
}

interface Kind {
  /** What the legend calls it. */
  readonly label: string;
  readonly color: PlotColor;
  /** One character that stands for it in a terminal. */
  readonly glyph: string;
}

export type PlotLayer = Steps | Bars | Dots | Ticks;

/** A value that holds until the next one. */
export interface Steps extends Kind {
  readonly shape: 'steps';
  /** The space below it is filled. */
  readonly filled: boolean;
  readonly points: readonly Point[];
}

/** Stretches of values at one moment, or, where they stand for several, up to another one. */
interface Bars extends Kind {
  readonly shape: 'bars';
  readonly bars: readonly Bar[];
}

/** Single values. */
interface Dots extends Kind {
  readonly shape: 'dots';
  readonly points: readonly Point[];
}

/** Moments, marked at the bottom; or, with `y`, at a value. */
interface Ticks extends Kind {
  readonly shape: 'ticks';
  readonly points: readonly Point[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly frame: number;
  /** Written beside it: `SYN`, `R`. */
  readonly letters?: string;
  /** Says what it is, when somebody points at it. */
  readonly said?: string;
}

export interface Bar extends Point {
  /** Where and when it ends; it begins at `x` and `y`. */
  readonly until: number;
  readonly to: number;
}

const contentOf = (layer: PlotLayer): readonly Point[] => (layer.shape === 'bars' ? layer.bars : layer.points);

/** Those that show something. */
export const shownLayers = ({ layers }: Plot): PlotLayer[] => layers.filter((layer) => contentOf(layer).length > 0);
