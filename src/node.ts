/** The library with what only node can do: captures from files and streams. */
export { openCapture, openCaptureStream } from './capture/open.ts';
export { type Judgement, judgeGolden } from './golden.ts';
export * from './index.ts';
export { pageParts } from './page-parts.ts';
