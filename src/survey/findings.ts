import type { FcsChoice, FcsFinding } from '../capture/fcs-vote.ts';
import type { CaptureInterface, CaptureProblem, CaptureSecrets } from '../core/frame.ts';
import { KeyLog, TLS_KEY_LOG } from '../flows/key-log.ts';
import { addresses, isMostlyBad, unfilledHosts } from './hosts.ts';
import type { InterfaceSurvey, Survey } from './survey.ts';
import type { Readable } from './talks.ts';
import { first } from './tally.ts';
import { type Vantage, vantageOf } from './vantage.ts';

/** What is said of a capture, by id, and the values that it is said with. Times are in nanoseconds. */
export interface FindingValues {
  /** There is no frame to judge by. */
  'frames.none': Record<string, never>;
  'link.cooked': Record<string, never>;
  'link.none': Record<string, never>;
  'link.zeroed': { readonly frames: number };
  'link.several': { readonly types: number };
  'snaplen.whole': { readonly frames: number };
  'snaplen.cut': {
    readonly count: number;
    readonly frames: number;
    readonly octets: number;
    readonly least: number;
    readonly most: number;
  };
  'clock.unit': { readonly interface: number | null; readonly declared: number; readonly seen: number };
  'clock.coarse': { readonly interface: number | null; readonly declared: number; readonly seen: number };
  'clock.untold': { readonly interface: number | null; readonly declared: number };
  'clock.none': { readonly count: number };
  'clock.same': { readonly count: number };
  'order.kept': Record<string, never>;
  'order.broken': { readonly count: number; readonly furthest: number; readonly between: boolean };
  'copies.none': Record<string, never>;
  'copies.some': {
    readonly count: number;
    readonly same: number;
    readonly relinked: number;
    readonly routed: number;
    readonly longest: number;
  };
  'drops.declared': { readonly interface: number | null; readonly dropped: number };
  'drops.none': Record<string, never>;
  'drops.untold': Record<string, never>;
  'drops.seen': { readonly count: number; readonly connections: number };
  'fcs.present': { readonly by: FcsBy; readonly good: number; readonly bad: number };
  'fcs.absent': { readonly by: FcsBy };
  'fcs.untold': { readonly right: number; readonly wrong: number };
  'offload.bundles': {
    readonly count: number;
    readonly largest: number;
    readonly mss: number;
    readonly hosts: readonly string[];
  };
  'offload.giants': { readonly count: number; readonly largest: number };
  'offload.jumbos': { readonly count: number; readonly largest: number };
  'checksums.good': { readonly count: number };
  'checksums.partial': { readonly hosts: readonly string[]; readonly count: number; readonly packets: number };
  'checksums.unfilled': { readonly hosts: readonly string[]; readonly count: number; readonly judged: number };
  'checksums.rewritten': { readonly count: number; readonly judged: number };
  'checksums.bad': { readonly count: number; readonly judged: number };
  'checksums.untold': { readonly count: number };
  'direction.both': { readonly connections: number };
  'direction.one': { readonly count: number; readonly connections: number };
  'begin.middle': { readonly count: number; readonly connections: number };
  'end.open': { readonly count: number; readonly connections: number };
  'file.problem': { readonly sentence: string };
  'content.readable': Readable;
  /** Secrets of TLS in the capture, blocks with secrets of something else, and the TLS connections that they open. */
  'keys.carried': {
    readonly secrets: number;
    readonly others: number;
    readonly connections: number;
    readonly opened: number;
    readonly partly: number;
  };
}

/** How it is known whether frames end with an FCS. */
export type FcsBy = 'asked' | 'file' | 'frames';

/** `fine` can be relied on, `watch` changes how the capture is to be read, `untold` cannot be known from it. */
export type Weight = 'fine' | 'watch' | 'untold';

export type Finding = {
  readonly [Id in keyof FindingValues]: {
    readonly id: Id;
    readonly weight: Weight;
    readonly values: FindingValues[Id];
    /** The first frames that show it. */
    readonly frames: readonly number[];
  };
}[keyof FindingValues];

