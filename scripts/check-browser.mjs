// Proves that the library runs in a browser: bundles it for one, and runs the bundle where nothing of Node is at hand.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, Script } from 'node:vm';
import { build } from 'esbuild';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const FIXTURE = join(ROOT, 'fixtures/web/first-page-lan/capture.pcap');

/** The library as one script whose exports are `dissect`. Throws when it needs a module that browsers do not have. */
async function bundle() {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(ROOT, 'src/index.ts')],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'iife',
    globalName: 'dissect',
    platform: 'browser',
    target: 'es2023',
    logLevel: 'error',
  });
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  if (imported.length > 0) throw new Error(`the bundle imports ${imported.join(', ')}`);
  return outputFiles[0].text;
}

/** What any browser has and bare JavaScript has not. */
const BROWSER = { TextEncoder, TextDecoder, setTimeout, clearTimeout, queueMicrotask };

/** Prints a capture as lines inside a context without process, Buffer and require. */
async function lines(code, capture) {
  const context = createContext({ ...BROWSER, octets: Array.from(capture) });
  new Script(code).runInContext(context);
  return new Script(`(async () => {
    const { LinePrinter, Tracker, Writer, readCapture, run, timeWriter } = dissect;
    const source = readCapture(Uint8Array.from(octets));
    const tracker = new Tracker({ timeWait: 240, explain: true });
    const printer = new LinePrinter(timeWriter('r', source));
    const out = new Writer();
    await run(source, tracker, {
      packet(packet) {
        printer.packet(packet, tracker, out);
        return true;
      },
      pause() {},
    });
    if (source.problem !== null) throw new Error(source.problem.sentence);
    const explainer = await dissect.openExplainer(['en', 'ko'], 'normal');
    if (explainer.languages.length !== 2) throw new Error('notes are missing');
    return out.toString();
  })()`).runInContext(context);
}

const code = await bundle();
const text = await lines(code, readFileSync(FIXTURE));
process.stdout.write(process.argv.includes('--print') ? text : '');
const expected = ['ARP', 'DNS', '[SYN]', '[SYN, ACK]', 'HTTP', 'GET /'];
const missing = expected.filter((word) => !text.includes(word));
if (missing.length > 0) throw new Error(`the browser's lines lack ${missing.join(', ')}:\n${text}`);
console.error(`browser bundle: ${Math.round(code.length / 1024)} KiB, ${text.split('\n').length - 1} frames printed`);
