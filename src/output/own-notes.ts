import type { Row, Value } from '../core/field.ts';
import { visitLayer } from '../core/field.ts';
import { writeValue } from '../core/field-value.ts';
import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { Writer } from '../core/writer.ts';
import { declarations } from '../events/catalogue.ts';
import { type EventDeclaration, type EventLog, type Evidence, type OwnEventId, seen } from '../events/event.ts';
import { isParticle } from '../explain/particle.ts';
import { type Piece, parseTemplate, placeholders } from '../explain/template.ts';
import { fieldReference, membersOf, nearestField } from '../fields.ts';
import { compileFilter, type DisplayFilter, FilterError } from '../filter/filter.ts';
import { nearest } from '../nearest.ts';
import type { Language, Note } from '../notes/note.ts';
import { NoteFault, type ParsedNote, type Passage, parseNote } from '../notes/parse.ts';
import { Segment } from '../tcp/segment.ts';

/** A person's note as it lies in a folder: its path below that folder, and what it says. */
export interface NoteFile {
  readonly name: string;
  readonly text: string;
}

/** What is wrong with a note, and in which line. */
interface OwnFault {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** A note of a person's own: for packets that a display filter takes, or in place of the one of an event. */
interface OwnNote {
  readonly file: string;
  readonly language: Language | null;
  /** `own.` and the path with dots, or the event whose note it replaces. */
  readonly id: string;
  readonly filter: DisplayFilter | null;
  readonly declaration: EventDeclaration;
  /** Fields whose values stand in the text. */
  readonly fields: readonly string[];
  readonly note: Note;
}

/** The notes of a folder, ready to explain packets with. */
export class OwnNotes {
  private readonly notes: readonly OwnNote[];
  /** One of each that has a filter, with the fields of all its languages. */
  private readonly speaking: readonly OwnNote[];
  private readonly values = new Map<string, Evidence>();

  constructor(notes: readonly OwnNote[]) {
    this.notes = notes;
    this.speaking = notes
      .filter(({ filter, id }, i) => filter !== null && notes.findIndex((other) => other.id === id) === i)
      .map((note) => ({ ...note, fields: fieldsOf(notes.filter(({ id }) => id === note.id)) }));
  }

  /** What an explainer has to know of them. */
  get declared(): ReadonlyMap<string, EventDeclaration> {
    return new Map(this.speaking.map(({ id, declaration }) => [id, declaration]));
  }

  /** The notes for a language: those written in it, else in none in particular, else in another. */
  of(language: Language): Note[] {
    const ids = [...new Set(this.notes.map(({ id }) => id))];
    return ids.map((id) => {
      const some = this.notes.filter((each) => each.id === id);
      const fitting = some.find((each) => each.language === language) ?? some.find((each) => each.language === null);
      return (fitting ?? some[0]!).note;
    });
  }

  /** Raises an event for each note whose filter takes the packet, after it was tracked. */
  observe(packet: Packet, tracker: { readonly events: EventLog }): void {
    for (const { id, filter, fields } of this.speaking) {
      if (!filter!.takes(packet, tracker)) continue;
      const parameters: Record<string, Evidence | null> = {};
      if (fields.length > 0) this.read(packet, fields);
      for (const field of fields) parameters[field] = firstOf(field, this.values);
      tracker.events.raiseOwn(id as OwnEventId, packet.last, connectionOf(packet), parameters);
    }
  }

