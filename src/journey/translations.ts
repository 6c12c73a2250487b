import type { Binding } from '../nat/bindings.ts';
import { isProven } from '../nat/crossing.ts';
import type { Join } from '../nat/join.ts';
import type { Sightings } from '../nat/sightings.ts';
import type { Crossed, CrossedPart, Journey, Moment, NeighbourStep, Step, Translated } from './journey.ts';
import { elapsed } from './journey.ts';
import { hostOf } from './link.ts';

/** Packets of one journey that are named with their twins. */
const MOST = 64;

/**
 * Tells of journeys what a translator made of them. `place`: which place of the join they were told by, 0 the first, 1 the
 * second. `there`: the journeys of the other place.
 */
export function translated(
  journeys: readonly Journey[],
  join: Join,
  place: 0 | 1,
  there: readonly Journey[],
): readonly Journey[] {
  const other = new OtherPlace(join, place);
  return journeys.map((journey) => {
    const translation = other.of(journey, there);
    if (translation === null) return journey;
    return { ...journey, translation, untold: journey.untold.filter((what) => what !== 'translator') };
  });
}

/** The place on the other side. */
class OtherPlace {
  private readonly join: Join;
  private readonly place: 0 | 1;
  private readonly here: Sightings;
  private readonly there: Sightings;
  /** By protocol and both ends as they are named here. */
  private readonly bindings = new Map<string, Binding>();

  constructor(join: Join, place: 0 | 1) {
    const { first, second } = join.twins;
    this.join = join;
    this.place = place;
    [this.here, this.there] = place === 0 ? [first, second] : [second, first];
    for (const binding of join.bindings) {
      const { protocol, inside, outside, remote, remoteTranslated, insidePlace } = binding;
      const [own, far] = insidePlace === place ? [inside, remote] : [outside, remoteTranslated ?? remote];
      this.bindings.set(keyOf(protocol, own, far), binding);
      // Pings are called by their addresses alone.
      if (protocol === 'icmp') this.bindings.set(keyOf(protocol, hostOf(own), hostOf(far)), binding);
    }
  }

  of(journey: Journey, there: readonly Journey[]): Translated | null {
    const binding = this.bindingOf(journey);
    if (binding === null) return null;
    const { inside, outside, remote, remoteTranslated, portPreserved, translation, twins, payloadUnchanged } = binding;
    const { clock } = this.join.twins;
    // Behind the colon of an echo stands its identifier, which is no port.
    const bare = (endpoint: string): string => (journey.protocol === 'icmp' ? hostOf(endpoint) : endpoint);
    return {
      here: this.here.name,
      there: this.there.name,
      inside: bare(inside),
      outside: bare(outside),
      remote: bare(remote),
      remoteTranslated: remoteTranslated === null ? null : bare(remoteTranslated),
      portKept: portPreserved,
      translation,
      twins,
      proven: this.provenOf(binding),
      payloadUnchanged,
      lowered: binding.lowered,
      clockWithin: clock.within,
      crossings: this.crossings(journey, binding),
      handshake: this.handshake(journey),
      ways: this.waysOf(binding, there),
    };
  }

  private bindingOf({ protocol, client, server }: Journey): Binding | null {
    const kind = protocol === 'quic' ? 'udp' : protocol;
    const found = this.bindings.get(keyOf(kind, client, server)) ?? this.bindings.get(keyOf(kind, server, client));
    return found ?? null;
  }

  private provenOf({ crossing }: Binding): number {
    const { first, second, ofFirst } = this.join.twins;
    if (crossing.proven === crossing.twins) return crossing.proven;
    let proven = 0;
    for (let row = 0; row < first.count; row++) {
      const twin = ofFirst[row]!;
      if (twin < 0 || first.kinds[row] !== crossing.kind || first.conversations[row] !== crossing.atFirst) continue;
      if (isProven(first, row, second, twin)) proven++;
    }
    return proven;
  }

  private crossings(journey: Journey, { inside, insidePlace, remote, remoteTranslated }: Binding): Crossed[] {
    // The end on this side of the translator: what it sends goes over to the other side.
    const near = insidePlace === this.place ? inside : (remoteTranslated ?? remote);
    const isNear = hostOf(journey.client) === hostOf(near);
    const found: Crossed[] = [];
    const named = new Set<number>();
    for (const step of journey.steps) {
      if (step.earlier) continue;
      for (const [moment, what, outward] of partsOf(step)) {
        if (moment === null || named.has(moment.frame) || found.length === MOST) continue;
        const twin = this.twinOf(moment.frame);
        if (twin === null) continue;
        named.add(moment.frame);
        found.push({
          frame: moment.frame,
          twin: twin.frame,
          what,
          outward,
          took: outward === isNear ? twin.later : -twin.later,
        });
      }
    }
    return found.sort((one, other) => one.frame - other.frame);
  }

