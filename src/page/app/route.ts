import { element } from './dom.ts';

export const VIEWS = ['overview', 'packets', 'connections', 'journeys', 'nat'] as const;
export type View = (typeof VIEWS)[number];

/** What is shown, as the address tells it: `#frame=12`, `#view=connections&stream=0`. */
export interface Route {
  readonly view: View;
  /** 0 for none. */
  readonly frame: number;
  readonly stream: number;
  /** 0 for none. */
  readonly journey: number;
  readonly filter: string;
}

export function routeOf(hash: string): Route {
  const said = new URLSearchParams(hash.replace(/^#/, ''));
  const number = (name: string): number => {
    const value = said.get(name) ?? '';
    return /^\d{1,10}$/.test(value) ? Number(value) : 0;
  };
  const view = VIEWS.find((name) => name === said.get('view'));
  const route = { frame: number('frame'), stream: number('stream'), journey: number('journey') };
  const filter = said.get('filter') ?? '';
  return { view: view ?? impliedBy(said), ...route, filter };
}

function impliedBy(said: URLSearchParams): View {
  if (said.has('frame') || said.has('filter')) return 'packets';
  if (said.has('stream')) return 'connections';
  return said.has('journey') ? 'journeys' : 'overview';
}

export function hashOf({ view, frame, stream, journey, filter }: Route): string {
  const said = new URLSearchParams();
  said.set('view', view);
  if (view === 'connections') said.set('stream', String(stream));
  if (view === 'journeys' && journey > 0) said.set('journey', String(journey));
  if (view === 'packets' && frame > 0) said.set('frame', String(frame));
  if (view === 'packets' && filter !== '') said.set('filter', filter);
  return `#${said}`;
}

const BEGINNING: Route = { view: 'packets', frame: 0, stream: 0, journey: 0, filter: '' };

/** A link to somewhere in this page; to a frame by its number. */
export function linkTo(route: Partial<Route>, text = (route.frame ?? 0).toLocaleString('en')): HTMLAnchorElement {
  return element('a', { href: hashOf({ ...BEGINNING, ...route }) }, text);
}
