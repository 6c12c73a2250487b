import type { ByteBuffer, Detail, Place } from '../model.ts';
import { button, element, fill } from './dom.ts';
import type { Light } from './light.ts';
import type { PageWords } from './page-words.ts';
import { scrollWithin } from './tree-pane.ts';

/** Octets that are drawn at once; more on demand. */
const DRAWN = 2048;
const WIDE = 16;
const NARROW = 8;
/** Pixels that 16 octets in a row need. */
const WIDE_PIXELS = 500;

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');
const printable = (octet: number): string => (octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : '.');

/** What stands at a place, for those who cannot see it. */
interface Named {
  light: Light;
  label: string;
}

/** The octets of a packet, in hexadecimal and ASCII. The arrows lead from octet to octet. */
export class HexPane {
  readonly root = element('div', { class: 'hex' });
  private readonly choose: (light: Light) => void;
  private readonly hover: (light: Light | null) => void;
  private readonly at: (place: Place) => Named | null;
  private readonly told = element('p', { class: 'sr', 'aria-live': 'polite' });
  private buffers: readonly ByteBuffer[] = [];
  private words!: PageWords;
  /** Buffers that are drawn whole. */
  private readonly whole = new Set<number>();
  private lights: Partial<Record<'lit' | 'hovered', Light | null>> = {};
  private wide = true;
  private cursor: { buffer: number; at: number } | null = null;

  /** `at` tells which field stands at a place. */
  constructor(
    choose: (light: Light) => void,
    hover: (light: Light | null) => void,
    at: (place: Place) => Named | null,
  ) {
    this.choose = choose;
    this.hover = hover;
    this.at = at;
    this.root.addEventListener('click', (event) => this.click(event));
    this.root.addEventListener('keydown', (event) => this.key(event));
    this.root.addEventListener('pointerover', (event) => this.over(event));
    this.root.addEventListener('pointerleave', () => this.hover(null));
    new ResizeObserver(() => this.fit()).observe(this.root);
  }

  show(detail: Detail, words: PageWords): void {
    this.buffers = detail.buffers;
    this.words = words;
    this.whole.clear();
    this.lights = {};
    this.cursor = null;
    this.draw();
  }

  light(light: Light | null, kind: 'lit' | 'hovered'): void {
    this.lights[kind] = light;
    if (kind === 'lit') this.makeRoomFor(light);
    this.paint(kind);
    if (kind === 'lit') {
      const first = this.root.querySelector<HTMLElement>('.lit');
      if (first !== null) scrollWithin(this.root, first);
    }
  }

  private fit(): void {
    const wide = this.root.clientWidth >= WIDE_PIXELS || this.root.clientWidth === 0;
    if (wide === this.wide) return;
    this.wide = wide;
    this.draw();
  }

  private draw(): void {
    if (this.words === undefined) return;
    fill(this.root, ...this.buffers.map((buffer, index) => this.drawBuffer(buffer, index)), this.told);
    this.paint('lit');
  }

  private drawBuffer({ kind, of, bytes, total }: ByteBuffer, index: number): HTMLElement {
    const { words } = this;
    const drawn = this.whole.has(index) ? bytes.length : Math.min(bytes.length, DRAWN);
    const name = `${words.buffer(kind, of)} (${words.bytes(total.toLocaleString('en'))})`;
    const dump = element('div', {
      class: 'dump',
      tabindex: 0,
      role: 'group',
      'aria-label': name,
      'data-buffer': index,
    });
    const columns = this.wide ? WIDE : NARROW;
    for (let at = 0; at < drawn; at += columns)
      dump.append(this.line(bytes, at, Math.min(at + columns, drawn), columns));
    const box = element('section', {}, this.buffers.length > 1 ? element('h4', {}, name) : null, dump);
    if (drawn < bytes.length) {
      const all = words.showAllBytes(bytes.length.toLocaleString('en'));
      box.append(
        button(all, () => {
          this.whole.add(index);
          this.draw();
        }),
      );
    } else if (bytes.length < total) {
      box.append(element('p', {}, words.onlyBytes(bytes.length.toLocaleString('en'), total.toLocaleString('en'))));
    }
    return box;
  }

