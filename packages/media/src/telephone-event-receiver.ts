import { SAMPLES_PER_MS } from './limits.ts';
import {
  digitOfEvent,
  MAX_SEGMENT_DURATION,
  readEventCode,
  readEventDuration,
  readEventEnd,
  TELEPHONE_EVENT_BYTES,
} from './telephone-event.ts';

/**
 * An event whose end packets are all lost ends this long after its last packet. Senders refresh every 20 to 50 ms,
 * so this bridges three lost packets of the slowest.
 */
const LOST_END_MS = 200;

/** A packet this much older than the last event belongs to a stream that began anew, not to a late packet. */
const LATE_WINDOW = 10_000 * SAMPLES_PER_MS;

/** After this much silence nothing late can come any more, and any timestamp is a new event. */
const FORGET_MS = 5000;

/** The event under way. */
interface Pressed {
  readonly code: number;
  /** Timestamp of the first segment, and of the current one. */
  readonly firstTimestamp: number;
  timestamp: number;
  /** Duration of the segments that are over, and so far of the current one, in timestamp units. */
  finishedDuration: number;
  duration: number;
  lastPacketAt: number;
}

/** The last event reported; its late packets, and all before it, are ignored. */
interface Reported {
  readonly code: number;
  timestamp: number;
  /** False when it was ended for want of packets: then it may turn out to go on in a further segment. */
  readonly sawEnd: boolean;
  seenAt: number;
}

/**
 * Receives telephone-events (RFC 4733 section 2.5.2) and reports each digit exactly once, when it ends, in order:
 * whatever packets of it are lost, doubled or late, as long as one arrives before the next digit is reported.
 */
export class TelephoneEventReceiver {
  readonly #onDigit: (digit: string, durationMs: number) => void;
  #pressed: Pressed | undefined;
  #reported: Reported | undefined;

  constructor(onDigit: (digit: string, durationMs: number) => void) {
    this.#onDigit = onDigit;
  }

  /** One RTP payload of `length` bytes at `at`; payloads that are no DTMF event are ignored. */
  receive(
    bytes: Uint8Array,
    at: number,
    length: number,
    timestamp: number,
    marker: boolean,
    now: number,
  ): void {
    const code = readEventCode(bytes, at);
    if (length < TELEPHONE_EVENT_BYTES || digitOfEvent(code) === undefined) return;
    const duration = readEventDuration(bytes, at);
    const end = readEventEnd(bytes, at);
    if (this.#isOver(code, timestamp, marker, now)) return;
    if (this.#isMissedEarlier(timestamp)) {
      this.#report(code, timestamp, duration, end, now);
      return;
    }
    const current = this.#follow(code, timestamp, marker, duration, now);
    if (current && end) this.#release(true, now);
  }

  /** Ends an event of which nothing came for too long. Call every tick, or at `wakeAt()`. */
  tick(now: number): void {
    if (now >= this.wakeAt()) this.#release(false, now);
  }

  /** When the event under way ends for want of packets; Infinity when none is under way. */
  wakeAt(): number {
    return this.#pressed === undefined ? Infinity : this.#pressed.lastPacketAt + LOST_END_MS;
  }

  /** The sender began a new stream: what is under way ends, and timestamps mean nothing any more. */
  restart(now: number): void {
    this.#release(false, now);
    this.#reported = undefined;
  }

  /** Is this a late packet of what was reported already? */
  #isOver(code: number, timestamp: number, marker: boolean, now: number): boolean {
    const reported = this.#reported;
    if (reported === undefined || now - reported.seenAt > FORGET_MS) return false;
    const age = (reported.timestamp - timestamp) | 0;
    const continues = age === -MAX_SEGMENT_DURATION && !marker && !reported.sawEnd && code === reported.code;
    if (!continues && (age < 0 || age > LATE_WINDOW)) return false;
    if (continues) reported.timestamp = timestamp;
    reported.seenAt = now;
    return true;
  }

  /** An event older than the one under way, and not reported: all its other packets were lost. */
  #isMissedEarlier(timestamp: number): boolean {
    const pressed = this.#pressed;
    if (pressed === undefined) return false;
    const age = (pressed.firstTimestamp - timestamp) | 0;
    return age > 0 && age <= LATE_WINDOW;
  }

  /** Takes the packet into the event under way, or begins one; false for a late packet of an earlier segment. */
  #follow(code: number, timestamp: number, marker: boolean, duration: number, now: number): boolean {
    const pressed = this.#pressed;
    if (pressed === undefined) return this.#press(code, timestamp, duration, now);
    const ahead = (timestamp - pressed.timestamp) | 0;
    if (ahead === 0) {
      pressed.duration = Math.max(pressed.duration, duration);
    } else if (ahead === MAX_SEGMENT_DURATION && code === pressed.code && !marker) {
      pressed.finishedDuration += MAX_SEGMENT_DURATION;
      pressed.timestamp = timestamp;
      pressed.duration = duration;
    } else if (ahead < 0 && ((timestamp - pressed.firstTimestamp) | 0) >= 0) {
      return false;
    } else {
      this.#release(false, now);
      return this.#press(code, timestamp, duration, now);
    }
    pressed.lastPacketAt = now;
    return true;
  }

  #press(code: number, timestamp: number, duration: number, now: number): true {
    this.#pressed = {
      code,
      firstTimestamp: timestamp,
      timestamp,
      finishedDuration: 0,
      duration,
      lastPacketAt: now,
    };
    return true;
  }

  #release(sawEnd: boolean, now: number): void {
    const pressed = this.#pressed;
    if (pressed === undefined) return;
    this.#pressed = undefined;
    this.#report(pressed.code, pressed.timestamp, pressed.finishedDuration + pressed.duration, sawEnd, now);
  }

  #report(code: number, timestamp: number, duration: number, sawEnd: boolean, now: number): void {
    this.#reported = { code, timestamp, sawEnd, seenAt: now };
    const digit = digitOfEvent(code);
    if (digit !== undefined) this.#onDigit(digit, Math.round(duration / SAMPLES_PER_MS));
  }
}
