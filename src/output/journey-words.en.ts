import type {
  CloseStep,
  ConnectStep,
  Journey,
  LookupQuestion,
  LookupStep,
  Moment,
  NeighbourStep,
  RequestStep,
  SecureStep,
  Step,
} from '../journey/journey.ts';
import { elapsed } from '../journey/journey.ts';
import { hostOf, privateOf } from '../journey/link.ts';
import type { About, JourneyWords } from './journey-words.ts';
import { grouped } from './numbers.ts';

const several = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;

const bytes = (count: number): string => several(count, 'byte');
const times = (count: number): string => (count > 1 ? `, ${count === 2 ? 'twice' : `${grouped(count)} times`}` : '');
const frame = ({ frame: number }: Moment): string => `frame ${number}`;
const frames = (from: Moment, to: Moment): string =>
  from.frame === to.frame ? frame(from) : `frames ${from.frame}–${to.frame}`;
const list = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
const after = (from: Moment, to: Moment, { span }: About): string => `after ${span(elapsed(from, to))}`;

function step(told: Step, about: About): string {
  switch (told.kind) {
    case 'lease': {
      const { client, server, address, router, resolver, seconds, messages, end } = told;
      const said = list(messages.map(({ name, frame: number }) => `${name} (frame ${number})`));
      if (end === null) return `${client} looks for an address: ${said}. None was given.`;
      const terms = [
        seconds === null ? '' : ` for ${grouped(seconds)} s`,
        router === null ? '' : `, with ${router} as its router`,
        resolver === null ? '' : ` and ${resolver} to ask for names`,
      ].join('');
      return `${client} gets an address: ${said}. ${server ?? 'The server'} lends it ${address}${terms}.`;
    }
    case 'neighbour':
      return neighbour(told, about);
    case 'lookup':
      return lookup(told, about);
    case 'connect':
      return connect(told, about);
    case 'secure':
      return secure(told, about);
    case 'request':
      return request(told, about);
    case 'turn': {
      const { byClient, begin, sent, firstByte, lastByte, octets, turns, encrypted } = told;
      const [one, other] = byClient ? ['client', 'server'] : ['server', 'client'];
      const secret = encrypted ? 'encrypted ' : '';
      const said = (count: number): string => `${grouped(count)} ${secret}${count === 1 ? 'byte' : 'bytes'}`;
      if (turns > 1) {
        return `${several(turns, 'more turn')}: ${said(octets[0])} from the ${one}, ${said(octets[1])} from the ${other}, up to frame ${(lastByte ?? sent).frame}.`;
      }
      const first = `The ${one} sends ${said(octets[0])} (${frames(begin, sent)})`;
      if (!byClient) return `The server speaks by itself: ${said(octets[0])} (${frames(begin, sent)}).`;
      if (firstByte === null || lastByte === null) return `${first}; no answer.`;
      const until =
        firstByte.frame === lastByte.frame ? '' : `, the last ${after(sent, lastByte, about)} (${frame(lastByte)})`;
      return `${first}; the ${other} answers with ${said(octets[1])}: the first ${after(sent, firstByte, about)} (${frame(firstByte)})${until}.`;
    }
    case 'stall': {
      const { of, begin, end, probes } = told;
      const asked = probes === 0 ? '' : ` Asked ${probes === 1 ? 'once' : `${grouped(probes)} times`} in between.`;
      const until = end === null ? 'and it stays so' : `for ${about.span(elapsed(begin, end))}, until ${frame(end)}`;
      return `The ${of} takes nothing more: its window is closed in ${frame(begin)}, ${until}.${asked}`;
    }
    case 'datagrams': {
      const { begin, firstAnswer, sent, answers, group } = told;
      const [one, many] =
        about.journey.protocol === 'icmp' ? ['echo request', 'echo requests'] : ['datagram', 'datagrams'];
      const first = `${several(sent, one!, many)} from ${frame(begin)} on`;
      if (group) return `${first}, to a group: who answers, if anybody, does so elsewhere.`;
      if (firstAnswer === null) return `${first}; no answer was captured.`;
      return `${first}, ${grouped(answers)} back; the first ${after(begin, firstAnswer, about)} (${frame(firstAnswer)}).`;
    }
    case 'error': {
      const { reporter, words, begin, protocol, type, code } = told;
      return `${reporter} reports: ${words} (${protocol === 'icmp' ? 'ICMP' : 'ICMPv6'} type ${type} code ${code}, ${frame(begin)}${times(told.times)}).`;
    }
    case 'close':
      return close(told, about);
  }
}

