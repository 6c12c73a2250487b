import type { Conversation, Finding, Happening, Overview } from '../model.ts';
import { CommandLine, quoted } from './command-line.ts';
import { element, fill } from './dom.ts';
import type { PageWords } from './page-words.ts';
import { linkTo } from './route.ts';

/** A capture at a glance. */
export class OverviewView {
  readonly root = element('div', { class: 'overview' });
  private readonly command = new CommandLine();
  private readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  show(overview: Overview, words: PageWords, korean: boolean): void {
    const { happenings } = overview;
    const remarkable = happenings.filter(({ severity }) => severity !== 'chat');
    const ordinary = happenings.filter((happening) => !remarkable.includes(happening));
    const language = korean ? ' --lang ko' : '';
    this.command.say(
      words,
      `dissect info ${quoted(this.name)}${language}; dissect flows ${quoted(this.name)}${language}`,
    );
    fill(
      this.root,
      section(words.glance, facts(overview)),
      happenings.length === 0 ? null : section(words.happened, happened(remarkable, ordinary, words)),
      section(overview.trust, findings(overview.findings, words)),
      section(overview.vantage, place(overview, words)),
      overview.conversations.length === 0 ? null : section(words.conversations, conversations(overview, words)),
      this.command.root,
    );
  }
}

function section(title: string, ...content: readonly (Node | null)[]): HTMLElement {
  return element('section', {}, element('h2', {}, title), ...content);
}

function facts({ facts: known }: Overview): HTMLElement {
  const rows = known.flatMap(({ label, lines }) => [
    element('dt', {}, label),
    ...lines.map((line) => element('dd', { class: lines.length > 1 ? 'tree-line' : null }, line)),
  ]);
  return element('dl', { class: 'facts' }, ...rows);
}

function findings(found: readonly Finding[], words: PageWords): HTMLElement {
  return element('ul', { class: 'findings' }, ...found.map((finding) => findingRow(finding, words)));
}

function findingRow({ weight, what, follows, frames, evidence }: Finding, words: PageWords): HTMLElement {
  return element(
    'li',
    { class: weight },
    element('span', { class: 'weight', role: 'img', 'aria-label': words.marksOf[weight] }),
    element(
      'div',
      {},
      what,
      follows === '' ? null : element('p', { class: 'follows' }, follows),
      evidence === ''
        ? null
        : element('p', { class: 'dim' }, `${words.frames}: `, ...frameLinks(frames), more(evidence)),
    ),
  );
}

const more = (evidence: string): string => (evidence.endsWith('…') ? ', …' : '');

const frameLinks = (frames: readonly number[]): (Node | string)[] =>
  frames.flatMap((frame, i) => (i > 0 ? [', ', linkTo({ frame })] : [linkTo({ frame })]));

function place({ place: found, clues }: Overview, words: PageWords): HTMLElement {
  const clueRows = clues.map(({ text, frames, evidence }) =>
    element(
      'li',
      {},
      text,
      ...(frames.length === 0 ? [] : [` (${words.frames}: `, ...frameLinks(frames), more(evidence), ')']),
    ),
  );
  return element('div', {}, findings([found], words), element('ul', { class: 'clues' }, ...clueRows));
}

function happened(remarkable: readonly Happening[], ordinary: readonly Happening[], words: PageWords): HTMLElement {
  const list = (all: readonly Happening[]): HTMLElement =>
    element('ul', { class: 'happenings' }, ...all.map((one) => happeningRow(one, words)));
  if (remarkable.length === 0) return list(ordinary);
  const rest = element(
    'details',
    {},
    element('summary', {}, words.happenedMore(String(ordinary.length))),
    list(ordinary),
  );
  return element('div', {}, list(remarkable), ordinary.length === 0 ? null : rest);
}

function happeningRow({ severity, title, count, frames }: Happening, words: PageWords): HTMLElement {
  return element(
    'li',
    { class: severity },
    element('span', { class: 'flag', role: 'img', 'aria-label': words.severities[severity] }),
    element(
      'div',
      {},
      title,
      ' ',
      element(
        'span',
        { class: 'dim' },
        count > 1 ? `${words.times(count.toLocaleString('en'))}, ` : '',
        `${words.frames}: `,
        ...frameLinks(frames),
        count > frames.length ? ', …' : null,
      ),
    ),
  );
}

function conversations({ conversations: all, conversationCount }: Overview, words: PageWords): HTMLElement {
  const head = element('tr', {}, ...words.conversationColumns.map((name) => element('th', { scope: 'col' }, name)));
  const table = element(
    'table',
    {},
    element('thead', {}, head),
    element('tbody', {}, ...all.map((conversation) => conversationRow(conversation, words))),
  );
  const rest =
    conversationCount > all.length
      ? element('p', {}, words.moreConversations(String(all.length), conversationCount.toLocaleString('en')))
      : null;
  return element(
    'div',
    { class: 'scroller', tabindex: 0, role: 'group', 'aria-label': words.conversations },
    table,
    rest,
  );
}

function conversationRow(conversation: Conversation, words: PageWords): HTMLElement {
  const { protocol, stream, service, ends, first, start, duration, remarks, ending } = conversation;
  const lines = (cells: readonly string[]): (Node | string)[] =>
    cells.flatMap((cell, i) => (i > 0 ? [element('br'), cell] : [cell]));
  const tcp = protocol === 'tcp';
  const name = `${protocol} ${stream}`;
  const packets = protocol === 'tcp' || protocol === 'udp' ? `${protocol}.stream == ${stream}` : '';
  const [, , packetsHead, bytesHead] = words.conversationColumns;
  const ofPackets = packets === '' ? null : linkTo({ frame: first, filter: packets }, words.showPackets);
  return element(
    'tr',
    { class: ending },
    element(
      'th',
      { scope: 'row' },
      tcp ? linkTo({ view: 'connections', stream }, name) : linkTo({ frame: first }, name),
      service === '' ? null : ` ${service}`,
    ),
    element('td', { class: 'name' }, ...lines(ends.map((end) => end.name))),
    element(
      'td',
      { class: 'number', 'data-head': packetsHead },
      ...lines(ends.map((end) => end.packets.toLocaleString('en'))),
    ),
    element(
      'td',
      { class: 'number', 'data-head': bytesHead },
      ...lines(ends.map((end) => end.bytes.toLocaleString('en'))),
    ),
    element('td', { class: 'number' }, ...lines([start, duration])),
    element('td', { class: 'name' }, ...lines(ends.map((end) => end.state))),
    element('td', {}, ...lines(remarks), remarks.length > 0 && ofPackets !== null ? element('br') : null, ofPackets),
  );
}
