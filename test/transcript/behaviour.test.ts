import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Writer } from '../../src/core/writer.ts';
import { openCapture } from '../../src/node.ts';
import { sentenceOf } from '../../src/output/findings.ts';
import { findingsWords } from '../../src/output/findings-words.ts';
import { transcribe } from '../../src/transcribe.ts';
import { compare } from '../../src/transcript/compare.ts';
import { parseTranscript, writeTranscript } from '../../src/transcript/text.ts';
import { VOLATILE } from '../../src/transcript/volatile.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/behaviour');
const pathOf = (name: string): string => join(FOLDER, `${name}.pcap`);
const transcriptOf = async (name: string, normalized = VOLATILE.slice(0, 7)) =>
  transcribe(await openCapture(pathOf(name)), { normalized });
const text = (transcript: Awaited<ReturnType<typeof transcriptOf>>): string => {
  const out = new Writer();
  writeTranscript(transcript, out);
  return out.toString();
};

/** What was changed in the lab, and the one thing that must be said of it. */
const CHANGES: readonly (readonly [string, RegExp])[] = [
  ['server-closes-first', /^server now closes first: FIN in frame 12 comes from 203\.0\.113\.80:8000; was the client$/],
  ['reset-by-client', /^client now resets the connection: RST in frame 12 comes from 192\.168\.0\.10:\*; was closed/],
  ['no-window-scale', /^window scale: not offered by the client now .*; was client 10, server 10$/],
  ['no-sack', /^SACK: not offered by the server now .*; was yes$/],
  ['no-timestamps', /^timestamps: not offered by the client now .*; was yes$/],
  ['smaller-mss', /^MSS: client 1360, server 1460 now .*; was client 1460, server 1460$/],
  ['lost-request', /^segments sent again: client 1 now \(frame 9\); was none$/],
  ['another-question', /^client says "www\.example\.test AAAA → .*" in frame 5, which was not there before$/],
  ['not-found', /^server says "HTTP\/1\.1 404 Not Found .*" now in frame 10; was "HTTP\/1\.1 200 OK /],
  ['longer', /^server says ".* 91 octets" now in frame 10; was ".* 39 octets"$/],
  ['other-page', /^client says "GET \/other\.txt .*" now in frame 8; was "GET \/hello\.txt /],
  ['second-request', /^client says "GET .*" and 1 more in frame 12, which was not there before$/],
  ['silent', /^server does not say "HTTP\/1\.1 200 OK .*" any more$/],
  ['refused', /^the connection is refused now: RST in frame 6 answers the SYN; was closed/],
  ['unanswered', /^nobody answers the SYN now; was closed/],
  ['other-port', /^it goes to 203\.0\.113\.80:8080 now; was 203\.0\.113\.80:8000$/],
];

describe('one behaviour, recorded between real kernels', async () => {
  const expected = await transcriptOf('once');

  it('is told without what differs from recording to recording', async () => {
    await expect(text(expected)).toMatchFileSnapshot('once.transcript');
  });

  it('is the same when it is recorded again', async () => {
    expect(compare(expected, await transcriptOf('again-the-same'))).toEqual([]);
    expect(readFileSync(pathOf('once'))).not.toEqual(readFileSync(pathOf('again-the-same')));
  });

  it('has a test for every change that was recorded', () => {
    const recorded = readdirSync(FOLDER).map((name) => name.replace('.pcap', ''));
    expect(recorded.sort()).toEqual([...CHANGES.map(([name]) => name), 'once', 'again-the-same'].sort());
  });

  it.each(CHANGES)('%s gives one finding, which names it', async (name, sentence) => {
    const findings = compare(expected, await transcriptOf(name));
    expect(findings.map((finding) => sentenceOf(finding, findingsWords.en))).toEqual([expect.stringMatching(sentence)]);
  });

  it.each(CHANGES)('%s is told in Korean', async (name) => {
    const [finding] = compare(expected, await transcriptOf(name));
    const sentence = sentenceOf(finding!, findingsWords.ko);
    expect(sentence).toMatch(/[가-힣]/);
    expect(sentence).not.toMatch(/undefined|\b(now|was|client says)\b/);
  });

  it.each(VOLATILE)('%s is shown where it is not normalized', async (name) => {
    const all = text(await transcriptOf('once', [...VOLATILE]));
    const others = VOLATILE.filter((each) => each !== name);
    const shown = text(await transcriptOf('once', others));
    // No payload here is without a protocol; steps.test.ts shows content.
    if (name === 'content') return;
    expect(shown.split('\n').slice(2)).not.toEqual(all.split('\n').slice(2));
  });

  it('is read back as it was written', () => {
    const back = parseTranscript(text(expected));
    expect(compare(back, expected)).toEqual([]);
    expect(text(back)).toBe(text(expected));
  });
});
