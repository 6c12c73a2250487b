import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { type CaptureInterface, Frame } from '../../src/core/frame.ts';
import { Writer } from '../../src/core/writer.ts';
import { Journeys } from '../../src/journey/journeys.ts';
import { judge } from '../../src/nat/join.ts';
import { Sightings } from '../../src/nat/sightings.ts';
import { Twins } from '../../src/nat/twins.ts';
import { linkTypes } from '../../src/protocols/tables.ts';
import '../../src/protocols/index.ts';
import { run } from '../../src/run.ts';
import { reportOf } from '../../src/survey/findings.ts';
import { Survey } from '../../src/survey/survey.ts';
import { Tracker } from '../../src/track.ts';
import { compare } from '../../src/transcript/compare.ts';
import { parseTranscript, writeTranscript } from '../../src/transcript/text.ts';
import { Transcriber } from '../../src/transcript/transcriber.ts';
import { framesOf, Replay, withOctets } from '../contracts/replay.ts';
import { cases } from '../golden/cases.ts';
import { forms, printed } from '../golden/print.ts';
import { effort, patience, tried } from './effort.ts';

const captures = cases().map(({ bytes }) => bytes());
const recorded = captures.map(framesOf);

/** Every form prints every frame: nothing throws, and no frame is lost. */
async function printsAll(frames: readonly Frame[]): Promise<void> {
  tried();
  await isFollowed(frames);
  for (const form of forms) {
    const text = await printed(form, new Replay(frames));
    if (form === 'ndjson') for (const line of text.split('\n').slice(0, -1)) JSON.parse(line);
    if (form === 'line.txt' || form === 'ndjson') expect(text.split('\n').length - 1, form).toBe(frames.length);
    expect(UNSAFE.test(text), form).toBe(false);
  }
}

/** Every room that remembers more than one packet takes them, and tells of them. */
async function isFollowed(frames: readonly Frame[]): Promise<void> {
  const tracker = new Tracker({ timeWait: 240, explain: true });
  const [survey, journeys, transcriber] = [new Survey(), new Journeys(), new Transcriber(tracker.events)];
  const place = new Sightings('here');
  await run(new Replay(frames), tracker, {
    packet(packet) {
      survey.packet(packet);
      journeys.packet(packet);
      transcriber.packet(packet);
      place.add(packet);
      return true;
    },
    pause() {},
  });
  judge(new Twins(place, place));
  reportOf(survey, {
    interfaces: survey.interfaces.map(interfaceOf),
    fcsFindings: [],
    problem: null,
    fcsChoice: 'auto',
    secrets: [],
  });
  journeys.finish(tracker.connections.inTurn());
  const transcript = transcriber.finish(tracker.connections);
  const out = new Writer();
  writeTranscript(transcript, out);
  expect(compare(parseTranscript(out.toString()), transcript)).toEqual([]);
}

const interfaceOf = (_: unknown, id: number): CaptureInterface => ({
  ...{ id, linkType: 1, snapLength: 0, name: null, description: null, filter: null, os: null, hardware: null },
  ...{ ticksPerSecond: 1e6, fcsLength: -1, comments: [], statistics: null },
});

/** What would drive a terminal or reorder a line never comes out. */
const UNSAFE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

function frameOf(bytes: Uint8Array, linkType: number, missing: number): Frame {
  return Object.assign(new Frame(), {
    number: 1,
    bytes,
    capturedLength: bytes.length,
    wireLength: bytes.length + missing,
    linkType,
  });
}

const numbered = (frames: readonly Frame[]): readonly Frame[] =>
  frames.map((frame, i) => Object.assign(frame, { number: i + 1 }));

describe('anything is printed', () => {
  const known = [...linkTypes].map(([number]) => number);

  test(
    'random octets on every link type',
    async () => {
      const octets = fc.uint8Array({ maxLength: 200 });
      const frame = fc.tuple(octets, fc.constantFrom(...known, 147), fc.nat(2000));
      await fc.assert(
        fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 4 }), async (list) => {
          await printsAll(numbered(list.map(([bytes, link, missing]) => frameOf(bytes, link, missing))));
        }),
        effort(1, 1 / 4),
      );
    },
    patience(),
  );

  const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const change = fc.tuple(position, position, fc.constantFrom('set', 'insert', 'remove', 'cut'), fc.nat(255));

  test(
    'recorded frames with octets changed, added and taken out',
    async () => {
      const which = fc.nat(recorded.length - 1);
      await fc.assert(
        fc.asyncProperty(which, fc.array(change, { minLength: 1, maxLength: 12 }), async (index, changes) => {
          const frames = recorded[index]!.slice();
          for (const [frame, place, kind, octet] of changes) {
            const at = Math.floor(frame * frames.length);
            const { bytes } = frames[at]!;
            frames[at] = withOctets(frames[at]!, changed(bytes, Math.floor(place * bytes.length), kind, octet));
          }
          await printsAll(frames);
        }),
        effort(1, 1 / 4),
      );
    },
    patience(),
  );

  test(
    'recorded frames in another order, some of them missing or twice',
    async () => {
      const which = fc.nat(recorded.length - 1);
      await fc.assert(
        fc.asyncProperty(which, fc.array(position, { minLength: 1, maxLength: 30 }), async (index, places) => {
          const frames = recorded[index]!;
          const shuffled = places.map((place) => Object.assign(new Frame(), frames[Math.floor(place * frames.length)]));
          await printsAll(numbered(shuffled));
        }),
        effort(1, 1 / 4),
      );
    },
    patience(),
  );

  test(
    'captures with octets changed anywhere in the file',
    async () => {
      const which = fc.nat(captures.length - 1);
      await fc.assert(
        fc.asyncProperty(which, fc.array(change, { minLength: 1, maxLength: 6 }), async (index, changes) => {
          let bytes = captures[index]!;
          for (const [place, , kind, octet] of changes) {
            bytes = changed(bytes, Math.floor(place * place * bytes.length), kind, octet);
          }
          tried();
          const source = readCapture(bytes);
          await printed('line.txt', source);
          if (source.problem !== null) expect(source.problem.sentence).not.toBe('');
        }),
        effort(2, 1 / 4),
      );
    },
    patience(),
  );
});

function changed(bytes: Uint8Array, at: number, kind: string, octet: number): Uint8Array {
  if (kind === 'cut') return bytes.slice(0, at);
  if (kind === 'insert') return Uint8Array.from([...bytes.subarray(0, at), octet, ...bytes.subarray(at)]);
  if (kind === 'remove') return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1)]);
  const copy = bytes.slice();
  if (at < copy.length) copy[at] = octet;
  return copy;
}
