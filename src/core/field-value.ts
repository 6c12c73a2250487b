import type { Row, Value } from './field.ts';
import type { Layer } from './layer.ts';
import type { Writer } from './writer.ts';

/** Writes a field's value as `-T fields` and machine forms have it: the same text as tshark's. */
export function writeValue(row: Row, layer: Layer, at: number, length: number, value: Value, out: Writer): void {
  switch (row.kind) {
    case 'hex':
      out.ascii('0x');
      writeHex(Number(value), hexDigits(row), out);
      return;
    case 'mac':
      out.mac(layer.bytes, at);
      return;
    case 'ipv4':
      out.ipv4(layer.bytes, at);
      return;
    case 'ipv6':
      out.ipv6(layer.bytes, at);
      return;
    case 'bytes':
      if (length === 0) out.ascii(row.empty ?? '<MISSING>');
      else out.octets(layer.bytes, at, Math.min(at + length, layer.unitCapturedEnd));
      return;
    case 'text':
      out.safe(value as string);
      return;
    case 'none':
      out.ascii('1');
      return;
    default:
      if (typeof value === 'number' && value >= 0) out.uint(value);
      else out.ascii(String(value));
  }
}

/** Digits of a hexadecimal field: its own, or its bits rounded up to whole octets, as Wireshark's field types are. */
export const hexDigits = (row: Row): number => row.digits ?? Math.ceil((row.bits ?? 32) / 8) * 2;

function writeHex(value: number, digits: number, out: Writer): void {
  if (digits > 8) out.ascii(value.toString(16).padStart(digits, '0'));
  else out.hex(value, digits);
}
