import type { Row } from '../core/field.ts';
import { visitLayer } from '../core/field.ts';
import type { Packet } from '../core/packet.ts';
import type { Writer } from '../core/writer.ts';
import { writeValue } from './value.ts';

/** `-E` options, with tshark's names and defaults. */
export interface FieldsFormat {
  readonly separator: string;
  readonly aggregator: string;
  readonly quote: '' | '"' | "'";
  readonly occurrence: 'a' | 'f' | 'l';
}

export const FIELDS_FORMAT: FieldsFormat = { separator: '\t', aggregator: ',', quote: '', occurrence: 'a' };

/** Fields that stand for several others, in Wireshark's words. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  'eth.addr': ['eth.dst', 'eth.src'],
  'ip.addr': ['ip.src', 'ip.dst'],
  'ipv6.addr': ['ipv6.src', 'ipv6.dst'],
  'tcp.port': ['tcp.srcport', 'tcp.dstport'],
  'udp.port': ['udp.srcport', 'udp.dstport'],
};

/** Prints chosen fields of each packet, one line a packet, in the order asked for. */
export class FieldsPrinter {
  private readonly columns: readonly string[];
  private readonly format: FieldsFormat;
  /** For each field id, the columns that show it. */
  private readonly wanted = new Map<string, number[]>();
  private readonly values: string[][];

  constructor(columns: readonly string[], format: FieldsFormat) {
    this.columns = columns;
    this.format = format;
    this.values = columns.map(() => []);
    for (const [index, column] of columns.entries()) {
      for (const id of ALIASES[column] ?? [column]) {
        const known = this.wanted.get(id);
        if (known) known.push(index);
        else this.wanted.set(id, [index]);
      }
    }
  }

  header(out: Writer): void {
    out.text(this.columns.join(this.format.separator));
    out.line();
  }

  packet(packet: Packet, out: Writer): void {
    for (const list of this.values) list.length = 0;
    for (let i = 0; i < packet.count; i++) {
      const layer = packet.layers[i]!;
      visitLayer(layer, packet, (row, at, length, value) => {
        const columns = this.wanted.get(row.id);
        if (columns === undefined) return;
        const from = out.at;
        writeValue(row as Row, layer, at, length, value, out);
        const text = out.take(from);
        for (const column of columns) this.values[column]!.push(text);
      });
    }
    this.writeRow(out);
  }

  private writeRow(out: Writer): void {
    const { separator, aggregator, quote, occurrence } = this.format;
    for (const [index, all] of this.values.entries()) {
      if (index > 0) out.text(separator);
      if (all.length === 0) continue;
      const shown = occurrence === 'f' ? [all[0]!] : occurrence === 'l' ? [all.at(-1)!] : all;
      out.text(quote + shown.join(aggregator) + quote);
    }
    out.line();
  }
}
