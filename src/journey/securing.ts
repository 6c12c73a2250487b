import type { Layer } from '../core/layer.ts';
import { textOf } from '../core/octet-text.ts';
import { contentType, HEADER, isClearAlert, TlsState, tls, tlsMessages } from '../protocols/tls.ts';
import {
  chosenSuite,
  chosenVersion,
  findApplication,
  findServerName,
  hasPreSharedKey,
  isRetryRequest,
  MESSAGE_HEADER,
  messageLength,
  Place,
} from '../protocols/tls-hello.ts';
import {
  ALERT,
  APPLICATION_DATA,
  alertName,
  CERTIFICATE,
  CHANGE_CIPHER_SPEC,
  CLIENT_HELLO,
  HANDSHAKE,
  isHandshakeType,
  SERVER_HELLO,
  suiteName,
  TLS13,
  versionName,
} from '../protocols/tls-names.ts';
import type { Moment } from './journey.ts';

/** Marks of both ends: they change to what was agreed on (TLS 1.2). */
const BOTH = 3;

/** The handshake of TLS in one conversation, as far as it is in clear. Sides: 0 the client, 1 the server. */
export class Securing {
  hello: Moment | null = null;
  answer: Moment | null = null;
  done: Moment | null = null;
  /** The side, by the conversation's own numbers, that greeted first. */
  client: 0 | 1 = 0;
  name: string | null = null;
  application: string | null = null;
  version = 0;
  suite = 0;
  resumed = false;
  retried = false;
  alert: { readonly name: string; readonly moment: Moment; readonly byClient: boolean } | null = null;
  private changed = 0;
  private certified = false;

  /** True of layers that are its business. */
  static isPart(layer: Layer): boolean {
    return layer.protocol === tls || layer.protocol === tlsMessages;
  }

  /** Takes a layer in that was sent by one end at `at`. Answers whether it is of the handshake. */
  layer(layer: Layer, side: 0 | 1, at: Moment): boolean {
    if (layer.protocol === tlsMessages) {
      this.messages(layer, layer.start, side, at);
      return true;
    }
    const state = layer.context instanceof TlsState ? layer.context : null;
    if (!layer.captured(HEADER)) return false;
    const type = state !== null && state.opened >= 0 ? state.opened : contentType(layer);
    if (type === HANDSHAKE) this.handshake(layer, state, side, at);
    else if (type === CHANGE_CIPHER_SPEC) this.change(side, at);
    else if (type === ALERT) this.noteAlert(layer, side, at);
    else if (type === APPLICATION_DATA && this.isFinished(state, side)) this.done = at;
    else return false;
    return true;
  }

  /** In TLS 1.3 the first that the client encrypts ends the handshake (RFC 8446 §2). */
  private isFinished(state: TlsState | null, side: 0 | 1): boolean {
    if (this.done !== null || this.answer === null || side !== this.client) return false;
    return this.version === TLS13 && (state === null || state.opened < 0);
  }

  private handshake(layer: Layer, state: TlsState | null, side: 0 | 1, at: Moment): void {
    // With its keys, the client's Finished is seen as what it is.
    if (state !== null && state.opened === HANDSHAKE && side === this.client && this.answer !== null) this.done ??= at;
    if (state?.sealed || (state !== null && state.opened >= 0)) return;
    this.messages(layer, layer.start + HEADER + (state?.skipped ?? 0), side, at);
  }

  private messages(layer: Layer, from: number, side: 0 | 1, at: Moment): void {
    const { bytes, capturedEnd } = layer;
    for (let i = from; i + MESSAGE_HEADER <= capturedEnd && isHandshakeType(bytes[i]!); ) {
      const end = i + messageLength(bytes, i);
      if (end > capturedEnd) return;
      this.message(bytes, i, end, side, at);
      i = end;
    }
  }

  private message(bytes: Uint8Array, at: number, end: number, side: 0 | 1, moment: Moment): void {
    const type = bytes[at];
    if (type === CLIENT_HELLO) {
      if (this.hello !== null) return;
      this.hello = moment;
      this.client = side;
      if (findServerName(bytes, at, end, place)) this.name = textOf(bytes, place.at, place.end);
      if (findApplication(bytes, at, end, place)) this.application = textOf(bytes, place.at, place.end);
    } else if (type === SERVER_HELLO && isRetryRequest(bytes, at, end)) this.retried = true;
    else if (type === SERVER_HELLO && this.answer === null) {
      this.answer = moment;
      this.version = chosenVersion(bytes, at, end);
      this.suite = chosenSuite(bytes, at, end);
      if (this.hello === null) this.client = side === 0 ? 1 : 0;
      if (this.version === TLS13 && hasPreSharedKey(bytes, at, end)) this.resumed = true;
      if (findApplication(bytes, at, end, place)) this.application = textOf(bytes, place.at, place.end);
    } else if (type === CERTIFICATE) this.certified = true;
  }

  /** TLS 1.2: keys are there once both have changed (RFC 5246 §7.3). Without a certificate it resumes. */
  private change(side: 0 | 1, at: Moment): void {
    if (this.version === TLS13 || this.answer === null) return;
    if (this.changed === 0 && !this.certified && side !== this.client) this.resumed = true;
    this.changed |= 1 << side;
    if (this.changed === BOTH) this.done ??= at;
  }

  private noteAlert(layer: Layer, side: 0 | 1, moment: Moment): void {
    const { bytes, start, capturedEnd } = layer;
    if (this.alert !== null || !isClearAlert(bytes, start, capturedEnd)) return;
    const description = bytes[start + HEADER + 1]!;
    if (description === CLOSE_NOTIFY) return;
    this.alert = { name: alertName(description), moment, byClient: side === this.client };
  }

  get versionText(): string | null {
    return this.version === 0 ? null : versionName(this.version);
  }

  get suiteText(): string | null {
    return this.suite === 0 ? null : suiteName(this.suite);
  }
}

const place = new Place();
const CLOSE_NOTIFY = 0;
