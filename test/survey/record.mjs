// Records what capinfos says of every fixture: `npm run oracle`. Needs Wireshark 4.0.
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const FIXTURES = join(HERE, '../../fixtures');

const paths = readdirSync(FIXTURES, { recursive: true })
  .map(String)
  .filter((path) => /^[^/]+\/[^/]+\/capture\.(pcap|pcapng)$/.test(path))
  .sort();

// Packets, octets of file and of packets, times and their order, and how short frames were cut.
const table = execFileSync('capinfos', ['-T', '-M', '-S', '-c', '-s', '-d', '-u', '-a', '-e', '-o', '-l', ...paths], {
  cwd: FIXTURES,
  encoding: 'utf8',
});
const [, version] = /(\d+\.\d+\.\d+)/.exec(execFileSync('capinfos', ['--version'], { encoding: 'utf8' }));
writeFileSync(join(HERE, 'capinfos.tsv'), `# capinfos ${version} -T -M -S\n${table}`);
