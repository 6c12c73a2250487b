import { SEVERITIES } from '../model.ts';
import { element, fill } from './dom.ts';
import type { Frames } from './frames.ts';
import type { PageWords } from './page-words.ts';

/** Rows above and below those that can be seen, which are there too. */
const MARGIN_ROWS = 12;
/** Rows that are printed at the most. */
const PRINTED_ROWS = 2000;

/** The packets as a table of which only the rows that can be seen exist. */
export class PacketList {
  readonly root: HTMLElement;
  private readonly frames: Frames;
  private readonly choose: (frame: number) => void;
  private readonly head = element('div', { role: 'row', class: 'list-head', 'aria-rowindex': 1 });
  private readonly body = element('div', { role: 'rowgroup', class: 'list-body' });
  private readonly space = element('div', { class: 'list-space' });
  private readonly empty = element('p', { class: 'empty', hidden: true });
  private words!: PageWords;
  /** The frames that were chosen; null for all. */
  private chosen: Uint32Array | null = null;
  private selected = 0;
  /** The rows that exist. */
  private from = 0;
  private to = 0;
  private scheduled = false;
  private printing = false;

  constructor(frames: Frames, choose: (frame: number) => void) {
    this.frames = frames;
    this.choose = choose;
    this.space.append(this.body);
    this.root = element('div', { role: 'grid', class: 'list', tabindex: 0 }, this.head, this.space, this.empty);
    this.root.addEventListener('scroll', () => this.schedule(), { passive: true });
    this.root.addEventListener('keydown', (event) => this.key(event));
    this.root.addEventListener('click', (event) => this.click(event));
    new ResizeObserver(() => this.schedule()).observe(this.root);
    addEventListener('beforeprint', () => this.print(true));
    addEventListener('afterprint', () => this.print(false));
  }

  /** The frames that are listed; null for all from 1 on. */
  private get shown(): Uint32Array | null {
    return this.chosen ?? this.frames.numbers;
  }

  get count(): number {
    return this.shown?.length ?? this.frames.count;
  }

  say(words: PageWords): void {
    this.words = words;
    this.root.setAttribute('aria-label', words.list);
    fill(this.head, ...words.columns.map((column) => element('span', { role: 'columnheader' }, column)));
    this.empty.textContent = words.noMatch;
    this.redraw();
  }

  /** Lists these frames only; all of them for null. */
  show(frames: Uint32Array | null): void {
    this.chosen = frames;
    this.root.scrollTop = 0;
    this.reveal(this.selected);
    this.redraw();
  }

  /** Frames came. */
  grow(): void {
    this.redraw();
  }

  /** Marks a frame, and brings it into sight. */
  select(frame: number): void {
    this.selected = frame;
    this.reveal(frame);
    this.redraw();
  }

  /** The frame so many rows behind the selected one, as far as there is one. */
  step(rows: number): number {
    if (this.count === 0) return 0;
    const here = this.indexOf(this.selected);
    return this.frameAt(Math.max(0, Math.min(this.count - 1, here + rows)));
  }

  private frameAt(index: number): number {
    const { shown } = this;
    return shown === null ? index + 1 : shown[index]!;
  }

  /** The row of a frame, or of the next one that is listed. */
  private indexOf(frame: number): number {
    const { shown } = this;
    if (shown === null) return frame - 1;
    let low = 0;
    let high = shown.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (shown[middle]! < frame) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private get rowHeight(): number {
    return Number.parseFloat(getComputedStyle(this.root).getPropertyValue('--row')) || 24;
  }

  private reveal(frame: number): void {
    const index = this.indexOf(frame);
    if (frame < 1 || index < 0 || index >= this.count) return;
    const { rowHeight } = this;
    const top = index * rowHeight;
    const { scrollTop, clientHeight } = this.root;
    const visible = clientHeight - this.head.offsetHeight - rowHeight;
    if (top < scrollTop) this.root.scrollTop = top;
    else if (top > scrollTop + visible) this.root.scrollTop = Math.min(top, top - visible);
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      this.draw(false);
    });
  }

  private redraw(): void {
    this.draw(true);
  }

  private draw(anew: boolean): void {
    if (this.words === undefined) return;
    const { rowHeight, count } = this;
    this.empty.hidden = count > 0 || this.frames.count === 0;
    this.root.setAttribute('aria-rowcount', String(count + 1));
    const first = Math.floor(this.root.scrollTop / rowHeight);
    const seen = Math.ceil(this.root.clientHeight / rowHeight);
    const from = this.printing ? 0 : Math.max(0, first - MARGIN_ROWS);
    const to = this.printing ? Math.min(count, PRINTED_ROWS) : Math.min(count, first + seen + MARGIN_ROWS);
    if (!anew && from === this.from && to === this.to) return;
    this.space.style.height = this.printing ? 'auto' : `${count * rowHeight}px`;
    this.body.style.transform = this.printing ? 'none' : `translateY(${from * rowHeight}px)`;
    this.from = from;
    this.to = to;
    const rows: HTMLElement[] = [];
    for (let index = from; index < to; index++) rows.push(this.row(index));
    fill(this.body, ...rows);
    const active = this.body.querySelector('[aria-selected=true]');
    if (active === null) this.root.removeAttribute('aria-activedescendant');
    else this.root.setAttribute('aria-activedescendant', active.id);
  }

  private row(index: number): HTMLElement {
    const frame = this.frameAt(index);
    const severity = SEVERITIES[this.frames.severity(frame) - 1] ?? 'chat';
    const row = element('div', {
      role: 'row',
      id: `row-${frame}`,
      class: `list-row ${severity}`,
      'aria-rowindex': index + 2,
      'aria-selected': frame === this.selected ? 'true' : 'false',
      'data-frame': frame,
    });
    const cells = this.frames.line(frame).map((text) => element('span', { role: 'gridcell', title: text }, text));
    if (severity === 'warn' || severity === 'error') {
      cells[6]!.prepend(element('span', { class: 'flag', role: 'img', 'aria-label': this.words.severities[severity] }));
    }
    row.append(...cells);
    return row;
  }

  private click(event: MouseEvent): void {
    const row = event.target instanceof Element ? event.target.closest('[data-frame]') : null;
    if (row !== null) this.choose(Number(row.getAttribute('data-frame')));
  }

  private key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.root.clientHeight / this.rowHeight) - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -this.count,
      End: this.count,
    };
    const rows = steps[event.key];
    if (rows === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const frame = this.step(rows);
    if (frame > 0) this.choose(frame);
  }

  private print(begins: boolean): void {
    this.printing = begins;
    this.redraw();
  }
}
