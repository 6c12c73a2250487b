// The captures that are measured with: recorded in the lab where that is possible, else made from the fixtures, and kept.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const RECORDER = join(ROOT, 'fixtures/lab/record-bench.sh');

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const MEGABYTE = 1 << 20;

/** Octets a packet that a recording takes, at the most. */
const SPACE = { mix: 700, http: 400, bulk: 1600, dns: 150, open: 3000 };

/** What the lab needs and has not, or null. */
export function labIsMissing() {
  if (process.platform !== 'linux') return 'Linux';
  if (process.getuid() !== 0) return 'root';
  const absent = ['ip', 'nft', 'tcpdump', 'ethtool', 'ss'].filter((program) => !isInstalled(program));
  if (absent.length > 0) return absent.join(', ');
  return spawnSync('ip', ['netns', 'add', 'lab-bench-try']).status === 0 && removed() ? null : 'network namespaces';
}

const removed = () => spawnSync('ip', ['netns', 'delete', 'lab-bench-try']).status === 0;

export const isInstalled = (program) =>
  spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;

/** A folder of captures. `say` hears what is being made, for that takes a while. */
export class Captures {
  constructor(folder, { lab, say }) {
    this.folder = folder;
    this.lab = lab;
    this.say = say;
    mkdirSync(folder, { recursive: true });
  }

  /**
   * The first so many packets of a capture of this kind; null for a kind that only the lab can make. When it has to be
   * made, it is made with as many as will be wanted at the most.
   */
  packets(kind, count, most = count) {
    const whole = this.whole(kind, count, Math.max(count, most));
    if (whole === null) return null;
    const head = whole.replace(/\.pcap$/, `-${count}.pcap`);
    if (!existsSync(head)) this.making(head, (file) => copyHead(whole, file, endOfPacket(whole, count)));
    return head;
  }

  /** So many connections that stay open. */
  open(count) {
    const file = join(this.folder, 'open.pcap');
    if (existsSync(file)) return file;
    if (this.lab) return this.record('open', count, file);
    const made = join(this.folder, 'open-from-fixtures.pcap');
    if (!existsSync(made)) this.making(made, (part) => writeOpen(part, count));
    return made;
  }

  /** So many SYNs, each from an address of its own. */
  flood(count) {
    const file = join(this.folder, `flood-${count}.pcap`);
    if (!existsSync(file)) this.making(file, (part) => writeFlood(part, count));
    return file;
  }

  /** The first packets of a page over HTTP. */
  few(count) {
    const file = join(this.folder, `first-${count}.pcap`);
    const page = readFileSync(join(ROOT, 'fixtures/web/first-page-lan/capture.pcap'));
    if (!existsSync(file)) {
      this.making(file, (part) => writeRecords(part, (write) => records(page).slice(0, count).forEach(write)));
    }
    return file;
  }

  whole(kind, count, most) {
    const recorded = join(this.folder, `${kind}.pcap`);
    if (has(recorded, count)) return recorded;
    if (this.lab) return this.record(kind, most, recorded);
    if (kind !== 'mix') return null;
    const made = join(this.folder, `${kind}-from-fixtures.pcap`);
    if (!has(made, count)) this.making(made, (part) => writeFromFixtures(part, most));
    return made;
  }

