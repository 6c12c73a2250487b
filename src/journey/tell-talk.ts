import type { TcpState } from '../tcp/state-change.ts';
import { DatagramTalk, QuicTalk } from './datagram-talk.ts';
import type { Cause, CloseFin, CloseStep, CloseWait, ConnectStep, Untold } from './journey.ts';
import { lookupStep } from './lookup-step.ts';
import type { Request } from './requests.ts';
import type { Securing } from './securing.ts';
import type { StepList } from './step-list.ts';
import { type Side, type Talk, TcpTalk } from './talk.ts';
import type { Turn } from './turns.ts';

/** Tells the conversation itself. `needs`: what it follows from. */
export function tellTalk(steps: StepList, talk: Talk, client: 0 | 1, needs: readonly Cause[]): void {
  if (talk instanceof TcpTalk) tellTcp(steps, talk, client, needs);
  else if (talk instanceof QuicTalk) tellQuic(steps, talk, client, needs);
  else if (talk instanceof DatagramTalk) tellDatagrams(steps, talk, client, needs);
  for (const { first, ...error } of talk.errors) {
    steps.add({ kind: 'error', ...error, begin: first, end: first, causes: [], earlier: false }, first.frame);
  }
}

function tellTcp(steps: StepList, talk: TcpTalk, client: 0 | 1, needs: readonly Cause[]): void {
  const ready = new Ready(needs);
  const connect = connectStep(talk, needs);
  if (connect !== null) {
    const opened = connect.ack ?? connect.synAck;
    const cause = steps.add(connect, (opened ?? connect.syn).frame);
    if (opened !== null) ready.add(cause);
  }
  const { securing, requests, turns } = talk;
  if (securing !== null) tellSecuring(steps, 'tls', securing, ready);
  for (const request of requests.all) tellRequest(steps, request, ready);
  for (const lookup of talk.carried) {
    const step = lookupStep(lookup, null, null, false, ready.by(lookup.first.frame), false);
    steps.add(step, lookup.last.frame);
  }
  if (requests.all.length === 0 && talk.carried.size === 0) {
    for (const turn of turns.all) tellTurn(steps, turn, client, isSecret(talk, turn), ready);
  }
  for (const { side, begin, end, probes } of talk.stalls) {
    const of = side === client ? 'client' : 'server';
    steps.add({ kind: 'stall', of, begin, end, probes, causes: [], earlier: false }, begin.frame);
  }
  const close = closeStep(talk, client);
  if (close !== null) steps.add(close, close.begin.frame);
}

/** What has to be there before anything is sent: the name and the way, then the connection, then its keys. */
class Ready {
  private readonly needs: readonly Cause[];
  private readonly stages: Cause[] = [];

  constructor(needs: readonly Cause[]) {
    this.needs = needs;
  }

  add(stage: Cause): void {
    this.stages.push(stage);
  }

  /** What a step that begins in this frame follows from: some send before all is ready (RFC 7413), or turn to TLS later. */
  by(frame: number): readonly Cause[] {
    const last = this.stages.findLast((stage) => stage.frame <= frame);
    return last === undefined ? this.needs : [last];
  }
}

/** Some begin in clear, and turn to TLS later. */
function isSecret({ service, securing }: TcpTalk, { begin }: Turn): boolean {
  if (securing === null) return service === 'ssh' || service === 'tls';
  return begin.frame >= (securing.hello ?? begin).frame;
}

function connectStep(talk: TcpTalk, causes: readonly Cause[]): ConnectStep | null {
  const { syn, syns, synAck, ack, refused, reset } = talk;
  if (syn === null) return null;
  const end = ack ?? (refused ? reset!.moment : synAck);
  const outcome = refused ? 'refused' : ack !== null ? 'established' : synAck === null ? 'unanswered' : 'unfinished';
  return { kind: 'connect', begin: syn, end, causes, earlier: false, syn, syns, synAck, ack, outcome };
}

function tellSecuring(steps: StepList, protocol: 'tls' | 'quic', securing: Securing, ready: Ready): void {
  const { hello, answer, done, name, application, resumed, retried, alert } = securing;
  const begin = hello ?? answer;
  if (begin === null) return;
  const step = {
    kind: 'secure',
    protocol,
    begin,
    end: done ?? alert?.moment ?? answer,
    causes: ready.by(begin.frame),
    earlier: false,
    hello: begin,
    answer,
    done,
    name,
    application,
    version: securing.versionText,
    suite: securing.suiteText,
    resumed,
    retried,
    alert,
  } as const;
  const cause = steps.add(step, (done ?? answer ?? begin).frame);
  if (done !== null) ready.add(cause);
}

function tellRequest(steps: StepList, request: Request, ready: Ready): void {
  const { protocol, method, target, host, asked, sent, firstByte, lastByte, status, phrase, type, octets } = request;
  const begin = asked ?? firstByte;
  if (begin === null) return;
  const said = { protocol, method, target, host, asked, sent, firstByte, lastByte, status, phrase, type, octets };
  steps.add(
    { kind: 'request', begin, end: lastByte, causes: ready.by(begin.frame), earlier: false, ...said },
    begin.frame,
  );
}

