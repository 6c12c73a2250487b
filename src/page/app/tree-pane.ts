import type { Detail, Place, TreeField, TreeLayer } from '../model.ts';
import { element, fill } from './dom.ts';
import { type Light, sameOctets, touches } from './light.ts';
import type { PageWords } from './page-words.ts';

/** A row of the tree: a layer or one of its fields. */
interface Row extends Place {
  /** Field id, or the protocol's. */
  readonly id: string;
  readonly text: string;
  readonly level: number;
  /** The layer that it belongs to. */
  readonly layer: number;
  readonly isLayer: boolean;
}

/** The layers and fields of a packet. One row has the focus; the arrows lead from row to row. */
export class TreePane {
  readonly root = element('div', { role: 'tree', class: 'tree' });
  private readonly choose: (light: Light | null) => void;
  private readonly hover: (light: Light | null) => void;
  private rows: Row[] = [];
  private elements: HTMLElement[] = [];
  /** Protocols whose layers are folded. */
  private readonly folded = new Set(['frame']);
  private focus = 0;

  constructor(choose: (light: Light | null) => void, hover: (light: Light | null) => void) {
    this.choose = choose;
    this.hover = hover;
    this.root.addEventListener('click', (event) => this.click(event));
    this.root.addEventListener('keydown', (event) => this.key(event));
    this.root.addEventListener('pointerover', (event) => this.over(event));
    this.root.addEventListener('pointerleave', () => this.hover(null));
  }

  show(detail: Detail, words: PageWords): void {
    this.root.setAttribute('aria-label', words.tree);
    this.rows = detail.layers.flatMap((layer, index) => rowsOf(layer, index, words));
    this.elements = this.rows.map((row, index) => this.element(row, index));
    this.focus = 0;
    this.fold();
    fill(this.root, ...this.elements);
  }

  light(light: Light | null, kind: 'lit' | 'hovered'): void {
    for (const [i, row] of this.rows.entries()) {
      const on = light !== null && this.isLit(row, i, light);
      this.elements[i]!.classList.toggle(kind, on);
      if (kind === 'lit') this.elements[i]!.setAttribute('aria-selected', String(on));
    }
    const first = kind === 'lit' ? this.elements.findIndex((row) => row.classList.contains('lit')) : -1;
    if (first < 0 || light!.row >= 0) return;
    this.unfold(this.rows[first]!.layer);
    this.moveFocus(first, false);
    scrollWithin(this.root, this.elements[first]!);
  }

  /** What a place in the bytes belongs to: the smallest field around it. */
  fieldAt(place: Place): { light: Light; label: string } | null {
    let best = -1;
    for (const [i, row] of this.rows.entries()) {
      if (!touches(row, place)) continue;
      if (best < 0 || row.length <= this.rows[best]!.length) best = i;
    }
    if (best < 0) return null;
    return { light: this.lightOf(best), label: this.rows[best]!.text };
  }

  private isLit(row: Row, index: number, light: Light): boolean {
    if (light.row >= 0) return index === light.row;
    if (row.isLayer) return false;
    if (light.fields.size > 0 && !light.fields.has(row.id)) return false;
    if (light.places.length === 0 || row.at < 0) return light.fields.has(row.id);
    return light.places.some((place) => (light.fields.has(row.id) ? touches(row, place) : sameOctets(row, place)));
  }

  private lightOf(index: number): Light {
    const { buffer, at, length, id, isLayer } = this.rows[index]!;
    return {
      places: at < 0 ? [] : [{ buffer, at, length }],
      fields: new Set(isLayer ? [] : [id]),
      row: index,
    };
  }

  private element({ text, level, isLayer, id }: Row, index: number): HTMLElement {
    return element(
      'div',
      {
        role: 'treeitem',
        class: isLayer ? 'layer' : 'field',
        'aria-level': level + 1,
        'aria-selected': 'false',
        'data-row': index,
        tabindex: index === 0 ? 0 : -1,
        title: id,
        ...(isLayer ? { 'aria-expanded': 'true' } : {}),
        'data-level': Math.min(level, 5),
      },
      text,
    );
  }

