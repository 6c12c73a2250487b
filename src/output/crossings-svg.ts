import type { Crossed, Journey, Translated } from '../journey/journey.ts';
import { crossingSides } from './journey-nat.ts';
import type { JourneyWords } from './journey-words.ts';
import { shortDuration } from './ladder.ts';
import type { PictureOptions } from './plot-svg.ts';
import { styleSheet } from './svg/paint.ts';
import { Picture } from './svg/picture.ts';
import { cutCells } from './width.ts';

const MARGIN = 24;
const LINE = 16;
/** From one packet to the next. */
const ROW = 40;
const ROUTER = 92;
/** Of 12 px. */
const CELL = 7.25;
const NUMBERS = 46;

/**
 * The packets of a journey that went through a translator: the client on the left, the server on the right, and the router
 * between with what it makes of the inside's address and port. What stands in the router is the time from the one capture to
 * the other. Null where no packet crossed.
 */
export function crossingsSvg(journey: Journey, words: JourneyWords, options: PictureOptions = {}): string | null {
  const { translation } = journey;
  if (translation === null || translation.crossings.length === 0) return null;
  return new Crossings(journey, translation, words, options).draw();
}

class Crossings {
  private readonly journey: Journey;
  private readonly translation: Translated;
  private readonly words: JourneyWords;
  private readonly width: number;
  private readonly id: string;
  private readonly picture = new Picture();

  constructor(
    journey: Journey,
    translation: Translated,
    words: JourneyWords,
    { width = 960, id = 'crossings' }: PictureOptions,
  ) {
    this.journey = journey;
    this.translation = translation;
    this.words = words;
    this.width = Math.max(640, width);
    this.id = id;
  }

  draw(): string {
    const { journey, translation, words, width, picture, id } = this;
    const { crossings, here, there } = translation;
    const { router, isLeft } = crossingSides(journey, translation, words);
    const names = isLeft ? [here, there] : [there, here];
    const [left, middle, right] = [MARGIN + NUMBERS, width / 2, width - MARGIN - NUMBERS];
    const top = MARGIN + 3 * LINE;
    const bottom = top + crossings.length * ROW + LINE;
    const room = Math.floor((middle - MARGIN) / CELL) - 6;
    picture.text(MARGIN, MARGIN + LINE, cutCells(journey.client, room), 'name end0');
    picture.text(middle, MARGIN + LINE, router, 'name', 'middle');
    picture.text(width - MARGIN, MARGIN + LINE, cutCells(journey.server, room), 'name end1', 'end');
    picture.text((left + middle) / 2, MARGIN + 2.2 * LINE, cutCells(names[0]!, room), 'dim', 'middle');
    picture.text((middle + right) / 2, MARGIN + 2.2 * LINE, cutCells(names[1]!, room), 'dim', 'middle');
    picture.draw(
      `<rect class="router" x="${middle - ROUTER / 2}" y="${top}" width="${ROUTER}" height="${bottom - top}" rx="6"/>`,
      `<path class="wall" d="M${left} ${top}V${bottom}M${right} ${top}V${bottom}"/>`,
    );
    for (const [i, crossed] of crossings.entries()) this.row(crossed, isLeft, top + i * ROW + ROW / 2);
    const title = `${journey.client} – ${router} – ${journey.server}`;
    const said = crossings.map((crossed) => `${words.crossed[crossed.what]}: ${shortDuration(crossed.took)}.`);
    const height = bottom + MARGIN;
    return picture.document({ kind: 'crossings', id, width, height, title, description: said.join(' '), style: STYLE });
  }

  private row(crossed: Crossed, isLeft: boolean, y: number): void {
    const { picture, words, width } = this;
    const { frame, twin, what, outward, took } = crossed;
    const [near, far] = isLeft ? [frame, twin] : [twin, frame];
    const [left, middle, right] = [MARGIN + NUMBERS, width / 2, width - MARGIN - NUMBERS];
    const who = outward ? 'end0' : 'end1';
    picture.draw(`<g data-frame="${frame}">`);
    picture.text(left - 8, y + 4, String(near), isLeft ? 'stamp' : 'dim', 'end');
    picture.text(right + 8, y + 4, String(far), isLeft ? 'dim' : 'stamp');
    picture.text((left + middle - ROUTER / 2) / 2, y - 5, words.crossed[what], `words ${who}`, 'middle');
    picture.text(middle, y + 4, shortDuration(took), 'took', 'middle');
    this.arrow(left, middle - ROUTER / 2, outward, who, y);
    this.arrow(middle + ROUTER / 2, right, outward, who, y);
    picture.draw('</g>');
  }

  private arrow(from: number, to: number, outward: boolean, who: string, y: number): void {
    const [start, end, back] = outward ? [from, to, -1] : [to, from, 1];
    this.picture.draw(
      `<path class="arrow ${who}" d="M${start} ${y}H${end + back * 8}"/>`,
      `<path class="head ${who}" d="M${end} ${y}l${back * 10} -5v10z"/>`,
    );
  }
}

const STYLE = styleSheet(
  'crossings',
  ['.name{font-weight:600}', '.arrow,.wall{stroke-width:1.5;fill:none}', '.wall{stroke-width:2}'],
  (c) => [
    `.router{fill:${c.grid}}`,
    `.wall{stroke:${c.none}}`,
    ...(['end0', 'end1'] as const).flatMap((who) => [
      `text.${who},.head.${who}{fill:${c[who]}}`,
      `.arrow.${who}{stroke:${c[who]}}`,
    ]),
  ],
);
