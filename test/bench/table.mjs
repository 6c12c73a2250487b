// What was measured, as a table of 100 columns.

const seconds = (value) => (value < 1 ? `${(value * 1000).toFixed(0)}ms` : `${value.toFixed(value < 10 ? 2 : 1)}s`);
const megabytes = (value) => (value > 0 ? value.toFixed(0) : '');
const number = (value, unit) => value.toFixed(unit === 'MB' || value >= 100 ? 0 : value >= 10 || unit === 'ms' ? 1 : 2);

function line(cells) {
  const [job, wall, user, peak, name, theirWall, theirUser, theirPeak, value, cpu, goals, verdict] = cells;
  const ours = `${job.padEnd(9)}${wall.padStart(6)}${user.padStart(7)}${peak.padStart(5)}`;
  const theirs = `${name.padEnd(20)}${theirWall.padStart(6)}${theirUser.padStart(7)}${theirPeak.padStart(5)}`;
  return `${ours}  ${theirs}${value.padStart(17)}${cpu.padStart(5)}${goals.padStart(7)} ${verdict}`.trimEnd();
}

const figures = (side) =>
  side === undefined
    ? ['', '', '']
    : [seconds(side.wall.median), side.user > 0 ? seconds(side.user) : '', megabytes(side.peak)];

export function printTitles(machine, packets) {
  console.log(`${machine}; ${packets.toLocaleString('en')} packets where nothing else is said`);
  console.log(
    'Medians of time and of user CPU time, peak memory in MB; how many times as long the other takes, with least',
  );
  console.log('and most, and by CPU time; what it must be and what it aims at.\n');
  const of = ['time', 'user', 'MB'];
  console.log(line(['job', ...of, 'beside', ...of, '× (least–most)', 'CPU', 'goals', '']));
}

export function printRow(row) {
  const { job, ours, theirs, value, cpu, unit, must, aim, note = '' } = row;
  const shown = `${number(value.median, unit)}${unit === '×' ? '' : ` ${unit}`}`;
  const range = value.least === undefined ? '' : ` (${number(value.least, unit)}–${number(value.most, unit)})`;
  // Of a shorter capture, and counted by the packet.
  const name = theirs === undefined ? note : `${theirs.name}${theirs.packets < ours.packets ? ' ≈' : ''}`;
  const goals = must === undefined ? ['', ''] : [`${must}/${aim}`, verdict(row)];
  const byCpu = cpu === undefined ? '' : number(cpu, unit);
  console.log(line([job, ...figures(ours), name, ...figures(theirs), shown + range, byCpu, ...goals]));
}

/** Which goal was reached. A ratio to others wants to be large, everything else small. */
export function verdict({ value, must, aim, more }) {
  const reached = (goal) => (more ? value.median >= goal : value.median <= goal);
  if (reached(aim)) return 'aim';
  return reached(must) ? 'must' : 'NO';
}

export function printGrowth(steps) {
  if (steps.length === 0) return;
  console.log('\nOne packet, as the capture grows: µs, µs of CPU, peak memory in MB');
  console.log('  packets       lines                  flows');
  for (const { packets, lines, flows } of steps) {
    const micro = (value) => ((value / packets) * 1e6).toFixed(2).padStart(6);
    const cells = [lines, flows].map(
      ({ wall, user, peak }) => `${micro(wall.median)} ${micro(user)} ${megabytes(peak).padStart(5)}`,
    );
    console.log(`${packets.toLocaleString('en').padStart(9)}  ${cells.join('   ')}`);
  }
}
