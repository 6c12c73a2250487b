import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { concluded, type Evidence, seen } from '../events/event.ts';
import { Certificate, type Span } from '../protocols/tls-certificate.ts';
import { findCertificate } from '../protocols/tls-handshake.ts';
import { Place } from '../protocols/tls-hello.ts';

const OF_CERTIFICATE = 'dissect.tls.certificate.';
const NAMES_IN_SENTENCE = 4;
const place = new Place();

/**
 * What the first certificate of a message in `[at, end)` of the layer's bytes says, as `tls.certificate` tells it; null where
 * there is none. `version` is that of the connection.
 */
export function certificateEvidence(packet: Packet, layer: Layer, at: number, end: number, version: number) {
  const { bytes } = layer;
  if (!findCertificate(bytes, at, end, place, version)) return null;
  const found = new Certificate(bytes, place.at, place.end);
  const { subject, issuer, notBefore, notAfter, names } = found;
  const { number } = packet.frame;
  const part = (id: string, span: Span): Evidence | null =>
    span.at < 0 ? null : seen(packet, layer, OF_CERTIFICATE + id, span.at, span.end - span.at, found.text(span)!);
  const moment = (id: string, span: Span): Evidence | null => {
    const time = found.time(span);
    return time === null ? null : concluded(time, number, OF_CERTIFICATE + id);
  };
  const listed = names.slice(0, NAMES_IN_SENTENCE).map((name) => found.text(name));
  return {
    subject: part('subject', subject),
    issuer: part('issuer', issuer),
    names: listed.length === 0 ? null : concluded(listed.join(', '), number, `${OF_CERTIFICATE}name`),
    from: moment('not_before', notBefore),
    until: moment('not_after', notAfter),
  };
}
