import type { Cut } from '../streams/reading.ts';

/** Something that was carried as a file or could be one: the content of an HTTP message, an FTP transfer, a mail. */
export interface Carried {
  readonly protocol: 'http' | 'http2' | 'ftp' | 'smtp';
  /** The frame with its last octets, and the number of its TCP connection. */
  readonly frame: number;
  readonly stream: number;
  readonly sender: 'client' | 'server';
  readonly host: string | null;
  /** What was asked for: an HTTP URI or target, an FTP path. */
  readonly uri: string | null;
  /** `text/html; charset=utf-8`, as it was written. */
  readonly type: string | null;
  /** The name that its sender gave it. */
  readonly named: string | null;
  /** As far as it came. Valid until the next packet is read. */
  readonly content: Uint8Array;
  /** A content coding that is still on it. */
  readonly coding: string | null;
  /** `bytes 0-99/1000`, of a part that was asked for as a part. */
  readonly range: string | null;
  /** Why it is not whole; null for what is. */
  readonly cut: Cut | null;
}

/** Where such things go as they come. */
export type Take = (carried: Carried) => void;

/** Octets of one at the most; of what is longer, the beginning is taken. */
export const LARGEST_OBJECT = 1 << 26;
/** Transfers and mails that are under way at once; the eldest are given up first. */
export const MOST_UNDERWAY = 1 << 14;
/** Octets that are kept of all that is under way. */
export const OBJECTS_LIMIT = 1 << 28;
