import { type Bar, type Plot, type PlotLayer, type Point, type Steps, shownLayers } from './plot.ts';
import { placeOn, ticksOf } from './scale.ts';
import { styleSheet } from './svg/paint.ts';
import { Picture, rounded } from './svg/picture.ts';
import { cellWidth, wrap } from './width.ts';

/** How a picture is to be made, whatever it shows. */
export interface PictureOptions {
  /** CSS pixels; 960 where nobody says. Less than 320 is not taken. */
  readonly width?: number;
  /** Begins the ids of this picture: a page may hold several. */
  readonly id?: string;
}

/**
 * Draws a graph as a picture: SVG that needs nothing beside itself, for light and dark. What is odd carries its frame as
 * `data-frame`, and says what it is when somebody points at it.
 */
export function plotSvg(plot: Plot, options: PictureOptions = {}): string {
  return new PlotPicture(plot, options).draw();
}

const MARGIN = 20;
const LINE = 17;
/** Width of a letter of 12 px. */
const CELL = 7.25;
const SWATCH = 18;
/** Elements of one layer that say by themselves what they are; more are drawn together. */
const SPEAKING = 400;
/** Bars that are at least so high get a foot and a head. */
const SERIF_FROM = 7;
/** Height of letters beside marks. */
const LETTER = 11;
const NARROW = 560;

class PlotPicture {
  private readonly plot: Plot;
  private readonly id: string;
  private readonly width: number;
  private readonly picture = new Picture();
  /** The place of the graph itself. */
  private readonly left: number;
  private readonly right: number;
  private top = 0;
  private bottom = 0;
  private y = MARGIN;
  /** Where letters stand: no two in one place. */
  private readonly letters: { x: number; y: number; half: number }[] = [];

  constructor(plot: Plot, { width = 960, id = 'graph' }: PictureOptions) {
    this.plot = plot;
    this.id = id;
    this.width = Math.max(320, width);
    const widest = Math.max(...ticksOf(plot.y, this.yTicks).map(({ label }) => cellWidth(label)));
    this.left = MARGIN + Math.max(28, widest * CELL + 8);
    this.right = this.width - MARGIN;
  }

  draw(): string {
    const { plot, id, width } = this;
    this.heading();
    this.legend();
    this.y += LINE;
    this.picture.text(MARGIN, this.y, axisName(plot.y.name, plot.y.unit.name), 'dim');
    this.top = this.y + 10;
    this.bottom = this.top + (width < NARROW ? 300 : 400);
    this.grid();
    const layers = shownLayers(plot);
    for (const layer of layers) this.layer(layer);
    // What lies on top matters most: its letters have the first choice.
    for (const layer of layers.toReversed()) this.lettersOf(layer);
    this.y = this.bottom + LINE + 18;
    this.picture.text(this.right, this.y, axisName(plot.x.name, plot.x.unit.name), 'dim', 'end');
    this.y += 6;
    for (const note of plot.notes) this.paragraph(note, 'dim');
    return this.picture.document({
      kind: 'graph',
      id,
      width,
      height: Math.ceil(this.y + MARGIN),
      title: plot.title,
      description: [plot.description, ...plot.notes].join(' '),
      style: STYLE,
    });
  }

  private get yTicks(): number {
    return this.width < NARROW ? 6 : 9;
  }

  private heading(): void {
    const cells = (this.width - 2 * MARGIN) / (CELL * (4 / 3));
    for (const line of wrap(this.plot.title, Math.floor(cells))) {
      this.y += LINE;
      this.picture.text(MARGIN, this.y, line, 'title');
      this.y += 3;
    }
    this.paragraph(this.plot.heading, 'dim');
    this.y += 6;
  }

  private paragraph(text: string, kind: string): void {
    for (const line of wrap(text, Math.floor((this.width - 2 * MARGIN) / CELL))) {
      this.y += LINE;
      this.picture.text(MARGIN, this.y, line, kind);
    }
    this.y += 3;
  }

