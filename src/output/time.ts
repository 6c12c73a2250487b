import type { CaptureInterface, Frame } from '../core/frame.ts';
import type { Writer } from '../core/writer.ts';

/** `-t`, with tshark's letters: relative, delta, epoch, and the time of day with or without its date, local or UTC. */
export const TIME_FORMS = ['r', 'a', 'ad', 'adoy', 'd', 'dd', 'e', 'u', 'ud', 'udoy'] as const;
export type TimeForm = (typeof TIME_FORMS)[number];

export type TimeWriter = (frame: Frame, out: Writer) => void;

/**
 * Writes frames' times in one form, with as many decimals as the frame's interface measures. Frames without a time give
 * nothing.
 */
export function timeWriter(form: TimeForm, capture: { readonly interfaces: readonly CaptureInterface[] }): TimeWriter {
  const digits = decimals(capture);
  switch (form) {
    case 'r':
      return (frame, out) => {
        if (frame.hasTime) out.time(frame.relativeSeconds, frame.relativeNanoseconds, digits(frame));
      };
    case 'dd':
      return sinceWritten(digits);
    case 'd':
      return (frame, out) => {
        if (frame.hasTime) out.time(frame.deltaSeconds, frame.deltaNanoseconds, digits(frame));
      };
    case 'e':
      return (frame, out) => {
        if (frame.hasTime) out.time(frame.seconds, frame.nanoseconds, digits(frame));
      };
    default: {
      const calendar = new Calendar(form);
      return (frame, out) => {
        if (!frame.hasTime) return;
        out.ascii(calendar.second(frame.seconds));
        out.fraction(frame.nanoseconds, digits(frame));
      };
    }
  }
}

/** Since the frame that was written last; of the first one, nothing. */
export function sinceWritten(digits: (frame: Frame) => number): TimeWriter {
  let before: { seconds: number; nanoseconds: number } | null = null;
  return (frame, out) => {
    if (!frame.hasTime) return;
    const { seconds, nanoseconds } = frame;
    const last = before ?? { seconds, nanoseconds };
    const difference = nanoseconds - last.nanoseconds;
    const borrow = difference < 0 ? 1 : 0;
    out.time(seconds - last.seconds - borrow, difference + borrow * 1e9, digits(frame));
    before = { seconds, nanoseconds };
  };
}

/** Decimals of a frame's time: what its interface measures, rounded down to a precision that Wireshark has. */
function decimals(capture: { readonly interfaces: readonly CaptureInterface[] }): (frame: Frame) => number {
  const known: number[] = [];
  return ({ interfaceId }) => {
    known[interfaceId] ??= precision(capture.interfaces[interfaceId]?.ticksPerSecond ?? 1e6);
    return known[interfaceId];
  };
}

const precision = (ticks: number): number =>
  ticks >= 1e9 ? 9 : ticks >= 1e6 ? 6 : ticks >= 1e3 ? 3 : ticks >= 100 ? 2 : ticks >= 10 ? 1 : 0;

/** Seconds since 1970 as text. Frames come in order, so that a second's text is used for many of them. */
class Calendar {
  private readonly form: TimeForm;
  private seconds = Number.NaN;
  private text = '';

  constructor(form: TimeForm) {
    this.form = form;
  }

  second(seconds: number): string {
    if (seconds !== this.seconds) {
      this.seconds = seconds;
      this.text = calendarText(seconds, this.form);
    }
    return this.text;
  }
}

function calendarText(seconds: number, form: TimeForm): string {
  const instant = new Date(seconds * 1000);
  if (Number.isNaN(instant.getTime())) return 'Not representable';
  // Local time is read through a date whose UTC parts are the local ones.
  const date = form.startsWith('u') ? instant : new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000);
  const iso = date.toISOString();
  const clock = iso.slice(-13, -5);
  const day = iso.slice(0, -14);
  if (form.endsWith('doy')) return `${day.slice(0, -6)}/${dayOfYear(date)} ${clock}`;
  return form.endsWith('d') ? `${day} ${clock}` : clock;
}

function dayOfYear(date: Date): string {
  const first = Date.UTC(date.getUTCFullYear(), 0, 1);
  return String(Math.floor((date.getTime() - first) / 86_400_000) + 1).padStart(3, '0');
}

/** ISO 8601, UTC, with nanoseconds; null when no calendar has that date. */
export function isoTime(seconds: number, nanoseconds: number): string | null {
  const second = isoSecond(seconds);
  return second === null ? null : `${second}.${String(nanoseconds).padStart(9, '0')}Z`;
}

/** The same up to the second, without what stands behind it. */
export function isoSecond(seconds: number): string | null {
  if (seconds !== isoSeconds) {
    const instant = new Date(seconds * 1000);
    isoSeconds = seconds;
    isoText = Number.isNaN(instant.getTime()) ? null : instant.toISOString().slice(0, -5);
  }
  return isoText;
}

/** The second that was asked for last: frames come in order. */
let isoSeconds = Number.NaN;
let isoText: string | null = null;