  /** The first value of each field that the packet has. */
  private read(packet: Packet, fields: readonly string[]): void {
    const { values } = this;
    values.clear();
    const wanted = new Set(fields.flatMap((field) => membersOf(field)));
    for (const layer of packet.layers.slice(0, packet.count)) {
      if (layer.quoted) break;
      visitLayer(layer, packet, (row, at, length, value) => {
        if (wanted.has(row.id) && !values.has(row.id)) {
          values.set(row.id, seen(packet, layer, row.id, at, length, printed(row, layer, at, length, value)));
        }
      });
    }
  }
}

const fieldsOf = (notes: readonly OwnNote[]): string[] => [...new Set(notes.flatMap(({ fields }) => fields))];

const firstOf = (field: string, values: ReadonlyMap<string, Evidence>): Evidence | null =>
  membersOf(field)
    .map((member) => values.get(member))
    .find((value) => value !== undefined) ?? null;

const scratch = new Writer(256);

function printed(row: Row, layer: Layer, at: number, length: number, value: Value): string | number {
  if (row.kind === 'uint' && typeof value === 'number') return value;
  scratch.clear();
  writeValue(row, layer, at, length, value, scratch);
  return scratch.toString();
}

function connectionOf(packet: Packet): number | null {
  for (let i = packet.count - 1; i > 0; i--) {
    const { context } = packet.layers[i]!;
    if (context instanceof Segment) return context.connection.stream;
  }
  return null;
}

/** Reads the notes of a folder. What is wrong is told line by line; such notes are left out. */
export function readOwnNotes(files: readonly NoteFile[]): { readonly own: OwnNotes; readonly faults: OwnFault[] } {
  const faults: OwnFault[] = [];
  const notes: OwnNote[] = [];
  for (const { name, text } of files) {
    const report = (message: string, line: number): void => {
      faults.push({ file: name, line, message });
    };
    const before = faults.length;
    const note = readOne(name, text, report);
    if (note === null || faults.length > before) continue;
    const other = notes.find(({ id }) => id === note.id);
    if (other !== undefined && other.language === note.language) {
      report(`${other.file} explains the same; end one name in .en.md and the other in .ko.md`, 1);
    } else if (other?.filter && other.filter.text !== note.filter?.text) {
      report(`"when" differs from that of ${other.file}`, 1);
    } else {
      notes.push(note);
    }
  }
  return { own: new OwnNotes(notes), faults };
}

type Report = (message: string, line: number) => void;

function readOne(name: string, text: string, report: Report): OwnNote | null {
  let parsed: ParsedNote;
  try {
    parsed = parseNote(text);
  } catch (error) {
    if (!(error instanceof NoteFault)) throw error;
    report(error.message, error.line);
    return null;
  }
  const front = frontOf(parsed, report);
  const suffix = /\.(en|ko)\.md$/.exec(name)?.[1] as Language | undefined;
  const base = name.slice(0, suffix === undefined ? -3 : -6);
  const event = front.get('event') ?? null;
  const id = event === null ? `own.${base.replaceAll('/', '.')}` : event.value;
  const known: EventDeclaration | null =
    event === null ? null : (declarations[id as keyof typeof declarations] ?? null);
  if (event !== null && known === null) {
    const near = nearest(id, Object.keys(declarations));
    report(
      `there is no event ${id}${near === null ? '; dissect notes lists them' : `; did you mean ${near}?`}`,
      event.line,
    );
  }
  const filter = filterOf(front.get('when'), report);
  const passages = [parsed.heading, ...parsed.first, ...parsed.more];
  const names = passages.flatMap((passage) => namesIn(passage, known, report));
  return {
    file: name,
    language: suffix ?? null,
    id,
    filter,
    declaration: known ?? {
      severity: (front.get('severity')?.value ?? 'note') as EventDeclaration['severity'],
      scope: (front.get('scope')?.value ?? 'capture') as EventDeclaration['scope'],
      spec: '',
      parameters: {},
    },
    fields: [...new Set(names)],
    note: {
      event: id,
      claims: [],
      spec: front.get('source')?.value ?? name,
      see: [],
      heading: parsed.heading.text,
      first: parsed.first.map((passage) => passage.text),
      more: parsed.more.map((passage) => passage.text),
    },
  };
}

const KEYS = ['when', 'event', 'severity', 'scope', 'source'];
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  severity: ['chat', 'note', 'warn', 'error'],
  scope: ['packet', 'connection', 'capture'],
};

interface Entry {
  readonly value: string;
  readonly line: number;
}

function frontOf({ front }: ParsedNote, report: Report): Map<string, Entry> {
  const found = new Map<string, Entry>();
  for (const { key, value, line } of front) {
    const near = nearest(key, KEYS);
    if (!KEYS.includes(key))
      report(`there is no key ${key}; ${near === null ? KEYS.join(', ') : `did you mean ${near}?`}`, line);
    else if (found.has(key)) report(`${key} is there twice`, line);
    else if (value === '') report(`${key} has no value`, line);
    else if (CHOICES[key]?.includes(value) === false) report(`${key} is one of ${CHOICES[key].join(', ')}`, line);
    found.set(key, { value, line });
  }
  if (found.has('when') === found.has('event')) {
    report('a note is for packets ("when: a display filter") or for an event ("event: its id"): one of the two', 1);
  }
  return found;
}

function filterOf(entry: Entry | undefined, report: Report): DisplayFilter | null {
  if (entry === undefined || entry.value === '') return null;
  try {
    return compileFilter(entry.value);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    report(`${error.message}: ${quoted(error)}`, entry.line);
    return null;
  }
}

/** What the filter's fault is about, or where it ends. */
const quoted = ({ text, from, to }: FilterError): string =>
  from < text.length ? `"${text.slice(from, to)}"` : 'at its end';

/** Names in braces, each of which is a field, or a parameter of the event. */
function namesIn({ text, line }: Passage, event: EventDeclaration | null, report: Report): string[] {
  let pieces: readonly Piece[];
  try {
    pieces = parseTemplate(text);
  } catch (error) {
    report(error instanceof Error ? error.message : String(error), line);
    return [];
  }
  const names = placeholders(pieces);
  for (const name of names) {
    if (event !== null) {
      if (!(name in event.parameters)) {
        report(`{${name}}: the event has ${Object.keys(event.parameters).join(', ')}`, line);
      }
    } else if (!fieldReference().has(name)) {
      const near = nearestField(name);
      report(`{${name}}: there is no such field${near === null ? '' : `; did you mean ${near}?`}`, line);
    }
  }
  for (const pair of pairsIn(pieces)) {
    if (!pair.includes('/') && !isParticle(pair))
      report(`"${pair}" is no pair of Korean particles, such as 은는`, line);
  }
  return [...names];
}

const pairsIn = (pieces: readonly Piece[]): string[] =>
  pieces.flatMap((piece) => {
    if (typeof piece === 'string') return [];
    if ('name' in piece) return piece.pair === null ? [] : [piece.pair];
    return [...pairsIn(piece.when), ...pairsIn(piece.otherwise)];
  });
