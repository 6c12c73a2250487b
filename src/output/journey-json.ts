import { durationText } from '../core/duration.ts';
import type { Writer } from '../core/writer.ts';
import type {
  Bar,
  Crossed,
  Journey,
  LookupQuestion,
  Moment,
  SecureStep,
  Step,
  Translated,
} from '../journey/journey.ts';
import { elapsed } from '../journey/journey.ts';
import { writeJson } from './json-text.ts';
import { epochText } from './moment.ts';
import { isoTime } from './time.ts';

/** When the capture began: seconds since 1970 and nanoseconds on top; null where frames have no time. */
export interface Origin {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/**
 * One journey as an object for programs: schema/journey.schema.json describes it. A moment is its frame with the seconds
 * since the capture's first frame; durations are seconds as well, all with nine decimals.
 */
export function journeyForm(journey: Journey, origin: Origin | null) {
  const { number, protocol, stream, service, client, server, rolesSeen, name, begin, end } = journey;
  return {
    schema: 1,
    journey: number,
    proto: protocol,
    stream,
    service,
    client,
    server,
    roles_seen: rolesSeen,
    name: name === null ? null : name.text,
    name_from: name === null ? null : name.from,
    name_frame: name === null ? null : name.frame,
    time_epoch: momentText(begin, origin, epochText),
    time: momentText(begin, origin, isoTime),
    begin: momentForm(begin),
    end: momentForm(end),
    duration: durationText(elapsed(begin, end)),
    packets: journey.frames,
    octets: journey.octets,
    retransmissions: journey.again,
    steps: journey.steps.map(stepForm),
    waterfall: journey.waterfall.map(barForm),
    untold: journey.untold,
    nat: journey.translation === null ? null : translationForm(journey.translation),
  };
}

export function writeJourneyJson(journey: Journey, origin: Origin | null, out: Writer): void {
  writeJson(journeyForm(journey, origin), out);
}

function momentText<T>(
  { seconds, nanoseconds }: Moment,
  origin: Origin | null,
  form: (seconds: number, nanoseconds: number) => T,
): T | null {
  if (origin === null) return null;
  const sum = origin.nanoseconds + nanoseconds;
  const carried = sum >= 1e9 ? 1 : 0;
  return form(origin.seconds + seconds + carried, sum - carried * 1e9);
}

const momentForm = ({ frame, seconds, nanoseconds }: Moment) => ({
  frame,
  time_relative: epochText(seconds, nanoseconds),
});

const maybe = (moment: Moment | null) => (moment === null ? null : momentForm(moment));

/** From one moment to another; null where one of them is not there. */
const between = (from: Moment | null, to: Moment | null): string | null =>
  from === null || to === null ? null : durationText(elapsed(from, to));

function stepForm(step: Step) {
  const { kind, begin, end, causes, earlier } = step;
  return {
    kind,
    begin: momentForm(begin),
    end: maybe(end),
    duration: between(begin, end),
    causes,
    earlier,
    ...partsOf(step),
  };
}

function partsOf(step: Step): object {
  switch (step.kind) {
    case 'lease': {
      const { client, server, address, router, resolver, seconds, messages } = step;
      return { client, server, address, router, resolver, lease_seconds: seconds, messages };
    }
    case 'neighbour': {
      const { protocol, asker, address, mac, asked, purpose, router } = step;
      return { protocol, asker, address, mac, asked, purpose, router };
    }
    case 'lookup': {
      const { protocol, transport, client, server, name, questions, aliases, chosen, sameCard } = step;
      const asked = questions.map(questionForm);
      return { protocol, transport, client, server, name, questions: asked, aliases, chosen, other_address: sameCard };
    }
    case 'connect': {
      const { syn, syns, synAck, ack, outcome } = step;
      const rtt = between(syn, ack);
      return { syn: momentForm(syn), syns, syn_ack: maybe(synAck), ack: maybe(ack), rtt, outcome };
    }
    case 'secure':
      return secureForm(step);
    case 'request': {
      const { protocol, method, target, host, asked, sent, firstByte, lastByte, status, phrase, type, octets } = step;
      const answer = { first_byte: maybe(firstByte), last_byte: maybe(lastByte), status, phrase, type, octets };
      const waits = {
        wait: between(sent, firstByte),
        content: between(firstByte, lastByte),
        took: between(sent, lastByte),
      };
      return { protocol, method, target, host, asked: maybe(asked), sent: maybe(sent), ...answer, ...waits };
    }
    case 'turn': {
      const { byClient, sent, firstByte, lastByte, octets, turns, encrypted } = step;
      const answer = { first_byte: maybe(firstByte), last_byte: maybe(lastByte), wait: between(sent, firstByte) };
      return { by_client: byClient, sent: momentForm(sent), ...answer, octets, turns, encrypted };
    }
    case 'stall':
      return { of: step.of, probes: step.probes };
    case 'datagrams': {
      const { firstAnswer, sent, answers, group } = step;
      return { first_answer: maybe(firstAnswer), wait: between(step.begin, firstAnswer), sent, answers, group };
    }
    case 'error': {
      const { protocol, reporter, type, code, words, times } = step;
      return { protocol, reporter, type, code, words, times };
    }
    case 'close': {
      const { how, first, resetBy, reasons, lastAck, states } = step;
      const fins = step.fins.map(({ by, sent, acknowledged }) => {
        return { by, sent: momentForm(sent), acknowledged: maybe(acknowledged) };
      });
      const waiting = step.waiting.map(({ who, since, still }) => ({ who, since: momentForm(since), still }));
      return { how, first, reset_by: resetBy, reasons, fins, last_ack: maybe(lastAck), states, waiting };
    }
  }
}

function questionForm({ type, server, asked, times, answered, result, failed, by, addresses, ttl }: LookupQuestion) {
  const answer = { answered: maybe(answered), took: between(asked, answered), result, failed, by, addresses, ttl };
  return { type, server, asked: maybe(asked), times, ...answer };
}

function secureForm({
  protocol,
  hello,
  answer,
  done,
  name,
  application,
  version,
  suite,
  resumed,
  retried,
  alert,
}: SecureStep) {
  return {
    protocol,
    hello: momentForm(hello),
    answer: maybe(answer),
    done: maybe(done),
    name,
    application,
    version,
    suite,
    resumed,
    retried,
    alert: alert === null ? null : { name: alert.name, by_client: alert.byClient, ...momentForm(alert.moment) },
  };
}

const barForm = ({ phase, begin, end, step, frames }: Bar) => ({
  phase,
  begin: durationText(Math.round(begin)),
  duration: durationText(Math.round(end - begin)),
  step,
  frames,
});

function translationForm(translated: Translated) {
  const { here, there, inside, outside, remote, remoteTranslated, portKept, translation, twins, proven } = translated;
  const { payloadUnchanged, lowered, clockWithin, crossings, handshake, ways } = translated;
  return {
    capture: here,
    other_capture: there,
    inside,
    outside,
    remote,
    remote_translated: remoteTranslated,
    translation,
    port_preserved: portKept,
    packets: twins,
    proven,
    payload_unchanged: payloadUnchanged,
    ttl_delta: lowered[0],
    ttl_delta_max: lowered[1],
    clock_within: clockWithin === null ? null : durationText(Math.round(clockWithin)),
    handshake_here: handshake === null ? null : durationText(Math.round(handshake.here)),
    handshake_there: handshake === null ? null : durationText(Math.round(handshake.there)),
    crossings: crossings.map(crossedForm),
    ways: ways.map(stepForm),
  };
}

const crossedForm = ({ frame, twin, what, outward, took }: Crossed) => ({
  frame,
  twin,
  what,
  outward,
  took: durationText(Math.round(took)),
});
