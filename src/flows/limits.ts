/** What is kept at the most of what is not whole yet; each can be set. */
export interface Limits {
  /** Datagrams of which fragments wait for the others. */
  readonly datagrams: number;
  /** Octets of such fragments. */
  readonly fragments: number;
  /** Octets of one TCP stream: an unfinished message, and pieces behind a hole. */
  readonly stream: number;
  /** Octets of all TCP streams together. */
  readonly streams: number;
}

export const LIMITS: Limits = { datagrams: 4096, fragments: 16 << 20, stream: 16 << 20, streams: 64 << 20 };

/** What was given up because a limit was reached. */
export interface GivenUp {
  /** Datagrams whose fragments had to go. */
  readonly datagrams: number;
  /** How often octets of a TCP stream had to go. */
  readonly streams: number;
}
