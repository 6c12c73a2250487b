import type { Packet } from '../core/packet.ts';
import { ftpData } from '../protocols/ftp-data.ts';
import { http } from '../protocols/http.ts';
import { http2 } from '../protocols/http2.ts';
import { smtp } from '../protocols/smtp.ts';
import type { Cut, Reading, Taker } from '../streams/reading.ts';
import { StreamBudget } from '../tcp/reassembly.ts';
import { OBJECTS_LIMIT, type Take } from './carried.ts';
import { httpObject } from './http.ts';
import { Http2Objects } from './http2.ts';
import { MailObjects } from './mails.ts';
import { FtpObjects } from './transfers.ts';

/** Finds in messages what they carry as files, and hands it on as soon as there is no more of it. */
export class Collector implements Taker {
  private readonly take: Take;
  private readonly http2: Http2Objects;
  private readonly transfers: FtpObjects;
  private readonly mails: MailObjects;

  constructor(take: Take, budget: StreamBudget = new StreamBudget(OBJECTS_LIMIT)) {
    this.take = take;
    this.http2 = new Http2Objects(budget, take);
    this.transfers = new FtpObjects(budget, take);
    this.mails = new MailObjects(budget, take);
  }

  messages(packet: Packet, from: number, reading: Reading, direction: 0 | 1): void {
    for (let i = from; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      switch (layer.protocol) {
        case http: {
          const carried = httpObject(layer, packet, reading);
          if (carried !== null) this.take(carried);
          break;
        }
        case http2:
          this.http2.frame(layer, packet, reading, direction);
          break;
        case ftpData:
          this.transfers.data(layer, packet, reading);
          break;
        case smtp:
          this.mails.part(layer, packet, reading);
          break;
      }
    }
    if (reading.lost !== null) this.lost(reading, direction, reading.lost);
  }

  over(reading: Reading, why: Cut): void {
    this.http2.over(reading, why);
    this.transfers.over(reading, why);
    this.mails.over(reading, why);
  }

  private lost(reading: Reading, direction: 0 | 1, why: Cut): void {
    this.http2.lost(reading, direction, why);
    this.transfers.lost(reading, why);
    this.mails.lost(reading, why);
  }
}
