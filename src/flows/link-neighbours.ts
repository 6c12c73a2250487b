import { u16 } from '../core/bytes.ts';
import type { Layer } from '../core/layer.ts';
import { textOf } from '../core/octet-text.ts';
import type { Packet } from '../core/packet.ts';
import { type EventLog, type Evidence, seen } from '../events/event.ts';
import * as cdp from '../protocols/cdp.ts';
import { elementAt } from '../protocols/lldp.ts';
import { opcode, PAUSE, pauseTime } from '../protocols/mac-control.ts';
import { addressOf, outermost } from './address-evidence.ts';
import type { Observer } from './observer.ts';

const SYSTEM_NAME = 5;

/** Tells what the two ends of one cable say to each other: who they are, and when they want a pause. */
export class LinkNeighbours implements Observer {
  readonly about = ['lldp', 'cdp', 'macc'];
  private readonly events: EventLog;

  constructor(events: EventLog) {
    this.events = events;
  }

  observe(packet: Packet): void {
    const layer = outermost(packet, 'lldp', 'cdp', 'macc');
    const link = layer === null ? null : outermost(packet, 'eth');
    if (layer === null || link === null) return;
    const sender = addressOf(packet, link, 'source');
    if (layer.protocol.id === 'lldp') {
      this.events.raise('lldp.neighbor', layer, null, { sender, name: nameOf(layer, packet) });
      return;
    }
    if (layer.protocol.id === 'cdp') {
      this.cisco(layer, sender, packet);
      return;
    }
    if (opcode(layer) !== PAUSE) return;
    const time = seen(packet, layer, 'macc.pause_time', layer.start + 2, 2, pauseTime(layer));
    if (pauseTime(layer) === 0) this.events.raise('ethernet.pause.over', layer, null, { sender });
    else this.events.raise('ethernet.pause', layer, null, { sender, time });
  }

  private cisco(layer: Layer, sender: Evidence, packet: Packet): void {
    const said = (type: number, field: string): Evidence | null => {
      const at = cdp.elementAt(layer, type);
      if (at < 0) return null;
      const length = u16(layer.bytes, at + 2) - 4;
      return length > 0 ? seen(packet, layer, field, at + 4, length, cdp.elementText(layer, at)) : null;
    };
    const name = said(cdp.DEVICE, 'cdp.deviceid');
    this.events.raise('cdp.neighbor', layer, null, { sender, name, port: said(cdp.PORT, 'cdp.portid') });
  }
}

function nameOf(layer: Layer, packet: Packet): Evidence | null {
  const at = elementAt(layer, SYSTEM_NAME);
  if (at < 0) return null;
  const length = u16(layer.bytes, at) & 0x01ff;
  return seen(packet, layer, 'lldp.tlv.system.name', at + 2, length, textOf(layer.bytes, at + 2, at + 2 + length));
}
