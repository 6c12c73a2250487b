import type { Row } from '../core/field.ts';
import type { Protocol } from '../core/layer.ts';
import type { Packet } from '../core/packet.ts';
import { frame } from '../protocols/frame.ts';
import { tcp } from '../protocols/tcp.ts';
import { udp } from '../protocols/udp.ts';
import { arithmetic, type Operator } from './arithmetic.ts';
import { type Counterpart, datumOf } from './constant.ts';
import { type Datum, isOctets, octetsOf, TYPE_WORDS, type Type } from './datum.ts';
import { Fault, type Place } from './fault.ts';
import { type Field, fieldOf, nearestName } from './field.ts';
import { functions } from './functions.ts';
import type { Scene } from './own-fields.ts';
import { Reader } from './reader.ts';
import { type Range, sliceOf } from './slice.ts';
import type { Operand } from './tree.ts';

/** Fields that occur often have many sums; beyond as many, the rest is not computed. */
const MOST_VALUES = 1000;

/** What has values that change from packet to packet. */
export interface Source extends Place, Counterpart {
  readonly kind: 'source';
  /** The field, where it is taken as it stands: then its values need not be taken out of the packet. */
  readonly field: Field | null;
  readonly layers: readonly Range[] | null;
  /** Appends the packet's values. */
  collect(packet: Packet, into: Datum[]): void;
}

/** What was written down: only what it is compared with says how to read it. */
export interface Literal extends Place {
  readonly kind: 'literal';
  readonly node: Operand;
}

/** Finds out what operands are. Remembers what the tracker has to do for them. */
export class Operands {
  asksEvents = false;
  asksContents = false;
  private readonly scene: Scene;
  private readonly fields = new Map<string, Field | null>();

  constructor(scene: Scene) {
    this.scene = scene;
  }

  of(node: Operand): Source | Literal {
    switch (node.kind) {
      case 'word':
        return this.word(node);
      case 'layered': {
        const field = this.named(node.name);
        if (field === null) throw noSuchField(node.name, { from: node.from, to: node.from + node.name.length });
        return this.field(field, node, node.layers);
      }
      case 'slice':
        return this.slice(node);
      case 'call':
        return this.call(node);
      case 'negate':
        return this.negative(node);
      case 'arithmetic':
        return this.arithmetic(node);
      default:
        return { kind: 'literal', node, from: node.from, to: node.to };
    }
  }

  /** An operand that has to have values of its own. */
  source(node: Operand): Source {
    const operand = this.of(node);
    if (operand.kind === 'source') return operand;
    if (node.kind === 'word' && /[\p{L}_]/u.test(node.text)) throw noSuchField(node.text, node);
    throw new Fault('a value alone says nothing; a field or protocol has to stand here', node);
  }

  /** Looked up once for each name: a long filter asks for the same again and again. */
  private named(name: string): Field | null {
    let field = this.fields.get(name);
    if (field === undefined) {
      field = fieldOf(name, this.scene);
      this.fields.set(name, field);
    }
    return field;
  }

  private word(node: Operand & { readonly kind: 'word' }): Source | Literal {
    const { text, from, to } = node;
    const field = this.named(text.replace(/^\./, ''));
    if (field !== null) return this.field(field, node, null);
    if (text.startsWith('.')) throw noSuchField(text.slice(1), node);
    return { kind: 'literal', node, from, to };
  }

  private field(field: Field, { from, to }: Place, layers: readonly Range[] | null): Source {
    if (field.own?.asksEvents) this.asksEvents = true;
    if (field.homes.some(({ protocol }) => isOfMessages(protocol))) this.asksContents = true;
    const reader = new Reader(field, layers);
    return {
      kind: 'source',
      type: field.type,
      words: field.name,
      row: field.row,
      texts: field.own?.texts ?? null,
      field,
      layers,
      from,
      to,
      collect: (packet, into) => reader.collect(packet, into),
    };
  }

  private slice(node: Operand & { readonly kind: 'slice' }): Source {
    const of = this.source(node.of);
    if (!isOctets(of.type) && of.type !== 'text') {
      throw new Fault(`${of.words} is ${TYPE_WORDS[of.type]}, and has no bytes to take a slice of`, node.of);
    }
    const { ranges } = node;
    return this.made(node, 'bytes', `a slice of ${of.words}`, [of], (into, [values]) => {
      for (const value of values!) {
        const slice = sliceOf(octetsOf(value), ranges);
        if (slice !== null) into.push(slice);
      }
    });
  }

  private negative(node: Operand & { readonly kind: 'negate' }): Source | Literal {
    const of = this.of(node.of);
    if (of.kind === 'literal') return { kind: 'literal', node, from: node.from, to: node.to };
    if (of.type !== 'number' && of.type !== 'duration') throw new Fault(`${of.words} has no sign`, node);
    return this.made(node, of.type, `-${of.words}`, [of], (into, [values]) => {
      for (const value of values!) into.push(-(value as number));
    });
  }

