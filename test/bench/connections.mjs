// What connections cost: `node test/bench/connections.mjs [COUNT]` feeds `dissect flows` with as many SYNs, each from an
// address of its own, and with as many connections that open and then fall silent, and prints its peak of memory.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const CLI = join(import.meta.dirname, '../../bin/dissect.js');
const COUNT = Number(process.argv[2] ?? 1_000_000);
const FRAME = 16 + 40;
const AT_ONCE = 4096;
const [SYN, SYN_ACK, ACK] = [0x02, 0x12, 0x10];
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

/** One segment of connection `i`, which the client or the server sends. */
function writeSegment(into, at, i, flags) {
  const fromClient = flags !== SYN_ACK;
  into.writeUInt32BE(1_700_000_000 + Math.floor(i / 100_000), at);
  into.writeUInt32BE((i % 100_000) * 10, at + 4);
  into.writeUInt32BE(40, at + 8);
  into.writeUInt32BE(40, at + 12);
  into.writeUInt32BE(0x45000028, at + 16);
  into.writeUInt32BE(0x40060000, at + 24);
  into.writeUInt32BE(fromClient ? CLIENTS + i : SERVER, at + 28);
  into.writeUInt32BE(fromClient ? SERVER : CLIENTS + i, at + 32);
  into.writeUInt16BE(fromClient ? 1024 + (i % 60_000) : 80, at + 36);
  into.writeUInt16BE(fromClient ? 80 : 1024 + (i % 60_000), at + 38);
  const [client, server] = [Math.imul(i, 0x9e3779b1) >>> 0, Math.imul(i, 0x85ebca6b) >>> 0];
  into.writeUInt32BE(fromClient ? (client + (flags === ACK ? 1 : 0)) >>> 0 : server, at + 40);
  into.writeUInt32BE(flags === SYN ? 0 : ((fromClient ? server : client) + 1) >>> 0, at + 44);
  into.writeUInt16BE(0x5000 | flags, at + 48);
  into.writeUInt16BE(64_240, at + 50);
}

function* capture(segments) {
  yield fileHeader();
  for (let first = 0; first < COUNT; first += AT_ONCE) {
    const many = Math.min(AT_ONCE, COUNT - first);
    const chunk = Buffer.alloc(many * segments.length * FRAME);
    let at = 0;
    for (let i = first; i < first + many; i++) {
      for (const flags of segments) {
        writeSegment(chunk, at, i, flags);
        at += FRAME;
      }
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
  console.log(`${name}: ${lines} conversations, ${(peak / 1000).toFixed(0)} MB at the most, ${seconds} s`);
}

/** Peak of resident memory in kB, where the system tells. */
function peakOf(pid) {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

await measure('SYNs without an answer', [SYN]);
await measure('open and silent', [SYN, SYN_ACK, ACK]);
