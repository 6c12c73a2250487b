import type { Layer, Protocol } from '../core/layer.ts';

/**
 * Bytes that no protocol here decodes: unknown numbers, other fragments, content. They stand as they are, with the number
 * that named them.
 */
const start = (layer: Layer): number => layer.start;
const length = (layer: Layer): number => layer.capturedEnd - layer.start;

export const data: Protocol = {
  id: 'data',
  name: 'Data',
  column: 'DATA',
  spec: '',
  fields: [
    { id: 'data.data', label: 'Data', kind: 'bytes', read: start, length },
    { id: 'data.len', label: 'Length', kind: 'uint', read: length, about: 'Octets that were captured.' },
    {
      id: 'dissect.selected_by',
      label: 'Named by',
      kind: 'text',
      read: (layer) => (layer.selectedBy === '' ? null : `${layer.selectedBy} ${layer.selector}`),
      about: 'The field and number that said what these bytes are, for which there is no decoder.',
    },
  ],
  decode(layer) {
    layer.headerEnd = layer.capturedEnd;
    return null;
  },
  info(layer, _packet, out) {
    if (layer.selectedBy !== '') {
      out.ascii(layer.selectedBy);
      out.byte(32);
      writeSelector(layer, out);
      out.ascii(', ');
    }
    out.ascii('Len=');
    out.uint(layer.wireEnd - layer.start);
  },
  card(layer, _packet, out) {
    out.ascii('Data  ');
    out.uint(layer.wireEnd - layer.start);
    out.ascii(' bytes');
    if (layer.selectedBy === '') return;
    out.ascii('\nnot decoded: ');
    out.ascii(layer.selectedBy);
    out.byte(32);
    writeSelector(layer, out);
  },
};

function writeSelector(layer: Layer, out: Parameters<NonNullable<Protocol['info']>>[2]): void {
  if (layer.selectedBy !== 'eth.type' && layer.selectedBy !== 'ppp.protocol') {
    out.uint(layer.selector);
    return;
  }
  out.ascii('0x');
  out.hex(layer.selector, 4);
}
