/** The octets of an IPv4 or IPv6 address that is written as text; null for anything else. */
export function octetsOf(text: string): Uint8Array | null {
  return text.includes(':') ? ipv6(text) : ipv4(text);
}

function ipv4(text: string): Uint8Array | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return null;
  const octets = text.split('.').map(Number);
  return octets.every((octet) => octet <= 255) ? Uint8Array.from(octets) : null;
}

/** Groups on both sides of `::`, of which the last may be an IPv4 address (RFC 4291 §2.2). */
function ipv6(text: string): Uint8Array | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const parts = halves.map(groups);
  if (parts.some((part) => part === null)) return null;
  const [front, back = []] = parts as number[][];
  const missing = 16 - front!.length - back.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return null;
  return Uint8Array.from([...front!, ...new Array<number>(missing).fill(0), ...back]);
}

function groups(text: string): number[] | null {
  const octets: number[] = [];
  if (text === '') return octets;
  for (const group of text.split(':')) {
    if (group.includes('.')) {
      const embedded = ipv4(group);
      if (embedded === null) return null;
      octets.push(...embedded);
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(group)) return null;
      const value = Number.parseInt(group, 16);
      octets.push(value >>> 8, value & 255);
    }
  }
  return octets.length > 16 ? null : octets;
}
