import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { catalogue, type EventId } from '../events/catalogue.ts';
import type { EventLog } from '../events/event.ts';
import { type FieldEntry, fieldReference } from '../fields.ts';
import { frame } from '../protocols/frame.ts';
import { tcp } from '../protocols/tcp.ts';
import { udp } from '../protocols/udp.ts';
import type { Type } from './datum.ts';

/** What a filter knows beside the packet while it judges it. */
export interface Scene {
  events: EventLog | null;
}

/** A field that only filters have: no form prints it. */
export interface OwnField {
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

const epoch: Row['read'] = (_, { frame: { hasTime, seconds, nanoseconds } }) =>
  hasTime ? BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds) : null;

/** Bytes that a transport carries, as far as they were captured. */
const payload = {
  label: 'Payload',
  kind: 'bytes',
  read: ({ headerEnd, capturedEnd }: Layer) => (headerEnd < capturedEnd ? headerEnd : null),
  length: ({ headerEnd, capturedEnd }: Layer) => capturedEnd - headerEnd,
} as const;

const EVENT: Row = {
  id: 'dissect.event',
  label: 'Event',
  kind: 'text',
  about: 'What happened in the packet, and what that stands below: a tcp.reset.refused is a tcp.reset too.',
};

const SEVERITY: Row = {
  id: 'dissect.event.severity',
  label: 'Severity of an event',
  kind: 'text',
  about: 'chat, note, warn or error.',
};

const SEVERITIES = ['chat', 'note', 'warn', 'error'];

/** Of each event its id and those above it: `tcp.reset.refused`, `tcp.reset`, `tcp`. */
const names = new Map(
  Object.keys(catalogue).map((id) => {
    const parts = id.split('.');
    return [id as EventId, parts.map((_, i) => parts.slice(0, parts.length - i).join('.'))];
  }),
);

export const ownFields: readonly OwnField[] = [
  {
    protocol: frame,
    type: 'moment',
    row: {
      id: 'frame.time',
      label: 'Time',
      kind: 'time',
      read: epoch,
      about: 'A date, "2026-11-20 21:03:46.9": local time, unless it ends with Z, UTC or +09:00.',
    },
  },
  {
    protocol: frame,
    type: 'moment',
    row: { id: 'frame.time_epoch', label: 'Time since 1970', kind: 'time', read: epoch },
  },
  {
    protocol: frame,
    row: EVENT,
    asksEvents: true,
    texts: [...new Set([...names.values()].flat())],
    walk: (scene) => (_layer, _packet, visit) => {
      for (const { id } of scene.events?.raised ?? []) {
        for (const name of names.get(id)!) visit(EVENT, -1, 0, name, 0);
      }
    },
  },
  {
    protocol: frame,
    row: SEVERITY,
    asksEvents: true,
    texts: SEVERITIES,
    walk: (scene) => (_layer, _packet, visit) => {
      for (const { id } of scene.events?.raised ?? []) visit(SEVERITY, -1, 0, catalogue[id].severity, 0);
    },
  },
  { protocol: tcp, row: { id: 'tcp.payload', ...payload } },
  { protocol: udp, row: { id: 'udp.payload', ...payload } },
  {
    protocol: frame,
    row: {
      id: '_ws.malformed',
      label: 'The packet contradicts itself',
      kind: 'none',
      read: (_, { issues }) => (issues.some(({ fault }) => fault === 'malformed') ? 1 : null),
    },
  },
  {
    protocol: frame,
    row: {
      id: '_ws.short',
      label: 'The capture holds less of the frame than there was',
      kind: 'none',
      read: (_, { frame: { capturedLength, wireLength } }) => (capturedLength < wireLength ? 1 : null),
    },
  },
];

/** They as entries of the reference, but for those that it has already. */
export const ownEntries = (): FieldEntry[] =>
  ownFields
    .filter(({ row }) => !fieldReference().has(row.id))
    .map(({ protocol, row }) => ({ id: row.id, protocol: protocol.id, row, members: [] }));