/** What the source knows of the capture beside its frames. */
interface About {
  readonly interfaces: readonly CaptureInterface[];
  readonly fcsFindings: readonly (FcsFinding | undefined)[];
  readonly problem: CaptureProblem | null;
  readonly secrets: readonly CaptureSecrets[];
  /** What whoever reads the capture said of it. */
  readonly fcsChoice: FcsChoice;
}

export interface Report {
  readonly findings: readonly Finding[];
  readonly vantage: Vantage;
}

/** How far the capture can be trusted, in the order in which it is told. */
export function reportOf(survey: Survey, about: About): Report {
  const found: Finding[] = [];
  const tell: Tell = (weight, id, values, frames = []) => {
    found.push({ id, weight, values, frames } as unknown as Finding);
  };
  if (survey.extent.frames === 0) tell('untold', 'frames.none', {});
  else {
    link(survey, about, tell);
    lengths(survey, tell);
    clocks(survey, about, tell);
    copies(survey, tell);
    drops(survey, about, tell);
    fcs(survey, about, tell);
    offload(survey, tell);
    checksums(survey, tell);
    talks(survey, tell);
    keys(survey, about, tell);
  }
  if (about.problem !== null) tell('watch', 'file.problem', { sentence: about.problem.sentence });
  return { findings: found, vantage: vantageOf(survey, about.interfaces) };
}

type Tell = <Id extends keyof FindingValues>(
  weight: Weight,
  id: Id,
  values: FindingValues[Id],
  frames?: readonly number[],
) => void;

/** LINKTYPE_ numbers: Linux cooked captures, and packets without any link header. */
const COOKED: ReadonlySet<number> = new Set([113, 276]);
const BARE: ReadonlySet<number> = new Set([12, 14, 101, 228, 229]);
const ETHERNET = 1;

/** The link types of the interfaces that have frames. */
const usedTypes = ({ interfaces }: Survey, about: About): number[] => [
  ...new Set(interfaces.map((_, id) => about.interfaces[id]?.linkType ?? -1).filter((type) => type !== undefined)),
];

function link(survey: Survey, about: About, tell: Tell): void {
  const types = usedTypes(survey, about);
  if (types.length > 1) tell('watch', 'link.several', { types: types.length });
  if (types.some((type) => COOKED.has(type))) tell('watch', 'link.cooked', {});
  if (types.some((type) => BARE.has(type))) tell('watch', 'link.none', {});
  const { zeroAddresses, extent, packets, inside } = survey;
  if (zeroAddresses.count === extent.frames && inside.count < packets) {
    tell('watch', 'link.zeroed', { frames: extent.frames }, zeroAddresses.frames);
  }
}

function lengths({ cut, extent, cutOctets, leastCut, mostCut }: Survey, tell: Tell): void {
  if (cut.count === 0) {
    tell('fine', 'snaplen.whole', { frames: extent.frames });
    return;
  }
  const values = { count: cut.count, frames: extent.frames, octets: cutOctets, least: leastCut, most: mostCut };
  tell('watch', 'snaplen.cut', values, cut.frames);
}

/** Times that differ: with fewer of them all may end in zeros by chance, ten to one for each digit and time. */
const WITNESSES = 8;

function clocks(survey: Survey, about: About, tell: Tell): void {
  const { extent, order, interfaces } = survey;
  if (extent.timed < extent.frames) tell('watch', 'clock.none', { count: extent.frames - extent.timed });
  const used = interfaces
    .map((one, id) => ({ one, id }))
    .filter(({ one }) => one !== undefined && one.extent.timed > 0);
  for (const { one, id } of used) clock(one, used.length > 1 ? id : null, about.interfaces[id]!, tell);
  if (extent.timed < 2) return;
  if (order.same.count > 0) tell('watch', 'clock.same', { count: order.same.count }, order.same.frames);
  if (order.backward.count === 0) {
    tell('fine', 'order.kept', {});
    return;
  }
  const between = used.every(({ one }) => one.clock.backward.count === 0);
  const values = { count: order.backward.count, furthest: order.furthestBack, between };
  tell('watch', 'order.broken', values, order.backward.frames);
}

