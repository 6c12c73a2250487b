// Records what tcptrace draws of the first connection of each TCP fixture: `npm run oracle`. Needs tcptrace 6.6.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const FIXTURES = join(HERE, '../../fixtures');

const cases = ['tcp', 'tcp-states', 'web']
  .flatMap((subject) => readdirSync(join(FIXTURES, subject)).map((name) => `${subject}/${name}`))
  .filter((name) => existsSync(join(FIXTURES, name, 'capture.pcap')))
  .sort();

/** The commands of an xplot file: colours stand before what is drawn in them, or behind their command. */
function commandsOf(path) {
  if (!existsSync(path)) return [];
  const found = [];
  let color = '';
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [word, ...numbers] = line.split(' ');
    if (numbers.length === 0) color = word;
    else found.push({ word, color, numbers: numbers.slice(0, 4).map(Number) });
  }
  return found;
}

function graphsOf(folder, way) {
  const commands = commandsOf(join(folder, `${way}_tsg.xpl`));
  const lines = (colors, vertical) =>
    commands
      .filter(
        ({ word, color, numbers: [x, , toX] }) => word === 'line' && colors.includes(color) && (x === toX) === vertical,
      )
      .map(({ numbers }) => numbers);
  return {
    sent: lines(['white', 'red', 'SYN', 'orange'], true).map(([x, y, , to]) => [x, y, to]),
    acknowledged: lines(['green'], false).map(([x, y]) => [x, y]),
    edge: lines(['yellow'], false).map(([x, y]) => [x, y]),
    blocks: lines(['purple'], true).map(([x, y, , to]) => [x, y, to]),
    milliseconds: commandsOf(join(folder, `${way}_rtt.xpl`))
      .filter(({ word }) => word === 'dot')
      .map(({ numbers }) => numbers[1]),
  };
}

const rows = cases.map((name) => {
  const folder = mkdtempSync(join(tmpdir(), 'tcptrace-'));
  execFileSync('tcptrace', ['-n', '-S', '-R', '-zxy', join(FIXTURES, name, 'capture.pcap')], {
    cwd: folder,
    stdio: 'ignore',
  });
  const [a, b] = ['a2b', 'b2a'].map((way) => graphsOf(folder, way));
  rmSync(folder, { recursive: true });
  return ` ${JSON.stringify(name)}: ${JSON.stringify([a, b])}`;
});
writeFileSync(join(HERE, 'tcptrace.json'), `{\n${rows.join(',\n')}\n}\n`);
