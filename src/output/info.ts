import type { CaptureInterface, RecordedName, SectionHeader } from '../core/frame.ts';
import { safeText, type Writer } from '../core/writer.ts';
import { linkTypes } from '../protocols/tables.ts';
import type { Extent, Instant } from '../survey/extent.ts';
import type { Finding, Report, Weight } from '../survey/findings.ts';
import type { Branch } from '../survey/protocol-tree.ts';
import type { Survey } from '../survey/survey.ts';
import type { Clue } from '../survey/vantage.ts';
import type { Palette } from './color.ts';
import type { InfoWords, Label, Said } from './info-words.ts';
import { writeJson } from './json-text.ts';
import { epochText } from './moment.ts';
import { grouped } from './numbers.ts';
import { isoTime } from './time.ts';
import { padCells, wrap } from './width.ts';

/** A capture that was surveyed, with what its file says of itself. */
export interface Surveyed {
  readonly name: string;
  /** Octets of the file; null for a pipe. */
  readonly octets: number | null;
  readonly hash: string | null;
  readonly format: string | null;
  readonly compression: 'gzip' | null;
  readonly sections: readonly SectionHeader[];
  readonly comments: readonly string[];
  readonly interfaces: readonly CaptureInterface[];
  readonly names: readonly RecordedName[];
  readonly survey: Survey;
  readonly report: Report;
}

// For reading ---------------------------------------------------------------------------------------------------------

/** Cells before what is said: of a fact, and of a finding. */
const LABEL = 14;
const MARK = 5;
/** Interfaces that are listed: some captures name hundreds that saw nothing. */
const MOST_INTERFACES = 8;
/** Branches of the protocol tree that are shown. */
const MOST_BRANCHES = 24;

export function writeInfo(about: Surveyed, words: InfoWords, colors: Palette, width: number, out: Writer): void {
  tellInfo(about, words, new Lines(words, colors, width, out));
}

/** What takes the parts of what `info` says, in their order. Texts from the capture are safe to print. */
export interface InfoSheet {
  title(text: string): void;
  /** Parts that are null or empty are left out; nothing is to be said where all are. */
  fact(label: Label, ...parts: readonly (string | null)[]): void;
  /** One more line of the fact before it. */
  more(text: string): void;
  /** `evidence` names `frames` in words: the first ones that show it. */
  finding(weight: Weight, said: Said, evidence: string, frames: readonly number[]): void;
  clue(text: string, evidence: string, frames: readonly number[]): void;
}

/** Says what is in a capture and how far it can be trusted, to whoever lays it out. */
export function tellInfo(about: Surveyed, words: InfoWords, page: InfoSheet): void {
  page.title(safeText(about.name));
  writeFile(about, words, page);
  writeExtent(about.survey, words, page);
  writeInterfaces(about, words, page);
  writeProtocols(about.survey.protocols.root, words, page);
  page.title(words.trust);
  for (const finding of about.report.findings) {
    page.finding(finding.weight, saidOf(finding, words), evidenceOf(finding, words), finding.frames);
  }
  const { vantage } = about.report;
  page.title(words.vantage);
  page.finding(vantage.place === 'unknown' ? 'untold' : 'fine', words.place(vantage), '', []);
  for (const clue of vantage.clues) {
    page.clue(words.clue(clue), framesOf(clue, words), 'frames' in clue ? clue.frames : []);
  }
}

/** Lines with a hanging indent. */
class Lines implements InfoSheet {
  private readonly words: InfoWords;
  private readonly colors: Palette;
  private readonly width: number;
  private readonly out: Writer;

  constructor(words: InfoWords, colors: Palette, width: number, out: Writer) {
    this.words = words;
    this.colors = colors;
    this.width = width;
    this.out = out;
  }

  title(text: string): void {
    this.line(this.colors.title(text));
  }

  fact(label: Label, ...parts: readonly (string | null)[]): void {
    const text = parts.filter((part) => part !== null && part !== '').join(', ');
    if (text !== '') this.hanging(padCells(`  ${this.words.labels[label]}`, LABEL), LABEL, text);
  }

  finding(weight: Weight, [what, follows]: Said, evidence: string): void {
    const { colors, words } = this;
    const paint = { fine: colors.state, watch: colors.warn, untold: colors.dim }[weight];
    this.hanging(`  ${paint(padCells(words.marks[weight], MARK - 2))}`, MARK, what);
    if (follows !== '') this.hanging('', MARK, follows);
    if (evidence !== '') this.hanging('', MARK, evidence, colors.dim);
  }

  clue(text: string, evidence: string): void {
    this.hanging('     · ', 7, evidence === '' ? text : `${text} (${evidence})`);
  }

  more(text: string): void {
    this.line(' '.repeat(LABEL) + text);
  }

  private line(text: string): void {
    this.out.text(text);
    this.out.line();
  }