function clock({ clock }: InterfaceSurvey, id: number | null, declared: CaptureInterface, tell: Tell): void {
  const unit = 1e9 / declared.ticksPerSecond;
  if (clock.changes < WITNESSES || !Number.isInteger(Math.log10(declared.ticksPerSecond))) {
    tell('untold', 'clock.untold', { interface: id, declared: unit });
    return;
  }
  const values = { interface: id, declared: unit, seen: clock.unit };
  // Readers count nanoseconds at the finest.
  if (clock.unit > Math.max(unit, 1)) tell('watch', 'clock.coarse', values);
  else tell('fine', 'clock.unit', values);
}

function copies({ copies }: Survey, tell: Tell): void {
  const { count, same, relinked, routed, longest } = copies;
  if (count === 0) {
    tell('fine', 'copies.none', {});
    return;
  }
  const frames = first([same, relinked, routed], (tally) => tally);
  const values = { count, same: same.count, relinked: relinked.count, routed: routed.count, longest };
  tell('watch', 'copies.some', values, frames);
}

function drops({ lostBefore, talks }: Survey, { interfaces }: About, tell: Tell): void {
  let said = lostBefore >= 0;
  let lost = lostBefore > 0;
  if (lost) tell('watch', 'drops.declared', { interface: null, dropped: lostBefore });
  for (const [id, { statistics }] of interfaces.entries()) {
    if (statistics === null || (statistics.dropped === null && statistics.droppedBySystem === null)) continue;
    said = true;
    const dropped = (statistics.dropped ?? 0) + (statistics.droppedBySystem ?? 0);
    if (dropped > 0) tell('watch', 'drops.declared', { interface: id, dropped });
    lost ||= dropped > 0;
  }
  if (!said) tell('untold', 'drops.untold', {});
  else if (!lost) tell('fine', 'drops.none', {});
  if (talks.unseen.count === 0) return;
  tell('watch', 'drops.seen', { count: talks.unseen.count, connections: talks.unseenConnections }, talks.unseen.frames);
}

function fcs(survey: Survey, about: About, tell: Tell): void {
  const ids = [...survey.interfaces.keys()].filter(
    (id) => survey.interfaces[id] !== undefined && about.interfaces[id]?.linkType === ETHERNET,
  );
  if (ids.length === 0) return;
  const { fcsGood, fcsBad } = survey;
  const found = ids.map((id) => about.fcsFindings[id]).filter((finding) => finding !== undefined);
  const by: FcsBy = about.fcsChoice !== 'auto' ? 'asked' : found.length > 0 ? 'frames' : 'file';
  const isSaid = about.fcsChoice === 'present' || ids.some((id) => about.interfaces[id]!.fcsLength > 0);
  if (isSaid || fcsGood.count + fcsBad.count > 0) {
    const values = { by, good: fcsGood.count, bad: fcsBad.count };
    tell(fcsBad.count > 0 ? 'watch' : 'fine', 'fcs.present', values, fcsBad.frames);
  } else if (found.some(({ verdict }) => verdict === 'unknown')) {
    const sum = (key: 'right' | 'wrong') => found.reduce((total, finding) => total + finding[key], 0);
    tell('untold', 'fcs.untold', { right: sum('right'), wrong: sum('wrong') });
  } else tell('fine', 'fcs.absent', { by });
}

