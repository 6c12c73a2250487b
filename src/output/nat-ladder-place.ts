import type { Packet } from '../core/packet.ts';
import { safeText, Writer } from '../core/writer.ts';
import { topLayer } from '../flows/naming-layers.ts';
import { errorsAbout, type TranslatedConnection } from '../nat/connections.ts';
import type { StateChange } from '../tcp/state-change.ts';
import { LadderBuilder } from './ladder.ts';
import { writeInfo } from './line.ts';
import type { PlaceSeen, SeenError } from './nat-ladder.ts';

/** Makes what one place saw of a translated connection, packet by packet. The packets have to be tracked, with their changes. */
export class NatPlaceBuilder {
  private readonly builder: LadderBuilder;
  private readonly errors = new Map<number, SeenError>();
  /** ICMP errors about it: by frame, the row and who sent it. */
  private readonly wanted: ReadonlyMap<number, { readonly row: number; readonly source: string }>;
  private readonly text = new Writer(256);

  /** `timeWait` in seconds. */
  constructor(connection: TranslatedConnection, place: 0 | 1, timeWait: number) {
    const { first, second } = connection.join.twins;
    const sightings = place === 0 ? first : second;
    this.builder = new LadderBuilder(connection.streams[place], timeWait, false);
    const rows = errorsAbout(connection, place);
    this.wanted = new Map(rows.map((row) => [sightings.frames[row]!, { row, source: sightings.endpoint(row, 0) }]));
  }

  packet(packet: Packet, changes: readonly StateChange[]): void {
    this.builder.packet(packet, changes);
    const error = this.wanted.get(packet.frame.number);
    if (error === undefined) return;
    this.text.clear();
    writeInfo(topLayer(packet), packet, this.text);
    this.errors.set(error.row, { source: error.source, said: safeText(this.text.toString().trim()) });
  }

  get seen(): PlaceSeen {
    return { ladder: this.builder.finish()!, errors: this.errors };
  }
}
