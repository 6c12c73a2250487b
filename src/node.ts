/** The library with what only node can do: captures from files and streams. */
export { openCapture, openCaptureStream } from './capture/open.ts';
export * from './index.ts';
