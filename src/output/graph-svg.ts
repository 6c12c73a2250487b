import type { Language } from '../notes/note.ts';
import type { ConnectionTrace } from '../tcp/trace.ts';
import type { GraphKind } from './graph-kinds.ts';
import { busierSide, type GraphSide, graphOf } from './graphs.ts';
import { type PictureOptions, plotSvg } from './plot-svg.ts';

export interface GraphOptions extends PictureOptions {
  readonly language: Language;
  /** Which end sends what is shown, 0 the one that was seen first; without it the one that sent more. */
  readonly side?: GraphSide;
}

/**
 * A graph of one direction of a connection, as SVG that needs nothing beside itself:
 *
 *     graphSvg('tseq', trace, { language: 'en' });                            // as `dissect flows --graph tseq --svg`
 *     graphSvg('rtt', trace, { language: 'ko', side: 1, width: 390, id: 'rtt-3' }); // in a page that holds several
 *
 * What is odd carries `data-frame` and a `<title>`. The trace is a `ConnectionTracer`'s.
 */
export function graphSvg(kind: GraphKind, trace: ConnectionTrace, options: GraphOptions): string {
  const { language, side, ...picture } = options;
  return plotSvg(graphOf(kind, trace, side ?? busierSide(trace), language), picture);
}