  private arithmetic(node: Operand & { readonly kind: 'arithmetic' }): Source | Literal {
    const { operator } = node;
    const [left, right] = [this.of(node.left), this.of(node.right)];
    if (left.kind === 'literal' && right.kind === 'literal')
      return { kind: 'literal', node, from: node.from, to: node.to };
    const known = left.kind === 'source' ? left : (right as Source);
    const type = resultType(
      operator,
      left.kind === 'source' ? left : known,
      right.kind === 'source' ? right : known,
      node,
    );
    const words = `the result of ${operator}`;
    if (left.kind === 'source' && right.kind === 'source') {
      return this.made(node, type, words, [left, right], (into, [ones, others]) => {
        for (const one of ones!) {
          if (into.length >= MOST_VALUES) return;
          for (const other of others!) add(into, arithmetic(operator, one, other));
        }
      });
    }
    // A number beside a flag or a name is a number.
    const about =
      known.type === 'flag'
        ? { ...known, type: 'number' as const, row: null }
        : { ...known, row: withoutNames(known.row) };
    const constant = datumOf((left.kind === 'literal' ? left : (right as Literal)).node, about);
    return this.made(node, type, words, [known], (into, [values]) => {
      for (const value of values!) {
        add(
          into,
          left.kind === 'literal' ? arithmetic(operator, constant, value) : arithmetic(operator, value, constant),
        );
      }
    });
  }

  private call(node: Operand & { readonly kind: 'call' }): Source {
    const found = functions.get(node.name);
    if (found === undefined) {
      const place = { from: node.from, to: node.from + node.name.length };
      throw new Fault(`there is no function ${node.name}; there are ${[...functions.keys()].join(', ')}`, place);
    }
    const { values } = node;
    if (values.length === 0 || (values.length > 1 && !found.many)) {
      throw new Fault(`${node.name}() wants ${found.many ? 'values' : 'one value'}, not ${values.length}`, node);
    }
    const operands = values.map((value) => this.of(value));
    const known = operands.find((operand) => operand.kind === 'source');
    if (known === undefined) throw new Fault(`${node.name}() wants a field`, values[0]!);
    const sources = operands.map((operand) => (operand.kind === 'source' ? operand : this.fixed(operand, known)));
    for (const source of sources) {
      if (!found.takes(source.type)) {
        throw new Fault(
          `${node.name}() wants ${found.wants}, and ${source.words} is ${TYPE_WORDS[source.type]}`,
          source,
        );
      }
      if (source.type !== known.type) throw incompatible(known, source);
    }
    const type = found.type ?? known.type;
    return this.made(node, type, `${node.name}()`, sources, (into, lists) => {
      found.apply(lists.length === 1 ? lists[0]! : lists.flat(), known.type, into);
    });
  }

  /** A constant among the values of a function: `max(tcp.len, 100)`. */
  private fixed({ node, from, to }: Literal, about: Source): Source {
    const datum = datumOf(node, about);
    return { ...about, from, to, field: null, layers: null, collect: (_, into) => into.push(datum) };
  }

  /** What is made of the values of other sources. */
  private made(
    { from, to }: Place,
    type: Type,
    words: string,
    sources: readonly Source[],
    make: (into: Datum[], values: readonly (readonly Datum[])[]) => void,
  ): Source {
    const lists: Datum[][] = sources.map(() => []);
    return {
      kind: 'source',
      type,
      words,
      row: null,
      texts: null,
      field: null,
      layers: null,
      from,
      to,
      collect(packet, into) {
        for (let i = 0; i < sources.length; i++) {
          lists[i]!.length = 0;
          sources[i]!.collect(packet, lists[i]!);
        }
        make(into, lists);
      },
    };
  }
}

/** True of what may live in a stream; what lies below it is there before a stream is put together. */
const isOfMessages = (protocol: Protocol): boolean =>
  protocol.addresses === undefined && protocol !== frame && protocol !== tcp && protocol !== udp;

function add(into: Datum[], value: Datum | null): void {
  if (value !== null) into.push(value);
}

/** Its size still says which numbers it can be, but a sum has no name. */
const withoutNames = (row: Row | null): Row | null =>
  row === null ? null : { id: row.id, label: row.label, kind: row.kind };

function resultType(operator: Operator, left: Source, right: Source, place: Place): Type {
  const types = [left, right].map(({ type }) => (type === 'flag' ? 'number' : type === 'mac' ? 'bytes' : type));
  const [one, other] = types as [Type, Type];
  if (one === 'number' && other === 'number') return 'number';
  if (one === other && operator === '&' && (one === 'bytes' || one === 'ipv4' || one === 'ipv6')) return one;
  const isSum = operator === '+' || operator === '-';
  if (isSum && one === 'duration' && other === 'duration') return 'duration';
  if (operator === '-' && one === 'moment' && other === 'moment') return left === right ? 'moment' : 'duration';
  throw new Fault(
    `${operator} cannot be used on ${TYPE_WORDS[one]}${one === other ? '' : ` and ${TYPE_WORDS[other]}`}`,
    place,
  );
}

export function incompatible(one: Source, other: Source): Fault {
  return new Fault(
    `${other.words} is ${TYPE_WORDS[other.type]}, and ${one.words} is ${TYPE_WORDS[one.type]}: they cannot be compared`,
    other,
  );
}

function noSuchField(name: string, place: Place): Fault {
  const near = nearestName(name);
  const hint = near === null ? 'dissect fields lists them' : `did you mean ${near}?`;
  return new Fault(`there is no field or protocol ${name}; ${hint}`, place);
}
