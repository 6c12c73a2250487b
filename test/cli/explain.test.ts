import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BIN, dissect, fixture } from './run-cli.ts';

const PAGE = fixture('web/first-page-lan/capture.pcap');
const explained = (...argv: string[]): string => dissect([PAGE, '--explain', ...argv]).stdout;

describe('--explain=brief', () => {
  it('is one line a packet, with all that happened in it', () => {
    const lines = dissect([PAGE, '--explain=brief']).stdout.trimEnd().split('\n');
    expect(lines.map((line) => Number(line.slice(0, 5)))).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
    expect(lines[21]).toBe(
      '   22   0.001745 192.168.0.10:59470 has nothing more to send: the first FIN · client ESTABLISHED ▸ FIN_WAIT_1 · server ESTABLISHED ▸ CLOSE_WAIT',
    );
  });

  it('is cut where somebody says how wide it may be', () => {
    const lines = dissect([PAGE, '--explain=brief', '--width', '60', '--lang', 'ko']).stdout.trimEnd().split('\n');
    expect(lines.length).toBe(24);
    expect(lines[21]).toBe('   22   0.001745 192.168.0.10:59470은 더 보낼 것이 없다: 첫…');
  });

  it('has the line of a packet of which nothing is said', () => {
    const { stdout } = dissect([fixture('eapol/peap/capture.pcap'), '--explain=brief', '--frames', '18-19']);
    expect(stdout).toMatch(/\n {3}19 +[\d.]+ 02:42:c0:a8:00:0a → 01:80:c2:00:00:03 TLSv1\.2 63 Application Data\n/);
  });
});

describe('what was not shown', () => {
  it('has explained nothing: that is done in the first packet that is', () => {
    const cards = explained('-Y', 'tcp.len > 0 && frame.number > 12', '--width', '120').split(/\n\n(?=── )/);
    expect(cards[0]).toMatch(/^── 14 /);
    for (const sentence of ['A full segment', 'IPv4 header', 'The FCS was not captured']) {
      expect(cards[0]).toContain(sentence);
    }
    expect(cards[0]).not.toContain('explained in');
    expect(cards.at(-1)).toContain('(explained in frame 14)');
  });

  it('is not pointed to', () => {
    for (const filter of ['tcp', 'http || dns', 'tcp.flags.fin == 1', 'frame.number % 2 == 1']) {
      const text = explained('-Y', filter);
      const shown = [...text.matchAll(/^── (\d+) /gm)].map(([, frame]) => frame);
      for (const [, frame] of text.matchAll(/explained in frame (\d+)/g)) expect(shown, filter).toContain(frame);
    }
  });

  it('changes nothing of what a filter takes for an event', () => {
    const { stdout } = dissect([PAGE, '-Y', 'dissect.event == "ip.header"']);
    expect(stdout).toMatch(/^ +3 .*\n$/);
  });
});

describe('a live capture', () => {
  it('tells a run when nothing comes for a while', async () => {
    const program = spawn(process.execPath, [BIN, '-', '--explain', '--lang', 'en'], {
      env: { PATH: process.env.PATH },
    });
    // Up to frame 19, whose run has not ended.
    const bytes = readFileSync(PAGE);
    let end = 24;
    for (let frame = 0; frame < 19; frame++) end += 16 + bytes.readUInt32LE(end + 8);
    program.stdin.write(bytes.subarray(0, end));
    let text = '';
    await new Promise<void>((resolve) => {
      program.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes('── 13–19 ──')) resolve();
      });
      program.on('close', () => resolve());
    });
    expect(text).toContain('3 segments of full size (1,448)');
    program.stdin.end(bytes.subarray(end));
    await new Promise((resolve) => program.on('close', resolve));
    expect(text).toContain('── 24 ──');
  });
});