  record(kind, count, file) {
    const { bavail, bsize } = statfsSync(this.folder);
    if (bavail * bsize < count * SPACE[kind] * 2) throw new Error(`${this.folder} has not enough space for ${file}`);
    this.say(`recording ${count.toLocaleString('en')} ${kind === 'open' ? 'open connections' : `packets: ${kind}`} …`);
    const { status, stderr, error } = spawnSync(RECORDER, [kind, String(count), file], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${RECORDER} ${kind} ended with ${status}: ${error?.message ?? stderr.trim()}`);
    for (const name of readdirSync(this.folder)) {
      if (new RegExp(`^${kind}-\\d+\\.pcap$`).test(name)) rmSync(join(this.folder, name)); // of the recording before
    }
    return file;
  }

  making(file, write) {
    this.say(`making ${file} …`);
    write(`${file}.part`);
    renameSync(`${file}.part`, file);
  }
}

/** Records of a little-endian classic capture. */
function records(capture) {
  const found = [];
  for (let at = FILE_HEADER; at + RECORD_HEADER <= capture.length; ) {
    const end = at + RECORD_HEADER + capture.readUInt32LE(at + 8);
    found.push(capture.subarray(at, end));
    at = end;
  }
  return found;
}

const has = (path, count) => existsSync(path) && endOfPacket(path, count) !== null;

/** Where the packet with this number ends in a little-endian classic capture; null when there are fewer. */
function endOfPacket(path, count) {
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(MEGABYTE);
  let start = 0;
  let held = readSync(file, buffer, 0, MEGABYTE, 0);
  let at = FILE_HEADER;
  try {
    for (let n = 0; n < count; n++) {
      if (at + RECORD_HEADER > start + held) {
        start = at;
        held = readSync(file, buffer, 0, MEGABYTE, start);
        if (held < RECORD_HEADER) return null;
      }
      at += RECORD_HEADER + buffer.readUInt32LE(at - start + 8);
    }
    return at;
  } finally {
    closeSync(file);
  }
}

function copyHead(from, to, end) {
  const source = openSync(from, 'r');
  const target = openSync(to, 'w');
  const buffer = Buffer.alloc(MEGABYTE);
  for (let at = 0; at < end; ) {
    const octets = readSync(source, buffer, 0, Math.min(MEGABYTE, end - at), at);
    if (octets === 0) throw new Error(`${from} is cut off`);
    writeSync(target, buffer, 0, octets);
    at += octets;
  }
  closeSync(source);
  closeSync(target);
}

/** A classic capture of Ethernet frames; `fill` is given what writes a record. */
function writeRecords(path, fill) {
  const file = openSync(path, 'w');
  const header = Buffer.alloc(FILE_HEADER);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  let waiting = [header];
  let octets = 0;
  const flush = () => {
    writeSync(file, Buffer.concat(waiting));
    waiting = [];
    octets = 0;
  };
  fill((record) => {
    waiting.push(record);
    octets += record.length;
    if (octets > MEGABYTE) flush();
  });
  flush();
  closeSync(file);
}

function setTime(record, microseconds) {
  record.writeUInt32LE(1_700_000_000 + Math.floor(microseconds / 1e6), 0);
  record.writeUInt32LE(microseconds % 1e6, 4);
}

/**
 * Makes the IPv4 addresses of a frame others: what is added to one half is taken from the other, so that all checksums
 * stay right. The same addresses become the same ones.
 */
function shiftAddresses(record, by) {
  const ethernet = RECORD_HEADER;
  if (record.length < ethernet + 34 || record.readUInt16BE(ethernet + 12) !== 0x0800) return;
  for (const at of [ethernet + 26, ethernet + 30]) {
    record.writeUInt16BE((record.readUInt16BE(at) + by) % 0xffff, at);
    record.writeUInt16BE((record.readUInt16BE(at + 2) + 0xffff - by) % 0xffff, at + 2);
  }
}

/**
 * Subjects whose fixtures are taken. They are named, so that what is measured stays the same work when fixtures of another
 * protocol are added: ten thousand first packets of QUIC, each with keys of its own, are no traffic of any network.
 */
const SUBJECTS = [
  'arp',
  'dhcp',
  'dns',
  'ethernet',
  'formats',
  'ftp',
  'icmp',
  'igmp',
  'ip',
  'ipv6',
  'nat',
  'ntp',
  'offload',
].concat(['ospf', 'smtp', 'ssh', 'tcp', 'tcp-states', 'telnet', 'tls', 'web']);

/** The Ethernet fixtures of these subjects over and over, each time later and between others. */
export function writeFromFixtures(path, count) {
  const once = SUBJECTS.flatMap((subject) =>
    readdirSync(join(ROOT, 'fixtures', subject)).map((name) => join(ROOT, 'fixtures', subject, name, 'capture.pcap')),
  )
    .filter(existsSync)
    .map((name) => readFileSync(name))
    .filter((bytes) => bytes.readUInt32LE(0) === 0xa1b2c3d4 && bytes.readUInt32LE(20) === 1)
    .flatMap(records);
  writeRecords(path, (write) => {
    for (let n = 0; n < count; n++) {
      const record = Buffer.from(once[n % once.length]);
      setTime(record, n * 100);
      shiftAddresses(record, Math.floor(n / once.length));
      write(record);
    }
  });
}

/** The beginning of a connection, with other addresses each time. */
function writeOpen(path, count) {
  const page = records(readFileSync(join(ROOT, 'fixtures/web/first-page-lan/capture.pcap')));
  const segments = page.filter((record) => record[RECORD_HEADER + 23] === 6).slice(0, 5);
  writeRecords(path, (write) => {
    for (let n = 0; n < count * segments.length; n++) {
      const record = Buffer.from(segments[n % segments.length]);
      setTime(record, n * 20);
      shiftAddresses(record, Math.floor(n / segments.length));
      write(record);
    }
  });
}

function writeFlood(path, count) {
  const syn = Buffer.alloc(RECORD_HEADER + 54);
  syn.writeUInt32LE(54, 8);
  syn.writeUInt32LE(54, 12);
  syn.write('0242c63364020242c63364010800', RECORD_HEADER, 'hex');
  const ip = RECORD_HEADER + 14;
  syn.writeUInt32BE(0x45000028, ip);
  syn.writeUInt32BE(0x40060000, ip + 8);
  syn.writeUInt32BE(0xc6336402, ip + 16);
  syn.writeUInt16BE(80, ip + 22);
  syn.writeUInt32BE(0x50020400, ip + 32);
  writeRecords(path, (write) => {
    for (let n = 0; n < count; n++) {
      const record = Buffer.from(syn);
      setTime(record, n * 10);
      record.writeUInt32BE(0x0b000000 + n, ip + 12);
      record.writeUInt16BE(1024 + (n % 60_000), ip + 20);
      record.writeUInt32BE(Math.imul(n, 0x9e3779b1) >>> 0, ip + 24);
      write(record);
    }
  });
}
