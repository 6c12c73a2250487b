import type { Language } from '../notes/note.ts';
import type { StatePath, StatePaths } from '../tcp/paths.ts';
import type { StateChange, TcpState } from '../tcp/state-change.ts';
import type { PictureOptions } from './plot-svg.ts';
import { EDGES, type Edge, edgeOf, hasReturn, NODES, type Node } from './state-diagram.ts';
import { type StatesWords, statesWords } from './states-words.ts';
import { CLASS_OF, STATE_CLASSES, styleSheet } from './svg/paint.ts';
import { Picture, rounded } from './svg/picture.ts';
import { wrap } from './width.ts';

export interface StateDiagramOptions extends PictureOptions {
  readonly language: Language;
}

/**
 * The state diagram of RFC 9293 §3.3.2, figure 5, with the way that each end of a connection took through it, as SVG that
 * needs nothing beside itself:
 *
 *     stateDiagramSvg(paths, { language: 'en' }); // as `dissect states --svg`
 *
 * Steps carry `data-frame` and a `<title>`. The paths are a `PathGatherer`'s.
 */
export function stateDiagramSvg(paths: StatePaths, { language, ...options }: StateDiagramOptions): string {
  return new Diagram(paths, statesWords[language], options).draw();
}

const MARGIN = 20;
const LINE = 17;
/** Width of a letter of 12 px. */
const CELL = 7.25;
const BOX_HEIGHT = 32;
const LABEL_LINE = 13;
const BADGE = 9;
/** Pixels between an arrow and the one that leads back, and between the ways of both ends. */
const APART = 7;
/** Narrower pictures have no room for the words of the figure, nor for both lists beside each other. */
const NARROW = 700;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** An arrow from box to box, bent towards `bend`. */
interface Arrow {
  readonly start: Place;
  readonly bend: Place;
  readonly end: Place;
}

/** A step with its place in its end's way. */
interface Numbered {
  readonly side: 0 | 1;
  readonly number: number;
  readonly change: StateChange;
}

class Diagram {
  private readonly paths: StatePaths;
  private readonly words: StatesWords;
  private readonly id: string;
  private readonly width: number;
  private readonly narrow: boolean;
  private readonly boxWidth: number;
  private readonly pitch: number;
  private readonly picture = new Picture();
  private readonly visited: ReadonlySet<Node>;
  private top = 0;
  private y = MARGIN;

  constructor(paths: StatePaths, words: StatesWords, { width = 960, id = 'states' }: PictureOptions) {
    this.paths = paths;
    this.words = words;
    this.id = id;
    this.width = Math.max(320, width);
    this.narrow = this.width < NARROW;
    this.boxWidth = this.narrow ? 100 : 128;
    this.pitch = this.narrow ? 72 : 86;
    const steps = paths.paths.flatMap((path) => path.steps);
    this.visited = new Set<Node>([
      ...paths.paths.flatMap(({ before, after }) => [before, after === 'CLOSED' ? before : after]),
      ...steps.flatMap(({ from, to }) => [from, edgeOf(from, to).to]),
    ]);
  }

  draw(): string {
    const { words, paths, picture } = this;
    const title = words.diagram.title(paths.stream);
    this.heading(title);
    this.top = this.y + BOX_HEIGHT;
    for (const edge of EDGES) this.figureEdge(edge);
    this.ways();
    for (const node of Object.keys(NODES) as Node[]) this.box(node);
    this.y = this.top + 6 * this.pitch + BOX_HEIGHT;
    this.lists();
    this.paragraph(words.diagram.legend, 'dim');
    return picture.document({
      kind: 'states',
      id: this.id,
      width: this.width,
      height: Math.ceil(this.y + MARGIN),
      title,
      description: this.description(),
      style: STYLE,
    });
  }

  private heading(title: string): void {
    for (const line of wrap(title, Math.floor((this.width - 2 * MARGIN) / (CELL * (4 / 3))))) {
      this.y += LINE + 3;
      this.picture.text(MARGIN, this.y, line, 'title');
    }
    this.paragraph(this.words.diagram.source, 'dim');
  }