  /** The twin of a frame, and how much later it was seen, with the clocks' difference taken away. */
  private twinOf(frame: number): { readonly frame: number; readonly row: number; readonly later: number } | null {
    const { twins } = this.join;
    const row = rowOf(this.here, frame);
    if (row < 0) return null;
    const twin = (this.place === 0 ? twins.ofFirst : twins.ofSecond)[row]!;
    if (twin < 0) return null;
    const [first, second] = this.place === 0 ? [row, twin] : [twin, row];
    const { ahead, drift } = twins.clock;
    const wrong = (ahead ?? 0) + twins.first.times[first]! * (drift ?? 0) * 1e-6;
    const later = twins.difference(first, second) - wrong;
    return { frame: this.there.frames[twin]!, row: twin, later: this.place === 0 ? later : -later };
  }

  private handshake({ steps }: Journey): Translated['handshake'] {
    const connect = steps.find((step) => step.kind === 'connect');
    if (connect?.kind !== 'connect' || connect.synAck === null) return null;
    const [syn, synAck] = [this.twinOf(connect.syn.frame), this.twinOf(connect.synAck.frame)];
    if (syn === null || synAck === null || connect.syns > 1) return null;
    const there = this.there.times[synAck.row]! - this.there.times[syn.row]!;
    return { here: elapsed(connect.syn, connect.synAck), there };
  }

  /** What the translator itself looked for on its other side, because of this journey. */
  private waysOf(binding: Binding, there: readonly Journey[]): NeighbourStep[] {
    const { inside, outside, remote, remoteTranslated, insidePlace } = binding;
    const [own, far] = insidePlace === this.place ? [outside, remoteTranslated ?? remote] : [inside, remote];
    const twin = there.find(
      ({ client, server }) => (client === own && server === far) || (client === far && server === own),
    );
    return twin?.steps.filter((step) => step.kind === 'neighbour').filter(({ earlier }) => !earlier) ?? [];
  }
}

const keyOf = (protocol: string, one: string, other: string): string => `${protocol} ${one} ${other}`;

/** The row of a frame; -1 where it has none. Frames stand in order. */
function rowOf({ frames, count }: Sightings, frame: number): number {
  let [from, to] = [0, count];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (frames[middle]! < frame) from = middle + 1;
    else to = middle;
  }
  return from < count && frames[from] === frame ? from : -1;
}

type Part = readonly [moment: Moment | null, what: CrossedPart, outward: boolean];

/** The packets that a step names, and who sent them. */
function partsOf(step: Step): readonly Part[] {
  switch (step.kind) {
    case 'lookup':
      return step.questions.flatMap(({ asked, answered }): Part[] => [
        [asked, 'question', true],
        [answered, 'answer', false],
      ]);
    case 'connect': {
      const refused = step.outcome === 'refused' ? step.end : null;
      return [
        [step.syn, 'syn', true],
        [step.synAck, 'syn-ack', false],
        [step.ack, 'ack', true],
        [refused, 'rst', false],
      ];
    }
    case 'secure':
      return [
        [step.hello, 'hello', true],
        [step.answer, 'server-hello', false],
      ];
    case 'request':
      return [
        [step.sent, 'request', true],
        [step.firstByte, 'first-byte', false],
        [step.lastByte, 'last-byte', false],
      ];
    case 'turn':
      return [
        [step.begin, 'request', step.byClient],
        [step.firstByte, 'first-byte', !step.byClient],
      ];
    case 'datagrams':
      return [
        [step.begin, 'question', true],
        [step.firstAnswer, 'answer', false],
      ];
    case 'close': {
      const fins = step.fins.map(({ by, sent }): Part => [sent, 'fin', by === 'client']);
      const lastAck: Part = [step.lastAck, 'ack', step.first === 'client'];
      const reset: Part = [step.how === 'reset' ? step.end : null, 'rst', step.resetBy === 'client'];
      return [...fins, lastAck, reset];
    }
    default:
      return [];
  }
}
