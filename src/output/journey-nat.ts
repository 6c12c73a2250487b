import type { Crossed, Journey, Translated } from '../journey/journey.ts';
import type { Palette } from './color.ts';
import type { About, JourneyWords } from './journey-words.ts';
import { cellWidth, cutCells, padCells } from './width.ts';

/** Packets that are drawn. */
const ROWS = 16;
const WIDEST = 120;

/**
 * The packets that crossed: the client on the left, the server on the right, the router in the middle with the time between
 * the captures. Frame numbers stand at the capture's own side.
 */
export function* drawCrossings(
  journey: Journey,
  words: JourneyWords,
  colors: Palette,
  width: number,
  span: About['span'],
): Generator<string> {
  const { translation } = journey;
  if (translation === null || translation.crossings.length === 0) return;
  const { crossings } = translation;
  const numbers = Math.max(...crossings.map(({ frame, twin }) => Math.max(String(frame).length, String(twin).length)));
  const middle = Math.max(9, ...crossings.map(({ took }) => cellWidth(span(took)) + 2));
  const arm = Math.floor((Math.min(width, WIDEST) - 2 - 2 * numbers - 2 - middle - 2) / 2);
  const total = 2 * numbers + 2 + 2 * arm + middle + 2;
  const { isLeft, router } = crossingSides(journey, translation, words);
  yield* heads(journey, router, colors, total);
  for (const crossed of crossings.slice(0, ROWS)) {
    const [left, right] = isLeft ? [crossed.frame, crossed.twin] : [crossed.twin, crossed.frame];
    const label = words.crossed[crossed.what];
    const paint = colors.ends[crossed.outward ? 0 : 1];
    const between = centred(span(crossed.took), middle);
    const [one, other] = [arrow(label, arm, crossed), arrow('', arm, crossed)];
    yield `  ${colors.dim(String(left).padStart(numbers))} ${paint(one)}│${between}│${paint(other)} ${colors.dim(String(right))}`;
  }
}

/** Whether this capture is the client's side, and what the translator is called: what it makes of the address and port. */
function crossingSides(
  { client, server }: Journey,
  { inside, outside, translation }: Translated,
  words: JourneyWords,
): { readonly isLeft: boolean; readonly router: string } {
  const changed = client === inside || client === outside ? client : server;
  return {
    isLeft: (translation === 'source') === (client === inside) || client === inside,
    router: `${words.router} ${changed === inside ? outside : inside}`,
  };
}

/** Who stands where, with both tuples. */
function* heads({ client, server }: Journey, router: string, colors: Palette, cells: number): Generator<string> {
  const room = cells - cellWidth(client) - cellWidth(router) - cellWidth(server);
  if (room < 4) {
    yield `  ${colors.title(client)} · ${router} · ${colors.title(server)}`;
    return;
  }
  const before = Math.max(2, Math.floor(cells / 2 - cellWidth(router) / 2) - cellWidth(client));
  const behind = Math.max(2, cells - cellWidth(client) - before - cellWidth(router) - cellWidth(server));
  yield `  ${colors.title(client)}${' '.repeat(before)}${router}${' '.repeat(behind)}${colors.title(server)}`;
}

function arrow(label: string, cells: number, { outward }: Crossed): string {
  const said = label === '' ? '' : ` ${cutCells(label, cells - 6)} `;
  const line = '─'.repeat(Math.max(1, cells - cellWidth(said) - 3));
  return outward ? `──${said}${line}►` : `◄──${said}${line}`;
}

function centred(text: string, cells: number): string {
  const room = Math.max(0, cells - cellWidth(text));
  return padCells(' '.repeat(room >> 1) + text, cells);
}