function neighbour(told: NeighbourStep, about: About): string {
  const { asker, address, mac, asked, purpose, router, begin, end, earlier } = told;
  if (earlier) {
    return `${address} was known: ${asker} had asked for it in ${frame(begin)}, and it is at ${mac} (${frame(end!)}).`;
  }
  const { client, server } = about.journey;
  const found = `${asker} asks the link who has ${address} (${frame(begin)}${times(asked)}): it is at ${mac} (${frame(end!)}, ${after(begin, end!, about)}).`;
  if (!router) return found;
  const to = purpose === 'question' ? 'the name server' : hostOf(purpose === 'return' ? client : server);
  return `${found} That is the way to ${to}: a router.`;
}

function lookup(told: LookupStep, about: About): string {
  const { client, server, name, questions, aliases, chosen, earlier, sameCard, protocol } = told;
  const asked = questions
    .filter((question) => question.asked !== null)
    .map(
      ({ type, server: other, asked: at, times: often }) =>
        `${type}${other === server ? '' : ` of ${other}`} (${frame(at!)}${times(often)})`,
    );
  const whom = protocol === 'dns' ? server : 'the link';
  const first =
    asked.length === 0
      ? `The answer of ${server} for ${name} was captured, not the question.`
      : `${client} ${earlier ? 'had asked' : 'asks'} ${whom} for ${name}: ${list(asked)}.`;
  const answers = questions.map((question) => answer(question, told, about));
  const led = aliases.length === 0 ? '' : ` ${name} is an alias: ${aliases.join(', ')}.`;
  const used = chosen === null ? '' : ` It goes to ${chosen}.`;
  const card = sameCard ? ` ${client} is another address of the same network card.` : '';
  return `${first} ${answers.join(' ')}${led}${used}${card}`;
}

function answer(
  { type, asked, answered, result, failed, by, addresses }: LookupQuestion,
  { server }: LookupStep,
  about: About,
): string {
  if (answered === null) return `${type}: no answer.`;
  const where = asked === null ? frame(answered) : `${frame(answered)}, ${after(asked, answered, about)}`;
  const who = by === server || by === null ? '' : `${by} says `;
  const what = failed
    ? (result ?? '').toLowerCase()
    : addresses.length > 0
      ? addresses.join(', ')
      : ADDRESSES.has(type)
        ? 'no address'
        : 'answered';
  return `${type}: ${who}${what} (${where}).`;
}

const ADDRESSES: ReadonlySet<string> = new Set(['A', 'AAAA']);

function connect({ syn, syns, synAck, ack, outcome, end }: ConnectStep, about: About): string {
  const first = `SYN (${frame(syn)}${times(syns)})`;
  if (outcome === 'refused')
    return `${first}; RST (${frame(end!)}, ${after(syn, end!, about)}): nobody listens on that port.`;
  if (synAck === null) return `${first}; no answer was captured.`;
  const second = `${first}, SYN+ACK (${frame(synAck)}, ${after(syn, synAck, about)})`;
  if (ack === null) return `${second}; the ACK that opens it was not captured.`;
  return `${second}, ACK (${frame(ack)}): open ${after(syn, ack, about)}.`;
}

function secure(told: SecureStep, about: About): string {
  const { hello, answer: greeted, done, name, application, version, suite, resumed, retried, alert } = told;
  const said = [`The client greets (${frame(hello)})${name === null ? '' : ` and asks for ${name}`}`];
  if (retried) said.push('the server wants it once more');
  if (greeted === null) said.push('no answer was captured');
  else {
    const inside = application === null ? '' : `, with ${application} inside`;
    said.push(
      `the server chooses ${version ?? 'a version'}${suite === null ? '' : `, ${suite}`}${inside} (${frame(greeted)}, ${after(hello, greeted, about)})`,
    );
  }
  const text = `${said.join('; ')}.${resumed ? ' The keys are those of a connection before: no certificate is needed.' : ''}`;
  if (alert !== null)
    return `${text} The ${alert.byClient ? 'client' : 'server'} gives up: ${alert.name} (alert, ${frame(alert.moment)}).`;
  return done === null ? text : `${text} Keys are there ${after(hello, done, about)} (${frame(done)}).`;
}