  private legend(): void {
    let x = MARGIN;
    this.y += LINE;
    for (const layer of shownLayers(this.plot)) {
      const taken = SWATCH + 6 + cellWidth(layer.label) * CELL + 16;
      if (x > MARGIN && x + taken - 16 > this.width - MARGIN) {
        x = MARGIN;
        this.y += LINE + 2;
      }
      this.picture.draw(swatch(layer, x, this.y - 4));
      this.picture.text(x + SWATCH + 6, this.y, layer.label, 'label');
      x += taken;
    }
    this.y += 6;
  }

  private grid(): void {
    const { plot, left, right, top, bottom, picture } = this;
    const lines: string[] = [];
    for (const { value, label } of ticksOf(plot.y, this.yTicks)) {
      const y = this.atY(value);
      lines.push(`M${left} ${rounded(y)}H${right}`);
      picture.text(left - 8, y + 4, label, 'dim', 'end');
    }
    const shown = Math.max(3, Math.floor((right - left) / 85));
    for (const { value, label } of ticksOf(plot.x, shown)) {
      const x = this.atX(value);
      lines.push(`M${rounded(x)} ${top}V${bottom}`);
      picture.text(x, bottom + LINE, label, 'dim', 'middle');
    }
    picture.draw(
      `<path class="grid" d="${lines.join('')}"/>`,
      `<path class="axis" d="M${left} ${top}V${bottom}H${right}"/>`,
    );
  }

  private layer(layer: PlotLayer): void {
    const { picture } = this;
    picture.draw(`<g class="${layer.shape} ${layer.color}">`);
    switch (layer.shape) {
      case 'steps':
        this.steps(layer);
        break;
      case 'bars':
        this.marks(layer.bars, (bar) => this.bar(bar));
        break;
      case 'dots':
        this.marks(layer.points, (point) => this.dot(point));
        break;
      default:
        this.marks(layer.points, ({ x }) => `M${rounded(this.atX(x))} ${this.bottom}v-9`);
    }
    picture.draw('</g>');
  }

  private lettersOf(layer: PlotLayer): void {
    const points = layer.shape === 'bars' ? layer.bars : layer.points;
    for (const point of points) if (point.letters !== undefined) this.letter(point, layer, point.letters);
  }

  private steps({ points, filled }: Steps): void {
    const path = this.stairs(points);
    const from = this.atX(points[0]!.x);
    const to = this.atX(points.at(-1)!.x);
    if (filled) {
      const area = `M${rounded(from)} ${this.bottom}L${path.slice(1)}L${rounded(to)} ${this.bottom}Z`;
      this.picture.draw(`<path class="area" d="${area}"/>`);
    }
    this.picture.draw(`<path d="${path}"/>`);
  }

  /** Where a value is above the picture, its line goes out of it and comes back. */
  private stairs(points: readonly Point[]): string {
    const { top } = this;
    const drawn: string[] = [];
    let [x, y] = [Number.NaN, Number.NaN];
    for (const point of points) {
      const [toX, toY] = [rounded(this.atX(point.x)), rounded(Math.max(top, this.atY(point.y)))];
      if (drawn.length === 0) drawn.push(`M${toX} ${toY}`);
      else {
        if (toX !== x) drawn.push(y > top || toY === y ? (y > top ? `H${toX}` : `M${toX} ${y}`) : `M${toX} ${y}`);
        if (toY !== y) drawn.push(`V${toY}`);
      }
      [x, y] = [toX, toY];
    }
    return drawn.join('');
  }

  private bar({ x, y, until, to }: Bar): string {
    const [fromX, toX] = [rounded(this.atX(x)), rounded(this.atX(until))];
    const fromY = rounded(this.atY(y));
    const toY = rounded(Math.min(this.atY(to), fromY - 1.5));
    if (fromX !== toX) return `M${fromX} ${fromY}L${toX} ${toY}`;
    const serif = fromY - toY >= SERIF_FROM ? `M${rounded(fromX - 2)} ${fromY}h4M${rounded(fromX - 2)} ${toY}h4` : '';
    return `${serif}M${fromX} ${fromY}V${toY}`;
  }

