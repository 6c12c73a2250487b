/** Ports that are TLS's by registration, and what it carries there. On others the bytes must look like a hello. */
export const APPLICATIONS = new Map([
  [443, 'Hypertext Transfer Protocol'],
  [465, 'Simple Mail Transfer Protocol'],
  [636, 'Lightweight Directory Access Protocol'],
  [853, 'Domain Name System'],
  [993, 'Internet Message Access Protocol'],
  [995, 'Post Office Protocol'],
  [5061, 'Session Initiation Protocol'],
  [5671, 'Advanced Message Queuing Protocol'],
  [8883, 'MQ Telemetry Transport Protocol'],
]);

/** Applications that a server's choice names (RFC 7301 §6). */
export const BY_NAME = new Map([
  ['http/1.0', 'Hypertext Transfer Protocol'],
  ['http/1.1', 'Hypertext Transfer Protocol'],
  ['h2', 'HyperText Transfer Protocol 2'],
  ['ftp', 'File Transfer Protocol (FTP)'],
  ['imap', 'Internet Message Access Protocol'],
  ['pop3', 'Post Office Protocol'],
]);

/** Ports where an application speaks inside of TLS as it does on another one without. */
export const CLEAR_PORTS = new Map([
  [443, 80],
  [465, 25],
  [853, 53],
  [990, 21],
]);
