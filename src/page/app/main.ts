import type { Language } from '../../notes/note.ts';
import type { GivenCapture } from '../model.ts';
import { button, element, fill } from './dom.ts';
import { embeddedCapture, embeddedExcerpt, engineProgram, inflated, settings } from './embedded.ts';
import { type Engine, EngineFault, WorkerEngine } from './engine.ts';
import { ExcerptEngine } from './excerpt-engine.ts';
import { CapturePage } from './page.ts';
import { pageWords } from './page-words.ts';
import { paintPictures } from './picture.ts';

/** Octets of a capture that a page reads: all of it is in memory. */
const MOST_OCTETS = 512 << 20;

const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const given = settings();
let language: Language = given.language ?? (navigator.language.startsWith('ko') ? 'ko' : 'en');
let theme: Theme = 'system';
let page: CapturePage | null = null;
/** What is open, or is about to be; the inside of a translator before its outside. */
let captures: readonly GivenCapture[] = [];
let shown: 0 | 1 = 0;

const nameOf = (): string => captures[shown]?.name ?? given.names[shown] ?? '';

const header = element('header', { class: 'top' });
const body = element('div', { class: 'body' });
const fault = element('div', { class: 'fault', role: 'alert' });
const progress = element('p', { class: 'status', role: 'status' });

function frame(): void {
  const words = pageWords[language];
  document.documentElement.lang = language;
  const name = nameOf();
  document.title = name === '' ? 'dissect' : `${name} – dissect`;
  const languages = (['en', 'ko'] as const).map((code) =>
    button(code === 'en' ? 'English' : '한국어', () => say(code), {
      'aria-pressed': String(code === language),
      lang: code,
    }),
  );
  const themes = element(
    'select',
    { 'aria-label': words.themeLabel },
    ...THEMES.map((one) => element('option', { value: one, selected: one === theme }, words.theme[one])),
  );
  themes.addEventListener('change', () => paint(themes.value as Theme));
  fill(
    header,
    element('a', { class: 'skip', href: '#main' }, words.skip),
    element(
      'h1',
      {},
      element('span', { class: 'brand' }, 'dissect'),
      name === '' || captures.length > 1 ? '' : ` ${name}`,
    ),
    captures.length > 1 ? whichCapture() : null,
    page?.tabs ?? null,
    element(
      'div',
      { class: 'settings' },
      given.names.length === 0 && page !== null ? button(words.another, restart) : null,
      element('div', { role: 'group', 'aria-label': words.language, class: 'languages' }, ...languages),
      themes,
    ),
  );
  header.querySelector('.skip')!.addEventListener('click', (event) => {
    event.preventDefault();
    document.getElementById('main')?.focus();
  });
}

function whichCapture(): HTMLElement {
  const options = captures.map(({ name }, i) => element('option', { value: i, selected: i === shown }, name));
  const which = element('select', { 'aria-label': pageWords[language].shownCapture }, ...options);
  which.addEventListener('change', () => turn(which.value === '0' ? 0 : 1));
  return which;
}

async function say(chosen: Language): Promise<void> {
  language = chosen;
  frame();
  if (page === null) start();
  else await page.say(chosen);
}

function paint(chosen: Theme): void {
  theme = chosen;
  document.documentElement.dataset.theme = chosen;
  paintPictures(chosen);
}

async function open(all: readonly GivenCapture[], engine: Engine): Promise<void> {
  captures = all;
  page = new CapturePage(engine, { names: all.map(({ name }) => name), shown }, language);
  fill(body, fault, page.root);
  fill(fault);
  frame();
  try {
    await page.open(all[shown]!, all[1 - shown] ?? null, given.options);
    frame();
  } catch (error) {
    page.close();
    page = null;
    if (given.names.length === 0) {
      captures = [];
      start();
    }
    frame();
    complain(error);
  }
}

/** Shows the other one of two captures. */
async function turn(to: 0 | 1): Promise<void> {
  page?.close();
  shown = to;
  history.replaceState(null, '', '#');
  await open(captures, new WorkerEngine(await engineProgram()));
}

function complain(error: unknown): void {
  const words = pageWords[language];
  const sentence = error instanceof Error ? error.message : String(error);
  const known = error instanceof EngineFault && error.known;
  fill(fault, element('p', {}, known ? `${sentence}.` : `${words.failed}: ${sentence}`));
  if (!known) console.error(error);
}

function restart(): void {
  page?.close();
  page = null;
  captures = [];
  shown = 0;
  history.replaceState(null, '', '#');
  fill(fault);
  frame();
  start();
}

/** The page without a capture. */
function start(): void {
  const words = pageWords[language];
  const file = element('input', { type: 'file', id: 'file', class: 'sr', multiple: true });
  file.addEventListener('change', () => take(file.files));
  fill(
    body,
    element(
      'main',
      { id: 'main', class: 'start', tabindex: -1 },
      element('h2', {}, words.start),
      element('p', {}, words.startText),
      element('p', {}, file, element('label', { for: 'file', class: 'choose' }, words.choose), ` ${words.drop}`),
      progress,
      fault,
    ),
  );
}

async function take(files: FileList | null): Promise<void> {
  const chosen = [...(files ?? [])].slice(0, 2);
  if (chosen.length === 0) return;
  fill(fault);
  progress.textContent = `${pageWords[language].reading} …`;
  try {
    const all: GivenCapture[] = [];
    for (const file of chosen) all.push({ name: file.name, bytes: await bytesOf(file) });
    await open(all, new WorkerEngine(await engineProgram()));
  } catch (error) {
    complain(error instanceof RangeError ? new EngineFault(pageWords[language].tooLarge('512 MiB'), true) : error);
  } finally {
    progress.textContent = '';
  }
}

/** What a file holds, without its compression. */
async function bytesOf(file: File): Promise<Uint8Array> {
  if (file.size > MOST_OCTETS) throw new RangeError('too large');
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (head[0] === 0x1f && head[1] === 0x8b) return inflated(file, MOST_OCTETS);
  return new Uint8Array(await file.arrayBuffer());
}

function takeDrops(): void {
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => {
    event.preventDefault();
    if (page !== null) restart();
    take(event.dataTransfer?.files ?? null);
  });
}

document.body.replaceChildren(...document.body.querySelectorAll('script'), header, body);
paint('system');
frame();
if (given.names.length === 0) {
  start();
  takeDrops();
} else {
  openEmbedded().catch(complain);
}

async function openEmbedded(): Promise<void> {
  const { names, excerpt } = given;
  if (excerpt) {
    await open([{ name: names[0]!, bytes: new Uint8Array(0) }], new ExcerptEngine(await embeddedExcerpt()));
    return;
  }
  const all = await Promise.all(names.map(async (name, i) => ({ name, bytes: await embeddedCapture(i) })));
  await open(all, new WorkerEngine(await engineProgram()));
}
