import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/capture/from-bytes.ts';
import { Writer } from '../../src/core/writer.ts';
import { openExplainer } from '../../src/explain/explainer.ts';
import { contextRows } from '../../src/fields.ts';
import { type JsonOptions, JsonPrinter } from '../../src/output/json.ts';
import { writeJson } from '../../src/output/json-text.ts';
import { isoTime } from '../../src/output/time.ts';
import { protocols } from '../../src/protocols/index.ts';
import { run } from '../../src/run.ts';
import { Tracker } from '../../src/track.ts';

const ROOT = join(import.meta.dirname, '../..');
const fixtures = readdirSync(join(ROOT, 'fixtures'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\bcapture\.pcap(ng)?$/.test(name))
  .sort();

async function print(path: string, options: Partial<JsonOptions> = {}): Promise<string> {
  const printer = new JsonPrinter({ array: false, only: null, explainer: null, ...options });
  const out = new Writer();
  const tracker = new Tracker({ timeWait: 240, explain: options.explainer != null });
  printer.begin(out);
  await run(readCapture(new Uint8Array(readFileSync(join(ROOT, 'fixtures', path)))), tracker, {
    packet: (packet) => {
      printer.packet(packet, tracker, out);
      return true;
    },
    pause: () => undefined,
  });
  printer.end(out);
  return out.toString();
}

const objects = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

/** Keys of every object, in the order they stand in the text; JSON.parse would drop what stands twice. */
function keysTwice(line: string): string[] {
  const twice: string[] = [];
  const open: Set<string>[] = [];
  for (const [token, key] of line.matchAll(/"((?:[^"\\]|\\.)*)"(?=:)|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (key !== undefined) {
      if (open.at(-1)!.has(key)) twice.push(key);
      open.at(-1)!.add(key);
    }
  }
  return twice;
}

describe('every packet of every fixture', () => {
  const schema = JSON.parse(readFileSync(join(ROOT, 'schema/packet.schema.json'), 'utf8'));
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);

  it.each(fixtures)('%s fits the schema', async (path) => {
    const text = await print(path, { explainer: await openExplainer(['en', 'ko'], 'normal') });
    for (const line of text.split('\n').slice(0, -1)) {
      if (!validate(JSON.parse(line))) throw new Error(`${line}\n${JSON.stringify(validate.errors)}`);
      expect(keysTwice(line)).toEqual([]);
    }
  });

  it('and what does not fit is refused', async () => {
    const [first] = objects(await print('tcp/refused/capture.pcap'));
    expect(validate(first)).toBe(true);
    expect(validate({ ...first, schema: 2 })).toBe(false);
    expect(validate({ ...first, more: 1 })).toBe(false);
    expect(validate({ ...first, frame: { ...first.frame, time: '2026-11-20 21:13:20' } })).toBe(false);
  });
});

describe('the form', () => {
  it('has keys in a fixed order', async () => {
    const [, , syn] = (await print('tcp/refused/capture.pcap')).split('\n');
    expect(syn).toMatch(
      /^\{"schema":1,"frame":\{"number":3,"time":"[^"]+","time_epoch":"[^"]+","interface_id":0,"len":74,"cap_len":74,"comments":\[\]\},"layers":\[\{"protocol":"eth","start":0,"length":14,"fields":\{"eth\.dst":/,
    );
  });

  it('has numbers as numbers, flags as booleans, the rest as text, repetitions as arrays', async () => {
    const [, , { layers }] = objects(await print('tcp/refused/capture.pcap'));
    const [eth, ip, tcp] = layers;
    expect(eth.fields).toMatchObject({ 'eth.type': 0x800, 'eth.dst.ig': false });
    expect(ip).toMatchObject({ protocol: 'ip', start: 14, length: 20 });
    expect(ip.fields).toMatchObject({ 'ip.src': '192.168.0.10', 'ip.flags': 2, 'ip.flags.df': true });
    expect(tcp.fields).toMatchObject({ 'tcp.flags.syn': true, 'tcp.options.mss_val': 1460, 'tcp.stream': 0 });
    expect(tcp.fields['tcp.option_kind']).toEqual([2, 4, 8, 1, 3]);
  });

  it('is one array with -T json', async () => {
    const lines = objects(await print('tcp/refused/capture.pcap'));
    expect(JSON.parse(await print('tcp/refused/capture.pcap', { array: true }))).toEqual(lines);
  });

  it('can be cut down to chosen fields', async () => {
    const only = ['frame.len', 'ip.addr'];
    const [, , syn] = objects(await print('tcp/refused/capture.pcap', { only }));
    expect(syn.layers.map(({ fields }: { fields: unknown }) => fields)).toEqual([
      { 'frame.len': 74 },
      { 'ip.src': '192.168.0.10', 'ip.dst': '203.0.113.80' },
    ]);
  });

  it('tells states and explanations', async () => {
    const [, , syn] = objects(
      await print('tcp/refused/capture.pcap', { explainer: await openExplainer(['en'], 'normal') }),
    );
    expect(syn.states).toMatchObject([
      { frame: 3, stream: 0, role: 'client', from: 'CLOSED', to: 'SYN_SENT', certainty: 'seen' },
      { frame: 3, stream: 0, role: 'server', certainty: 'inferred' },
    ]);
    expect(syn.states[0].time_epoch).toBe(syn.frame.time_epoch);
    expect(syn.explanations.map(({ event }: { event: string }) => event)).toContain('tcp.open.syn');
  });
});

it('never tells an id of a header again in its context', () => {
  for (const [id, rows] of contextRows) {
    const { fields, walked = [] } = protocols.find((protocol) => protocol.id === id)!;
    const own = new Set([...fields, ...walked].map((row) => row.id));
    expect(rows.filter((row) => own.has(row.id)).map((row) => row.id)).toEqual([]);
  }
  for (const { fields } of protocols) expect(new Set(fields.map((row) => row.id)).size).toBe(fields.length);
});

it('escapes what could drive a terminal, and loses nothing', () => {
  const hostile = 'a\x1b[31m\x7f\x9b1m\u202e\u200b\ufeff\u{e0041}"\\\n한글 😀';
  const out = new Writer();
  writeJson(hostile, out);
  const text = out.toString();
  expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(text).toContain('한글 😀');
  expect(JSON.parse(text)).toBe(hostile);
});

it('writes dates with nanoseconds, and none where there is none', () => {
  expect(isoTime(0, 1)).toBe('1970-01-01T00:00:00.000000001Z');
  expect(isoTime(-1, 750_000_000)).toBe('1969-12-31T23:59:59.750000000Z');
  expect(isoTime(1_795_208_612, 648_224_000)).toBe('2026-11-20T21:03:32.648224000Z');
  expect(isoTime(1e15, 0)).toBeNull();
});
