import type { Layer } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { addressOfLayer } from '../protocols/ftp-address.ts';
import { contentOf, fullUri } from '../protocols/http.ts';
import { findField, headEnd, kindOf, StartLine } from '../protocols/http-head.ts';
import { Answer } from '../streams/http.ts';
import type { Reading } from '../streams/reading.ts';
import type { Carried } from './carried.ts';
import { dispositionName } from './disposition.ts';

/** What an HTTP/1.x message carries; null where it carries nothing. */
export function httpObject(layer: Layer, packet: Packet, reading: Reading): Carried | null {
  const { bytes, start, headerEnd, wireEnd } = layer;
  const kind = headerEnd === start ? 'continuation' : kindOf(bytes, start, headerEnd);
  if (kind === 'continuation' || headerEnd >= wireEnd) return null;
  // Of a message whose head is cut nobody knows whether it carries anything.
  if (headEnd(bytes, start, start, headerEnd) !== headerEnd) return null;
  const cut = reading.cuts[layer.index] ?? (layer.capturedEnd < wireEnd ? (reading.lost ?? 'hole') : null);
  const { octets, coding } = contentOf(layer);
  // Of what was lost from its first octet on it is still known what it was.
  if (octets.length === 0 && cut === null) return null;
  const field = (name: string): string | null => findField(bytes, start, headerEnd, name)?.value ?? null;
  const isRequest = kind === 'request';
  const uri = isRequest ? uriOf(layer, field('host')) : answeredUri(layer);
  return {
    protocol: 'http',
    frame: packet.frame.number,
    stream: reading.about,
    sender: isRequest ? 'client' : 'server',
    host: hostOf(uri) ?? addressOfLayer(reading.arrival.tcp.network, isRequest ? 'destination' : 'source'),
    uri,
    type: field('content-type'),
    named: dispositionName(field('content-disposition')),
    content: octets,
    coding,
    range: isRequest ? null : field('content-range'),
    cut,
  };
}

const line = new StartLine();

function uriOf({ bytes, start, headerEnd, decrypted }: Layer, host: string | null): string {
  line.read(bytes, start, headerEnd);
  const target = stringOf(bytes, line.secondAt, line.secondEnd);
  return host === null ? target : fullUri(decrypted, host, target);
}

const answeredUri = ({ context, decrypted }: Layer): string | null =>
  context instanceof Answer ? context.uri(decrypted) : null;

/** `www.example.test` of `http://www.example.test/page`; null where no host is named. */
export function hostOf(uri: string | null): string | null {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(uri ?? '')?.[1];
  return authority === undefined || authority === '' ? null : authority.slice(authority.lastIndexOf('@') + 1);
}
