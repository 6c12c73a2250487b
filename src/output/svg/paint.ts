import type { TcpState } from '../../tcp/state-change.ts';

/** Colours of pictures, for a light page and for a dark one. Each keeps a contrast of 4.5 where it is a colour of text. */
const LIGHT = {
  paper: '#ffffff',
  ink: '#1f2328',
  dim: '#59636e',
  grid: '#e4e8ec',
  end0: '#8250df',
  end1: '#0969da',
  warn: '#9a6700',
  reset: '#cf222e',
  acknowledged: '#1a7f37',
  window: '#bc4c00',
  selective: '#bf3989',
  none: '#d1d9e0',
  opening: '#e3b341',
  open: '#4ac26b',
  closing: '#c297ff',
  half: '#ff9bce',
  waiting: '#ffb77c',
};
const DARK: Colors = {
  paper: '#0d1117',
  ink: '#f0f6fc',
  dim: '#9198a1',
  grid: '#21262d',
  end0: '#c297ff',
  end1: '#6cb6ff',
  warn: '#e3b341',
  reset: '#ff7b72',
  acknowledged: '#3fb950',
  window: '#ffa657',
  selective: '#f778ba',
  none: '#3d444d',
  opening: '#845306',
  open: '#196c2e',
  closing: '#6e40c9',
  half: '#9e3670',
  waiting: '#9b4215',
};

export type Colors = Readonly<Record<keyof typeof LIGHT, string>>;

/** What every picture has; colours of states, for a lane (`stroke`) and for what is filled. */
const common = (c: Colors): string[] => [
  `.paper{fill:${c.paper}}`,
  `text{fill:${c.ink}}`,
  `.dim{fill:${c.dim}}`,
  `.warn{fill:${c.warn}}`,
];

const SHAPES = [
  'text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}',
  '.title{font-size:16px;font-weight:600}',
];

/**
 * The style sheet of a picture whose class is `scope`: a page may hold more than this picture, and its rules reach nothing
 * else. Colours are written out in the rules, for not every drawer of SVG knows variables.
 *
 * @param shapes rules that are the same in light and dark
 * @param painted rules of colour
 */
export function styleSheet(scope: string, shapes: readonly string[], painted: (c: Colors) => string[]): string {
  const scoped = (rule: string): string => rule.replace(/(^|,)(?=[^{]*\{)/g, `$1.${scope} `);
  const rules = (lines: readonly string[]): string => lines.map(scoped).join('\n');
  const colors = (c: Colors): string => rules([...common(c), ...painted(c)]);
  return `\n${rules([...SHAPES, ...shapes])}\n${colors(LIGHT)}\n@media(prefers-color-scheme:dark){\n${colors(DARK)}\n}\n`;
}

/** States that mean the same for a reader have one colour. */
export const CLASS_OF: Readonly<Record<TcpState, StateClass>> = {
  UNKNOWN: 'none',
  CLOSED: 'none',
  LISTEN: 'none',
  SYN_SENT: 'opening',
  SYN_RECEIVED: 'opening',
  ESTABLISHED: 'open',
  FIN_WAIT_1: 'closing',
  FIN_WAIT_2: 'closing',
  CLOSING: 'closing',
  CLOSE_WAIT: 'half',
  LAST_ACK: 'half',
  TIME_WAIT: 'waiting',
};

type StateClass = 'none' | 'opening' | 'open' | 'closing' | 'half' | 'waiting';

export const STATE_CLASSES: readonly StateClass[] = ['none', 'opening', 'open', 'closing', 'half', 'waiting'];
