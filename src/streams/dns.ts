import { u16 } from '../core/bytes.ts';
import { dns, HEADER } from '../protocols/dns.ts';
import { tcpPorts } from '../protocols/tables.ts';
import { dstPort, srcPort } from '../protocols/tcp.ts';
import { type Arrival, NEED_MORE, NOT_MINE, type StreamDecoder, type StreamProtocol } from './stream.ts';

/** DNS over TCP: each message behind two octets that hold its length (RFC 1035 §4.2.2, RFC 7766 §8). */
const PORT = 53;
const PREFIX = 2;

export const dnsStream: StreamProtocol = {
  names: ['dot'],
  recognise: (_bytes, _from, _to, portA, portB) => portA === PORT || portB === PORT,
  open: () => decoder,
};

/** Each message stands for itself, so that one decoder reads all connections. */
class DnsStream implements StreamDecoder {
  readonly protocol = dnsStream;
  readonly opaque = false;
  readonly kept = 0;

  measure(_direction: 0 | 1, bytes: Uint8Array, from: number, to: number): number {
    if (to - from < PREFIX) return NEED_MORE;
    const length = u16(bytes, from);
    return length < HEADER ? NOT_MINE : PREFIX + length;
  }

  message(_direction: 0 | 1, bytes: Uint8Array, from: number, to: number, wireEnd: number, arrival: Arrival): void {
    const { packet, tcp } = arrival;
    if (to - from <= PREFIX) return;
    const port = srcPort(tcp) === PORT ? PORT : dstPort(tcp);
    packet.decode(packet.follow(tcpPorts, port, dns), bytes, from + PREFIX, to, wireEnd);
  }

  rest(): void {}
  wake(): void {}
  close(): void {}
}

const decoder = new DnsStream();
