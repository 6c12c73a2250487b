import type { AddressLeases, Lease } from './address-leases.ts';
import { DatagramTalk } from './datagram-talk.ts';
import type { Cause, Journey, Moment, ServerName, Step, Untold } from './journey.ts';
import { hostOf } from './link.ts';
import { lookupStep } from './lookup-step.ts';
import type { Lookup, Lookups } from './lookups.ts';
import type { Resolution } from './resolutions.ts';
import { StepList } from './step-list.ts';
import { type Talk, TcpTalk } from './talk.ts';
import { tellTalk, untoldOf } from './tell-talk.ts';
import { waterfallOf } from './waterfall.ts';

/**
 * What came before is a journey's own where it was not used by another one before, and the journey went on with it within so
 * many nanoseconds: whoever waits longer waited for something else.
 */
const AT_ONCE = 2e9;

/** Tells the journeys of all conversations that are wanted, in the order in which they began. */
export function tellJourneys(talks: readonly Talk[], lookups: Lookups, leases: AddressLeases): Journey[] {
  const told: Untitled[] = [];
  for (const talk of [...talks].sort((one, other) => one.first.frame - other.first.frame)) {
    const before = new Before(talk, leases);
    // Also the stories that nobody wants use what came before them.
    const wanted = talk.wanted || before.isWanted;
    if (wanted) told.push({ at: talk.first.frame, journey: journeyOf(talk, before) });
  }
  for (const lookup of lookups) {
    if (lookup.used === 0 && lookup.wanted && lookup.transport === 'udp') {
      told.push({ at: lookup.first.frame, journey: ofLookup(lookup) });
    }
  }
  for (const lease of leases) {
    if (lease.used === 0 && lease.wanted) told.push({ at: lease.first.frame, journey: ofLease(lease) });
  }
  told.sort((one, other) => one.at - other.at);
  return told.map(({ journey }, i) => ({ ...journey, number: i + 1 }));
}

interface Untitled {
  readonly at: number;
  readonly journey: Omit<Journey, 'number'>;
}

/** What led to a conversation, and what of it was for this one. */
class Before {
  readonly client: 0 | 1;
  readonly rolesSeen: boolean;
  readonly lookup: Lookup | null;
  readonly lease: Lease | null;
  readonly ownLookup: boolean;
  readonly ownLease: boolean;
  /** How the client's packets, its question, and what came back found their ways. */
  readonly ways: readonly Way[];

  constructor(talk: Talk, leases: AddressLeases) {
    [this.client, this.rolesSeen] = talk instanceof TcpTalk ? talk.asker : [0, true];
    const { client } = this;
    const [clientName, serverName] = [talk.names[client], talk.names[1 - client]] as [string, string];
    const start = talk.first.time;
    this.lookup = lookupOf(talk, client, hostOf(serverName));
    const answered = this.lookup?.answerWith(hostOf(serverName), start)?.answered?.time ?? 0;
    this.ownLookup = this.lookup !== null && isOwn(this.lookup, answered, start);
    let from = this.ownLookup ? this.lookup!.first.time : start;
    this.ways = this.waysOf(talk, start, from);
    for (const { resolution, own } of this.ways) if (own) from = Math.min(from, resolution.first.time);
    this.lease = leases.of(hostOf(clientName));
    // Told once, of the first that set out with it.
    if (this.lease !== null && (this.lease.acknowledged!.time > start || this.lease.used > 0)) this.lease = null;
    this.ownLease = this.lease !== null && isOwn(this.lease, this.lease.acknowledged!.time, from);
    this.use();
  }

  get isWanted(): boolean {
    const own = this.ways.some((way) => way.own && way.resolution.wanted);
    return own || (this.ownLookup && this.lookup!.wanted) || (this.ownLease && this.lease!.wanted);
  }