  private line(bytes: Uint8Array, from: number, to: number, columns: number): HTMLElement {
    const octets = element('span', { class: 'octets' });
    const letters = element('span', { class: 'letters' });
    for (let at = from; at < to; at++) {
      if (at > from) octets.append(at % 8 === 0 ? '  ' : ' ');
      octets.append(element('b', { 'data-at': at }, hex(bytes[at]!, 2)));
      letters.append(element('b', { 'data-at': at }, printable(bytes[at]!)));
    }
    const missing = columns - (to - from);
    if (missing > 0) octets.append(' '.repeat(missing * 3 + (columns > 8 && to - from <= 8 ? 1 : 0)));
    return element('div', { class: 'line' }, element('span', { class: 'offset' }, hex(from, 4)), octets, letters);
  }

  /** Draws as much as the light needs. */
  private makeRoomFor(light: Light | null): void {
    for (const { buffer, at, length } of light?.places ?? []) {
      if (at + length <= DRAWN || at >= (this.buffers[buffer]?.bytes.length ?? 0) || this.whole.has(buffer)) continue;
      if (at < DRAWN) continue;
      this.whole.add(buffer);
      this.draw();
    }
  }

  private paint(kind: 'lit' | 'hovered'): void {
    for (const lit of this.root.querySelectorAll(`.${kind}`)) lit.classList.remove(kind);
    for (const { buffer, at, length } of this.lights[kind]?.places ?? []) {
      const dump = this.root.querySelector(`[data-buffer="${buffer}"]`);
      if (dump === null) continue;
      const all = dump.querySelectorAll('b');
      const columns = this.wide ? WIDE : NARROW;
      const drawn = all.length / 2;
      for (let i = at; i < Math.min(at + length, drawn); i++) {
        const line = Math.floor(i / columns);
        const inLine = Math.min(columns, drawn - line * columns);
        const first = line * columns * 2 + (i % columns);
        all[first]!.classList.add(kind);
        all[first + inLine]!.classList.add(kind);
      }
    }
  }

  private click(event: MouseEvent): void {
    const place = this.placeAt(event);
    if (place !== null) this.pick(place);
  }

  private over(event: PointerEvent): void {
    if (event.pointerType !== 'mouse') return;
    const place = this.placeAt(event);
    this.hover(place === null ? null : (this.at(place)?.light ?? null));
  }

  private key(event: KeyboardEvent): void {
    const columns = this.wide ? WIDE : NARROW;
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
    };
    const step = steps[event.key];
    const dump = event.target instanceof Element ? event.target.closest('[data-buffer]') : null;
    if (step === undefined || dump === null || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const buffer = Number(dump.getAttribute('data-buffer'));
    const last = this.buffers[buffer]!.bytes.length - 1;
    const here = this.cursor?.buffer === buffer ? this.cursor.at + step : 0;
    this.pick({ buffer, at: Math.max(0, Math.min(last, here)), length: 1 });
    const line = this.root.querySelector<HTMLElement>('.cursor');
    if (line !== null) scrollWithin(this.root, line);
  }

  private pick(place: Place): void {
    this.cursor = place;
    const named = this.at(place);
    const nothing: Light = { places: [place], fields: new Set(), row: -1 };
    this.choose(named?.light ?? nothing);
    for (const other of this.root.querySelectorAll('.cursor')) other.classList.remove('cursor');
    this.root.querySelector(`[data-buffer="${place.buffer}"] [data-at="${place.at}"]`)?.classList.add('cursor');
    const octet = this.buffers[place.buffer]!.bytes[place.at]!;
    this.told.textContent = this.words.byteCursor(`0x${hex(place.at, 4)}`, `0x${hex(octet, 2)}`, named?.label ?? '');
  }

  private placeAt(event: Event): Place | null {
    const octet = event.target instanceof Element ? event.target.closest('[data-at]') : null;
    const dump = octet?.closest('[data-buffer]') ?? null;
    if (octet === null || dump === null) return null;
    return { buffer: Number(dump.getAttribute('data-buffer')), at: Number(octet.getAttribute('data-at')), length: 1 };
  }
}
