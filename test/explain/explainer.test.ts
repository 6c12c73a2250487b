import { expect, it } from 'vitest';
import type { RaisedEvent } from '../../src/events/event.ts';
import { Explainer } from '../../src/explain/explainer.ts';
import { machineForm } from '../../src/explain/machine.ts';
import type { Note } from '../../src/notes/note.ts';

const note = (event: string, heading: string): Note => ({
  event,
  claims: ['002-03'],
  spec: 'RFC 9293 §3.5',
  see: [],
  heading,
  first: [`First of ${event}.`],
  more: [`More of ${event}.`],
});
const NOTES = [
  note('tcp.data', '{sender} sends {length:byte/bytes}'),
  note('tcp.reset', '{sender} resets'),
  note('arp', 'ARP'),
];
const KOREAN = [note('tcp.data', '{sender:이가} {length}바이트를 보낸다')];

const data = (about: number | null, length = 1448): RaisedEvent => ({
  id: 'tcp.data',
  layer: 3,
  about,
  parameters: {
    sender: { value: '10.0.0.2:80', field: 'tcp.srcport', frame: 7, offset: 34, length: 2 },
    receiver: { value: '10.0.0.1:40000' },
    length: { value: length },
    from: { value: 1 },
    to: { value: 1449 },
  },
});

it('explains in full once for each connection, and points back from then on', () => {
  const explainer = new Explainer([['en', NOTES]], 'normal');
  const one = 0;
  const [first] = explainer.explain([data(one)], 7);
  expect(first).toMatchObject({ explainedIn: 0, wordings: [{ title: '10.0.0.2:80 sends 1,448 bytes' }] });
  expect(first!.wordings[0]!.paragraphs).toEqual(['First of tcp.data.']);
  const [second] = explainer.explain([data(one, 1)], 9);
  expect(second).toMatchObject({ explainedIn: 7, wordings: [{ title: '10.0.0.2:80 sends 1 byte', paragraphs: [] }] });
  const [other] = explainer.explain([data(1)], 11);
  expect(other).toMatchObject({ explainedIn: 0 });
});

it('explains once what a packet has twice', () => {
  const explainer = new Explainer([['en', NOTES]], 'normal');
  const [one, two, other] = explainer.explain([data(0), data(0, 1), data(1)], 7);
  expect(one!.wordings[0]!.paragraphs).toEqual(['First of tcp.data.']);
  expect(two).toMatchObject({ explainedIn: 0, wordings: [{ title: '10.0.0.2:80 sends 1 byte', paragraphs: [] }] });
  expect(other!.wordings[0]!.paragraphs).toEqual(['First of tcp.data.']);
});

it('says everything every time in full, and the heading only in brief', () => {
  const about = 3;
  const full = new Explainer([['en', NOTES]], 'full');
  full.explain([data(about)], 1);
  expect(full.explain([data(about)], 2)[0]!.wordings[0]!.paragraphs).toEqual([
    'First of tcp.data.',
    'More of tcp.data.',
  ]);
  const brief = new Explainer([['en', NOTES]], 'brief');
  brief.explain([data(about)], 1);
  expect(brief.explain([data(about)], 2)[0]).toMatchObject({ explainedIn: 0, wordings: [{ paragraphs: [] }] });
});

it('speaks several languages, in the order asked for', () => {
  const explainer = new Explainer(
    [
      ['ko', KOREAN],
      ['en', NOTES],
    ],
    'normal',
  );
  const [explanation] = explainer.explain([data(0)], 1);
  expect(explanation!.wordings.map(({ title }) => title)).toEqual([
    '10.0.0.2:80이 1,448바이트를 보낸다',
    '10.0.0.2:80 sends 1,448 bytes',
  ]);
  expect(machineForm([explanation!]).map(({ lang }) => lang)).toEqual(['ko', 'en']);
});

it('falls back to the nearest note above, and to the id where there is none', () => {
  const explainer = new Explainer([['en', NOTES]], 'normal');
  const raised = (id: RaisedEvent['id']): RaisedEvent => ({ ...data(0), id });
  expect(explainer.explain([raised('tcp.reset.refused')], 1)[0]!.wordings[0]!.title).toBe('10.0.0.2:80 resets');
  expect(explainer.explain([raised('arp.reply')], 1)[0]!.wordings[0]!.title).toBe('ARP');
  expect(explainer.explain([raised('vlan.tag')], 1)[0]!.wordings[0]).toMatchObject({
    title: 'vlan.tag',
    paragraphs: [],
  });
});

it('puts what the innermost layer is about first', () => {
  const explainer = new Explainer([['en', NOTES]], 'normal');
  const inner: RaisedEvent = { ...data(0), id: 'arp.reply', layer: 5 };
  expect(explainer.explain([data(0), inner], 1).map(({ event }) => event)).toEqual(['arp.reply', 'tcp.data']);
});

it('has a machine form with stable keys and evidence', () => {
  const explainer = new Explainer([['en', NOTES]], 'normal');
  const [form] = machineForm(explainer.explain([data(null)], 7));
  expect(Object.keys(form!)).toEqual(['event', 'title', 'text', 'claims', 'spec', 'evidence']);
  expect(form!.evidence[0]).toEqual({ field: 'tcp.srcport', frame: 7, offset: 34, length: 2, value: '10.0.0.2:80' });
  expect(form!.evidence[1]).toEqual({ field: null, frame: null, offset: null, length: null, value: '10.0.0.1:40000' });
});
