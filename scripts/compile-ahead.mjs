// Lets V8 keep what it compiles of the bundled command line: `node scripts/compile-ahead.mjs BUNDLE OUT V8-OPTIONS`. What is called
// here is compiled when the program starts; the rest, when it is called.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

const [bundle, out, options] = process.argv.slice(2);
const CAPTURE = join(import.meta.dirname, '../fixtures/web/first-page-lan/capture.pcap');

// V8 takes code only where the same options hold.
setFlagsFromString(options);
const script = new Script(readFileSync(bundle, 'latin1'), { filename: bundle });
const { main } = script.runInThisContext()(createRequire(bundle), dirname(bundle));
const RUNS = {
  show: [[CAPTURE], [CAPTURE, '--explain', '--lang', 'en']],
  main: [
    ['flows', CAPTURE, '--lang', 'en'],
    ['journey', CAPTURE, '--lang', 'en'],
  ],
};
for (const argv of RUNS[basename(bundle).split('-', 1)[0]]) {
  const status = await main(argv);
  if (status !== 0) throw new Error(`dissect ${argv.join(' ')} ended with ${status}`);
}
writeFileSync(out, script.createCachedData());