function tellTurn(steps: StepList, turn: Turn, client: 0 | 1, encrypted: boolean, ready: Ready): void {
  const { side, begin, sent, firstByte, lastByte, octets, turns } = turn;
  const said = { byClient: side === client, sent, firstByte, lastByte, octets, turns, encrypted };
  steps.add(
    { kind: 'turn', begin, end: lastByte ?? sent, causes: ready.by(begin.frame), earlier: false, ...said },
    begin.frame,
  );
}

function closeStep(talk: TcpTalk, client: 0 | 1): CloseStep | null {
  const { reset, refused, lastAck } = talk;
  const sides = [talk.sides[client], talk.sides[1 - client]] as [Side, Side];
  const over = reset === null || refused ? Number.POSITIVE_INFINITY : reset.moment.frame;
  const fins: CloseFin[] = [];
  for (const [i, { fin, finAcknowledged }] of sides.entries()) {
    // What comes behind a reset closes nothing.
    if (fin !== null && fin.frame <= over)
      fins.push({ by: i === 0 ? 'client' : 'server', sent: fin, acknowledged: finAcknowledged });
  }
  fins.sort((one, other) => one.sent.frame - other.sent.frame);
  const isClosed = fins.length === 2 && fins.every(({ acknowledged }) => acknowledged !== null);
  // A reset of what both have closed ends nothing.
  const resets = reset !== null && !isClosed && !refused;
  if (fins.length === 0 && !resets) return null;
  const begin = fins[0]?.sent ?? reset!.moment;
  return {
    kind: 'close',
    begin,
    end: resets ? reset!.moment : isClosed ? (lastAck ?? begin) : null,
    causes: [],
    earlier: false,
    how: resets ? 'reset' : isClosed ? 'closed' : fins.length === 2 ? 'closing' : 'half-closed',
    first: fins[0]?.by ?? (reset!.side === client ? 'client' : 'server'),
    resetBy: resets ? (reset!.side === client ? 'client' : 'server') : null,
    fins,
    lastAck,
    reasons: resets ? reset!.reasons : [],
    states: [sides[0].state, sides[1].state],
    waiting: waitsOf(sides),
  };
}

function waitsOf(sides: readonly [Side, Side]): CloseWait[] {
  const found: CloseWait[] = [];
  for (const [i, { waits, state }] of sides.entries()) {
    if (waits !== null) found.push({ who: i === 0 ? 'client' : 'server', since: waits, still: state === WAITS });
  }
  return found;
}

const WAITS: TcpState = 'TIME_WAIT';

function tellQuic(steps: StepList, talk: QuicTalk, client: 0 | 1, needs: readonly Cause[]): void {
  const { securing, turns } = talk;
  const ready = new Ready(needs);
  if (securing.hello === null && securing.answer === null) {
    tellDatagrams(steps, talk, client, needs);
    return;
  }
  tellSecuring(steps, 'quic', securing, ready);
  for (const turn of turns.all) tellTurn(steps, turn, client, true, ready);
}

function tellDatagrams(steps: StepList, talk: DatagramTalk, client: 0 | 1, causes: readonly Cause[]): void {
  const { first, last, firstAnswer, group, sides } = talk;
  const said = { firstAnswer, group, sent: sides[client].packets, answers: sides[1 - client]!.packets };
  steps.add({ kind: 'datagrams', begin: first, end: last, causes, earlier: false, ...said }, first.frame);
}

/** What the capture does not show of it. */
export function untoldOf(
  talk: Talk,
  client: 0 | 1,
  { named, found }: { readonly named: boolean; readonly found: boolean },
): Untold[] {
  const group = talk instanceof DatagramTalk && talk.group;
  const untold: Untold[] = [];
  const when = (what: Untold, is: boolean): void => {
    if (is) untold.push(what);
  };
  when('begin', talk instanceof TcpTalk && talk.syn === null);
  when('name', !named && !group && talk.service !== 'dns');
  when('link', !talk.linked);
  when('neighbour', talk.linked && !found && !group);
  when('one-way', isOneWay(talk, client));
  when('encrypted', 'securing' in talk && isUnread(talk as TcpTalk | QuicTalk));
  when('translator', talk.crossesTranslator);
  when('more', talk instanceof TcpTalk && talk.requests.left > 0);
  when('end', talk instanceof TcpTalk && isOpen(talk));
  return untold;
}

/** One end acknowledges what the other sends, and of that nothing was captured. */
const isOneWay = (talk: Talk, client: 0 | 1): boolean =>
  talk instanceof TcpTalk &&
  talk.packets > talk.syns &&
  talk.sides[1 - client]!.packets * talk.sides[client].packets === 0;

const isUnread = (talk: TcpTalk | QuicTalk): boolean =>
  talk.securing !== null &&
  talk.turns.all.length > 0 &&
  (talk instanceof QuicTalk || (talk.requests.all.length === 0 && talk.carried.size === 0));

const isOpen = ({ reset, sides, syn, synAck }: TcpTalk): boolean =>
  reset === null && sides.some(({ fin }) => fin === null) && !(syn !== null && synAck === null);
