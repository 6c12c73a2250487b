import { decimal, findField, headEnd, LONGEST_HEAD } from '../protocols/http-head.ts';
import { beginsSip, sip } from '../protocols/sip.ts';
import { type Arrival, NEED_MORE, NOT_MINE, type StreamDecoder, type StreamProtocol } from './stream.ts';

/** SIP over TCP: each message as long as its Content-Length says (RFC 3261 §18.3). */
const PORT = 5060;

export const sipStream: StreamProtocol = {
  recognise: (bytes, from, to, portA, portB) =>
    beginsSip(bytes, from, to) || ((portA === PORT || portB === PORT) && isLineEnd(bytes[from]!)),
  open: () => decoder,
};

const CR = 13;
const LF = 10;
const isLineEnd = (octet: number): boolean => octet === CR || octet === LF;

/** Each message stands for itself, so that one decoder reads all connections. */
class SipStream implements StreamDecoder {
  readonly protocol = sipStream;
  readonly opaque = false;
  readonly kept = 0;

  /** Empty lines between messages keep a connection open (RFC 5626 §3.5.1). */
  measure(_direction: 0 | 1, bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to && isLineEnd(bytes[at]!)) at++;
    if (at > from) return at - from;
    const end = headEnd(bytes, from, from, to);
    if (end < 0) return to - from > LONGEST_HEAD ? NOT_MINE : NEED_MORE;
    if (!beginsSip(bytes, from, end)) return NOT_MINE;
    const length = findField(bytes, from, end, 'content-length') ?? findField(bytes, from, end, 'l');
    const body = length === null ? 0 : decimal(bytes, length.valueAt, length.valueEnd);
    return end - from + Math.max(0, body);
  }

  message(_direction: 0 | 1, bytes: Uint8Array, from: number, to: number, wireEnd: number, arrival: Arrival): void {
    if (isLineEnd(bytes[from]!)) return;
    arrival.packet.decode(sip, bytes, from, to, wireEnd);
  }

  rest(): void {}
  wake(): void {}
  close(): void {}
}

const decoder = new SipStream();