  private dot({ x, y }: Point): string {
    return `M${rounded(this.atX(x))} ${rounded(Math.min(this.bottom, this.atY(y)))}h0`;
  }

  /** What has something to say is an element of its own, as long as there are not too many. */
  private marks<T extends Point>(points: readonly T[], path: (point: T) => string): void {
    const drawn = new Set<string>();
    let speaking = 0;
    for (const point of points) {
      const { said, frame } = point;
      if (said === undefined || speaking >= SPEAKING) {
        drawn.add(path(point));
        continue;
      }
      speaking++;
      this.picture.said(path(point), frame, said);
    }
    if (drawn.size > 0) this.picture.draw(`<path d="${[...drawn].join('')}"/>`);
  }

  private letter(point: Point, { shape, color }: PlotLayer, letters: string): void {
    const x = this.atX(point.x);
    const above =
      shape === 'bars' ? Math.min(this.atY((point as Bar).to), this.atY(point.y)) - 5 : this.atY(point.y) - 8;
    const lowest = shape === 'ticks' ? this.bottom - 12 : Math.max(this.top + 10, above);
    const half = letters.length * 3.6;
    const y = [lowest, lowest - LETTER, lowest - 2 * LETTER].find((free) => this.isFree(x, free, half));
    if (y === undefined) return;
    this.letters.push({ x, y, half });
    const middle = Math.min(Math.max(x, this.left + half), this.right - half);
    this.picture.text(middle, y, letters, `letter ${color}`, 'middle');
  }

  private isFree(x: number, y: number, half: number): boolean {
    const { letters, top } = this;
    const meets = (other: (typeof letters)[number]): boolean =>
      Math.abs(other.x - x) < half + other.half + 1 && Math.abs(other.y - y) < LETTER;
    return y >= top && !letters.some(meets);
  }

  private atX(value: number): number {
    return this.left + placeOn(this.plot.x, value) * (this.right - this.left);
  }

  private atY(value: number): number {
    return this.bottom - placeOn(this.plot.y, value) * (this.bottom - this.top);
  }
}

const axisName = (name: string, unit: string): string => (unit === '' || unit === name ? name : `${name} (${unit})`);

function swatch({ shape, color, ...layer }: PlotLayer, x: number, y: number): string {
  const middle = x + SWATCH / 2;
  const path = {
    steps: `M${x} ${y}h${SWATCH}`,
    bars: `M${middle} ${y + 5}v-10m-2 0h4m-4 10h4`,
    dots: `M${middle} ${y}h0`,
    ticks: `M${middle} ${y + 5}v-9`,
  };
  const area = 'filled' in layer && layer.filled ? `<path class="area" d="M${x} ${y}h${SWATCH}v6h-${SWATCH}z"/>` : '';
  return `<g class="${shape} ${color}">${area}<path d="${path[shape]}"/></g>`;
}

const COLORS = ['end0', 'end1', 'acknowledged', 'window', 'selective', 'reset', 'warn', 'dim'] as const;

const STYLE = styleSheet(
  'graph',
  [
    'path{fill:none}',
    '.grid,.axis{stroke-width:1}',
    '.steps path{stroke-width:1.5}',
    '.steps .area{stroke:none;fill-opacity:.16}',
    '.bars path{stroke-width:2}',
    '.ticks path{stroke-width:1.5}',
    '.dots path{stroke-width:5;stroke-linecap:round}',
    '.dots.acknowledged path{stroke-width:3.5}',
    '.letter{font-size:11px;font-weight:600;paint-order:stroke;stroke-width:3px}',
  ],
  (c) => [
    `.grid{stroke:${c.grid}}`,
    `.axis{stroke:${c.dim}}`,
    ...COLORS.flatMap((color) => [
      `.${color} path{stroke:${c[color]}}`,
      `.${color} .area{fill:${c[color]}}`,
      `.letter.${color}{fill:${c[color]};stroke:${c.paper}}`,
    ]),
  ],
);
