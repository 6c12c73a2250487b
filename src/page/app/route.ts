export const VIEWS = ['overview', 'packets', 'connections'] as const;
export type View = (typeof VIEWS)[number];

/** What is shown, as the address tells it: `#frame=12`, `#view=connections&stream=0`. */
export interface Route {
  readonly view: View;
  /** 0 for none. */
  readonly frame: number;
  readonly stream: number;
  readonly filter: string;
}

export function routeOf(hash: string): Route {
  const said = new URLSearchParams(hash.replace(/^#/, ''));
  const number = (name: string, otherwise: number): number => {
    const value = said.get(name) ?? '';
    return /^\d{1,10}$/.test(value) ? Number(value) : otherwise;
  };
  const view = VIEWS.find((name) => name === said.get('view'));
  const frame = number('frame', 0);
  const stream = number('stream', 0);
  const filter = said.get('filter') ?? '';
  const implied = said.has('frame') || filter !== '' ? 'packets' : said.has('stream') ? 'connections' : 'overview';
  return { view: view ?? implied, frame, stream, filter };
}

export function hashOf({ view, frame, stream, filter }: Route): string {
  const said = new URLSearchParams();
  said.set('view', view);
  if (view === 'connections') said.set('stream', String(stream));
  if (view === 'packets' && frame > 0) said.set('frame', String(frame));
  if (view === 'packets' && filter !== '') said.set('filter', filter);
  return `#${said}`;
}
