/** What the whole of a picture needs beside what is drawn in it. */
interface Frame {
  /** Its class, which its style sheet speaks of. */
  readonly kind: string;
  /** Begins the ids of this picture: a page may hold several. */
  readonly id: string;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** The picture in words, for those who hear it. */
  readonly description: string;
  readonly style: string;
}

type Anchor = 'start' | 'middle' | 'end';

/**
 * A picture in SVG in the making: what was drawn later lies above. It needs nothing beside itself: text stays text, there is
 * no script, and it brings its own background.
 */
export class Picture {
  private readonly parts: string[] = [];

  /** Markup of our own. What comes out of a packet goes through `text`. */
  draw(...parts: readonly string[]): void {
    this.parts.push(...parts);
  }

  /** Below all that was drawn so far. */
  beneath(...parts: readonly string[]): void {
    this.parts.unshift(...parts);
  }

  text(x: number, y: number, text: string, kind: string, anchor: Anchor = 'start'): void {
    const where = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
    this.parts.push(`<text class="${kind}" x="${rounded(x)}" y="${rounded(y)}"${where}>${escaped(text)}</text>`);
  }

  /** A path of our own that tells of a frame, and says what it is when somebody points at it. */
  said(path: string, frame: number, said: string): void {
    this.parts.push(`<path data-frame="${frame}" d="${path}"><title>${escaped(said)}</title></path>`);
  }

  /** The same of all that `draw` draws. A timer has no frame. */
  group(frame: number | null, said: string, draw: () => void): void {
    const attribute = frame === null ? '' : ` data-frame="${frame}"`;
    this.parts.push(`<g${attribute}><title>${escaped(said)}</title>`);
    draw();
    this.parts.push('</g>');
  }

  /** The whole, with what was drawn so far. */
  document({ kind, id, width, height, title, description, style }: Frame): string {
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" class="${kind}" role="img" aria-labelledby="${id}-title ${id}-desc">`,
      `<title id="${id}-title">${escaped(title)}</title>`,
      `<desc id="${id}-desc">${escaped(description)}</desc>`,
      `<style>${style}</style>`,
      `<rect class="paper" width="${width}" height="${height}" rx="8"/>`,
      '<g aria-hidden="true">',
      ...this.parts,
      '</g>',
      '</svg>',
      '',
    ].join('\n');
  }
}

/** A tenth of a pixel is as fine as anybody sees. */
export const rounded = (n: number): number => Math.round(n * 10) / 10;

/** Text from packets becomes text of the picture, never markup. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