function request(told: RequestStep, about: About): string {
  const { method, target, host, asked, sent, firstByte, lastByte, status, phrase, type, octets } = told;
  const what = method === null ? 'A request that was not captured' : `${method} ${target ?? ''}`.trim();
  const where = asked === null || sent === null ? '' : ` (${frames(asked, sent)})`;
  const whom = host === null || host === '' || host === about.journey.name?.text ? '' : ` of ${host}`;
  if (status === 0 || firstByte === null || lastByte === null)
    return `${what}${whom}${where}: no whole answer was captured.`;
  const answered = [`${status}${phrase ? ` ${phrase}` : ''}`, type ?? '', octets > 0 ? bytes(octets) : ''].filter(
    (part) => part !== '',
  );
  const head = `${what}${whom}${where}: ${answered.join(', ')}.`;
  if (sent === null) return `${head} It ends in ${frame(lastByte)}.`;
  if (firstByte.frame === lastByte.frame)
    return `${head} Answered ${after(sent, lastByte, about)} (${frame(lastByte)}).`;
  return `${head} First byte ${after(sent, firstByte, about)} (${frame(firstByte)}), last ${after(sent, lastByte, about)} (${frame(lastByte)}).`;
}

function close({ how, first, resetBy, reasons, fins, waiting, end }: CloseStep, about: About): string {
  const said = fins.map(({ by, sent, acknowledged }, i) => {
    const verb = i === 0 ? (fins.length > 1 ? 'closes first' : 'closes its side') : 'closes too';
    const taken = acknowledged === null ? 'not acknowledged' : `acknowledged in ${frame(acknowledged)}`;
    return `The ${by} ${verb}: FIN (${frame(sent)}), ${taken}.`;
  });
  if (how === 'reset') {
    const why = reasons.length === 0 ? 'these packets do not tell why' : about.reset(reasons);
    said.push(`The ${resetBy} resets it: RST (${frame(end!)}); ${why}.`);
  } else if (how === 'half-closed')
    said.push(`The ${first === 'client' ? 'server' : 'client'} has not closed when the capture ends.`);
  for (const { who, since, still } of waiting) {
    said.push(
      `The ${who} waits in TIME_WAIT from ${frame(since)} on${still ? ', still when the capture ends' : ', and that ends within the capture'}.`,
    );
  }
  return said.join(' ');
}

const KINDS: Readonly<Record<Journey['protocol'], string>> = {
  tcp: 'TCP connection',
  quic: 'QUIC in UDP conversation',
  udp: 'UDP conversation',
  icmp: 'ping',
  lookup: 'a name, and no connection to it',
  lease: 'an address, and no connection with it',
};

