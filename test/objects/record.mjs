// Records the SHA-256 of what tshark exports from every fixture: `npm run oracle`. Needs tshark 4.0.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const FIXTURES = join(HERE, '../../fixtures');

const paths = readdirSync(FIXTURES, { recursive: true })
  .map(String)
  .filter((path) => /^[^/]+\/[^/]+\/capture\.(pcap|pcapng)$/.test(path))
  .sort();

function exported(path) {
  const folder = mkdtempSync(join(tmpdir(), 'dissect-objects-'));
  execFileSync('tshark', ['-n', '-Q', '-r', join(FIXTURES, path), '--export-objects', `http,${folder}`], {
    stdio: 'ignore',
  });
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  rmSync(folder, { recursive: true });
  return files.map((content) => [createHash('sha256').update(content).digest('hex'), content.length]).sort();
}

const rows = paths.flatMap((path) => exported(path).map(([hash, octets]) => `${dirname(path)}\t${octets}\t${hash}\n`));
const [, version] = /(\d+\.\d+\.\d+)/.exec(execFileSync('tshark', ['--version'], { encoding: 'utf8' }));
writeFileSync(join(HERE, 'tshark.tsv'), `# tshark ${version} --export-objects http\n${rows.join('')}`);
