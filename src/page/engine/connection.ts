import type { Packet } from '../../core/packet.ts';
import { Writer } from '../../core/writer.ts';
import type { Language } from '../../notes/note.ts';
import { GRAPHS } from '../../output/graph-kinds.ts';
import { graphSvg } from '../../output/graph-svg.ts';
import { busierSide, type GraphSide } from '../../output/graphs.ts';
import { type Ladder, LadderBuilder } from '../../output/ladder.ts';
import { writeLadderSvg } from '../../output/ladder-svg.ts';
import { ladderWords } from '../../output/ladder-words.ts';
import { stateDiagramSvg } from '../../output/state-diagram-svg.ts';
import { PathGatherer, type StatePaths } from '../../tcp/paths.ts';
import type { StateChange } from '../../tcp/state-change.ts';
import { type ConnectionTrace, ConnectionTracer } from '../../tcp/trace.ts';
import type { ConnectionPictures, DrawingOptions, GraphPicture } from '../model.ts';

/** What the pictures of a connection are drawn from. */
export interface TracedConnection {
  readonly stream: number;
  readonly ladder: Ladder;
  readonly trace: ConnectionTrace;
  readonly paths: StatePaths;
}

/** Follows one connection, for all of its pictures at once. */
export class ConnectionTracing {
  private readonly ladder: LadderBuilder;
  private readonly tracer: ConnectionTracer;
  private readonly gatherer: PathGatherer;

  constructor(stream: number, timeWait: number) {
    this.ladder = new LadderBuilder(stream, timeWait, true);
    this.tracer = new ConnectionTracer(stream);
    this.gatherer = new PathGatherer(stream);
  }

  packet(packet: Packet, changes: readonly StateChange[]): void {
    this.ladder.packet(packet, changes);
    this.tracer.packet(packet, true);
    this.gatherer.packet(packet, changes);
  }

  /** Timers that ran out when a packet of another connection came. */
  timers(packet: Packet, changes: readonly StateChange[]): void {
    this.ladder.timers(changes);
    this.gatherer.packet(packet, changes);
  }

  /** Null where there is no such connection. */
  finish(): TracedConnection | null {
    const ladder = this.ladder.finish();
    const trace = this.tracer.finish();
    const paths = this.gatherer.finish();
    if (ladder === null || trace === null || paths === null) return null;
    return { stream: ladder.stream, ladder, trace, paths };
  }
}

export function picturesOf(
  { stream, ladder, trace, paths }: TracedConnection,
  { scale, width }: DrawingOptions,
  language: Language,
  natLadder = '',
): ConnectionPictures {
  const out = new Writer(1 << 14);
  writeLadderSvg(ladder, ladderWords[language], { scale, id: `ladder-${stream}` }, out);
  const graphs = (side: GraphSide): GraphPicture[] =>
    GRAPHS.map((kind) => {
      const id = `${kind}-${stream}-${side}`;
      return { kind, svg: graphSvg(kind, trace, { language, side, width, id }) };
    });
  return {
    ladder: out.toString(),
    natLadder,
    states: stateDiagramSvg(paths, { language, width, id: `states-${stream}` }),
    graphs: [graphs(0), graphs(1)],
    ends: [trace.flows[0].name, trace.flows[1].name],
    busier: busierSide(trace),
  };
}
