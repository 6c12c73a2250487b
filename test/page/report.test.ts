import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserOnPath, openBrowser, reportOf, type Watched, watch } from './browser.ts';

const path = browserOnPath();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Faults that axe-core calls serious or critical. */
async function seriousFaults(page: Page): Promise<string[]> {
  // A content security policy holds for elements; what the browser itself is asked to run is beyond it.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResult>('axe.run(document, { resultTypes: ["violations"] })');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`,
    );
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

const textsOf = (page: Page, selector: string): Promise<string[]> => page.locator(selector).allTextContents();

describe.skipIf(path === null)('a report in a browser (skipped where no chromium is on the PATH)', () => {
  let browser: Browser;
  let file: string;

  beforeAll(async () => {
    browser = await openBrowser(path!);
    file = reportOf('web/first-page-lan/capture.pcap');
  });
  afterAll(async () => {
    await browser?.close();
  });

  const open = (hash = '', options = {}): Promise<Watched> => watch(browser, `file://${file}${hash}`, options);

  test('is small, and the same each time', () => {
    expect(statSync(file).size).toBeLessThan(1_000_000);
    const first = readFileSync(file, 'utf8');
    reportOf('web/first-page-lan/capture.pcap');
    expect(readFileSync(file, 'utf8') === first).toBe(true);
  });

  test('shows the capture at a glance, in both languages', async () => {
    const { page, faults, close } = await open();
    await page.getByText('All 24 frames are there whole.').waitFor();
    await page.getByRole('button', { name: '한국어' }).click();
    await page.getByText('프레임 24개가 모두 온전하다.').waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('ko');
    expect(await seriousFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  test('a field, its bytes and the sentence that rests on it light up together, from each of them', async () => {
    const { page, faults, close } = await open('#frame=22');
    const lit = async (): Promise<readonly string[]> => [
      ...(await textsOf(page, '.tree .lit')),
      (await textsOf(page, '.hex .octets .lit')).join(' '),
      ...new Set(await textsOf(page, '.telling .value.lit')),
    ];
    const expected = ['Destination port: 80', '00 50', '203.0.113.80:80'];
    await page.getByRole('treeitem', { name: 'Destination port: 80' }).click();
    expect(await lit()).toEqual(expected);
    await page.locator('.hex .octets [data-at="39"]').click();
    expect((await lit())[1]).not.toBe('00 50');
    await page.locator('.hex .octets [data-at="37"]').click();
    expect(await lit()).toEqual(expected);
    await page
      .getByRole('treeitem', { name: /^Window/ })
      .first()
      .click();
    await page.locator('.telling .value', { hasText: '203.0.113.80:80' }).first().click();
    expect(await lit()).toEqual(expected);
    expect(faults).toEqual([]);
    await close();
  });

  test('filters, says where a filter is wrong, and searches', async () => {
    const { page, faults, close } = await open('#view=packets');
    const numbers = (): Promise<string[]> => textsOf(page, '.list-row > :first-child');
    await page.locator('.list-row').first().waitFor();
    expect(await numbers()).toHaveLength(24);
    await page.getByLabel('Display filter').fill('http.request || dns.flags.response == 1');
    await page.keyboard.press('Enter');
    await page.getByText('3 of 24 packets').waitFor();
    expect(await numbers()).toEqual(['5', '6', '10']);
    await page.getByLabel('Display filter').fill('tcp.prot == 80');
    await page.keyboard.press('Enter');
    const fault = page.locator('#filter-fault');
    await fault.getByText('did you mean').waitFor();
    expect(await fault.locator('pre').textContent()).toBe('tcp.prot == 80\n^~~~~~~~');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Search the lines').fill('www.EXAMPLE');
    await page.getByText('4 of 24 packets').waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  test('is used with the keyboard alone', async () => {
    const { page, faults, close } = await open('#view=packets');
    await page.locator('.list-row').first().waitFor();
    const press = async (key: string, times = 1): Promise<void> => {
      for (let i = 0; i < times; i++) await page.keyboard.press(key);
    };
    const focused = (): Promise<string> =>
      page.evaluate('(document.activeElement.getAttribute("role") ?? "") + " " + document.activeElement.className');
    for (let i = 0; i < 20 && (await focused()) !== 'grid list'; i++) await press('Tab');
    expect(await focused()).toBe('grid list');
    await press('End');
    await press('ArrowUp', 2);
    await page.getByRole('heading', { name: 'Packet 22' }).waitFor();
    expect(new URL(page.url()).hash).toContain('frame=22');
    for (let i = 0; i < 40 && !(await focused()).startsWith('treeitem'); i++) await press('Tab');
    await press('End');
    await press('Home');
    await press('ArrowDown');
    expect(await textsOf(page, '.tree .lit')).toEqual([expect.stringMatching(/^Ethernet II/)]);
    for (let i = 0; i < 10 && (await focused()) !== 'group dump'; i++) await press('Tab');
    await press('ArrowRight', 3);
    expect(await page.locator('.hex .sr').textContent()).toBe('Offset 0x0002: 0xc0, Destination: 02:42:c0:a8:00:01');
    expect(faults).toEqual([]);
    await close();
  });

  test('draws the connection, and an arrow leads to its packet', async () => {
    const { page, faults, close } = await open('#stream=0');
    await page.locator('svg.ladder').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.locator('svg.ladder [data-frame="8"] text').first().click();
    await page.getByRole('heading', { name: 'Packet 8' }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  test('packets have no serious fault for those who cannot see, light and dark, wide and narrow', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, close } = await open('#frame=10', { colorScheme });
      await page.getByRole('heading', { name: 'Packet 10' }).waitFor();
      await page.getByRole('treeitem', { name: 'Source port' }).click();
      expect(await seriousFaults(page)).toEqual([]);
      if (colorScheme === 'dark') {
        await page.setViewportSize({ width: 390, height: 844 });
        expect(await seriousFaults(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      }
      await close();
    }
  });

  test('of both sides of a translator it shows what became of each packet, and the router between', async () => {
    const both = reportOf('nat/two-clients-one-port/inside.pcap', 'nat/two-clients-one-port/outside.pcap');
    const { page, faults, close } = await watch(browser, `file://${both}#frame=3`);
    await page.locator('.telling', { hasText: '203.0.113.1' }).first().waitFor();
    await page.getByRole('link', { name: 'NAT' }).click();
    expect(await textsOf(page, '.nat td:nth-child(3)')).toEqual(['203.0.113.1:40000', '203.0.113.1:13483']);
    await page.getByRole('link', { name: 'Journeys' }).click();
    await page.getByRole('link', { name: 'in pictures' }).click();
    await page.locator('svg', { hasText: '203.0.113.1:40000' }).first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByLabel('Capture', { exact: true }).selectOption('outside.pcap');
    await page.getByRole('link', { name: 'Packets', exact: true }).click();
    await page.locator('.list-row', { hasText: '13483 → 80 [SYN]' }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  test('markup in a name, a header and comments is text', async () => {
    const markup = reportOf('web/markup/capture.pcapng');
    const { page, faults, close } = await watch(browser, `file://${markup}`);
    await page.getByText('<script>document.title = "owned by the file"</script>').first().waitFor();
    for (const frame of [1, 3, 4, 8, 10]) {
      await page.evaluate(`location.hash = 'frame=${frame}'`);
      await page.getByRole('heading', { name: `Packet ${frame}`, exact: true }).waitFor();
    }
    await page.evaluate("location.hash = 'frame=8'");
    await page.getByRole('treeitem', { name: 'javascript:owned(2)' }).first().waitFor();
    await page.evaluate("location.hash = 'stream=0'");
    await page.locator('svg.ladder').waitFor();
    expect(await page.title()).toBe('capture.pcapng – dissect');
    expect(await page.locator('img, iframe, object, svg [onload]').count()).toBe(0);
    const addresses = await page.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(addresses.filter((address) => !address?.startsWith('#'))).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });
});
