/** The file name that a Content-Disposition gives (RFC 6266 §4.3); the extended form counts where both are there. */
export function dispositionName(value: string | null): string | null {
  if (value === null) return null;
  const extended = /(?:^|;)[ \t]*filename\*[ \t]*=[ \t]*([\w-]*)'[^';]*'([^; \t]*)/i.exec(value);
  if (extended !== null) return percentDecoded(extended[2]!, /^iso-8859-1$/i.test(extended[1]!) ? 'latin1' : 'utf-8');
  const plain = /(?:^|;)[ \t]*filename[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)|([^;]*))/i.exec(value);
  if (plain === null) return null;
  return plain[1] === undefined ? plain[2]!.trim() : plain[1].replace(/\\(.)/g, '$1');
}

/** `a%20b` as `a b`; what is no escape stays. */
export function percentDecoded(text: string, charset: 'utf-8' | 'latin1' = 'utf-8'): string {
  if (!text.includes('%')) return text;
  const octets: number[] = [];
  const written = new TextEncoder().encode(text);
  for (let i = 0; i < written.length; i++) {
    const pair = written[i] === PERCENT ? String.fromCharCode(written[i + 1] ?? 0, written[i + 2] ?? 0) : '';
    if (!/^[\da-f]{2}$/i.test(pair)) {
      octets.push(written[i]!);
      continue;
    }
    octets.push(Number.parseInt(pair, 16));
    i += 2;
  }
  return new TextDecoder(charset).decode(Uint8Array.from(octets));
}

const PERCENT = 37;
