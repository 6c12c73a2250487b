import { accessSync, constants, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { dissect, fixture } from '../cli/run-cli.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A browser on the PATH; null where there is none. */
export function browserOnPath(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The sandbox of a browser needs rights that a container seldom has; what is opened here is our own page. */
export const openBrowser = (path: string): Promise<Browser> =>
  chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-gpu'] });

const FOLDER = mkdtempSync(join(tmpdir(), 'dissect-page-'));

/** A place for a file that only this run needs. */
export const temporary = (name: string): string => join(FOLDER, name);

/** Writes the report of a fixture; answers with its path. */
export function reportOf(...names: readonly string[]): string {
  const out = temporary(`${names[0]!.replaceAll('/', '-')}.html`);
  const { status, stderr } = dissect(['report', ...names.map(fixture), '-o', out]);
  if (status !== 0 && status !== 2) throw new Error(stderr);
  return out;
}

/** A page in a browser, and all that it did which it should not. */
export interface Watched {
  readonly page: Page;
  /** What was said on the console beside plain notes, and what was asked of any network. */
  readonly faults: string[];
  close(): Promise<void>;
}

/** Opens an address. Everything but the page itself, and what it makes within itself, is forbidden. */
export async function watch(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  const own = url.split('#', 1)[0]!;
  page.on('request', (request) => {
    const asked = request.url();
    if (asked.split('#', 1)[0] !== own && !/^(?:blob|data):/.test(asked)) faults.push(`request: ${asked}`);
  });
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}