  private hanging(
    before: string,
    indent: number,
    text: string,
    paint: (line: string) => string = (line) => line,
  ): void {
    const lines = wrap(text, this.width - indent);
    for (const [i, line] of lines.entries())
      this.line((i === 0 && before !== '' ? before : ' '.repeat(indent)) + paint(line));
  }
}

function writeFile(about: Surveyed, words: InfoWords, page: InfoSheet): void {
  const { sections, octets, hash, compression, format, comments } = about;
  const first = sections[0];
  page.fact(
    'format',
    `${format}${first === undefined ? '' : ` ${first.majorVersion}.${first.minorVersion}`}`,
    first === undefined ? null : words.byteOrder[first.littleEndian ? 'little' : 'big'],
    compression === null ? null : words.compressed,
    octets === null ? null : words.octets(octets),
  );
  if (hash !== null) page.fact('hash', hash);
  page.fact('writtenBy', ...different(sections.map(({ application }) => application)));
  page.fact('system', ...different(sections.map(({ os }) => os)));
  page.fact('hardware', ...different(sections.map(({ hardware }) => hardware)));
  for (const comment of comments) page.fact('comment', safeText(comment));
}

const different = (texts: readonly (string | null)[]): string[] => [
  ...new Set(texts.filter((text) => text !== null).map(safeText)),
];

function writeExtent({ extent, records }: Survey, words: InfoWords, page: InfoSheet): void {
  const { frames, wireOctets, capturedOctets, earliest, latest, duration } = extent;
  page.fact('frames', words.frames(frames), records > 0 ? words.records(records) : null);
  if (frames === 0) return;
  page.fact('octets', words.lengths(wireOctets, capturedOctets, grouped1(wireOctets / frames)));
  if (earliest === null || latest === null || duration === null) {
    page.fact('first', words.noTimes);
    return;
  }
  page.fact('first', `${dateOf(earliest)} UTC`);
  page.fact('last', `${dateOf(latest)} UTC`);
  page.fact('duration', words.duration(trimmed(epochText(duration.seconds, duration.nanoseconds))));
  const rates = ratesOf(extent);
  if (rates !== null) page.fact('rates', words.rates(grouped1(rates.packets), grouped1(rates.octets * 8)));
}

const dateOf = ({ seconds, nanoseconds }: Instant): string =>
  trimmed(isoTime(seconds, nanoseconds)?.replace('T', ' ').replace('Z', '') ?? epochText(seconds, nanoseconds));

/** Without the last digits where they are zeros; microseconds at least. */
const trimmed = (text: string): string => text.replace(/000$/, '');

/** One decimal below a hundred. */
const grouped1 = (value: number): string => {
  if (value >= 100) return grouped(Math.round(value));
  return value.toFixed(value < 1 ? 3 : 1);
};

interface Rates {
  readonly packets: number;
  readonly octets: number;
}

/** A second; null where no time passes. */
function ratesOf({ frames, wireOctets, duration }: Extent): Rates | null {
  if (duration === null) return null;
  const seconds = duration.seconds + duration.nanoseconds / 1e9;
  return seconds > 0 ? { packets: frames / seconds, octets: wireOctets / seconds } : null;
}

function writeInterfaces({ interfaces, survey, sections }: Surveyed, words: InfoWords, page: InfoSheet): void {
  for (const [id, one] of interfaces.slice(0, MOST_INTERFACES).entries()) {
    const { name, description, linkType, snapLength, filter, os, hardware, ticksPerSecond, statistics } = one;
    page.fact(
      'interface',
      [String(id), name]
        .filter((text) => text !== null)
        .map(safeText)
        .join(' '),
      description === null || description === name ? null : `"${safeText(description)}"`,
      linkName(linkType) ?? words.linkType(linkType),
      words.snapLength(snapLength === 0 ? words.unlimited : grouped(snapLength)),
      filter === null ? null : words.filter(`"${safeText(filter)}"`),
      words.resolution(unitText(1e9 / ticksPerSecond)),
      os === null || sections.some((section) => section.os === os) ? null : safeText(os),
      hardware === null ? null : safeText(hardware),
      words.interfaceFrames(survey.interfaces[id]?.extent.frames ?? 0),
      (statistics?.received ?? null) === null ? null : words.received(statistics!.received!),
      droppedOf(one) === null ? null : words.dropped(droppedOf(one)!),
      ...one.comments.map((comment) => `"${safeText(comment)}"`),
    );
  }
  if (interfaces.length > MOST_INTERFACES) page.fact('interface', `… ${interfaces.length - MOST_INTERFACES}`);
}

/** Null where the file does not say. */
function droppedOf({ statistics }: CaptureInterface): number | null {
  if (statistics === null || (statistics.dropped === null && statistics.droppedBySystem === null)) return null;
  return (statistics.dropped ?? 0) + (statistics.droppedBySystem ?? 0);
}

const linkName = (linkType: number): string | null => linkTypes.get(linkType)?.name ?? null;

