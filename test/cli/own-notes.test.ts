import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readOwnNotes } from '../../src/output/own-notes.ts';
import { dissect, fixture } from './run-cli.ts';

const PAGE = fixture('web/first-page-lan/capture.pcap');
const root = mkdtempSync(join(tmpdir(), 'dissect-notes-'));
afterAll(() => rmSync(root, { recursive: true }));

function folder(name: string, files: Readonly<Record<string, string>>): string {
  for (const [file, text] of Object.entries(files)) {
    const path = join(root, name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return join(root, name);
}

const note = (front: string, text: string): string => `---\n${front}\n---\n${text}\n`;

const OWN = folder('own', {
  'slow.md': note(
    'when: http.response && http.time > 0.0001\nscope: connection\nsource: handbook',
    '# {ip.src} took {http.time} s\n\nFrame {http.request_in} asked for it[[, says {http.server}||, by nobody]].\n\n## More\n\nLook at the log, line {tcp.len:byte/bytes}.',
  ),
  'slow.ko.md': note(
    'when: http.response && http.time > 0.0001\nsource: 안내서',
    '# {ip.src:이가} 늦었다\n\n{http.time}초 걸렸다.',
  ),
  'team/isn.md': note('event: tcp.isn', '# Our own word on {sender}\n\nIt is {isn}.'),
  'team/every.md': note('when: tcp', '# {tcp.len:byte/bytes} in {tcp.stream}\n\nNo field: {dns.qry.name}.'),
});

const explained = (...more: string[]) =>
  dissect([PAGE, '--explain', '-T', 'ndjson', '--notes', OWN, ...more])
    .stdout.split('\n')
    .slice(0, -1)
    .flatMap((line) => JSON.parse(line).explanations)
    .filter(({ event }: { event: string }) => /^own\.|^tcp\.isn/.test(event));

describe("people's own notes", () => {
  it('explain packets that their filter takes, with values from fields as evidence', () => {
    const [slow] = explained('-Y', 'http.response');
    expect(slow).toMatchObject({
      event: 'own.slow',
      title: '203.0.113.80 took 0.000412000 s',
      text: 'Frame 10 asked for it, says nginx.',
      spec: 'handbook',
    });
    expect(slow.evidence[0]).toEqual({ field: 'ip.src', frame: 20, offset: 26, length: 4, value: '203.0.113.80' });
  });

  it('take the place of an event’s note', () => {
    const isn = explained('--frames', '7').find(({ event }: { event: string }) => event === 'tcp.isn');
    expect(isn.title).toBe('Our own word on 192.168.0.10:59470');
    expect(isn.spec).toBe('team/isn.md');
  });

  it('are said in full once for what their scope says, then in one line', () => {
    const text = dissect([PAGE, '--explain', '--notes', OWN, '--width', '120']).stdout;
    expect(text.match(/No field: \?/g)).toHaveLength(1);
    expect(text).toMatch(/1448 bytes in 0/);
    expect(dissect([PAGE, '--explain=full', '--notes', OWN, '--width', '120']).stdout).toContain(
      'Look at the log, line',
    );
  });

  it('come in the language that was asked for', () => {
    const [slow] = explained('-Y', 'http.response', '--lang', 'ko');
    expect(slow.title).toBe('203.0.113.80이 늦었다');
  });

  it('are told line by line what is wrong with them', () => {
    const bad = folder('bad', {
      'a.md': note('whn: tcp\nscope: often', '# {ip.srd} {a:은가}\n\ntext [[ {tcp.port}'),
      'b.md': note('when: tcp.prot == 1', '# x\n\ny'),
      'c.md': 'no front matter',
      'd.md': note('event: tcp.isnn', '# x\n\ny'),
      'e.md': note('event: tcp.isn\nwhen: tcp', '# x\n\n{ip.src}'),
      'f.md': note('when: tcp', '# x'),
      'g.en.md': note('when: tcp', '# x\n\ny'),
      'g.ko.md': note('when: udp', '# x\n\ny'),
    });
    const { stdout, stderr, status } = dissect(['notes', '--check', bad]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^dissect: \d+ faults in /);
    const lines = stdout.split('\n').map((line) => line.slice(bad.length + 1));
    expect(lines).toEqual([
      'a.md:2: there is no key whn; did you mean when?',
      'a.md:3: scope is one of packet, connection, capture',
      'a.md:1: a note is for packets ("when: a display filter") or for an event ("event: its id"): one of the two',
      'a.md:5: {ip.srd}: there is no such field; did you mean ip.src?',
      'a.md:5: {a}: there is no such field',
      'a.md:5: "은가" is no pair of Korean particles, such as 은는',
      'a.md:7: a note has [[ without ]]: text [[ {tcp.port}',
      'b.md:2: there is no field or protocol tcp.prot; did you mean tcp.port?: "tcp.prot"',
      'c.md:1: a note begins with a line of ---, then what it is for',
      'd.md:2: there is no event tcp.isnn; did you mean tcp.isn?',
      'e.md:1: a note is for packets ("when: a display filter") or for an event ("event: its id"): one of the two',
      'e.md:7: {ip.src}: the event has sender, isn',
      'f.md:4: nothing is said under the heading',
      'g.ko.md:1: "when" differs from that of g.en.md',
      '',
    ]);
    const run = dissect([PAGE, '--explain', '--notes', bad]);
    expect([run.status, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toMatch(/a\.md:2: there is no key whn; did you mean when\?, and 13 more/);
  });

  it('are asked for in the right way', () => {
    expect(dissect(['notes', '--check', OWN])).toMatchObject({ status: 0, stdout: '4 notes, nothing wrong\n' });
    expect(dissect([PAGE, '--notes', OWN])).toMatchObject({
      status: 1,
      stderr: 'dissect: --notes goes with --explain\n',
    });
    const missing = join(root, 'nowhere');
    expect(dissect([PAGE, '--explain', '--notes', missing])).toMatchObject({
      status: 2,
      stderr: `dissect: ${missing}: there is no such folder\n`,
    });
  });

  it('never throw, whatever stands in them', () => {
    const line = fc.oneof(
      fc.constantFrom('---', '# x', '## More', 'when: tcp', 'event: tcp.isn', '{ip.src}', '[[', ']]', '||', '{a:은는}'),
      fc.string({ unit: 'binary', maxLength: 30 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        readOwnNotes([{ name: 'x.md', text: lines.join('\n') }]);
      }),
      { numRuns: 500 },
    );
  });
});
