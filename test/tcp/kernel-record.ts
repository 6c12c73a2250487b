import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TcpState } from '../../src/tcp/state-change.ts';

/**
 * `kernel.json`: what two Linux kernels said of their own sockets while a capture was made. Written by
 * fixtures/lab/programs/kernel_record.py; times are seconds of CLOCK_REALTIME as text, as in the captures.
 */
export type Side = 'client' | 'server';

interface Observation {
  readonly time: string;
  /** Of a sample: when the table was read before, and did not show it yet. */
  readonly since?: string;
  readonly host: Side;
  readonly local: string;
  readonly remote: string;
  readonly from?: TcpState;
  readonly to: TcpState;
  readonly source: 'trace' | 'sample';
}

export interface KernelReset {
  readonly time: string;
  readonly host: Side;
  readonly local: string;
  readonly remote: string;
  readonly kind: 'sent' | 'received';
  readonly reason?: string;
}

interface Unseen {
  readonly time: string;
  readonly host: Side;
  readonly to: TcpState;
  readonly why: string;
}

export interface KernelRecord {
  readonly hosts: Readonly<Record<Side, string>>;
  readonly observations: readonly Observation[];
  readonly resets: readonly KernelReset[];
  /** Changes that make no segment. */
  readonly unseen: readonly Unseen[];
}

/** One state that a socket took, some time between `earliest` and `latest` (seconds since `epoch`). */
export interface KernelState {
  readonly state: TcpState;
  readonly earliest: number;
  readonly latest: number;
  readonly source: 'trace' | 'sample';
  /** Why no segment tells it, or null. */
  readonly unseen: string | null;
  /** Samples that showed the same state later on. */
  confirmed: number;
}

export interface KernelEnd {
  readonly side: Side;
  readonly local: string;
  readonly remote: string;
  readonly states: KernelState[];
}

export function readRecord(folder: string): KernelRecord {
  return JSON.parse(readFileSync(join(folder, 'kernel.json'), 'utf8')) as KernelRecord;
}

/** Seconds since `epoch`, a whole second: what is left fits a double to the nanosecond. */
export function since(epoch: number, time: string): number {
  const [seconds, fraction] = time.split('.') as [string, string];
  return Number(seconds) - epoch + Number(`0.${fraction}`);
}

export function epochOf(record: KernelRecord): number {
  return Number(record.observations[0]!.time.split('.')[0]);
}

/**
 * The states that each socket took, in order. Linux's record becomes the RFC's states by these rules:
 *
 * - connect() is traced before the socket has a port: the trace belongs to the next socket that shows SYN_SENT.
 * - A server keeps a request, not a socket, until the third segment; only /proc shows it, as SYN_RECV. The traced
 *   LISTEN → SYN_RECEIVED at the third segment is the making of the socket: ESTABLISHED follows at once. Under Fast Open
 *   the SYN makes it. With SYN cookies the server keeps no request either.
 * - Entering TIME_WAIT is traced as CLOSED, for the whole socket goes and a small one stays, which /proc shows. The same
 *   happens in FIN_WAIT_2 when no program holds the socket any more.
 * - A request that a reset ends is gone from /proc. That is RFC 9293's return to LISTEN, told of the connection: CLOSED.
 */
export function kernelEnds(record: KernelRecord): KernelEnd[] {
  const epoch = epochOf(record);
  const ends = new Map<string, KernelEnd>();
  const unseen = [...record.unseen];
  const observations = [...record.observations];
  observations.forEach((observation, at) => {
    const { host, remote, to, source } = observation;
    const local = observation.local.endsWith(':0') ? portLater(observations, at) : observation.local;
    const key = `${local} ${remote}`;
    const end = ends.get(key) ?? { side: host, local, remote, states: [] };
    ends.set(key, end);
    const latest = since(epoch, observation.time);
    const earliest = observation.since === undefined ? latest : since(epoch, observation.since);
    const now = end.states.at(-1)?.state ?? 'CLOSED';
    if (source === 'trace') {
      if (to === 'SYN_RECEIVED' && observation.from === 'LISTEN' && opensAtOnce(observations, at)) return;
      if (to === 'CLOSED' && shrinks(observations, at, local)) return;
    } else {
      const told = end.states.findLast(({ state, latest }, i) => {
        const next = end.states[i + 1];
        return (
          state === to && latest <= since(epoch, observation.time) && (next === undefined || next.latest >= earliest)
        );
      });
      if (told !== undefined || now === to) {
        if (told !== undefined) told.confirmed++;
        return;
      }
    }
    const silent = unseen.findIndex((row) => row.host === host && row.to === to && since(epoch, row.time) <= latest);
    const why = silent < 0 ? null : unseen.splice(silent, 1)[0]!.why;
    end.states.push({ state: to, earliest, latest, source, unseen: why, confirmed: 0 });
  });
  return [...ends.values()].filter(({ states }) => states.length > 0);
}

function opensAtOnce(observations: readonly Observation[], at: number): boolean {
  const { local, remote, time } = observations[at]!;
  const next = observations
    .slice(at + 1)
    .find((row) => row.source === 'trace' && row.local === local && row.remote === remote);
  const second = Math.floor(Number(time));
  return next?.to === 'ESTABLISHED' && since(second, next.time) - since(second, time) < 0.001;
}

function portLater(observations: readonly Observation[], at: number): string {
  const { host, remote, to } = observations[at]!;
  const named = observations
    .slice(at + 1)
    .find((later) => later.host === host && later.remote === remote && !later.local.endsWith(':0'));
  if (named === undefined || (named.to !== to && named.from !== to))
    throw new Error(`no socket got the port of row ${at}`);
  return named.local;
}

/** True when the whole socket goes and a small one stays: the next sample shows it. */
function shrinks(observations: readonly Observation[], at: number, local: string): boolean {
  const { host, remote, time } = observations[at]!;
  const sample = observations
    .slice(at + 1)
    .find((row) => row.source === 'sample' && row.host === host && row.local === local && row.remote === remote);
  if (sample === undefined) {
    // Nothing new: it is as the sample before said.
    const before = observations
      .slice(0, at)
      .findLast((row) => row.source === 'sample' && row.host === host && row.local === local && row.remote === remote);
    return before?.to === 'FIN_WAIT_2' || before?.to === 'TIME_WAIT';
  }
  return (sample.to === 'TIME_WAIT' || sample.to === 'FIN_WAIT_2') && sample.time >= time;
}
