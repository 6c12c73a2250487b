import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commands } from '../../src/cli/command-table.ts';
import { manual } from '../../src/cli/manual.ts';
import { options, typed } from '../../src/cli/options.ts';
import { ROOT } from './run-cli.ts';

const PAGE = join(ROOT, 'man/dissect.1');
const { version, man, files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

it('is made from the options as they are', () => {
  const made = manual(version);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(PAGE, made);
  else expect(readFileSync(PAGE, 'utf8'), 'npm run build writes it').toBe(made);
});

it('names every option and every command', () => {
  const text = manual(version).replaceAll('\\-', '-');
  for (const { name } of options) expect(text).toContain(`\n.B ${typed(name)}`);
  for (const { name } of commands) expect(text).toContain(`.SS "dissect ${name} `);
});

it('is shipped', () => {
  expect(man).toBe('man/dissect.1');
  expect(files).toContain('man');
});

const GROFF = ['/usr/bin/groff', '/usr/local/bin/groff', '/opt/homebrew/bin/groff'].find(existsSync);

it.skipIf(GROFF === undefined)('is set without a warning', () => {
  const shell = `${GROFF} -man -Tutf8 -ww -rLL=100n ${PAGE} 2>&1 >/dev/null`;
  expect(execFileSync('/bin/sh', ['-c', shell], { encoding: 'utf8' })).toBe('');
});
