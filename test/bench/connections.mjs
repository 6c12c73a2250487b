// What connections cost: `node test/bench/connections.mjs [COUNT]` feeds `dissect flows` with as many connections, each
// from an address of its own, that fall silent at some point, and prints its peak of memory: after a SYN, after the
// handshake, after data in both directions, and in the middle of a message.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const CLI = join(import.meta.dirname, '../../bin/dissect.js');
const COUNT = Number(process.argv[2] ?? 1_000_000);
const RECORD = 16;
const HEADERS = 40;
const AT_ONCE = 4096;
const ACK = 0x10;
const [CLIENTS, SERVER] = [0x0a000000, 0xc6336450];

function fileHeader() {
  const header = Buffer.alloc(24);
  header.writeUInt32BE(0xa1b2c3d4, 0);
  header.writeUInt16BE(2, 4);
  header.writeUInt16BE(4, 6);
  header.writeUInt32BE(65_535, 16);
  header.writeUInt32BE(101, 20); // raw IP
  return header;
}

const SYN = { flags: 0x02, fromClient: true, text: '' };
const SYN_ACK = { flags: 0x12, fromClient: false, text: '' };
const client = (text) => ({ flags: ACK, fromClient: true, text });
const server = (text) => ({ flags: ACK, fromClient: false, text });

/** One segment of connection `i`. Answers with where the next one stands. */
function writeSegment(into, at, i, { flags, fromClient, text }, sent) {
  const length = HEADERS + text.length;
  into.writeUInt32BE(1_700_000_000 + Math.floor(i / 100_000), at);
  into.writeUInt32BE((i % 100_000) * 10, at + 4);
  into.writeUInt32BE(length, at + 8);
  into.writeUInt32BE(length, at + 12);
  into.writeUInt32BE(0x45000000 + length, at + 16);
  into.writeUInt32BE(0x40060000, at + 24);
  into.writeUInt32BE(fromClient ? CLIENTS + i : SERVER, at + 28);
  into.writeUInt32BE(fromClient ? SERVER : CLIENTS + i, at + 32);
  into.writeUInt16BE(fromClient ? 1024 + (i % 60_000) : 80, at + 36);
  into.writeUInt16BE(fromClient ? 80 : 1024 + (i % 60_000), at + 38);
  const beginning = [Math.imul(i, 0x85ebca6b) >>> 0, Math.imul(i, 0x9e3779b1) >>> 0];
  const [sender, receiver] = fromClient ? [1, 0] : [0, 1];
  into.writeUInt32BE((beginning[sender] + sent[sender]) >>> 0, at + 40);
  into.writeUInt32BE(flags & ACK ? (beginning[receiver] + sent[receiver]) >>> 0 : 0, at + 44);
  into.writeUInt16BE(0x5000 | flags, at + 48);
  into.writeUInt16BE(64_240, at + 50);
  into.write(text, at + RECORD + HEADERS, 'latin1');
  sent[sender] += text.length + (flags === ACK ? 0 : 1);
  return at + RECORD + length;
}

function* capture(segments) {
  yield fileHeader();
  const size = segments.reduce((sum, { text }) => sum + RECORD + HEADERS + text.length, 0);
  for (let first = 0; first < COUNT; first += AT_ONCE) {
    const many = Math.min(AT_ONCE, COUNT - first);
    const chunk = Buffer.alloc(many * size);
    let at = 0;
    for (let i = first; i < first + many; i++) {
      const sent = [0, 0];
      for (const segment of segments) at = writeSegment(chunk, at, i, segment, sent);
    }
    yield chunk;
  }
}

async function measure(name, segments) {
  const began = performance.now();
  const child = spawn(process.execPath, [CLI, 'flows', '-', '-T', 'ndjson'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let lines = 0;
  child.stdout.on('data', (chunk) => {
    for (const octet of chunk) if (octet === 10) lines++;
  });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid));
  }, 50);
  for (const chunk of capture(segments)) if (!child.stdin.write(chunk)) await once(child.stdin, 'drain');
  child.stdin.end();
  await once(child, 'close');
  clearInterval(watch);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const each = Math.round((peak * 1024) / COUNT);
  console.log(
    `${name}: ${lines} conversations, ${(peak / 1000).toFixed(0)} MB at the most, ${seconds} s; ${each} B each`,
  );
}

/** Peak of resident memory in kB, where the system tells. */
function peakOf(pid) {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

const HANDSHAKE = [SYN, SYN_ACK, client('')];
const GET = client('GET /page HTTP/1.1\r\nHost: www.example.test\r\n\r\n');
const OK = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 40\r\n\r\n';
const EXCHANGE = [GET, server(OK.padEnd(OK.length + 40, '.')), client('')];

await measure('SYNs without an answer', [SYN]);
await measure('silent after the handshake', HANDSHAKE);
await measure('silent after data', [...HANDSHAKE, ...EXCHANGE, ...EXCHANGE]);
await measure('silent in the middle of a request', [
  ...HANDSHAKE,
  ...EXCHANGE,
  client('GET /other HTTP/1.1\r\nHost: '),
]);
await measure('silent in the middle of a response', [...HANDSHAKE, GET, server(OK.padEnd(OK.length + 20, '.'))]);
