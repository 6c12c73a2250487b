import { writeSync } from 'node:fs';
import { openCapture } from '../capture/open.ts';
import { Writer } from '../core/writer.ts';
import { FIELDS_FORMAT, FieldsPrinter } from '../output/fields.ts';
import { writeLine } from '../output/line.ts';
import { writeTree } from '../output/tree.ts';
import '../protocols/index.ts';
import { run } from '../run.ts';
import { Tracker } from '../track.ts';

const args = process.argv.slice(2);
const file = args.find((a, i) => !a.startsWith('-') && args[i - 1] !== '-e' && args[i - 1] !== '-T')!;
const fields = args.flatMap((a, i) => (args[i - 1] === '-e' ? [a] : []));
const out = new Writer();
const flush = () => {
  let from = 0;
  while (from < out.at) from += writeSync(1, out.bytes, from, out.at - from);
  out.clear();
};
const printer = fields.length > 0 ? new FieldsPrinter(fields, FIELDS_FORMAT) : null;
const source = await openCapture(file);
await run(source, new Tracker({ timeWait: 240, explain: false }), {
  packet(packet) {
    if (printer) printer.packet(packet, out);
    else if (args.includes('-V')) writeTree(packet, out);
    else {
      writeLine(packet, (w) => w.time(packet.frame.relativeSeconds, packet.frame.relativeNanoseconds, 6), out);
      out.line();
    }
    if (out.at > 60000) flush();
    return true;
  },
  pause: flush,
});
flush();
if (source.problem) {
  console.error(source.problem.sentence);
  process.exitCode = 2;
}
