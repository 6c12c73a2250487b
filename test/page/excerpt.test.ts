import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MOST_DETAILS, MOST_FRAMES } from '../../src/page/limits.ts';
import { dissect, fixture } from '../cli/run-cli.ts';
import { readBytes } from '../golden/cases.ts';
import { browserOnPath, openBrowser, temporary, watch } from './browser.ts';

/** A refused connection, behind very many pings and before very many more. */
function longCapture(): Uint8Array {
  const pings = readBytes(fixture('icmp/ping/capture.pcap'));
  const refused = readBytes(fixture('tcp/refused/capture.pcap')).subarray(24);
  const ping = pings.subarray(24);
  const times = Math.ceil(MOST_FRAMES / 8);
  const all = new Uint8Array(24 + times * ping.length + refused.length);
  all.set(pings.subarray(0, 24));
  let at = 24;
  for (let i = 0; i < times; i++) {
    if (i === times >> 1) {
      all.set(refused, at);
      at += refused.length;
    }
    all.set(ping, at);
    at += ping.length;
  }
  return all;
}

const path = browserOnPath();

test.skipIf(path === null)(
  'a capture that is too large: the page holds what is worth seeing, and says what is not there',
  async () => {
    const capture = temporary('long.pcap');
    const out = temporary('long.html');
    writeFileSync(capture, longCapture());
    expect(dissect(['report', capture, '-o', out])).toMatchObject({ status: 0, stderr: '' });
    const browser = await openBrowser(path!);
    const { page, faults, close } = await watch(browser, `file://${out}`);
    await page.getByText(`This page holds ${MOST_DETAILS.toLocaleString('en')} of`).waitFor();
    await page.getByText('refused').first().waitFor();
    await page.getByRole('link', { name: 'Packets', exact: true }).click();
    await page.getByLabel('Search the lines').fill('[RST, ACK]');
    await page.locator('.list-row', { hasText: '[RST, ACK]' }).click();
    await page.locator('.telling.warn, .telling.note, .telling.error').first().waitFor();
    await page.evaluate('location.hash = "stream=0"');
    await page.locator('svg.ladder').waitFor();
    await page.evaluate(`location.hash = "frame=${MOST_FRAMES - 10}"`);
    await page.getByText('This page does not hold that').waitFor();
    await page.getByLabel('Display filter').fill('tcp');
    await page.keyboard.press('Enter');
    await page.getByText('A filter needs the whole capture').waitFor();
    expect(faults).toEqual([]);
    await close();
    await browser.close();
  },
);
