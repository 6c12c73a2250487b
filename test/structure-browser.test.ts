import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FIXTURES, readBytes } from './golden/cases.ts';
import { printed } from './golden/print.ts';

test('the library prints the same in a browser', async () => {
  const script = fileURLToPath(new URL('../scripts/check-browser.mjs', import.meta.url));
  const text = execFileSync(process.execPath, [script, '--print'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(text).toBe(await printed('line.txt', readBytes(join(FIXTURES, 'web/first-page-lan/capture.pcap'))));
});
