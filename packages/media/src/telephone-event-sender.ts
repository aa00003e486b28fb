import { SAMPLES_PER_MS, SAMPLES_PER_TICK } from './limits.ts';
import { eventOfDigit, MAX_SEGMENT_DURATION } from './telephone-event.ts';

/** Where the sender's packets go: one call is one RTP packet with a telephone-event payload. */
export interface TelephoneEventOutput {
  /** RTP timestamp of the tick being sent. */
  readonly clock: number;
  sendEvent(code: number, end: boolean, duration: number, timestamp: number, marker: boolean): void;
}

interface QueuedDigit {
  readonly code: number;
  readonly durationSamples: number;
}

/** The event being sent. */
interface Tone {
  readonly code: number;
  readonly durationSamples: number;
  elapsed: number;
  segmentTimestamp: number;
  segmentElapsed: number;
}

/** The final packet goes out three times, so that losing one loses nothing (RFC 4733 section 2.5.1.4). */
const END_COPIES = 3;

/**
 * Sends DTMF as telephone-events (RFC 4733 section 2.5.1): an update each tick, the end three times; the second and
 * third end packet in the pause after the digit if it is long enough, else at once.
 */
export class TelephoneEventSender {
  readonly #queue: QueuedDigit[] = [];
  readonly #gapSamples: number;
  #tone: Tone | undefined;
  #gapLeft = 0;
  /** End packets of `#ended` still to send in the pause. */
  #copiesLeft = 0;
  #ended: Tone | undefined;

  constructor(gapMs: number) {
    this.#gapSamples = gapMs * SAMPLES_PER_MS;
  }

  /** Digits waiting, the one being sent not counted. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Nothing under way, nothing waiting, no end packet owed. */
  get idle(): boolean {
    return this.#tone === undefined && this.#queue.length === 0 && this.#copiesLeft === 0;
  }

  /** Queues a digit (`0-9 * # A-D`); false for text that is no digit. */
  queue(digit: string, durationMs: number): boolean {
    const code = eventOfDigit(digit);
    if (code === undefined) return false;
    this.#queue.push({ code, durationSamples: durationMs * SAMPLES_PER_MS });
    return true;
  }

  /** One tick of time: sends what is due. False when the tick is free for audio. */
  tick(output: TelephoneEventOutput): boolean {
    if (this.#tone === undefined && this.#gapLeft <= 0) this.#begin(output.clock);
    if (this.#tone !== undefined) {
      this.#sound(this.#tone, output);
      return true;
    }
    this.#gapLeft -= SAMPLES_PER_TICK;
    return this.#repeatEnd(output);
  }

  /** Breaks off: the event under way ends now, end packets owed are sent, waiting digits are forgotten. */
  stop(output: TelephoneEventOutput): void {
    this.#queue.length = 0;
    this.#gapLeft = 0;
    if (this.#tone !== undefined) {
      this.#ended = this.#tone;
      this.#tone = undefined;
      this.#copiesLeft = END_COPIES;
    }
    while (this.#repeatEnd(output));
  }

  #begin(clock: number): void {
    const next = this.#queue.shift();
    if (next === undefined) return;
    this.#tone = { ...next, elapsed: 0, segmentTimestamp: clock, segmentElapsed: 0 };
  }

  #sound(tone: Tone, output: TelephoneEventOutput): void {
    const first = tone.elapsed === 0;
    const step = Math.min(SAMPLES_PER_TICK, tone.durationSamples - tone.elapsed);
    tone.elapsed += step;
    tone.segmentElapsed += step;
    if (tone.segmentElapsed > MAX_SEGMENT_DURATION) nextSegment(tone, output);
    const end = tone.elapsed >= tone.durationSamples;
    output.sendEvent(tone.code, end, tone.segmentElapsed, tone.segmentTimestamp, first);
    if (end) this.#end(tone, output);
  }

  #end(tone: Tone, output: TelephoneEventOutput): void {
    this.#tone = undefined;
    this.#ended = tone;
    this.#copiesLeft = END_COPIES - 1;
    this.#gapLeft = this.#gapSamples;
    const pauseHoldsCopies = this.#queue.length > 0 && this.#gapLeft >= this.#copiesLeft * SAMPLES_PER_TICK;
    if (!pauseHoldsCopies) while (this.#repeatEnd(output));
  }

  #repeatEnd(output: TelephoneEventOutput): boolean {
    if (this.#copiesLeft === 0 || this.#ended === undefined) return false;
    this.#copiesLeft -= 1;
    output.sendEvent(this.#ended.code, true, this.#ended.segmentElapsed, this.#ended.segmentTimestamp, false);
    return true;
  }
}

/** The duration field is full: closes the segment with it and goes on in the next, which begins where it ended. */
function nextSegment(tone: Tone, output: TelephoneEventOutput): void {
  output.sendEvent(tone.code, false, MAX_SEGMENT_DURATION, tone.segmentTimestamp, false);
  tone.segmentTimestamp = (tone.segmentTimestamp + MAX_SEGMENT_DURATION) >>> 0;
  tone.segmentElapsed -= MAX_SEGMENT_DURATION;
}
