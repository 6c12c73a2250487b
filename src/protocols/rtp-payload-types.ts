/** What a payload type means. Without an announcement: RFC 3551 §6, tables 4 and 5. */
export interface Encoding {
  readonly name: string;
  /** Units of the timestamp a second. */
  readonly rate: number;
}

const VIDEO_RATE = 90_000;
const of = (name: string, rate = 8000): Encoding => ({ name, rate });

const ENCODINGS = new Map<number, Encoding>([
  [0, of('PCMU')],
  [3, of('GSM')],
  [4, of('G723')],
  [5, of('DVI4')],
  [6, of('DVI4', 16_000)],
  [7, of('LPC')],
  [8, of('PCMA')],
  [9, of('G722')],
  [10, of('L16', 44_100)],
  [11, of('L16', 44_100)],
  [12, of('QCELP')],
  [13, of('CN')],
  [14, of('MPA', VIDEO_RATE)],
  [15, of('G728')],
  [16, of('DVI4', 11_025)],
  [17, of('DVI4', 22_050)],
  [18, of('G729')],
  [25, of('CelB', VIDEO_RATE)],
  [26, of('JPEG', VIDEO_RATE)],
  [28, of('nv', VIDEO_RATE)],
  [31, of('H261', VIDEO_RATE)],
  [32, of('MPV', VIDEO_RATE)],
  [33, of('MP2T', VIDEO_RATE)],
  [34, of('H263', VIDEO_RATE)],
]);

/** Null for a type that only an announcement can explain. */
export const staticEncoding = (payloadType: number): Encoding | null => ENCODINGS.get(payloadType) ?? null;
