import { describe, expect, it } from 'vitest';
import { declarations } from '../../src/events/catalogue.ts';
import { sectionOf } from '../../src/output/state-table.ts';
import { rows } from '../../src/tcp/states.ts';
import { dissect } from './run-cli.ts';

const lines = (text: string): string[] => text.split('\n').slice(0, -1);

const TOPICS = [
  'encapsulation',
  'hub-and-collision',
  'internet',
  'layers',
  'nat',
  'preamble',
  'routing',
  'sockets',
  'tcp.states',
];

describe('notes', () => {
  it('lists every topic and event', () => {
    const { stdout, status } = dissect(['notes', '--width', '200']);
    expect(status).toBe(0);
    const names = lines(stdout).flatMap((line) => /^ {2}(\S+)/.exec(line)?.[1] ?? []);
    expect(names).toEqual([...TOPICS, ...Object.keys(declarations).sort()]);
  });

  it('prints the table of states with the sections of the standard, in both languages', () => {
    const english = dissect(['notes', 'tcp.states']).stdout;
    const korean = dissect(['notes', 'tcp.states', '--lang', 'ko']).stdout;
    const cells = (text: string): string[][] =>
      lines(text)
        .filter((line) => line.startsWith('│'))
        .slice(1)
        .map((line) => line.split('│').map((cell) => cell.trim()));
    expect(cells(english).map(([, from, on, to]) => ({ from, on, to }))).toEqual(rows);
    expect(cells(korean).map(([, from, , to, section]) => [from, to, section])).toEqual(
      rows.map((row) => [row.from, row.to, sectionOf(row) ?? '']),
    );
    expect(korean).toContain('SYN을 보냄');
    expect(english).toMatch(/notes .*002-03[^·]* ·\s+RFC 9293\s+§3\.3\.2/);
  });

  it('prints a note with the names of what a packet would fill in', () => {
    const { stdout } = dissect(['notes', 'tcp.window.zero']);
    expect(lines(stdout)[0]).toBe('Window ‹window›: ‹sender› can take no more');
    expect(dissect(['notes', 'tcp.ack', '--lang', 'en,ko']).stdout).toMatch(/acknowledges[\s\S]*바이트에 ACK를 보낸다/);
  });

  it('lists what is below a name, and says which one was probably meant', () => {
    expect(lines(dissect(['notes', 'http']).stdout).map((line) => line.trim().split(/\s/)[0])).toEqual([
      'Events',
      'http.request',
      'http.response',
      '',
    ]);
    const { stderr, stdout, status } = dissect(['notes', 'tcp.statse']);
    expect([stderr, stdout, status]).toEqual([
      'dissect: there is no note on tcp.statse; did you mean tcp.states?\n',
      '',
      1,
    ]);
  });

  it('has a form for programs: an object a page', () => {
    const all = lines(dissect(['notes', '-T', 'ndjson']).stdout).map((line) => JSON.parse(line));
    expect(all).toHaveLength(Object.keys(declarations).length + TOPICS.length);
    expect(Object.keys(all[TOPICS.length])).toEqual([
      'schema',
      'kind',
      'name',
      'title',
      'text',
      'claims',
      'spec',
      'see',
    ]);
    expect(all[TOPICS.length - 1].rows[0]).toEqual({
      from: 'CLOSED',
      on: 'sent SYN',
      to: 'SYN_SENT',
      section: '§3.10.1',
    });
  });

  it('fits narrow screens', () => {
    for (const line of lines(dissect(['notes', 'tcp.retransmission.timeout', '--width', '50']).stdout)) {
      expect(line.length).toBeLessThanOrEqual(50);
    }
  });
});