  private paragraph(text: string, kind: string): void {
    for (const line of wrap(text, Math.floor((this.width - 2 * MARGIN) / CELL))) {
      this.y += LINE;
      this.picture.text(MARGIN, this.y, line, kind);
    }
    this.y += 3;
  }

  private box(node: Node): void {
    if (node === 'UNKNOWN' && !this.visited.has(node)) return;
    const { x, y } = this.at(node);
    const { boxWidth: width, picture } = this;
    const state: TcpState = node === 'CLOSED again' ? 'CLOSED' : node;
    const seen = this.visited.has(node);
    const [left, top] = [rounded(x - width / 2), rounded(y - BOX_HEIGHT / 2)];
    const stays = ([0, 1] as const).filter((side) => this.lastNode(side) === node);
    for (const [i, side] of stays.entries()) {
      const out = 3 + 3 * i;
      picture.draw(
        `<rect class="stay end${side}" x="${left - out}" y="${top - out}" width="${width + 2 * out}" height="${BOX_HEIGHT + 2 * out}" rx="${8 + out}"/>`,
      );
    }
    const kind = seen ? `box ${CLASS_OF[state]}` : 'box unseen';
    picture.draw(`<rect class="${kind}" x="${left}" y="${top}" width="${width}" height="${BOX_HEIGHT}" rx="8"/>`);
    picture.text(x, y + 4, state, seen ? 'state' : 'dim', 'middle');
  }

  /** Where an end stands at the end; null where it was never anywhere that is known. */
  private lastNode(side: 0 | 1): Node {
    const { steps, after } = this.paths.paths[side];
    const last = steps.at(-1);
    if (last === undefined || last.to !== after) return after;
    return edgeOf(last.from, last.to).to;
  }

  private figureEdge(edge: Edge): void {
    const arrow = this.arrowOf(edge, hasReturn(edge) ? APART : 0);
    this.picture.draw(`<path class="edge" d="${curve(arrow)}"/>`, `<path class="tip" d="${tip(arrow)}"/>`);
    if (this.narrow) return;
    this.label(edge, along(arrow, 0.5));
  }

  /** The words of the figure, clear of the arrow, its badges, and the arrow that leads back. */
  private label(edge: Edge, { x, y }: Place): void {
    const { label, side } = edge;
    const higher = 14 + (label.length - 1) * LABEL_LINE + (hasReturn(edge) ? APART : 0);
    const [dx, dy, anchor] = (
      {
        left: [-16, label.length > 1 ? -2 : 4, 'end'],
        right: [16, label.length > 1 ? -2 : 4, 'start'],
        above: [0, -higher, 'middle'],
        below: [0, 23, 'middle'],
      } as const
    )[side];
    for (const [i, line] of label.entries()) {
      this.picture.text(x + dx, y + dy + i * LABEL_LINE, line, 'event', anchor);
    }
  }

  /** What both ends did, along the arrows. */
  private ways(): void {
    const onEdge = new Map<string, { readonly edge: Edge; readonly steps: Numbered[] }>();
    for (const side of [0, 1] as const) {
      for (const [i, change] of this.paths.paths[side].steps.entries()) {
        const edge = edgeOf(change.from, change.to);
        const key = `${edge.from}>${edge.to}`;
        const known = onEdge.get(key) ?? { edge, steps: [] };
        onEdge.set(key, known);
        known.steps.push({ side, number: i + 1, change });
      }
    }
    const badges: (() => void)[] = [];
    for (const { edge, steps } of onEdge.values()) {
      const sides = new Set(steps.map(({ side }) => side));
      const off = hasReturn(edge) ? APART : 0;
      for (const side of sides) {
        const own = steps.filter((step) => step.side === side);
        const arrow = this.arrowOf(edge, off + (sides.size > 1 ? (side === 0 ? -2.5 : 2.5) : 0));
        this.way(arrow, own, side);
      }
      const shown = steps.length > MOST_BADGES ? [...steps.slice(0, MOST_BADGES - 1), steps.at(-1)!] : steps;
      for (const [i, step] of shown.entries()) {
        const place = along(this.arrowOf(edge, off), (i + 1) / (shown.length + 1));
        badges.push(() => this.badge(place, step));
      }
    }
    for (const draw of badges) draw();
  }

