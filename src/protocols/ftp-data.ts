import type { Row } from '../core/field.ts';
import type { Context, Layer, Protocol } from '../core/layer.ts';
import type { Writer } from '../core/writer.ts';

/**
 * File Transfer Protocol, a data connection. RFC 959 §3.3.
 *
 * It carries nothing but a file or a listing. What it is, the control connection told (src/streams/ftp.ts).
 */
export class Transfer implements Context {
  readonly port: number;
  /** Which ends it may be announced for. */
  readonly addresses: readonly string[];
  readonly method: string;
  readonly frame: number;
  /** What was asked for, once it was: `RETR notes.txt`. */
  command: string | null = null;
  commandFrame = 0;

  constructor(port: number, addresses: readonly string[], method: string, frame: number) {
    this.port = port;
    this.addresses = addresses;
    this.method = method;
    this.frame = frame;
  }

  get rows(): readonly Row[] {
    return ROWS;
  }
}

const transferOf = ({ context }: Layer): Transfer | null => (context instanceof Transfer ? context : null);

/** What is known of a data connection from its control connection. */
export const ROWS: readonly Row[] = [
  {
    id: 'ftp-data.setup-frame',
    label: 'Announced in frame',
    kind: 'uint',
    read: (layer) => transferOf(layer)?.frame ?? null,
  },
  {
    id: 'ftp-data.setup-method',
    label: 'Announced by',
    kind: 'text',
    read: (layer) => transferOf(layer)?.method ?? null,
  },
  { id: 'ftp-data.command', label: 'Command', kind: 'text', read: (layer) => transferOf(layer)?.command ?? null },
  {
    id: 'ftp-data.command-frame',
    label: 'Asked for in frame',
    kind: 'uint',
    read: (layer) => transferOf(layer)?.commandFrame || null,
  },
];

export const ftpData: Protocol = {
  id: 'ftp-data',
  name: 'FTP Data',
  column: 'FTP-DATA',
  spec: 'RFC 959 §3.3',
  fields: [],
  decode(layer) {
    layer.headerEnd = layer.capturedEnd;
    return null;
  },
  info,
  card(layer, _packet, out) {
    out.ascii('FTP-DATA  ');
    writeTransfer(layer, out);
  },
};

function info(layer: Layer, _packet: unknown, out: Writer): void {
  out.ascii('FTP Data: ');
  writeTransfer(layer, out);
}

/** `1205 bytes (PASV) (LIST)`. */
function writeTransfer(layer: Layer, out: Writer): void {
  out.uint(layer.wireEnd - layer.start);
  out.ascii(' bytes');
  const transfer = transferOf(layer);
  if (transfer === null) return;
  out.ascii(` (${transfer.method})`);
  if (transfer.command === null) return;
  out.ascii(' (');
  out.safe(transfer.command);
  out.byte(41);
}
