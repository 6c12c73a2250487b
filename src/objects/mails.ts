import type { Layer } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { addressOfLayer } from '../protocols/ftp-address.ts';
import { COMMANDS, CONTENT, LAST_CONTENT } from '../protocols/smtp.ts';
import type { Cut, Reading } from '../streams/reading.ts';
import type { StreamBudget } from '../tcp/reassembly.ts';
import { MOST_UNDERWAY, type Take } from './carried.ts';
import { Parts } from './parts.ts';

interface Underway {
  readonly parts: Parts;
  readonly server: string | null;
  frame: number;
  cut: Cut | null;
}

/** Mails that SMTP hands on: what stands between DATA and the dot, or in BDAT chunks. */
export class MailObjects {
  private readonly underway = new Map<number, Underway>();
  private readonly budget: StreamBudget;
  private readonly take: Take;

  constructor(budget: StreamBudget, take: Take) {
    this.budget = budget;
    this.take = take;
  }

  part({ context, bytes, start, capturedEnd, wireEnd }: Layer, packet: Packet, reading: Reading): void {
    // The next command ends what came in counted chunks (RFC 3030 §2).
    if (context === COMMANDS) this.finish(reading.about, false, null);
    if (context !== CONTENT && context !== LAST_CONTENT) return;
    let mail = this.underway.get(reading.about);
    if (mail === undefined) {
      const server = addressOfLayer(reading.arrival.tcp.network, 'destination');
      mail = { parts: new Parts(this.budget), server, frame: 0, cut: null };
      this.underway.set(reading.about, mail);
      if (this.underway.size > MOST_UNDERWAY) this.finish(this.underway.keys().next().value!, true, 'memory');
    }
    mail.frame = packet.frame.number;
    if (mail.cut === null) mail.cut = mail.parts.add(bytes, start, capturedEnd);
    if (capturedEnd < wireEnd) mail.cut ??= reading.lost ?? 'hole';
    if (context === LAST_CONTENT) this.finish(reading.about, true, null);
  }

  lost(reading: Reading, why: Cut): void {
    const mail = this.underway.get(reading.about);
    if (mail !== undefined) mail.cut ??= why;
  }

  over(reading: Reading, why: Cut): void {
    this.finish(reading.about, true, why);
  }

  private finish(stream: number, dotted: boolean, why: Cut | null): void {
    const mail = this.underway.get(stream);
    if (mail === undefined) return;
    this.underway.delete(stream);
    const octets = mail.parts.take();
    const cut = mail.cut ?? why;
    const content = dotted ? withoutDots(octets, cut === null) : octets;
    if (content.length === 0) return;
    this.take({
      protocol: 'smtp',
      frame: mail.frame,
      stream,
      sender: 'client',
      host: mail.server,
      uri: null,
      type: 'message/rfc822',
      named: 'mail.eml',
      content,
      coding: null,
      range: null,
      cut,
    });
  }
}

const LF = 10;
const DOT = 46;

/** Undoes the doubling of dots that begin a line (RFC 5321 §4.5.2), and takes away the line with the last one. */
function withoutDots(octets: Uint8Array, ended: boolean): Uint8Array {
  const plain = new Uint8Array(octets.length);
  let length = 0;
  let begins = true;
  let lastLine = 0;
  for (const octet of octets) {
    if (begins) lastLine = length;
    if (!(begins && octet === DOT)) plain[length++] = octet;
    begins = octet === LF;
  }
  return plain.subarray(0, ended ? lastLine : length);
}
