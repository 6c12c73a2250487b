import type { Row, Visit } from '../core/field.ts';
import type { Layer, Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { contextRows, fieldReference } from '../fields.ts';
import { nearest } from '../nearest.ts';
import { protocols } from '../protocols/index.ts';
import { type Type, typeOfKind } from './datum.ts';
import { type OwnField, ownFields, type Scene } from './own-fields.ts';

export type ReadableRow = Row & { readonly read: NonNullable<Row['read']> };

/** Where values of a field are found in the layers of a protocol. */
export interface Home {
  readonly protocol: Protocol;
  readonly rows: readonly ReadableRow[];
  readonly walk: ((layer: Layer, packet: Packet, visit: Visit) => void) | null;
}

/** What a name in a filter stands for. */
export interface Field {
  readonly name: string;
  readonly type: Type;
  readonly homes: readonly Home[];
  /** True when what a tracker remembers of a layer can have it too. */
  readonly inContexts: boolean;
  /** Ids of its rows; a walk visits others too. */
  readonly ids: ReadonlySet<string>;
  /** The row that speaks for all of them; null for a protocol and for a family of fields. */
  readonly row: Row | null;
  /** True of a name that only begins the ids that it stands for: `tcp.analysis`. */
  readonly family: boolean;
  readonly own: OwnField | null;
}

/** Finds the field, protocol or family of fields of that name; null when there is none. */
export function fieldOf(name: string, scene: Scene): Field | null {
  const own = ownFields.find(({ row }) => row.id === name);
  if (own !== undefined) return ownField(own, scene);
  const entry = fieldReference().get(name);
  if (entry !== undefined) {
    const ids = new Set(entry.members.length > 0 ? entry.members : [name]);
    return { ...listed(name, typeOfKind(entry.row.kind), ids), row: entry.row };
  }
  const named = protocols.filter(({ id }) => id === name);
  if (named.length > 0) {
    const homes = named.map((protocol): Home => ({ protocol, rows: [], walk: null }));
    return { ...listed(name, 'protocol', new Set()), homes };
  }
  const family = [...fieldReference().keys()].filter((id) => id.startsWith(`${name}.`));
  if (family.length === 0) return null;
  return { ...listed(name, 'mark', new Set(family)), family: true };
}

function ownField(own: OwnField, scene: Scene): Field {
  const { row, protocol } = own;
  const rows = row.read === undefined ? [] : [row as ReadableRow];
  const home: Home = { protocol, rows, walk: own.walk?.(scene) ?? null };
  const type = own.type ?? typeOfKind(row.kind);
  return { ...listed(row.id, type, new Set()), ids: new Set([row.id]), homes: [home], row, own };
}

/** A field of these ids, with every protocol that has one of the rows. Found once, when the filter is compiled. */
function listed(name: string, type: Type, ids: ReadonlySet<string>): Field {
  const isWanted = (row: Row): boolean => ids.has(row.id);
  const homes: Home[] = [];
  for (const protocol of protocols) {
    const rows = readable(protocol.fields, ids);
    const walk = protocol.walked?.some(isWanted) ? (protocol.walk?.bind(protocol) ?? null) : null;
    if (rows.length > 0 || walk !== null) homes.push({ protocol, rows, walk });
  }
  const inContexts = contextRows.some(([, rows]) => rows.some(isWanted));
  return { name, type, ids, homes, inContexts, row: null, family: false, own: null };
}

export const readable = (rows: readonly Row[], ids: ReadonlySet<string>): ReadableRow[] =>
  rows.filter((row): row is ReadableRow => ids.has(row.id) && row.read !== undefined);

/** The name that was meant, when it is near enough for a slip of the finger; else null. */
export function nearestName(name: string): string | null {
  const ids = ownFields.map(({ row }) => row.id);
  return nearest(name, [...fieldReference().keys(), ...ids, ...protocols.map(({ id }) => id)]);
}
