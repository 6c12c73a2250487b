/** Versions of QUIC by number. RFC 9000 §15, RFC 9369 §3. */
export const NEGOTIATION = 0;
const VERSION_1 = 1;
const VERSION_2 = 0x6b3343cf;

/** The first draft whose long header is that of RFC 9000 §17.2, and the last. */
const FIRST_DRAFT = 22;
const LAST_DRAFT = 34;
const DRAFTS = 0xff000000;

/** mvfst's own numbers, and the drafts behind them. */
const MVFST = new Map([
  [0xfaceb001, 22],
  [0xfaceb002, 27],
]);

/** Numbers that nobody may use, so that a server has to answer that it does not know them (RFC 9000 §15). */
export const isReserved = (version: number): boolean => (version & 0x0f0f0f0f) >>> 0 === 0x0a0a0a0a;

export const isVersion2 = (version: number): boolean => version === VERSION_2;

/** Clients protect what has a reserved version, and is never read, as in this draft. */
const OF_RESERVED = 29;

/** The draft that a version is; version 1 follows the last one, and 0 is none. */
function draftOf(version: number): number {
  if (version === VERSION_1 || version === VERSION_2) return LAST_DRAFT;
  const draft = MVFST.get(version) ?? version - DRAFTS;
  return draft >= FIRST_DRAFT && draft <= LAST_DRAFT ? draft : 0;
}

/** Versions whose header is read here. */
export const isKnownVersion = (version: number): boolean => draftOf(version) > 0 || isReserved(version);

/** What a version is called; empty for one that is not known. */
export function versionName(version: number): string {
  if (version === NEGOTIATION) return 'Version Negotiation';
  if (version === VERSION_1) return '1';
  if (version === VERSION_2) return '2';
  if (isReserved(version)) return 'reserved, to exercise negotiation';
  const draft = draftOf(version);
  if (draft === 0) return '';
  return MVFST.has(version) ? `Facebook mvfst (draft-${draft})` : `draft-${draft}`;
}

/** What protects the packets whose keys anybody can compute. */
interface Protection {
  /** Of the secret that the first destination connection ID gives (RFC 9001 §5.2). */
  readonly salt: Uint8Array;
  /** What labels of keys begin with (RFC 9001 §5.1, RFC 9369 §3.3.2). */
  readonly label: string;
  /** Of Retry's tag (RFC 9001 §5.8). Null for drafts that had none. */
  readonly retryKey: Uint8Array | null;
  readonly retryNonce: Uint8Array | null;
}

const octets = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));

const protection = (label: string, salt: string, retryKey = '', retryNonce = ''): Protection => ({
  salt: octets(salt),
  label,
  retryKey: retryKey === '' ? null : octets(retryKey),
  retryNonce: retryNonce === '' ? null : octets(retryNonce),
});

/** The published numbers of each version, made when one is met. */
const PROTECTIONS: readonly (readonly [firstDraft: number, make: () => Protection])[] = [
  // RFC 9001 §5.2, §5.8.
  [
    33,
    () =>
      protection(
        'quic',
        '38762cf7f55934b34d179ae6a4c80cadccbb7f0a',
        'be0c690b9f66575a1d766b54e368c84e',
        '461599d35d632bf2239825bb',
      ),
  ],
  // draft-ietf-quic-tls-29.
  [
    29,
    () =>
      protection(
        'quic',
        'afbfec289993d24c9e9786f19c6111e04390a899',
        'ccce187ed09a09d05728155a6cb96be1',
        'e54930f97f2136f0530a8c1c',
      ),
  ],
  // draft-ietf-quic-tls-25.
  [
    25,
    () =>
      protection(
        'quic',
        'c3eef712c72ebb5a11a7d2432bb46365bef9f502',
        '4d32ecdb2a2133c841e4043df27d4430',
        '4d1611d05513a552c587d575',
      ),
  ],
  // draft-ietf-quic-tls-23 and -22.
  [23, () => protection('quic', 'c3eef712c72ebb5a11a7d2432bb46365bef9f502')],
  [22, () => protection('quic', '7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a')],
];

/** RFC 9369 §3.3. */
const protectionOfVersion2 = (): Protection =>
  protection(
    'quicv2',
    '0dede3def700a6db819381be6e269dcbf9bd2ed9',
    '8fb4b01b56ac48e260fbcbcead7ccc92',
    'd86969bc2d7c6d9990efb04a',
  );

const made = new Map<number, Protection>();

/** Null for versions of which it is not known. */
export function protectionOf(version: number): Protection | null {
  const known = made.get(version);
  if (known !== undefined) return known;
  const draft = isReserved(version) ? OF_RESERVED : draftOf(version);
  const make = isVersion2(version) ? protectionOfVersion2 : PROTECTIONS.find(([first]) => draft >= first)?.[1];
  if (make === undefined) return null;
  const found = make();
  if (!isReserved(version)) made.set(version, found);
  return found;
}
