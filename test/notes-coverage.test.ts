import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCapture } from '../src/capture/open.ts';
import { claims } from '../src/notes/claims.ts';
import { coverageOf } from '../src/notes/coverage.ts';
import { loadNotes, loadTopics } from '../src/notes/load.ts';
import { run } from '../src/run.ts';
import { Tracker } from '../src/track.ts';
import { dissect, ROOT } from './cli/run-cli.ts';
import { FIXTURES } from './golden/cases.ts';

const SHOWN = join(ROOT, 'src/notes/shown.ts');

/** The first frame of the first fixture in which each event is raised; plain pages come first, then by name. */
async function firstShown(): Promise<Map<string, [string, number]>> {
  const found = new Map<string, [string, number]>();
  const names = readdirSync(FIXTURES, { recursive: true })
    .map(String)
    .filter((name) => /capture\.pcap(ng)?$/.test(name))
    .sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
  for (const name of names) {
    const source = await openCapture(join(FIXTURES, name));
    const tracker = new Tracker({ timeWait: 240, explain: true });
    await run(source, tracker, {
      packet({ frame }) {
        for (const { id } of tracker.events.raised) if (!found.has(id)) found.set(id, [name, frame.number]);
        return true;
      },
      pause() {},
    });
    source.close();
  }
  return found;
}

const rank = (name: string): number => (name.startsWith('web/first-page-lan') ? 0 : name.startsWith('tcp/') ? 1 : 2);

/** Events of notes that another file must show: what one capture alone does not tell. */
const ELSEWHERE = /^nat\./;

/** Claims about what is in no capture: only topics speak of them. */
const BACKGROUND = ['000-01', '001-07', '003-23', '003-24'];

describe('coverage of the study notes', async () => {
  const english = coverageOf(await loadNotes('en'), await loadTopics('en'));
  const korean = coverageOf(await loadNotes('ko'), await loadTopics('ko'));

  it('knows where each event is shown first', async () => {
    const found = await firstShown();
    const lines = [...found]
      .filter(([id]) => !ELSEWHERE.test(id))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([id, [name, frame]]) => `  '${id}': ['${name}', ${frame}],\n`);
    const text = `/** Where a fixture shows each event first: file and frame. Written by test/notes-coverage.test.ts with UPDATE_GOLDEN=1. */
export const shown: Readonly<Record<string, readonly [fixture: string, frame: number]>> = {
${lines.join('')}};
`;
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(SHOWN, text);
    expect(readFileSync(SHOWN, 'utf8'), 'UPDATE_GOLDEN=1 writes it').toBe(text);
  });

  it('has no hole, in either language', () => {
    for (const list of [english, korean]) {
      expect(list.map(({ claim }) => claim)).toEqual([...claims.keys()]);
      for (const { claim, events, topics } of list) expect(events.length + topics.length, claim).toBeGreaterThan(0);
    }
    expect(korean).toEqual(english);
  });

  it('has a packet for every claim that shows on the wire', () => {
    expect(english.filter(({ fixture }) => fixture === null).map(({ claim }) => claim)).toEqual(BACKGROUND);
  });

  it('is printed, for reading and for programs', () => {
    const { stdout, status } = dissect(['notes', '--coverage']);
    expect(status).toBe(0);
    for (const claim of claims.keys()) expect(stdout).toContain(claim);
    expect(stdout).toContain('105 of 105');
    expect(dissect(['notes', '--coverage', '--lang', 'ko']).stdout).toContain('105개 중 105개');
    const rows = dissect(['notes', '--coverage', '-T', 'ndjson']).stdout.split('\n').slice(0, -1);
    expect(rows.map((row) => JSON.parse(row))).toEqual(english.map((row) => ({ schema: 1, ...row })));
  });
});
