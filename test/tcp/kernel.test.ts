import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FIXTURES } from '../golden/cases.ts';
import { type Comparison, compare, type Surplus, TOLERANCE, type Verdict } from './kernel-comparison.ts';
import { epochOf, type KernelRecord, kernelEnds, readRecord, since } from './kernel-record.ts';

const FOLDER = join(FIXTURES, 'tcp-states');

/** Scenarios in which we and the kernel still differ, and why. A test fails when one of them begins to agree. */
const OPEN: Readonly<Record<string, string>> = {};

const scenarios = readdirSync(FOLDER).map((name) => {
  const folder = join(FOLDER, name);
  const record = readRecord(folder);
  return { name, record, compared: compare(folder, record) };
});

function count(compared: readonly Comparison[], verdict: Verdict): number {
  return compared.flatMap(({ ends }) => ends.flatMap(({ kernel }) => kernel.filter((row) => row.verdict === verdict)))
    .length;
}

function countSurplus(compared: readonly Comparison[], verdict: Surplus): number {
  return compared.flatMap(({ ends }) => ends.flatMap(({ surplus }) => surplus.filter((row) => row.verdict === verdict)))
    .length;
}

/** Every disagreement as a line: which recording, which end, which frame, the kernel's word or ours. */
function disagreements(compared: readonly Comparison[]): string[] {
  return compared.flatMap(({ side, ends }) =>
    ends.flatMap(({ end, kernel, surplus }) => [
      ...kernel
        .filter(({ verdict }) => verdict === 'DIFFERS')
        .map(
          ({ state }) =>
            `${side}'s recording: ${end.side} ${end.local} is ${state.state} at ${state.latest.toFixed(4)}`,
        ),
      ...surplus
        .filter(({ verdict }) => verdict === 'DIFFERS')
        .map(
          ({ told: { change } }) =>
            `${side}'s recording: ${end.side} ${end.local} is not ${change.to} by ${change.by}, frame ${change.frame}`,
        ),
    ]),
  );
}

describe('every state that the kernel had, of both ends, in both recordings', () => {
  for (const { name, compared } of scenarios) {
    if (name in OPEN) {
      it(`${name} (still open)`, () => {
        expect(disagreements(compared), `${name} agrees now: take it out of OPEN`).not.toEqual([]);
      });
    } else {
      it(name, () => {
        expect(disagreements(compared)).toEqual([]);
      });
    }
  }
});

describe('the record itself', () => {
  it('has at least 20 scenarios, and all states that have a connection', () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(20);
    const states = new Set(
      scenarios.flatMap(({ record }) => kernelEnds(record).flatMap((end) => end.states)).map(({ state }) => state),
    );
    expect([...states].sort()).toEqual([
      'CLOSED',
      'CLOSE_WAIT',
      'CLOSING',
      'ESTABLISHED',
      'FIN_WAIT_1',
      'FIN_WAIT_2',
      'LAST_ACK',
      'SYN_RECEIVED',
      'SYN_SENT',
      'TIME_WAIT',
    ]);
  });

  it('is on the clock of the recordings: most changes stand within a millisecond of their segment', () => {
    const away = scenarios.flatMap(({ compared }) =>
      compared.flatMap(({ ends }) => ends.flatMap(({ kernel }) => kernel.map((row) => row.away))),
    );
    expect(away.filter((seconds) => seconds < 0.001).length / away.length).toBeGreaterThan(0.99);
  });

  it('leaves little untold: what no segment tells, or nobody recorded, is the exception', () => {
    const all = scenarios.flatMap(({ compared }) => compared);
    const agreed = count(all, 'agrees');
    expect(count(all, 'no segment tells')).toBeLessThan(agreed / 50);
    const both = scenarios.filter(({ name }) => !name.endsWith('-direction')).flatMap(({ compared }) => compared);
    expect(count(both, 'UNKNOWN')).toBeLessThan(agreed / 100);
  });
});

/**
 * What Linux calls the reasons that we tell. NO_SOCKET is all that the kernel knows when it has no socket: why it has none
 * is ours to say. Linger 0 goes through tcp_disconnect(), whose resets have TCP_STATE for a reason.
 */