function offload({ hosts, giants, jumbos, largestFrame, bundledMss }: Survey, tell: Tell): void {
  const bundling = [...hosts].filter(({ bundles }) => bundles.count > 0);
  if (bundling.length > 0) {
    const count = sum(bundling, ({ bundles }) => bundles.count);
    const largest = bundling.reduce((most, { largestBundle }) => Math.max(most, largestBundle), 0);
    const values = { count, largest, mss: bundledMss, hosts: addresses(bundling) };
    tell(
      'watch',
      'offload.bundles',
      values,
      first(bundling, ({ bundles }) => bundles),
    );
    return;
  }
  if (giants.count > 0) {
    tell('watch', 'offload.giants', { count: giants.count, largest: largestFrame }, giants.frames);
  } else if (jumbos.count > 0) {
    tell('untold', 'offload.jumbos', { count: jumbos.count, largest: largestFrame }, jumbos.frames);
  }
}

function checksums(survey: Survey, tell: Tell): void {
  const { judged, unverifiable } = survey;
  const hosts = [...survey.hosts];
  const bad = sum(hosts, (host) => host.bad.count);
  const partial = hosts.filter((host) => host.partial.count > 0);
  if (partial.length > 0) {
    const count = sum(partial, (host) => host.partial.count);
    const values = { hosts: addresses(partial), count, packets: sum(partial, (host) => host.packets) };
    tell(
      'watch',
      'checksums.partial',
      values,
      first(partial, (host) => host.partial),
    );
  }
  const unfilled = unfilledHosts(survey.hosts);
  if (unfilled.length > 0) {
    const count = sum(unfilled, (host) => host.bad.count);
    const values = { hosts: addresses(unfilled), count, judged: count + sum(unfilled, (host) => host.good) };
    tell(
      'watch',
      'checksums.unfilled',
      values,
      first(unfilled, (host) => host.bad),
    );
  }
  const frames = first(hosts, (host) => host.bad);
  if (bad > 0 && unfilled.length === 0) {
    const several = hosts.filter((host) => host.bad.count > 0).length > 1;
    const id = several && isMostlyBad(bad, judged) ? 'checksums.rewritten' : 'checksums.bad';
    tell('watch', id, { count: bad, judged }, frames);
  }
  if (judged > 0 && bad === 0 && partial.length === 0) tell('fine', 'checksums.good', { count: judged });
  if (unverifiable > 0) tell('untold', 'checksums.untold', { count: unverifiable });
}

function talks({ talks, extent }: Survey, tell: Tell): void {
  const { connections, oneSided, begun, open, readable } = talks;
  if (connections > 0) {
    if (oneSided.count > 0) tell('watch', 'direction.one', { count: oneSided.count, connections }, oneSided.frames);
    else tell('fine', 'direction.both', { connections });
    if (begun.count > 0) tell('watch', 'begin.middle', { count: begun.count, connections }, begun.frames);
    if (open.count > 0) tell('watch', 'end.open', { count: open.count, connections }, open.frames);
  }
  if (extent.frames > 0 && readable.clear + readable.encrypted + readable.unknown > 0) {
    tell(readable.encrypted > 0 ? 'watch' : 'fine', 'content.readable', readable);
  }
}

/** Keys of another program's connections do not open these, and connections that began before the capture open to nobody. */
function keys({ talks }: Survey, about: About, tell: Tell): void {
  if (about.secrets.length === 0) return;
  const ofTls = about.secrets.filter(({ type }) => type === TLS_KEY_LOG);
  const log = new KeyLog();
  const secrets = sum(ofTls, ({ bytes }) => log.add(bytes));
  const { closedTls, partlyOpenedTls, openedTls } = talks;
  const [opened, partly] = [openedTls.count, partlyOpenedTls.count];
  const connections = opened + partly + closedTls.count;
  const values = { secrets, others: about.secrets.length - ofTls.length, connections, opened, partly };
  const isWhole = opened > 0 && opened === connections;
  const wanting = isWhole ? [openedTls] : [closedTls, partlyOpenedTls];
  const frames = first(wanting, (tally) => tally);
  tell(isWhole ? 'fine' : 'watch', 'keys.carried', values, frames);
}

const sum = <T>(all: readonly T[], of: (one: T) => number): number => all.reduce((total, one) => total + of(one), 0);
