import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { reason } from '../capture/open-file.ts';
import { contentSecurityPolicy, pageHtml } from '../page/html.ts';
import { pageParts } from '../page-parts.ts';
import { DONE, InputOutputFault, UsageFault } from './fault.ts';
import { warn } from './messages.ts';
import { OutputFile } from './output-file.ts';
import type { Arguments } from './parse.ts';
import { languageOf, PAGE_PARTS, readingOptions } from './report.ts';
import { wholeNumber } from './terminal.ts';
import { version } from './version.ts';

/** Only this machine is served. */
const HOST = '127.0.0.1';
const PORT = 8800;

/** `dissect web`: the page without a capture, served to this machine or written into a folder. */
export async function web(given: Arguments): Promise<number> {
  if (given.operands.length > 0) {
    throw new UsageFault('dissect web takes no capture: it is chosen in the page; dissect report makes a page of one');
  }
  const port = given.has('port') ? wholeNumber('--port', given.get('port')!, 0) : PORT;
  if (port > 65_535) throw new UsageFault(`--port wants a number up to 65535, not "${port}"`);
  const parts = pageParts(PAGE_PARTS);
  const language = languageOf(given);
  const html = pageHtml(parts, { captures: [], options: readingOptions(given), language, version: version() });
  const folder = given.get('build');
  if (folder === null) return serve(html, contentSecurityPolicy(parts), port);
  build(folder, html);
  return DONE;
}

function build(folder: string, html: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new InputOutputFault(`${folder}: ${reason(error)}`);
  }
  const file = new OutputFile(join(folder, 'index.html'));
  file.writer.text(html);
  file.finish();
}

/** Serves until it is interrupted. */
function serve(html: string, policy: string, port: number): Promise<number> {
  const page = new TextEncoder().encode(html);
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => answer(request, response, page, policy));
    server.once('error', (error) => {
      reject(new InputOutputFault(`port ${port} of ${HOST}: ${reason(error)}`));
    });
    server.listen(port, HOST, () => {
      const address = server.address();
      const chosen = typeof address === 'object' && address !== null ? address.port : port;
      warn(`http://${HOST}:${chosen}/ shows captures until you press Ctrl+C; they do not leave this machine`);
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        server.closeAllConnections();
        server.close(() => resolve(DONE));
      });
    }
  });
}

/** There is one page. Who asks by another name than this machine's was led here by somebody else's (DNS rebinding). */
function answer(request: IncomingMessage, response: ServerResponse, page: Uint8Array, policy: string): void {
  const { method = '', url = '', headers } = request;
  const status = statusOf(headers.host ?? '', method, url);
  if (status !== 200) {
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
    response.end(`${status}\n`);
    return;
  }
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': page.length,
    'Content-Security-Policy': `${policy}; frame-ancestors 'none'`,
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
  response.end(method === 'HEAD' ? undefined : page);
}

function statusOf(host: string, method: string, url: string): 200 | 404 | 405 | 421 {
  const name = host.replace(/:\d+$/, '');
  if (name !== HOST && name !== 'localhost') return 421;
  if (method !== 'GET' && method !== 'HEAD') return 405;
  const path = url.split('?', 1)[0];
  return path === '/' || path === '/index.html' ? 200 : 404;
}
