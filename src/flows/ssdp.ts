import type { Layer } from '../core/layer.ts';
import { stringOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { type EventLog, type Evidence, seen } from '../events/event.ts';
import { decimal, findField, isWord, kindOf, StartLine } from '../protocols/http-head.ts';
import { addressOf, outermost } from './address-evidence.ts';
import type { Observer } from './observer.ts';

/** For what is over before the next message is looked at. */
const line = new StartLine();

/** Tells who looks for devices, which ones answer, and which come and go (UPnP Device Architecture 2.0 §1). */
export class Ssdp implements Observer {
  readonly about = ['ssdp'];
  private readonly events: EventLog;

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const ssdp = outermost(packet, 'ssdp');
    if (ssdp === null || ssdp.network === null) return;
    const { bytes, start, headerEnd } = ssdp;
    const kind = kindOf(bytes, start, headerEnd);
    if (kind === 'response') this.answered(ssdp, packet);
    if (kind !== 'request') return;
    const { firstEnd } = line.read(bytes, start, headerEnd);
    if (isWord(bytes, start, firstEnd, 'M-SEARCH')) this.searched(ssdp, packet);
    else if (isWord(bytes, start, firstEnd, 'NOTIFY')) this.announced(ssdp, packet);
  }

  private searched(ssdp: Layer, packet: Packet): void {
    const target = field(ssdp, packet, 'st', 'http.request.line');
    if (target === null) return;
    const client = addressOf(packet, ssdp.network!, 'source');
    this.events.raise('ssdp.search', ssdp, null, { client, target, wait: longestWait(ssdp, packet) });
  }

  private answered(ssdp: Layer, packet: Packet): void {
    const target = field(ssdp, packet, 'st', 'http.response.line');
    if (target === null) return;
    this.events.raise('ssdp.answer', ssdp, null, {
      device: addressOf(packet, ssdp.network!, 'source'),
      client: addressOf(packet, ssdp.network!, 'destination'),
      target,
      location: field(ssdp, packet, 'location', 'http.location'),
      server: field(ssdp, packet, 'server', 'http.server'),
    });
  }

  private announced(ssdp: Layer, packet: Packet): void {
    const type = field(ssdp, packet, 'nt', 'http.unknown_header');
    const what = field(ssdp, packet, 'nts', 'http.unknown_header');
    if (type === null || what === null) return;
    const device = addressOf(packet, ssdp.network!, 'source');
    if (what.value === 'ssdp:byebye') this.events.raise('ssdp.byebye', ssdp, null, { device, type });
    if (what.value !== 'ssdp:alive') return;
    this.events.raise('ssdp.alive', ssdp, null, {
      device,
      type,
      location: field(ssdp, packet, 'location', 'http.location'),
      server: field(ssdp, packet, 'server', 'http.server'),
    });
  }
}

/** The value of the first field line with this name, or null. */
function field(ssdp: Layer, packet: Packet, name: string, id: string): Evidence | null {
  const { bytes, start, headerEnd } = ssdp;
  const found = findField(bytes, start, headerEnd, name);
  if (found === null || found.valueEnd === found.valueAt) return null;
  const { valueAt, valueEnd } = found;
  return seen(packet, ssdp, id, valueAt, valueEnd - valueAt, stringOf(bytes, valueAt, valueEnd));
}

/** Devices wait up to MX seconds, so that not all of them answer at once (§1.3.3). */
function longestWait(ssdp: Layer, packet: Packet): Evidence | null {
  const { bytes, start, headerEnd } = ssdp;
  const found = findField(bytes, start, headerEnd, 'mx');
  if (found === null) return null;
  const { valueAt, valueEnd } = found;
  const seconds = decimal(bytes, valueAt, valueEnd);
  return seconds <= 0 ? null : seen(packet, ssdp, 'http.request.line', valueAt, valueEnd - valueAt, seconds);
}
