import { sha256 } from '@noble/hashes/sha2.js';
import { gzipSync } from 'fflate/browser';
import type { Language } from '../notes/note.ts';
import type { Excerpt, GivenCapture, ReadingOptions } from './model.ts';
import { base64, toJson } from './packed.ts';

/** What the build makes of the page: its script and its style, and the engine's program, compressed by gzip. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
  readonly engine: Uint8Array;
}

/** What a page is made for. */
export interface PageContent {
  /** None for a page that begins empty, or that holds an excerpt. */
  readonly captures: readonly GivenCapture[];
  /** What the page holds in place of a capture that is too large for it. */
  readonly excerpt?: { readonly name: string; readonly of: Excerpt };
  readonly options: ReadingOptions;
  /** The language to begin with; null for the reader's. */
  readonly language: Language | null;
  /** Of this program, to be noted in the page. */
  readonly version: string;
}

/**
 * One HTML page that holds everything: the program, the captures, and a content security policy that lets nothing else in
 * and nothing out. The same content gives the same octets.
 */
export function pageHtml({ script, style, engine }: PageParts, content: PageContent): string {
  const { captures, options, language, version } = content;
  const excerpt = content.excerpt ?? null;
  const names = excerpt === null ? captures.map(({ name }) => name) : [excerpt.name];
  const settings = JSON.stringify({ version, language, names, options, excerpt: excerpt !== null });
  const title = names.length === 0 ? 'dissect' : `${names.join(', ')} – dissect`;
  return [
    '<!doctype html>',
    `<html lang="${language ?? 'en'}">`,
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy({ script, style })}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<meta name="generator" content="dissect ${version}">`,
    '<link rel="icon" href="data:,">',
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<noscript>This page reads the capture that it holds with its own program: it needs JavaScript. Nothing leaves the page.</noscript>',
    block('settings', settings.replaceAll('<', '\\u003c')),
    ...(excerpt === null
      ? [block('engine', base64(engine)), ...captures.map(({ bytes }, i) => block(`capture-${i}`, packed(bytes)))]
      : [block('excerpt', packed(new TextEncoder().encode(toJson(excerpt.of))))]),
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** What a page may do: run its own script and the engine, and nothing else. It goes nowhere. */
export function contentSecurityPolicy({ script, style }: Pick<PageParts, 'script' | 'style'>): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    'worker-src blob:',
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

const packed = (bytes: Uint8Array): string => base64(gzipSync(bytes, { level: 9, mtime: 0 }));

/** Data that the page's script reads: no browser runs it. */
const block = (id: string, text: string): string =>
  `<script type="application/octet-stream" id="${id}">${text}</script>`;

const hashOf = (text: string): string => `sha256-${base64(sha256(new TextEncoder().encode(text)))}`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