  private waysOf(talk: Talk, start: number, from: number): Way[] {
    const ways: Way[] = [];
    const add = (resolution: Resolution | null, purpose: Way['purpose'], until: number, of: string): void => {
      if (resolution === null || ways.some((way) => way.resolution === resolution)) return;
      const own = isOwn(resolution, resolution.answered!.time, until);
      ways.push({ resolution, purpose, own, router: resolution.address !== of });
    };
    const { client, lookup } = this;
    const [near, far] = [talk.names[client], talk.names[1 - client]] as [string, string];
    // It may have been looked for when the question goes out already, or for the connection alone.
    const way = talk.sides[client].resolution;
    const isLate = way !== null && way.answered!.time > from;
    add(way, 'connection', isLate ? start : from, hostOf(far));
    if (this.ownLookup) add(lookup!.resolution, 'question', lookup!.first.time, lookup!.server);
    add(talk.sides[1 - client]!.resolution, 'return', talk.last.time, hostOf(near));
    return ways;
  }

  private use(): void {
    if (this.lookup !== null) this.lookup.used++;
    if (this.lease !== null) this.lease.used++;
    for (const { resolution } of this.ways) resolution.used++;
  }
}

interface Way {
  readonly resolution: Resolution;
  readonly purpose: 'connection' | 'question' | 'return';
  readonly own: boolean;
  readonly router: boolean;
}

/** Nobody used it before, and what came next came at once. */
const isOwn = ({ used }: { readonly used: number }, done: number, next: number): boolean =>
  used === 0 && done <= next && next - done <= AT_ONCE;

/** The lookup that gave the address: where several did, the one for the name that the client says later. */
function lookupOf(talk: Talk, client: 0 | 1, address: string): Lookup | null {
  const before = talk.lookups[client].filter((lookup) => lookup.answerWith(address, talk.first.time) !== null);
  const said = saidName(talk);
  return before.find(({ name }) => said !== null && sameName(name, said.text)) ?? before[0] ?? null;
}

/** What the client calls the server in the conversation itself. */
function saidName(talk: Talk): ServerName | null {
  const securing = 'securing' in talk ? (talk as TcpTalk).securing : null;
  if (securing?.name && securing.hello !== null) {
    return { text: securing.name, from: 'sni', frame: securing.hello.frame };
  }
  if (!(talk instanceof TcpTalk)) return null;
  const named = talk.requests.all.find(({ host, sent }) => host !== null && host !== '' && sent !== null);
  if (named === undefined) return null;
  const text = named.host!.replace(/:\d+$/, '');
  return isAddress(text) ? null : { text, from: 'host', frame: named.sent!.frame };
}