  private way(arrow: Arrow, steps: readonly Numbered[], side: 0 | 1): void {
    const inferred = steps.every(({ change }) => change.certainty === 'inferred');
    this.picture.draw(
      `<path class="way end${side}${inferred ? ' inferred' : ''}" d="${curve(arrow)}"/>`,
      `<path class="tip end${side}" d="${tip(arrow)}"/>`,
    );
  }

  private badge({ x, y }: Place, { side, number, change }: Numbered): void {
    const said = `${this.called(side)}: ${change.from} → ${change.to}, ${this.words.diagram.frame(change.frame)}: ${this.words.by(change.by)}`;
    this.picture.group(change.frame, said, () => {
      const [cx, cy] = [rounded(x), rounded(y)];
      this.picture.draw(`<circle class="badge end${side}" cx="${cx}" cy="${cy}" r="${BADGE}"/>`);
      this.picture.text(x, y + 4, String(number), 'number', 'middle');
    });
  }

  /** Each end's steps in words; beside each other where there is room. */
  private lists(): void {
    const top = this.y + LINE;
    const column = this.narrow ? this.width - 2 * MARGIN : (this.width - 3 * MARGIN) / 2;
    let bottom = top;
    for (const side of [0, 1] as const) {
      const x = this.narrow || side === 0 ? MARGIN : 2 * MARGIN + column;
      this.y = this.narrow ? bottom : top;
      this.list(side, x, Math.floor(column / CELL));
      bottom = Math.max(bottom, this.y + LINE / 2);
    }
    this.y = bottom;
  }

  private list(side: 0 | 1, x: number, cells: number): void {
    const { words, picture } = this;
    const path = this.paths.paths[side];
    const line = (text: string, kind: string, indent = 0): number => {
      const [first = '', ...rest] = wrap(text, cells - Math.ceil(indent / CELL));
      this.y += LINE + 4;
      const top = this.y;
      picture.text(x + indent, top, first, kind);
      for (const more of rest) {
        this.y += LINE;
        picture.text(x + indent, this.y, more, kind);
      }
      return top;
    };
    line(this.called(side), `name end${side}`);
    line(this.beginning(path), 'dim');
    for (const [i, change] of path.steps.entries()) {
      const y = line(this.stepText(change), change.certainty === 'seen' ? 'step' : 'step dim', 2 * BADGE + 8);
      this.badge({ x: x + BADGE, y: y - 4 }, { side, number: i + 1, change });
      const next = path.steps[i + 1];
      if (next !== undefined && next.from !== change.to) line(words.diagram.revised(next.from), 'warn', 2 * BADGE + 8);
    }
    if (path.left > 0) line(words.diagram.left(path.left), 'warn');
    line(this.ending(path), 'dim');
  }

  private stepText({ to, frame, by, certainty }: StateChange): string {
    const { words } = this;
    const said = [to, words.diagram.frame(frame), words.by(by)];
    return [...said, ...(certainty === 'seen' || frame === null ? [] : [words.inferred])].join(' · ');
  }

  private beginning({ before, expected }: StatePath): string {
    const { diagram } = this.words;
    if (before === 'UNKNOWN') return diagram.unknown;
    return expected ? diagram.expected : diagram.begins(before);
  }

  private ending({ after, steps }: StatePath): string {
    const { diagram } = this.words;
    if (after !== 'UNKNOWN') return diagram.ends(after);
    return steps.length === 0 || steps.at(-1)!.to === after ? diagram.lost : diagram.unproven;
  }

  private called(side: 0 | 1): string {
    const { name, role } = this.paths.paths[side];
    return role === null ? name : `${this.words[role]} ${name}`;
  }

  private description(): string {
    const { words } = this;
    const said = ([0, 1] as const).flatMap((side) => {
      const path = this.paths.paths[side];
      const { steps, left } = path;
      return [
        `${this.called(side)}: ${this.beginning(path)}.`,
        ...steps.map((change, i) => `${i + 1}: ${this.stepText(change)}.`),
        ...(left > 0 ? [`${words.diagram.left(left)}.`] : []),
        `${this.ending(path)}.`,
      ];
    });
    return [...said, words.diagram.legend].join(' ');
  }

