import type { EventDeclaration } from '../events/event.ts';
import type { Ending } from '../flows/flow.ts';
import type { Phase } from '../journey/journey.ts';
import type { Language } from '../notes/note.ts';
import type { GraphKind } from '../output/graph-kinds.ts';
import type { Weight } from '../survey/findings.ts';

/** What the engine tells the page: plain data, which goes from thread to thread and into a file. */

/** A capture as the page is given it. */
export interface GivenCapture {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** How captures are read: what the command line's options of these names say. */
export interface ReadingOptions {
  readonly fcs: 'auto' | 'present' | 'absent';
  /** Seconds. */
  readonly timeWait: number;
  /** Lines of a key log of TLS; empty for none. */
  readonly keys: string;
}

/** The same in each language. */
export type Said<T> = Readonly<Record<Language, T>>;

/** Frames in a row, for the packet list. */
export interface Listing {
  /** Number of the first frame. */
  readonly first: number;
  readonly count: number;
  /** A line each, in UTF-8: time, source, destination, protocol, length and info, parted by tabs. */
  readonly text: Uint8Array;
  /** Where each line begins, and where the last one ends. */
  readonly places: Uint32Array;
  /** The weightiest of what happened in it: an index of `SEVERITIES`, one more; 0 for nothing. */
  readonly severities: Uint8Array;
  /** Its TCP connection; -1 for none. */
  readonly streams: Int32Array;
}

export const SEVERITIES = ['chat', 'note', 'warn', 'error'] as const;
export type Severity = EventDeclaration['severity'];

/** Octets that the tree speaks of: the frame's own, or what was put together. */
export interface ByteBuffer {
  readonly kind: 'frame' | 'reassembled' | 'decrypted';
  /** What it was put together from. */
  readonly of: string;
  /** As many as are shown. */
  readonly bytes: Uint8Array;
  /** How many there are. */
  readonly total: number;
}

/** A place in the buffers. `at` is -1 for what stands nowhere. */
export interface Place {
  readonly buffer: number;
  readonly at: number;
  readonly length: number;
}

export interface TreeField extends Place {
  readonly id: string;
  readonly label: string;
  /** Null for a mark, whose label says all. */
  readonly value: string | null;
  readonly level: number;
}

export interface TreeLayer extends Place {
  readonly id: string;
  readonly name: string;
  /** What the line would say of it. */
  readonly summary: string;
  readonly mark: 'quoted' | 'reassembled' | 'decrypted' | null;
  readonly fields: readonly TreeField[];
}

interface TreeIssue {
  readonly fault: 'truncated' | 'malformed';
  readonly code: string;
  readonly need: number;
  readonly have: number;
  readonly source: string;
}

/** What proves a value: as in machine output. `frame` may be another one. */
export interface Proof {
  readonly field: string | null;
  readonly frame: number | null;
  /** In the frame's own octets; -1 for nowhere. */
  readonly at: number;
  readonly length: number;
}

/** A part of a sentence; `proof` is an index of its telling's proofs, -1 for words of the note. */
export interface Piece {
  readonly text: string;
  readonly proof: number;
}

export interface Wording {
  readonly title: readonly Piece[];
  readonly paragraphs: readonly (readonly Piece[])[];
  /** The headings of the study notes, and the standard. */
  readonly sources: string;
}

/** One event, explained. */
export interface Telling {
  readonly event: string;
  readonly severity: Severity;
  /** Paragraphs to show at once; the rest is there for who wants more. */
  readonly shown: number;
  /** The frame that explained it in full; else 0. */
  readonly explainedIn: number;
  readonly wordings: Said<Wording>;
  readonly proofs: readonly Proof[];
}

/** What one end of a connection went through with a packet. */
export interface EndSteps {
  readonly name: Said<string>;
  readonly states: readonly string[];
  /** How it is known; empty where it was seen. */
  readonly known: Said<string>;
}

/** Everything about one frame. */
export interface Detail {
  readonly frame: number;
  readonly stream: number;
  readonly buffers: readonly ByteBuffer[];
  readonly layers: readonly TreeLayer[];
  readonly issues: readonly TreeIssue[];
  readonly steps: readonly EndSteps[];
  readonly tellings: readonly Telling[];
}

/** A line of what is known of a capture. */
export interface Fact {
  readonly label: string;
  readonly lines: readonly string[];
}

/** What was found out about a capture, and the frames that show it. */
export interface Finding {
  readonly weight: Weight;
  readonly what: string;
  readonly follows: string;
  readonly evidence: string;
  readonly frames: readonly number[];
}

export interface Conversation {
  readonly protocol: string;
  readonly stream: number;
  readonly service: string;
  /** The client's first. */
  readonly ends: readonly {
    readonly name: string;
    readonly packets: number;
    readonly bytes: number;
    readonly state: string;
  }[];
  readonly first: number;
  /** Seconds, with six decimals. */
  readonly start: string;
  readonly duration: string;
  readonly ending: Ending | null;
  readonly remarks: readonly string[];
}

/** Something that happened, how often, and where first. */
export interface Happening {
  readonly event: string;
  readonly severity: Severity;
  readonly title: string;
  readonly count: number;
  readonly frames: readonly number[];
}

/** A capture at a glance, in one language. */
export interface Overview {
  readonly facts: readonly Fact[];
  readonly trust: string;
  readonly findings: readonly Finding[];
  readonly vantage: string;
  readonly place: Finding;
  readonly clues: readonly { readonly text: string; readonly evidence: string; readonly frames: readonly number[] }[];
  readonly happenings: readonly Happening[];
  readonly conversations: readonly Conversation[];
  /** How many there are; more than are listed, perhaps. */
  readonly conversationCount: number;
}

/** A conversation as a story, in one line. */
export interface JourneyLine {
  readonly number: number;
  readonly text: string;
}

/** A conversation as a story, in one language. Its places in time are parts of the whole, from 0 to 1. */
export interface JourneyStory {
  readonly number: number;
  readonly title: string;
  readonly summary: string;
  readonly steps: readonly JourneyStep[];
  readonly nat: readonly string[];
  /** Its TCP connection; null where it is none. */
  readonly stream: number | null;
  readonly untoldHead: string;
  readonly untold: readonly string[];
  /** What the waterfall is called; empty where there is nothing to draw. */
  readonly waterfall: string;
  readonly rows: readonly JourneyRow[];
}

export interface JourneyStep {
  readonly time: string;
  readonly label: string;
  readonly text: string;
  /** The first frame of it. */
  readonly frame: number;
  readonly wrong: boolean;
  readonly earlier: boolean;
  /** Frames that it follows from. */
  readonly causes: readonly number[];
}

export interface JourneyRow {
  readonly label: string;
  readonly took: string;
  readonly bars: readonly {
    readonly phase: Phase;
    /** What the phase is called. */
    readonly name: string;
    readonly took: string;
    readonly from: number;
    readonly to: number;
    readonly frame: number;
  }[];
}

/** What two captures tell of the translator between them, in one language. */
export interface NatStory {
  readonly remarks: readonly string[];
  readonly columns: readonly string[];
  readonly bindings: readonly NatBinding[];
  /** What the list of its behaviour is called. */
  readonly kind: string;
  readonly behaviour: readonly string[];
  /** What is said where there is no binding. */
  readonly none: string;
}

export interface NatBinding {
  readonly protocol: string;
  readonly inside: string;
  readonly outside: string;
  readonly remote: string;
  readonly packets: number;
  /** The first packet in the capture that is shown. */
  readonly frame: number;
  /** True where the shown capture is its inside. */
  readonly isInside: boolean;
  readonly remarks: readonly string[];
}

/** The pictures of a TCP connection, as SVG. */
export interface ConnectionPictures {
  readonly ladder: string;
  /** With the router in the middle; empty where it did not cross one. */
  readonly natLadder: string;
  /** The state diagram, with the way of both ends. */
  readonly states: string;
  /** By the number of the end that sends; `busier` sent more. */
  readonly graphs: readonly (readonly GraphPicture[])[];
  readonly ends: readonly [string, string];
  readonly busier: 0 | 1;
}

export interface GraphPicture {
  readonly kind: GraphKind;
  readonly svg: string;
}

/** How pictures are drawn. */
export interface DrawingOptions {
  readonly scale: 'even' | 'time';
  /** CSS pixels of a graph. */
  readonly width: number;
}

/** What became of a display filter. */
export type Filtered =
  | { readonly kind: 'frames'; readonly frames: Uint32Array }
  /** The page does not hold the whole capture. */
  | { readonly kind: 'impossible' }
  /** One sentence, and where in the text it points to. */
  | { readonly kind: 'wrong'; readonly sentence: string; readonly from: number; readonly to: number }
  /** A later question took its place. */
  | { readonly kind: 'stopped' };

/** What reading a capture came to. */
export interface Opened {
  readonly frames: number;
  /** What is wrong with the file; null for nothing. */
  readonly problem: string | null;
}

/** What a page holds of a capture that is too large for it. */
export interface Excerpt {
  readonly opened: Opened;
  /** Of the frames that it holds. */
  readonly listings: readonly Listing[];
  readonly details: readonly Detail[];
  readonly overview: Said<Overview>;
  readonly connections: readonly { readonly stream: number; readonly pictures: Said<ConnectionPictures> }[];
  readonly journeys: Said<readonly JourneyLine[]>;
  readonly stories: Said<readonly JourneyStory[]>;
}