export const words: JourneyWords = {
  title: (number) => `Journey ${number}`,
  kind: ({ protocol, stream, service }) =>
    `${KINDS[protocol]}${stream === null ? '' : ` ${stream}`}${service === null || (protocol !== 'tcp' && protocol !== 'udp') ? '' : `, ${service}`}`,
  counts: ({ frames: count, octets, again }) => {
    const said = [several(count, 'packet')];
    if (octets[0] + octets[1] > 0) said.push(`${bytes(octets[0])} there, ${bytes(octets[1])} back`);
    if (again[0] + again[1] > 0) said.push(`${grouped(again[0] + again[1])} sent again`);
    return said.join(', ');
  },
  data: 'data',
  stall: 'stall',
  error: 'error',
  close: 'close',
  step,
  follows: (numbers) => `← frame ${numbers}`,
  folded: (count, span) => `… ${several(count, 'more step')} in ${span}; --all tells them`,
  untold: (what, journey) => UNTOLD[what](journey),
  untoldHead: 'This capture does not tell',
  guessed: 'for sure who is the client: the ports make it likely.',
  waterfall: (span) => `Where the time went (${span})`,
  phase: {
    lease: 'DHCP',
    neighbour: 'MAC address',
    lookup: 'name',
    connect: 'connecting',
    secure: 'TLS',
    send: 'sending',
    wait: 'waiting',
    content: 'content',
    stall: 'window closed',
    idle: 'nothing under way',
    close: 'closing',
  },
  glyphs: (send, wait, content) =>
    `${send} sending  ${wait} waiting for the first byte  ${content} content, and all else`,
  bars: (count) => `… ${several(count, 'more bar')}`,
  others: (count) => `${several(count, 'more journey')}, a line each; --all tells them in full`,
  outcome: (journey) => {
    const closed = journey.steps.find((told) => told.kind === 'close');
    const opened = journey.steps.find((told) => told.kind === 'connect');
    if (opened?.kind === 'connect' && opened.outcome !== 'established') return opened.outcome;
    if (closed?.kind === 'close')
      return closed.how === 'reset' ? `reset by the ${closed.resetBy}` : `${closed.first} closes`;
    return journey.protocol === 'tcp' ? 'still open' : '';
  },
  none: 'There is no conversation in this capture to tell of.',
  left: (count) => `${count} more conversations or lookups were not followed, to keep memory bounded.`,
  nat: ({ translation, protocol }, about) => {
    if (translation === null) return [];
    const { here, there, inside, outside, remote, remoteTranslated, portKept, twins, proven, lowered } = translation;
    const { translation: kind, payloadUnchanged, clockWithin, handshake, ways } = translation;
    const { span } = about;
    const ttl = lowered[0] === lowered[1] ? `${lowered[0]}` : `${lowered[0]}–${lowered[1]}`;
    const said = [
      kind === 'source'
        ? `${inside} goes out as ${outside}: the router keeps ${portKept ? `the ${protocol === 'icmp' ? 'identifier' : 'port'} and changes the address` : `neither address nor ${protocol === 'icmp' ? 'identifier' : 'port'}`}.`
        : `What comes for ${outside} is forwarded to ${inside}.`,
      remoteTranslated === null ? '' : `The other end is ${remote} inside and ${remoteTranslated} outside.`,
      `${several(twins, 'packet is', 'packets are')} in both captures (${here}, ${there}), with a TTL lower by ${ttl}.`,
      proven > 0
        ? `${proven === 1 ? 'The checksum of one differs' : `${proven === twins ? 'All' : grouped(proven)} of their checksums differ`} by just what the new addresses and ports make (RFC 1624): nothing else was changed.`
        : '',
      payloadUnchanged === false ? 'What they carry WAS changed.' : '',
      handshake === null
        ? ''
        : `From SYN to SYN+ACK it takes ${span(handshake.here)} here and ${span(handshake.there)} there, each by its own clock: ${span(Math.abs(handshake.here - handshake.there))} went by between the two places, in the router and on the links to it.`,
      ...ways.map((way) => `In ${there}, ${neighbour(way, about)}`),
      clockWithin === null ? '' : `Times below are exact to ± ${span(clockWithin)}: the clocks are two.`,
    ];
    return said.filter((sentence) => sentence !== '');
  },
  router: 'router',
  crossed: {
    question: 'question',
    answer: 'answer',
    syn: 'SYN',
    'syn-ack': 'SYN+ACK',
    ack: 'ACK',
    hello: 'hello',
    'server-hello': 'hello',
    request: 'request',
    'first-byte': 'first byte',
    'last-byte': 'last byte',
    fin: 'FIN',
    rst: 'RST',
  },
};

const UNTOLD: Readonly<Record<Journey['untold'][number], (journey: Journey) => string>> = {
  name: ({ name, client }) => {
    if (name === null)
      return 'which name was asked for: no answer with this address was captured, and nothing later says it.';
    const from = name.from === 'sni' ? 'the hello of TLS' : 'the head of the request';
    return `when ${name.text} was asked for: the name stands in ${from} (frame ${name.frame}). ${hostOf(client)} knew the address before, or asked where this capture does not see it.`;
  },
  neighbour: ({ client }) =>
    `how the MAC address was found: it was in the ${client.startsWith('[') ? 'neighbor' : 'ARP'} cache, or the capture began later.`,
  link: () => 'MAC addresses: this link shows none.',
  begin: ({ protocol }) =>
    protocol === 'lookup'
      ? 'the question: only the answer was captured.'
      : 'the beginning: it was open before the first packet captured.',
  end: () => 'the end: it was still open after the last packet captured.',
  'one-way': () => 'what the other end sent: only one direction was captured.',
  encrypted: ({ protocol }) =>
    `what was asked and answered: it is encrypted, and sizes and times are all that shows${protocol === 'quic' ? '' : ' without the keys (--keylog)'}.`,
  translator: ({ client, server }) =>
    `what a translator (NAT) makes of it: ${privateOf(client, server)} is a private address. Name the capture of the other side as a second file.`,
  more: () => 'requests beyond the first 512 are counted only.',
};
