/**
 * Values that differ from one recording of the same behaviour to the next, by the names that `--normalize` takes. A
 * transcript leaves out those that are normalized.
 */
export const VOLATILE = ['time', 'isn', 'ports', 'ip-id', 'mac', 'tsval', 'dns-id', 'sizes', 'content'] as const;
export type Volatile = (typeof VOLATILE)[number];

/** What is normalized where nobody says: sizes and content are mostly what a test is about. */
export const USUALLY_NORMALIZED: readonly Volatile[] = VOLATILE.filter(
  (name) => name !== 'sizes' && name !== 'content',
);

export const isVolatile = (name: string): name is Volatile => (VOLATILE as readonly string[]).includes(name);

/**
 * The first port that systems hand out to whoever asks for none: Linux begins at 32768 (ip_local_port_range), others at
 * 49152 (RFC 6335 §6).
 */
const FIRST_EPHEMERAL = 32768;

/**
 * `address:port` with `*` for a port that another recording would not have: the client's, any that was handed out, and any
 * but a protocol's own where both ends agreed on it (`announced`).
 */
export function endpointText(
  name: string,
  isClient: boolean,
  announced: boolean,
  normalized: ReadonlySet<Volatile>,
): string {
  const colon = portAt(name);
  if (colon < 0 || !normalized.has('ports')) return name;
  const port = Number(name.slice(colon + 1));
  // Both ends of DHCP, of NTP between servers and the like have the port of the protocol.
  const handedOut = port >= FIRST_EPHEMERAL || ((isClient || announced) && port > HIGHEST_SYSTEM);
  return handedOut ? `${name.slice(0, colon)}:*` : name;
}

/** RFC 6335 §6: ports up to here are a protocol's, and nobody gets one by chance. */
const HIGHEST_SYSTEM = 1023;

/** Where the colon before the port stands; -1 for an address alone. */
function portAt(name: string): number {
  const colon = name.lastIndexOf(':');
  const alone = name.indexOf(':') !== colon && name[colon - 1] !== ']';
  return alone ? -1 : colon;
}
