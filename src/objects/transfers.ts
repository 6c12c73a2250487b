import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { addressOfLayer } from '../protocols/ftp-address.ts';
import { Transfer } from '../protocols/ftp-data.ts';
import { announcerOf } from '../streams/ftp.ts';
import type { Cut, Reading } from '../streams/reading.ts';
import type { StreamBudget } from '../tcp/reassembly.ts';
import { MOST_UNDERWAY, type Take } from './carried.ts';
import { Parts } from './parts.ts';

/** Commands that move a file (RFC 959 §4.1.3); the others list names. */
const MOVING = /^(RETR|STOR|APPE|STOU)(?: +(.*))?$/i;

/** A data connection under way. */
interface Underway {
  readonly transfer: Transfer | null;
  readonly parts: Parts;
  readonly server: string | null;
  frame: number;
  cut: Cut | null;
}

/** Files that FTP moves: all that a data connection carries, until it is closed. */
export class FtpObjects {
  private readonly underway = new Map<number, Underway>();
  private readonly budget: StreamBudget;
  private readonly take: Take;

  constructor(budget: StreamBudget, take: Take) {
    this.budget = budget;
    this.take = take;
  }

  data(layer: Layer, packet: Packet, reading: Reading): void {
    let file = this.underway.get(reading.about);
    if (file === undefined) {
      file = begun(layer, reading, new Parts(this.budget));
      this.underway.set(reading.about, file);
      if (this.underway.size > MOST_UNDERWAY) this.finish(this.underway.keys().next().value!, 'memory');
    }
    file.frame = packet.frame.number;
    if (file.cut === null) file.cut = file.parts.add(layer.bytes, layer.start, layer.capturedEnd);
    if (layer.capturedEnd < layer.wireEnd) file.cut ??= 'snapped';
  }

  /** What comes behind a gap is no part of the beginning. */
  lost(reading: Reading, why: Cut): void {
    const file = this.underway.get(reading.about);
    if (file !== undefined) file.cut ??= why;
  }

  over(reading: Reading, why: Cut): void {
    this.finish(reading.about, why);
  }

  private finish(stream: number, why: Cut): void {
    const file = this.underway.get(stream);
    if (file === undefined) return;
    this.underway.delete(stream);
    const content = file.parts.take();
    const command = file.transfer?.command ?? null;
    const moving = MOVING.exec(command ?? '');
    if (content.length === 0 || (command !== null && moving === null)) return;
    this.take({
      protocol: 'ftp',
      frame: file.frame,
      stream,
      sender: /^RETR/i.test(command ?? 'RETR') ? 'server' : 'client',
      host: file.server,
      uri: moving?.[2] ?? null,
      type: null,
      named: moving?.[2] ?? 'ftp-data',
      content,
      coding: null,
      range: null,
      cut: file.cut ?? (why === 'closed' ? null : why),
    });
  }
}

/** Who announced the port is the server in passive mode, and the client in active mode (RFC 959 §3.2). */
function begun({ context }: Layer, { arrival }: Reading, parts: Parts): Underway {
  const transfer = context instanceof Transfer ? context : null;
  return { transfer, parts, server: transfer && serverOf(transfer, arrival.tcp), frame: 0, cut: null };
}

function serverOf(transfer: Transfer, tcp: Layer): string | null {
  const announcer = announcerOf(transfer, tcp);
  if (announcer === null) return null;
  const other = announcer === 'source' ? 'destination' : 'source';
  return addressOfLayer(tcp.network, /PASV$/.test(transfer.method) ? announcer : other);
}
