// Records when tshark says that names, pages and handshakes were answered, of every fixture: `npm run oracle`. Needs tshark 4.0.
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

const FIELDS = ['frame.number', 'dns.time', 'dns.response_to', 'http.time', 'http.request_in'];
const TCP = ['tcp.stream', 'tcp.analysis.initial_rtt', 'tcp.flags.fin', 'tcp.time_relative'];

function lines(path) {
  const fields = [...FIELDS, ...TCP].flatMap((field) => ['-e', field]);
  const printed = execFileSync('tshark', ['-n', '-r', join(FIXTURES, path), '-T', 'fields', ...fields], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
  });
  return printed.split('\n').filter((line) => line !== '');
}

function rows(path) {
  const name = dirname(path);
  const found = [];
  const seen = new Set();
  const once = (kind, stream, ...values) => {
    if (values.includes('') || seen.has(`${kind} ${stream}`)) return;
    seen.add(`${kind} ${stream}`);
    found.push([name, kind, ...values]);
  };
  for (const line of lines(path)) {
    const [frame, dnsTime, query, httpTime, request, stream, rtt, fin, relative] = line.split('\t');
    if (dnsTime && !dnsTime.includes(',')) found.push([name, 'dns', frame, dnsTime, query]);
    if (httpTime && !httpTime.includes(',')) found.push([name, 'http', frame, httpTime, request]);
    if (!stream || stream.includes(',')) continue;
    once('rtt', stream, stream, rtt);
    if (fin === '1') once('fin', stream, frame, relative, stream);
  }
  return found.map((row) => `${row.join('\t')}\n`);
}

const all = paths.flatMap(rows);
const [, version] = /(\d+\.\d+\.\d+)/.exec(execFileSync('tshark', ['--version'], { encoding: 'utf8' }));
writeFileSync(
  join(HERE, 'tshark.tsv'),
  `# tshark ${version}: dns.time, http.time, tcp.analysis.initial_rtt, tcp.time_relative\n${all.join('')}`,
);