const isAddress = (text: string): boolean => /^[\d.]+$|:|^\[/.test(text);

const sameName = (one: string, other: string): boolean =>
  one.toLowerCase().replace(/\.$/, '') === other.toLowerCase().replace(/\.$/, '');

function journeyOf(talk: Talk, before: Before): Omit<Journey, 'number'> {
  const { client, lookup } = before;
  const server = (1 - client) as 0 | 1;
  const steps = new StepList();
  const needs = tellBefore(steps, talk, before);
  tellTalk(steps, talk, client, needs);
  const told = steps.inOrder();
  const own = told.filter(({ earlier }) => !earlier).map(({ begin }) => begin);
  const begin = own.reduce((first, moment) => (moment.frame < first.frame ? moment : first), talk.first);
  const answer = lookup?.answerWith(hostOf(talk.names[server]), talk.first.time) ?? null;
  const asked: ServerName | null =
    lookup === null
      ? null
      : { text: lookup.name, from: 'lookup', frame: answer?.answered?.frame ?? lookup.first.frame };
  const said = saidName(talk);
  const isTold = asked !== null && (said === null || sameName(said.text, asked.text));
  const name = isTold ? asked : (said ?? asked);
  return {
    protocol: talk instanceof DatagramTalk ? talk.protocol : 'tcp',
    stream: talk.stream,
    service: talk.service,
    client: talk.names[client],
    server: talk.names[server],
    rolesSeen: before.rolesSeen,
    name,
    begin,
    end: talk.last,
    frames: talk.packets,
    octets: [talk.sides[client].octets, talk.sides[server].octets],
    again: [talk.sides[client].again, talk.sides[server].again],
    steps: told,
    waterfall: waterfallOf(told, begin, talk.last),
    untold: untoldOf(talk, client, {
      named: lookup !== null,
      found: before.ways.some(({ purpose }) => purpose === 'connection'),
    }),
    translation: null,
  };
}

/** Tells what came before, and answers with what the conversation itself follows from. */
function tellBefore(steps: StepList, talk: Talk, before: Before): Cause[] {
  const { lease, lookup, ownLookup, ownLease, client } = before;
  const needs: Cause[] = [];
  const leased = lease === null ? [] : [steps.add(leaseStep(lease, !ownLease), lease.acknowledged!.frame)];
  const ways = new Map<Resolution, Cause>();
  for (const { resolution, purpose, own, router } of before.ways) {
    const { protocol, asker, address, mac, asked, first, answered } = resolution;
    const causes = leased.filter(() => hostOf(asker) === lease!.address);
    const cause = steps.add(
      {
        kind: 'neighbour',
        protocol,
        asker,
        address,
        mac,
        asked,
        purpose,
        router,
        begin: first,
        end: answered,
        causes,
        earlier: !own,
      },
      answered!.frame,
    );
    ways.set(resolution, cause);
    if (purpose === 'connection') needs.push(cause);
  }
  if (lookup !== null) {
    const way = lookup.resolution === null ? undefined : ways.get(lookup.resolution);
    const address = hostOf(talk.names[1 - client]!);
    const answer = lookup.answerWith(address, talk.first.time);
    const sameCard = lookup.client !== hostOf(talk.names[client]);
    const step = lookupStep(lookup, address, talk.first, sameCard, way === undefined ? [] : [way], !ownLookup);
    needs.push(steps.add(step, answer?.answered?.frame ?? lookup.last.frame));
  }
  if (needs.length === 0) needs.push(...leased);
  return needs;
}

const leaseStep = (lease: Lease, earlier: boolean): Step => {
  const { client, server, address, router, resolver, seconds, messages, first, acknowledged } = lease;
  return {
    kind: 'lease',
    client,
    server,
    address,
    router,
    resolver,
    seconds,
    messages,
    begin: first,
    end: acknowledged,
    causes: [],
    earlier,
  };
};

/** A name that was asked for, and used by no conversation of this capture. */
function ofLookup(lookup: Lookup): Omit<Journey, 'number'> {
  const steps = new StepList();
  const causes: Cause[] = [];
  const { resolution } = lookup;
  if (resolution !== null && isOwn(resolution, resolution.answered!.time, lookup.first.time)) {
    const { protocol, asker, address, mac, asked, first, answered } = resolution;
    const router = address !== lookup.server;
    const way = { kind: 'neighbour', purpose: 'question', causes: [], earlier: false } as const;
    resolution.used++;
    causes.push(
      steps.add({ ...way, protocol, asker, address, mac, asked, router, begin: first, end: answered }, answered!.frame),
    );
  }
  const step = lookupStep(lookup, null, null, false, causes, false);
  steps.add(step, lookup.last.frame);
  const untold: Untold[] = [];
  if (lookup.questions.every(({ asked }) => asked === null)) untold.push('begin');
  return alone('lookup', steps, lookup.client, lookup.server, lookup, untold, {
    text: lookup.name,
    from: 'lookup',
    frame: lookup.first.frame,
  });
}

/** An address that was got, and with which nobody set out in this capture. */
function ofLease(lease: Lease): Omit<Journey, 'number'> {
  const steps = new StepList();
  steps.add(leaseStep(lease, false), lease.last.frame);
  const about = { first: lease.first, last: lease.last, packets: lease.messages.length };
  return alone('lease', steps, lease.client, lease.server ?? '', about, [], null);
}

function alone(
  protocol: 'lookup' | 'lease',
  steps: StepList,
  client: string,
  server: string,
  about: { readonly first: Moment; readonly last: Moment; readonly packets: number },
  untold: readonly Untold[],
  name: ServerName | null,
): Omit<Journey, 'number'> {
  const told = steps.inOrder();
  const begin = told[0]?.begin ?? about.first;
  return {
    protocol,
    stream: null,
    service: protocol === 'lookup' ? 'dns' : 'dhcp',
    client,
    server,
    rolesSeen: true,
    name,
    begin,
    end: about.last,
    frames: about.packets,
    octets: [0, 0],
    again: [0, 0],
    steps: told,
    waterfall: waterfallOf(told, begin, about.last),
    untold,
    translation: null,
  };
}
