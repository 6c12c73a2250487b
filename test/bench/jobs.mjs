// What is compared with what, and how much faster it has to be: `must` is kept, `aim` is what a prototype reached.
import { join } from 'node:path';

export const DISSECT = [process.execPath, join(import.meta.dirname, '../../bin/dissect.js')];

export const FIELDS = [
  'frame.number',
  'frame.time_relative',
  'ip.src',
  'ip.dst',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.seq',
  'tcp.len',
  'tcp.analysis.flags',
  'http.request.uri',
].flatMap((field) => ['-e', field]);

const dissect =
  (...options) =>
  (file) => [...DISSECT, ...options, '-r', file];

const tshark = (...options) => ({
  name: ['tshark', ...options.slice(0, 2)].filter((word) => word !== '-q').join(' '),
  program: 'tshark',
  run: (file) => ['tshark', '-n', ...options, '-r', file],
});

/**
 * Two programs over one capture. The slow forms of tshark are given its first `share` packets only and counted by the
 * packet; tshark becomes slower as a capture grows, so this is in its favour.
 */
export const COMPARISONS = [
  { job: 'lines', ours: dissect(), theirs: tshark(), must: 6, aim: 10 },
  {
    job: 'tcpdump',
    ours: dissect(),
    theirs: {
      name: 'tcpdump -nn',
      program: 'tcpdump',
      // Without TZ it asks the system for the zone's file once a packet, and takes twice as long.
      run: (file) => ['TZ=UTC0', 'tcpdump', '-nn', '-r', file],
    },
    must: 1.2,
    aim: 2,
  },
  {
    job: 'fields',
    ours: dissect('-T', 'fields', ...FIELDS),
    theirs: tshark('-T', 'fields', ...FIELDS),
    share: 200_000,
    must: 12,
    aim: 25,
  },
  { job: 'tree', ours: dissect('-V'), theirs: tshark('-V'), share: 200_000, must: 8, aim: 12 },
  { job: 'ndjson', ours: dissect('-T', 'ndjson'), theirs: tshark('-T', 'ek'), share: 100_000, must: 30, aim: 40 },
  {
    job: 'explain',
    ours: dissect('--explain', '--lang', 'en'),
    theirs: tshark('-V'),
    share: 200_000,
    must: 4,
    aim: 8,
  },
  { job: 'flows', ours: dissect('flows'), theirs: tshark('-z', 'conv,tcp', '-q'), must: 10, aim: 20 },
  {
    job: 'tcptrace',
    ours: dissect('flows'),
    theirs: { name: 'tcptrace -n', program: 'tcptrace', run: (file) => ['tcptrace', '-n', file] },
    must: 1.5,
    aim: 3,
  },
  {
    job: 'capinfos',
    ours: dissect('flows'),
    theirs: { name: 'capinfos', program: 'capinfos', run: (file) => ['capinfos', file] },
  },
  { job: 'small', packets: 100_000, ours: dissect(), theirs: tshark(), must: 2, aim: 3 },
  { job: 'http', kind: 'http', packets: 300_000, ours: dissect(), theirs: tshark() },
  { job: 'bulk', kind: 'bulk', packets: 300_000, ours: dissect(), theirs: tshark() },
  { job: 'dns', kind: 'dns', packets: 300_000, ours: dissect(), theirs: tshark() },
];

/** How the others are measured stands in run.mjs. */
export const GOALS = {
  first: { must: 1.6, aim: 2.5, unit: '×' },
  version: { must: 15, aim: 3, unit: 'ms' },
  growth: { must: 1.1, aim: 1, unit: '×' },
  memory: { must: 150, aim: 80, unit: 'MB' },
  flood: { must: 3, aim: 1, unit: 'µs' },
  floodMemory: { must: 400, aim: 150, unit: 'MB' },
};

export const JOBS = [...COMPARISONS.map(({ job }) => job), 'first', 'version', 'growth', 'flood'];