function writeProtocols(root: Branch, words: InfoWords, page: InfoSheet): void {
  const rows: string[] = [];
  const visit = (branch: Branch, depth: number): void => {
    for (const child of byFrames(branch)) {
      rows.push(
        `${padCells('  '.repeat(depth) + child.protocol, 26)} ${words.interfaceFrames(child.frames)}, ${words.octets(child.wireOctets)}`,
      );
      visit(child, depth + 1);
    }
  };
  visit(root, 0);
  for (const [i, row] of rows.slice(0, MOST_BRANCHES).entries()) {
    if (i === 0) page.fact('protocols', row);
    else page.more(row);
  }
  if (rows.length > MOST_BRANCHES) page.more(`… ${rows.length - MOST_BRANCHES}`);
}

const byFrames = ({ branches }: Branch): readonly Branch[] => [...branches].sort((a, b) => b.frames - a.frames);

const saidOf = ({ id, values }: Finding, words: InfoWords): Said =>
  (words.findings[id] as (of: typeof values, unit: typeof unitText) => Said)(values, unitText);

function evidenceOf({ frames, values }: Finding, words: InfoWords): string {
  const count = 'count' in values ? values.count : frames.length;
  return frames.length === 0 ? '' : words.evidence(frames.map(grouped).join(', '), count > frames.length);
}

function framesOf(clue: Clue, words: InfoWords): string {
  if (!('frames' in clue)) return '';
  const more = 'count' in clue && clue.count > clue.frames.length;
  return words.evidence(clue.frames.map(grouped).join(', '), more);
}

/** `1 µs`, `10 ms`, `2.5 s`. */
function unitText(nanoseconds: number): string {
  const [size, name] = UNITS.find(([least]) => nanoseconds >= least) ?? [1, 'ns'];
  return `${String(Number((nanoseconds / size).toPrecision(3)))} ${name}`;
}

const UNITS = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
] as const;

// For programs --------------------------------------------------------------------------------------------------------

/** One object a capture. */
export function writeInfoJson(about: Surveyed, out: Writer): void {
  const { survey, report, sections, interfaces } = about;
  const { extent } = survey;
  const rates = ratesOf(extent);
  writeJson(
    {
      schema: 1,
      file: about.name,
      bytes: about.octets,
      sha256: about.hash,
      format: about.format,
      compression: about.compression,
      sections: sections.map((section) => ({
        version: `${section.majorVersion}.${section.minorVersion}`,
        byte_order: section.littleEndian ? 'little' : 'big',
        application: section.application,
        os: section.os,
        hardware: section.hardware,
      })),
      comments: about.comments,
      names: about.names.length,
      interfaces: interfaces.map((one, id) => ({
        id,
        name: one.name,
        description: one.description,
        link_type: one.linkType,
        link: linkName(one.linkType),
        snap_length: one.snapLength,
        filter: one.filter,
        os: one.os,
        hardware: one.hardware,
        ticks_per_second: one.ticksPerSecond,
        comments: one.comments,
        received: one.statistics?.received ?? null,
        dropped: one.statistics?.dropped ?? null,
        dropped_by_system: one.statistics?.droppedBySystem ?? null,
        ...sizes(survey.interfaces[id]?.extent ?? null),
      })),
      ...sizes(extent),
      records: survey.records,
      first: instant(extent.earliest),
      last: instant(extent.latest),
      duration: extent.duration === null ? null : epochText(extent.duration.seconds, extent.duration.nanoseconds),
      frames_per_second: rates?.packets ?? null,
      bytes_per_second: rates?.octets ?? null,
      in_order: extent.timed === extent.frames ? survey.order.backward.count === 0 : null,
      protocols: branchForm(survey.protocols.root).protocols,
      findings: report.findings.map(({ id, weight, values, frames }) => ({ id, weight, ...values, evidence: frames })),
      vantage: {
        place: report.vantage.place,
        hosts: report.vantage.hosts,
        clues: report.vantage.clues.map((clue) => snakeCased(clue)),
      },
    },
    out,
  );
}

const sizes = (extent: Extent | null) => ({
  frames: extent?.frames ?? 0,
  wire_bytes: extent?.wireOctets ?? 0,
  captured_bytes: extent?.capturedOctets ?? 0,
});

const instant = (at: Instant | null) =>
  at === null ? null : { time_epoch: epochText(at.seconds, at.nanoseconds), time: isoTime(at.seconds, at.nanoseconds) };

interface BranchForm {
  readonly protocol: string;
  readonly frames: number;
  readonly wire_bytes: number;
  readonly protocols: readonly BranchForm[];
}

const branchForm = (branch: Branch): BranchForm => ({
  protocol: branch.protocol,
  frames: branch.frames,
  wire_bytes: branch.wireOctets,
  protocols: byFrames(branch).map(branchForm),
});

const snakeCased = (clue: Clue): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(clue).map(([key, value]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]),
  );
