import { numberOfWord, type Tape, wordOf } from './tape.ts';

/**
 * The letters of Zeek's `history`: what happened in a conversation, one letter each in the order in which it came, in
 * capitals for the originator.
 */
export class ZeekHistory {
  text = '';

  letter(letter: string, originator: boolean): void {
    this.text += originator ? letter.toUpperCase() : letter;
  }

  /** A sign of no side. */
  add(sign: string): void {
    this.text += sign;
  }

  /** A letter that is written the first, the tenth, the hundredth … time only. */
  scaled(letter: string, count: number, originator: boolean): void {
    if (isPowerOfTen(count)) this.letter(letter, originator);
  }

  record(tape: Tape): void {
    const { numbers } = tape;
    numbers[tape.at++] = this.text === '' ? 0 : numberOfWord(this.text);
  }

  replay(tape: Tape): void {
    const { numbers } = tape;
    this.text = wordOf(numbers[tape.at++]!) ?? '';
  }
}

function isPowerOfTen(count: number): boolean {
  let power = 1;
  while (power < count) power *= 10;
  return power === count;
}

/**
 * Ports that Zeek's own protocols are registered for: where nobody has seen who began, the end with such a port is taken
 * for the responder.
 */
const SERVER_PORTS = {
  // biome-ignore format: as they come in the protocols' documentation
  tcp: new Set([
    20000, 21, 22, 25, 53, 80, 81, 88, 110, 135, 139, 143, 389, 443, 445, 502, 563, 585, 587, 614, 631, 636, 989, 990,
    992, 993, 995, 1080, 1434, 1883, 2811, 3128, 3268, 3306, 3389, 5222, 5223, 5269, 5432, 6379, 6666, 6667, 6668, 6669,
    8000, 8080, 8888,
  ]),
  // biome-ignore format: as above
  udp: new Set([
    53, 67, 68, 88, 123, 137, 161, 162, 389, 443, 514, 1812, 2123, 2152, 3389, 3544, 4011, 4789, 5060, 5072, 5353, 5355,
    6081, 20000,
  ]),
} as const;

export const isLikelyServerPort = (transport: 'tcp' | 'udp', port: number): boolean =>
  SERVER_PORTS[transport].has(port);
