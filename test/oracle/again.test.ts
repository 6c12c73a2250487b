import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dissect, fixture } from '../cli/run-cli.ts';

interface Recorded {
  readonly without: number;
  readonly fields: readonly string[];
  /** A line a frame, by the capture's name. */
  readonly captures: Readonly<Record<string, readonly string[]>>;
}
const { without, fields, captures } = JSON.parse(
  readFileSync(new URL('again.json', import.meta.url), 'utf8'),
) as Recorded;

/**
 * What dissect says otherwise, and means to. tshark gives text in HTTP a protocol of its own, and remarks on segments behind
 * what they say.
 */
const ACCEPTED: readonly (readonly [id: string, theirs: RegExp])[] = [
  ['frame.protocols', /:data-text-lines$/],
  ['_ws.col.Info', /\[TCP segment of a reassembled PDU\]$|\((request|reply) in \d+\)$/],
];

test('-t dd is the time since the packet that was printed before', () => {
  const argv = [fixture('web/first-page-lan/capture.pcap'), '-Y', 'tcp.len > 0'];
  const deltas = dissect([...argv, '-T', 'fields', '-e', 'frame.time_delta_displayed']).stdout;
  const lines = dissect([...argv, '-t', 'dd'])
    .stdout.split('\n')
    .slice(0, -1);
  expect(lines.length).toBeGreaterThan(3);
  expect(lines.map((line) => `${line.trim().split(/ +/)[1]}000\n`).join('')).toBe(deltas);
});

test.each(Object.entries(captures))('%s: fields that say again what others say', (name, lines) => {
  const argv = [fixture(`${name}/capture.pcap`), '-Y', `frame.number != ${without}`, '-T', 'fields'];
  const { stdout, stderr } = dissect([...argv, ...fields.flatMap((id) => ['-e', id])]);
  expect(stderr).toBe('');
  const printed = stdout.split('\n').slice(0, -1);
  expect(printed).toHaveLength(lines.length);
  const different = lines.flatMap((line, row) => {
    const mine = printed[row]!.split('\t');
    return line.split('\t').flatMap((theirs, column) => {
      const id = fields[column]!;
      if (theirs === mine[column]) return [];
      return ACCEPTED.some(([accepted, by]) => accepted === id && by.test(theirs))
        ? []
        : [`line ${row + 1} ${id}: tshark ${theirs}, dissect ${mine[column]}`];
    });
  });
  expect(different).toEqual([]);
});
