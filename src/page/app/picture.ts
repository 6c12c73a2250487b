import { element } from './dom.ts';

/** A picture may be wider than the screen: it is moved within its frame. */
export const pictureFrame = (svg: string, name: string): HTMLElement =>
  element('div', { class: 'scroller drawn', tabindex: 0, role: 'group', 'aria-label': name }, picture(svg));

/** A picture that the engine drew, as part of the page: its own rules go with it, without touching the page's. */
function picture(svg: string): Element {
  const bare = svg.replace(/<style>([^<]*)<\/style>/g, (_, rules: string) => {
    adopt(rules);
    return '';
  });
  const parsed = new DOMParser().parseFromString(bare, 'image/svg+xml').documentElement;
  if (parsed.localName !== 'svg') return element('p', {}, '?');
  const drawn = document.importNode(parsed, true);
  drawn.removeAttribute('height');
  return drawn;
}

const adopted = new Map<string, CSSStyleSheet>();

/** Pictures of a kind share their rules. The content security policy forbids style elements, even in what is only parsed. */
function adopt(rules: string): void {
  if (adopted.has(rules)) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  adopted.set(rules, sheet);
  document.adoptedStyleSheets.push(sheet);
  paint(sheet, current);
}

let current: 'system' | 'light' | 'dark' = 'system';

/** Pictures know the colours of the system; a person may choose others for this page. */
export function paintPictures(theme: 'system' | 'light' | 'dark'): void {
  current = theme;
  for (const sheet of adopted.values()) paint(sheet, theme);
}

/** On paper everything is light. */
const DARK = 'screen and (prefers-color-scheme: dark)';
const MEDIA = { system: DARK, light: 'not all', dark: 'screen' } as const;
const ours = new WeakSet<CSSRule>();

function paint(sheet: CSSStyleSheet, theme: 'system' | 'light' | 'dark'): void {
  for (const rule of sheet.cssRules) {
    if (!(rule instanceof CSSMediaRule)) continue;
    if (rule.media.mediaText.includes('prefers-color-scheme')) ours.add(rule);
    if (ours.has(rule)) rule.media.mediaText = MEDIA[theme];
  }
}
