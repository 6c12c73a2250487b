import type { EventLog } from '../events/event.ts';
import type { OpenApplication } from '../flows/quic-streams.ts';
import { DnsOverQuic } from './dns-over-quic.ts';
import { Http3Application } from './http3.ts';

/** Who reads the streams of a connection, by the protocol's name in TLS (RFC 7301 §6): those of drafts, too. */
export const applicationsOverQuic =
  (events: EventLog): OpenApplication =>
  (name) => {
    if (/^h3(-\d+)?$/.test(name)) return new Http3Application(events);
    if (/^doq(-i\d+)?$/.test(name)) return new DnsOverQuic(events);
    return null;
  };
