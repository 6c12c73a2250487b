import type { Colors } from './paint.ts';
import { type Picture, rounded } from './picture.ts';

interface Offer {
  readonly window: number;
  /** From where on it holds. */
  readonly from: number;
}

/** How far a strip reaches away from where it begins. */
const WIDTH = 26;

/** The windows that both ends of a connection offer, each as a strip down the picture, as wide as the window is. */
export class WindowStrips {
  private readonly picture: Picture;
  private readonly x: readonly [number, number];
  private readonly offers: readonly [Offer[], Offer[]] = [[], []];

  /** @param x where they begin: the left one goes to the left from there, the right one to the right */
  constructor(picture: Picture, x: readonly [number, number]) {
    this.picture = picture;
    this.x = x;
  }

  offer(side: 0 | 1, window: number, y: number): void {
    if (this.offers[side].at(-1)?.window !== window) this.offers[side].push({ window, from: y });
  }

  /** Draws them down to `y`. Answers with the largest window of each end of which one is known. */
  end(y: number): number[] {
    return ([0, 1] as const).flatMap((side) => (this.offers[side].length === 0 ? [] : [this.strip(side, y)]));
  }

  private strip(side: 0 | 1, end: number): number {
    const offers = this.offers[side];
    const largest = offers.reduce((most, { window }) => Math.max(most, window), 0);
    const x = this.x[side];
    const way = side === 0 ? -WIDTH : WIDTH;
    const outline = [`M${x} ${rounded(offers[0]!.from)}`];
    const shut: string[] = [];
    for (const [i, { window, from }] of offers.entries()) {
      const to = offers[i + 1]?.from ?? end;
      outline.push(`H${rounded(x + (way * window) / Math.max(1, largest))}V${rounded(to)}`);
      if (window === 0) shut.push(`M${x} ${rounded(from)}V${rounded(to)}`);
    }
    this.picture.draw(`<path class="window" d="${outline.join('')}H${x}Z"/>`);
    if (shut.length > 0) this.picture.draw(`<path class="shut" d="${shut.join('')}"/>`);
    return largest;
  }
}

/** What a style sheet has for them. */
export const STRIP_SHAPES = ['.window{fill-opacity:.3}', '.shut{stroke-width:3;fill:none}'];
export const stripColors = (c: Colors): string[] => [`.window{fill:${c.window}}`, `.shut{stroke:${c.reset}}`];
