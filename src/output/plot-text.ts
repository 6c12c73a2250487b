import type { Writer } from '../core/writer.ts';
import type { Paint, Palette } from './color.ts';
import { type Bar, type Plot, type PlotColor, type PlotLayer, type Point, type Steps, shownLayers } from './plot.ts';
import { placeOn, ticksOf } from './scale.ts';
import { cellWidth, padCells, wrap } from './width.ts';

/** Lines of the graph itself. */
const HEIGHT = 22;
/** A filled column ends with a part of a cell. */
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Draws a graph with letters: each kind of content has a glyph of its own, so that it can be read without colour too. */
export function writePlotText(plot: Plot, width: number, out: Writer, palette: Palette): void {
  new PlotText(plot, width, palette).write(out);
}

class PlotText {
  private readonly plot: Plot;
  private readonly width: number;
  private readonly palette: Palette;
  private readonly labels: Map<number, string>;
  private readonly margin: number;
  private readonly columns: number;
  private readonly glyphs: string[][];
  private readonly paints: (Paint | null)[][];

  constructor(plot: Plot, width: number, palette: Palette) {
    this.plot = plot;
    this.width = width;
    this.palette = palette;
    this.labels = new Map(ticksOf(plot.y, HEIGHT / 3).map(({ value, label }) => [this.row(value), label]));
    this.margin = Math.max(...[...this.labels.values()].map(cellWidth), 4);
    this.columns = Math.max(20, width - this.margin - 2);
    this.glyphs = Array.from({ length: HEIGHT }, () => new Array<string>(this.columns).fill(' '));
    this.paints = this.glyphs.map((row) => row.map(() => null));
  }

  write(out: Writer): void {
    const { plot, palette, width } = this;
    const lines = (text: string): string[] => wrap(text, width);
    const print = (line: string): void => {
      out.text(line.trimEnd());
      out.line();
    };
    for (const line of lines(plot.title)) print(palette.title(line));
    for (const line of lines(plot.heading)) print(line);
    for (const line of this.legend()) print(line);
    print(palette.dim(axisName(plot.y.name, plot.y.unit.name)));
    const layers = shownLayers(plot);
    for (const layer of layers) this.layer(layer);
    for (const layer of layers) this.letters(layer);
    for (let row = 0; row < HEIGHT; row++) {
      const label = this.labels.get(row) ?? '';
      const edge = label === '' ? '│' : '┤';
      print(`${palette.dim(`${label.padStart(this.margin)} ${edge}`)}${this.rowText(row)}`);
    }
    for (const line of this.foot()) print(palette.dim(line));
    for (const note of plot.notes) for (const line of lines(note)) print(palette.dim(line));
  }

  private legend(): string[] {
    const { palette } = this;
    const lines: string[] = [];
    let cells = 0;
    for (const { glyph, label, color } of shownLayers(this.plot)) {
      const text = label.startsWith(`${glyph} `) ? label.slice(2) : label;
      const entry = `${paintOf(palette, color)(glyph)} ${text}`;
      const taken = cellWidth(text) + 2;
      if (lines.length === 0 || cells + 3 + taken > this.width) {
        lines.push(entry);
        cells = taken;
      } else {
        lines[lines.length - 1] += `   ${entry}`;
        cells += 3 + taken;
      }
    }
    return lines;
  }

  private layer(layer: PlotLayer): void {
    const paint = paintOf(this.palette, layer.color);
    switch (layer.shape) {
      case 'steps':
        this.steps(layer, paint);
        return;
      case 'bars':
        for (const bar of layer.bars) this.bar(bar, layer.glyph, paint);
        return;
      case 'dots':
        for (const { x, y } of layer.points)
          this.put(this.column(x), Math.min(HEIGHT - 1, this.row(y)), layer.glyph, paint);
        return;
      default:
        for (const { x } of layer.points) this.put(this.column(x), HEIGHT - 1, layer.glyph, paint);
    }
  }