  private at(node: Node): Place {
    const [column, row] = NODES[node];
    const side = this.narrow ? MARGIN + this.boxWidth / 2 : this.width * 0.18;
    const x = column === 0 ? side : column === 1 ? this.width / 2 : this.width - side;
    return { x, y: this.top + row * this.pitch };
  }

  /** From the rim of one box to that of another, `off` pixels to the left of its way. */
  private arrowOf({ from, to, bow }: Edge, off: number): Arrow {
    const [a, b] = [this.at(from), this.at(to)];
    const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
    const left = { x: (b.y - a.y) / length, y: -(b.x - a.x) / length };
    const shifted = ({ x, y }: Place, by: number): Place => ({ x: x + left.x * by, y: y + left.y * by });
    const bend = shifted({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, off + bow * this.pitch);
    const start = this.rim(a, shifted(a, off), bow === 0 ? shifted(b, off) : bend);
    const end = this.rim(b, shifted(b, off), bow === 0 ? shifted(a, off) : bend);
    return { start, bend, end };
  }

  /** Where the line from `inner`, inside the box around `center`, to `outer` leaves the box. */
  private rim(center: Place, inner: Place, outer: Place): Place {
    const reach = (from: number, by: number, half: number): number =>
      Math.abs(by) < 0.01 ? Number.POSITIVE_INFINITY : (Math.sign(by) * half - from) / by;
    const [dx, dy] = [outer.x - inner.x, outer.y - inner.y];
    const part = Math.min(
      reach(inner.x - center.x, dx, this.boxWidth / 2 + 3),
      reach(inner.y - center.y, dy, BOX_HEIGHT / 2 + 3),
    );
    return { x: inner.x + dx * part, y: inner.y + dy * part };
  }
}

/** Numbers on one arrow; a way that is gone more often shows the first ones and the last. */
const MOST_BADGES = 4;

const curve = ({ start, bend, end }: Arrow): string =>
  `M${rounded(start.x)} ${rounded(start.y)}Q${rounded(bend.x)} ${rounded(bend.y)} ${rounded(end.x)} ${rounded(end.y)}`;

/** The place at the part `t` of its way. */
function along({ start, bend, end }: Arrow, t: number): Place {
  const part = (a: number, b: number, c: number): number => (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t ** 2 * c;
  return { x: part(start.x, bend.x, end.x), y: part(start.y, bend.y, end.y) };
}

function tip({ bend, end }: Arrow): string {
  const length = Math.hypot(end.x - bend.x, end.y - bend.y) || 1;
  const [ux, uy] = [(end.x - bend.x) / length, (end.y - bend.y) / length];
  const [backX, backY] = [end.x - ux * 9, end.y - uy * 9];
  return `M${rounded(end.x)} ${rounded(end.y)}L${rounded(backX - uy * 4)} ${rounded(backY + ux * 4)}L${rounded(backX + uy * 4)} ${rounded(backY - ux * 4)}Z`;
}

const STYLE = styleSheet(
  'states',
  [
    '.edge,.way,.stay{fill:none}',
    '.edge{stroke-width:1;stroke-opacity:.5}',
    '.tip{fill-opacity:.6}',
    '.tip.end0,.tip.end1{fill-opacity:1}',
    '.way{stroke-width:2.5}',
    '.inferred{stroke-dasharray:7 5}',
    '.stay{stroke-width:2}',
    '.box{stroke-width:1;stroke-opacity:.4}',
    '.event{font-size:11px}',
    '.state,.name,.number{font-weight:600}',
    '.number{font-size:11px}',
  ],
  (c) => [
    `.edge,.box{stroke:${c.dim}}`,
    `.event{fill:${c.dim}}`,
    `.tip{fill:${c.dim}}`,
    `.unseen{fill:${c.paper}}`,
    `.number{fill:${c.paper}}`,
    ...STATE_CLASSES.map((state) => `.box.${state}{fill:${c[state]}}`),
    ...(['end0', 'end1'] as const).flatMap((end) => [
      `.way.${end},.stay.${end}{stroke:${c[end]}}`,
      `.tip.${end},.badge.${end},.name.${end}{fill:${c[end]}}`,
    ]),
  ],
);
