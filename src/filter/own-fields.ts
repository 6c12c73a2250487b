import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { catalogue, type EventId } from '../events/catalogue.ts';
import type { EventLog } from '../events/event.ts';
import { frame } from '../protocols/frame.ts';
import { tcp } from '../protocols/tcp.ts';
import { udp } from '../protocols/udp.ts';
import type { Type } from './datum.ts';

/** What a filter knows beside the packet while it judges it. */
export interface Scene {
  events: EventLog | null;
}

/** A field that only filters have: nothing prints it. */
export interface OwnField {
  readonly id: string;
  readonly about: string;
  readonly protocol: Protocol;
  readonly row: Row;
  /** Its type, where the kind of its row does not say it. */
  readonly type?: Type;
  /** Visits its values, where a row that is read cannot give them. */
  readonly walk?: (scene: Scene) => (layer: Layer, packet: Packet, visit: Visit) => void;
  /** True of what happened: the tracker has to raise events. */
  readonly asksEvents?: true;
  /** All texts that it can have. */
  readonly texts?: readonly string[];
}

const row = (id: string, kind: Row['kind'], read?: Row['read'], length?: Row['length']): Row => ({
  id,
  label: id,
  kind,
  ...(read === undefined ? {} : { read }),
  ...(length === undefined ? {} : { length }),
});

const epoch = row('frame.time', 'time', (_, { frame: { hasTime, seconds, nanoseconds } }) =>
  hasTime ? BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds) : null,
);

const EVENT = row('dissect.event', 'text');
const SEVERITY = row('dissect.event.severity', 'text');

/** `tcp.reset.refused`, `tcp.reset`, `tcp`. */
function selfAndAbove(id: string): string[] {
  const parts = id.split('.');
  return parts.map((_, i) => parts.slice(0, parts.length - i).join('.'));
}

/** Bytes that a transport carries, as far as they were captured. */
const payload = (id: string): Row =>
  row(
    id,
    'bytes',
    ({ headerEnd, capturedEnd }) => (headerEnd < capturedEnd ? headerEnd : null),
    ({ headerEnd, capturedEnd }) => capturedEnd - headerEnd,
  );

const malformed = row('_ws.malformed', 'none', (_, { issues }) =>
  issues.some(({ fault }) => fault === 'malformed') ? 1 : null,
);

const short = row('_ws.short', 'none', (_, { frame: { capturedLength, wireLength } }) =>
  capturedLength < wireLength ? 1 : null,
);

export const ownFields: readonly OwnField[] = [
  {
    id: 'frame.time',
    about: 'when the frame was captured; "2026-11-20 21:03:46.9", with Z or UTC for UTC, else local time',
    protocol: frame,
    row: epoch,
    type: 'moment',
  },
  {
    id: 'frame.time_epoch',
    about: 'the same; seconds since 1970, or a date',
    protocol: frame,
    row: epoch,
    type: 'moment',
  },
  {
    id: 'dissect.event',
    about: 'ids of what happened in the packet, and of what they stand below: a tcp.reset.refused is a tcp.reset too',
    protocol: frame,
    row: EVENT,
    asksEvents: true,
    texts: [...new Set(Object.keys(catalogue).flatMap(selfAndAbove))],
    walk: (scene) => (_layer, _packet, visit) => {
      for (const { id } of scene.events?.raised ?? []) {
        for (const name of selfAndAbove(id)) visit(EVENT, -1, 0, name, 0);
      }
    },
  },
  {
    id: 'dissect.event.severity',
    about: 'chat, note, warn or error',
    protocol: frame,
    row: SEVERITY,
    asksEvents: true,
    texts: ['chat', 'note', 'warn', 'error'],
    walk: (scene) => (_layer, _packet, visit) => {
      for (const { id } of scene.events?.raised ?? []) visit(SEVERITY, -1, 0, severityOf(id), 0);
    },
  },
  { id: 'tcp.payload', about: 'what the segment carries', protocol: tcp, row: payload('tcp.payload') },
  { id: 'udp.payload', about: 'what the datagram carries', protocol: udp, row: payload('udp.payload') },
  {
    id: '_ws.malformed',
    about: 'there when the packet contradicts itself',
    protocol: frame,
    row: malformed,
  },
  {
    id: '_ws.short',
    about: 'there when the capture holds less of the frame than there was',
    protocol: frame,
    row: short,
  },
];

const severityOf = (id: EventId): string => catalogue[id].severity;