  /** In each column the highest value that held in it; where the line rises or falls, it does so at once. */
  private steps({ points, filled, glyph }: Steps, paint: Paint): void {
    const highest = new Map<number, number>();
    const raise = (column: number, value: number): void => {
      highest.set(column, Math.max(highest.get(column) ?? Number.NEGATIVE_INFINITY, value));
    };
    for (const [i, { x, y }] of points.entries()) {
      const until = points[i + 1]?.x ?? x;
      for (let column = this.column(x); column <= this.column(until); column++) {
        const held = column > this.column(x) || i + 1 === points.length || column < this.column(until) || filled;
        if (held || !highest.has(column)) raise(column, y);
      }
    }
    for (const [column, value] of highest) {
      if (filled) this.fill(column, value, paint);
      else this.put(column, this.row(value), glyph, paint);
    }
  }

  private fill(column: number, value: number, paint: Paint): void {
    const eighths = Math.round(placeOn(this.plot.y, value) * HEIGHT * 8);
    for (let row = HEIGHT - 1, left = eighths; row >= 0 && left > 0; row--, left -= 8) {
      this.put(column, row, EIGHTHS[Math.min(8, left)]!, paint);
    }
  }

  private bar({ x, y, until, to }: Bar, glyph: string, paint: Paint): void {
    const [from, end] = [this.column(x), this.column(until)];
    // The number one past the last is none of its own.
    const [low, high] = [this.row(y), this.row(Math.max(y, to - 1))];
    for (let column = from; column <= end; column++) {
      const part = (at: number): number => Math.round(low + ((high - low) * at) / (end - from + 1));
      for (let row = part(column - from + 1); row <= part(column - from); row++) this.put(column, row, glyph, paint);
    }
  }

  private letters(layer: PlotLayer): void {
    if (layer.shape !== 'bars') return;
    const paint = paintOf(this.palette, layer.color);
    for (const { x, y, letters } of layer.bars as readonly Point[]) {
      if (letters !== undefined) this.put(this.column(x), this.row(y), letters.slice(0, 1), paint);
    }
  }

  private foot(): string[] {
    const { plot, columns, margin } = this;
    const axis = new Array<string>(columns).fill('─');
    const labels = new Array<string>(columns + 12).fill(' ');
    let free = 0;
    for (const { value, label } of ticksOf(plot.x, Math.max(2, Math.floor(columns / 14)))) {
      const column = this.column(value);
      const from = Math.max(0, Math.min(column - Math.floor(label.length / 2), columns - label.length));
      if (column < 0 || column >= columns || from < free) continue;
      axis[column] = '┬';
      for (const [i, letter] of [...label].entries()) labels[from + i] = letter;
      free = from + label.length + 1;
    }
    const name = axisName(plot.x.name, plot.x.unit.name);
    const indent = ' '.repeat(margin + 1);
    return [
      `${indent}└${axis.join('')}`,
      `${indent} ${labels.join('').trimEnd()}`,
      padCells('', this.width - cellWidth(name)) + name,
    ];
  }

  private rowText(row: number): string {
    let text = '';
    for (let column = 0; column < this.columns; ) {
      const paint = this.paints[row]![column]!;
      let run = '';
      for (; column < this.columns && this.paints[row]![column] === paint; column++) run += this.glyphs[row]![column];
      text += paint === null ? run : paint(run);
    }
    return text;
  }

  private put(column: number, row: number, glyph: string, paint: Paint): void {
    if (row < 0 || row >= HEIGHT || column < 0 || column >= this.columns) return;
    this.glyphs[row]![column] = glyph;
    this.paints[row]![column] = paint;
  }

  private column(x: number): number {
    return Math.floor(placeOn(this.plot.x, x) * this.columns);
  }

  private row(y: number): number {
    return HEIGHT - 1 - Math.floor(placeOn(this.plot.y, y) * HEIGHT);
  }
}

const axisName = (name: string, unit: string): string => (unit === '' || unit === name ? name : `${name} (${unit})`);

function paintOf(palette: Palette, color: PlotColor): Paint {
  switch (color) {
    case 'end0':
      return palette.ends[0];
    case 'end1':
      return palette.ends[1];
    case 'acknowledged':
      return palette.state;
    case 'reset':
      return palette.error;
    case 'dim':
      return palette.dim;
    default:
      return palette.warn;
  }
}
