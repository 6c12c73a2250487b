import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cases, FIXTURES } from '../golden/cases.ts';
import { browserOnPath, openBrowser, reportOf, watch } from './browser.ts';

const path = browserOnPath();
const asked = process.env.ALL_PAGES === '1' && path !== null;

/** Where screenshots are kept, or nothing. */
const { SCREENSHOTS } = process.env;

/** Captures of both sides of a translator. */
const pairs = readdirSync(join(FIXTURES, 'nat')).filter((name) =>
  readdirSync(join(FIXTURES, 'nat', name)).includes('outside.pcap'),
);

describe.skipIf(!asked)('the report of every fixture (npm run pages)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(path!);
  });
  afterAll(async () => {
    await browser?.close();
  });

  const one = cases().map(({ name, capture }) => [name, [capture.slice(FIXTURES.length)]] as const);
  const two = pairs.map((name) => [`nat/${name}`, [`nat/${name}/inside.pcap`, `nat/${name}/outside.pcap`]] as const);

  test.each([...one, ...two])('%s', async (name, captures) => {
    const file = reportOf(...captures);
    const { page, faults, close } = await watch(browser, `file://${file}`);
    await page.locator('.overview h2').first().waitFor();
    for (const tab of await page.locator('.tabs a').all()) {
      const view = await tab.getAttribute('data-view');
      await tab.click();
      await page.locator(`#view-${view} > div > *`).first().waitFor();
      if (view === 'packets') {
        await page.locator('.list-row').last().click();
        await page.locator('.tree .layer').first().waitFor();
      }
      if (SCREENSHOTS !== undefined) {
        await page.waitForTimeout(100);
        await page.screenshot({ path: join(SCREENSHOTS, `${name.replaceAll('/', '-')}-${view}.png`), fullPage: true });
      }
    }
    await page.getByRole('button', { name: '한국어' }).click();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.locator('.tabs a').nth(1).click();
    await page.getByRole('grid', { name: '패킷' }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(faults).toEqual([]);
    await close();
  });
});