const REASONS: Readonly<Record<string, readonly string[]>> = {
  'tcp.reset.refused': ['NO_SOCKET'],
  'tcp.reset.half-open': ['NO_SOCKET', 'TCP_INVALID_ACK_SEQUENCE'],
  'tcp.reset.again': ['NO_SOCKET'],
  'tcp.reset.unexpected-answer': ['NO_SOCKET', 'TCP_INVALID_ACK_SEQUENCE'],
  'tcp.reset.time-wait': ['NO_SOCKET', 'TCP_TIMEWAIT_SOCKET'],
  'tcp.reset.closed-socket': ['NO_SOCKET', 'TCP_TIMEWAIT_SOCKET', 'TCP_ABORT_ON_DATA'],
  'tcp.reset.unread-data': ['TCP_ABORT_ON_CLOSE'],
  'tcp.reset.linger': ['TCP_ABORT_ON_LINGER', 'TCP_STATE'],
  'tcp.reset.abort': ['TCP_ABORT_ON_LINGER', 'TCP_STATE'],
  'tcp.reset.gave-up': ['TCP_KEEPALIVE_TIMEOUT', 'TCP_ABORT_ON_TIMEOUT'],
  'tcp.reset.middle': ['none: no kernel sent it'],
};
/** What the second of our causes would be called: a plain RST with ACK has two that look alike. */
const SECOND: Readonly<Record<string, readonly string[]>> = {
  'tcp.reset.unread-data': ['TCP_STATE', 'TCP_ABORT_ON_LINGER'],
  'tcp.reset.abort': ['TCP_ABORT_ON_CLOSE'],
};
const CANNOT_TELL: readonly string[] = ['tcp.reset'];

interface JudgedReset {
  readonly name: string;
  readonly said: string;
  readonly reason: string;
  readonly verdict: 'right' | 'right, as the second cause' | 'cannot be told' | 'WRONG' | 'NOT SEEN';
}

/** Each RST that a kernel sent, or received without the other having sent it, beside what we say of it. */
function judgedResets(name: string, record: KernelRecord, compared: readonly Comparison[]): JudgedReset[] {
  const epoch = epochOf(record);
  return record.resets.flatMap((reset): JudgedReset[] => {
    const other = reset.host === 'client' ? 'server' : 'client';
    const answered = record.resets.some(({ kind, host }) => kind === 'sent' && host === other);
    if (reset.kind === 'received' && answered) return [];
    const sender = reset.kind === 'sent' ? reset.host : other;
    const time = since(epoch, reset.time);
    const said = compared
      .find(({ side }) => side === reset.host)
      ?.resets.find((ours) => ours.side === sender && Math.abs(ours.time - time) < TOLERANCE)?.event;
    if (said === undefined) return [{ name, said: '', reason: reset.reason ?? '', verdict: 'NOT SEEN' }];
    const reason = reset.reason ?? 'none: no kernel sent it';
    if (CANNOT_TELL.includes(said)) return [{ name, said, reason, verdict: 'cannot be told' }];
    if (SECOND[said]?.includes(reason)) return [{ name, said, reason, verdict: 'right, as the second cause' }];
    return [{ name, said, reason, verdict: REASONS[said]?.includes(reason) ? 'right' : 'WRONG' }];
  });
}

const resets = scenarios.flatMap(({ name, record, compared }) => judgedResets(name, record, compared));

describe('every RST that a kernel sent', () => {
  it('is seen, and something is said of it', () => {
    expect(resets.length).toBeGreaterThan(10);
    expect(resets.filter(({ verdict }) => verdict === 'NOT SEEN')).toEqual([]);
  });
});

afterAll(() => {
  const columns = ['agrees', 'no segment tells', 'not recorded', 'UNKNOWN', 'DIFFERS'] as const;
  const more = ['told late', 'lost', 'taken back', 'made way', 'not kept', 'forged'] as const;
  const rows = scenarios.map(({ name, compared }) => [
    name,
    ...columns.map((verdict) => count(compared, verdict)),
    ...more.map((verdict) => countSurplus(compared, verdict)),
    furthest(compared),
  ]);
  const sum = (column: number) => rows.reduce((total, row) => total + (row[column] as number), 0);
  const totals = [...columns, ...more].map((_, i) => sum(i + 1));
  const head = ['scenario', ...columns, ...more.map((verdict) => `ours: ${verdict}`), 'furthest, ms'];
  console.log(`${table([head, ...rows, ['all', ...totals, '']])}\n\n${resetTable()}`);
});

function furthest(compared: readonly Comparison[]): string {
  const away = compared.flatMap(({ ends }) => ends.flatMap(({ kernel }) => kernel.map((row) => row.away)));
  return (Math.max(0, ...away) * 1000).toFixed(2);
}

function resetTable(): string {
  const rows = resets.map(({ name, said, reason, verdict }) => [name, said, reason, verdict]);
  const untold = resets.filter(({ verdict }) => verdict === 'cannot be told').length;
  const head = ['scenario', 'we say', 'the kernel says', ''];
  return `${table([head, ...rows])}\n${resets.length} resets, ${untold} cannot be told`;
}

function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => String(row[i]).length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => String(cell).padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