  private fold(): void {
    for (const [i, { layer, isLayer, id }] of this.rows.entries()) {
      const heading = this.rows.find((row) => row.isLayer && row.layer === layer)!;
      const folded = this.folded.has(heading.id);
      if (isLayer) this.elements[i]!.setAttribute('aria-expanded', String(!this.folded.has(id)));
      else this.elements[i]!.hidden = folded;
    }
  }

  private unfold(layer: number): void {
    const heading = this.rows.find((row) => row.isLayer && row.layer === layer);
    if (heading !== undefined && this.folded.delete(heading.id)) this.fold();
  }

  private toggle(index: number, folded: boolean): void {
    const { id } = this.rows[index]!;
    if (folded) this.folded.add(id);
    else this.folded.delete(id);
    this.fold();
  }

  private click(event: MouseEvent): void {
    const index = this.indexAt(event);
    if (index < 0) return;
    const { isLayer, id } = this.rows[index]!;
    if (isLayer) this.toggle(index, !this.folded.has(id));
    this.moveFocus(index, true);
    this.choose(this.lightOf(index));
  }

  private over(event: PointerEvent): void {
    const index = this.indexAt(event);
    if (event.pointerType === 'mouse') this.hover(index < 0 ? null : this.lightOf(index));
  }

  private key(event: KeyboardEvent): void {
    const to = this.target(event.key);
    if (to === null || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (to < 0 || to >= this.rows.length) return;
    this.moveFocus(to, true);
    this.choose(this.lightOf(to));
  }

  /** Where a key leads; null where it leads nowhere. */
  private target(key: string): number | null {
    const { focus, rows } = this;
    const here = rows[focus];
    if (here === undefined) return null;
    switch (key) {
      case 'ArrowDown':
        return this.nextVisible(focus, 1);
      case 'ArrowUp':
        return this.nextVisible(focus, -1);
      case 'Home':
        return 0;
      case 'End':
        return this.nextVisible(rows.length, -1);
      case 'ArrowLeft':
        if (here.isLayer) this.toggle(focus, true);
        return here.isLayer ? focus : rows.findIndex((row) => row.isLayer && row.layer === here.layer);
      case 'ArrowRight':
        if (here.isLayer) this.toggle(focus, false);
        return focus;
      case 'Enter':
      case ' ':
        if (here.isLayer) this.toggle(focus, !this.folded.has(here.id));
        return focus;
      default:
        return null;
    }
  }

  private nextVisible(from: number, way: 1 | -1): number {
    let index = from + way;
    while (index >= 0 && index < this.rows.length && this.elements[index]!.hidden) index += way;
    return index >= 0 && index < this.rows.length ? index : Math.min(from, this.rows.length - 1);
  }

  private moveFocus(index: number, really: boolean): void {
    this.elements[this.focus]?.setAttribute('tabindex', '-1');
    this.focus = index;
    this.elements[index]!.setAttribute('tabindex', '0');
    if (really) this.elements[index]!.focus();
  }

  private indexAt(event: Event): number {
    const row = event.target instanceof Element ? event.target.closest('[data-row]') : null;
    return row === null ? -1 : Number(row.getAttribute('data-row'));
  }
}

function rowsOf(layer: TreeLayer, index: number, words: PageWords): Row[] {
  const mark = layer.mark === null ? '' : `, ${words.marks[layer.mark]}`;
  const summary = layer.summary === '' ? '' : `  ${layer.summary}`;
  const heading = { ...layer, text: `${layer.name}${mark}${summary}`, level: 0, layer: index, isLayer: true };
  return [heading, ...layer.fields.map((field) => ({ ...field, text: fieldText(field), ...ofLayer(field, index) }))];
}

const fieldText = ({ label, value }: TreeField): string => (value === null ? label : `${label}: ${value}`);
const ofLayer = ({ level }: TreeField, layer: number) => ({ level: level + 1, layer, isLayer: false });

/** Brings a row of a pane into sight, without moving the page. */
export function scrollWithin(pane: HTMLElement, row: HTMLElement): void {
  const scroller = pane.closest('.pane-body') ?? pane;
  const above = row.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  const { clientHeight } = scroller;
  if (above < 0 || above > clientHeight - 30) scroller.scrollTop += above - clientHeight / 3;
}
