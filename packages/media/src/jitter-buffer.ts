import { SAMPLES_PER_MS, SAMPLES_PER_TICK } from './limits.ts';

/** Samples held, a power of two so that timestamps index the ring: one second. */
const CAPACITY = 8192;

/**
 * Audio is held back this long at first, and again after each time the buffer ran dry: a packet may be that much later
 * than the fastest and still be heard. Between the two it follows the network: up with each late packet, down with time.
 */
export interface BufferDelays {
  /** Multiples of 20. */
  readonly leastMs: number;
  readonly mostMs: number;
}

const DEFAULT_DELAYS: BufferDelays = { leastMs: 40, mostMs: 40 };

/** More than this waiting is cut down to the target at once: a burst after a stall must not become lasting delay. */
const MAX_LEVEL = 500 * SAMPLES_PER_MS;

/** So many late packets in a row mean that the sender's clock was set back, not that they were late. */
const MAX_LATE_IN_A_ROW = 5;

/** Over this many reads the buffer looks how full it needs to be. */
const REVIEW_READS = 100;

/** So many reviews without a late packet show that less delay may do: ten seconds. */
const CALM_REVIEWS = 5;

/**
 * Puts received audio in order: packets go in at their timestamps, 20 ms come out each tick. What has not come by then
 * is silence; what comes later is dropped. The delay follows the network: each time the buffer runs dry it waits for
 * the target again, and while it was never needed it is taken back. One second at most is held.
 */
export class JitterBuffer {
  /** Packets that came too late to be heard. */
  late = 0;
  #delays = DEFAULT_DELAYS;
  #target = DEFAULT_DELAYS.leastMs * SAMPLES_PER_MS;
  #lateAtReview = 0;
  #calmReviews = 0;
  readonly #ring = new Int16Array(CAPACITY);
  /** Timestamp of the next sample to be read, and of the first after the last one written. */
  #readAt = 0;
  #endAt = 0;
  #started = false;
  #playing = false;
  /** Nothing was read since the buffer was dry, so an overtaken packet may still come first, but not before `#floor`. */
  #fresh = false;
  #floor = 0;
  #waited = 0;
  #lateInARow = 0;
  #lowest = CAPACITY;
  #reads = 0;

  /** Within which bounds audio is held back; what is learnt of the network is forgotten if they are others. */
  setDelays(delays: BufferDelays): void {
    if (delays === this.#delays) return;
    this.#delays = delays;
    this.#target = delays.leastMs * SAMPLES_PER_MS;
  }

  /** Forgets everything held. */
  reset(): void {
    this.#started = false;
    this.#playing = false;
    this.#ring.fill(0);
  }

  /** Samples waiting to be read. */
  get level(): number {
    return this.#started ? (this.#endAt - this.#readAt) | 0 : 0;
  }

  /** A packet's payload, `length` characters at `at`, decoded by `table`. */
  put(timestamp: number, bytes: Uint8Array, at: number, length: number, table: Int16Array): void {
    let ahead = this.#align(timestamp, length);
    if (ahead + length <= 0) {
      if (!this.#isSetBack()) return;
      this.#restart(timestamp);
      ahead = 0;
    }
    this.#lateInARow = 0;
    for (let index = Math.max(0, -ahead); index < length; index += 1) {
      this.#ring[(timestamp + index) & (CAPACITY - 1)] = table[bytes[at + index] ?? 0] ?? 0;
    }
    const end = (timestamp + length) >>> 0;
    if (((end - this.#endAt) | 0) > 0) this.#endAt = end;
  }

  /** Fills `target` with the next 20 ms; false (and silence) when nothing is to be heard. */
  read(target: Int16Array): boolean {
    if (!this.#isReady()) {
      target.fill(0);
      return false;
    }
    if (this.level > MAX_LEVEL) this.#skip(this.level - this.#target - SAMPLES_PER_TICK);
    const count = Math.min(SAMPLES_PER_TICK, this.level);
    this.#take(target, count);
    target.fill(0, count);
    this.#review();
    return true;
  }

  /** Moves the reading position where the packet asks for it; gives how far ahead of it the packet begins. */
  #align(timestamp: number, length: number): number {
    const ahead = (timestamp - this.#readAt) | 0;
    if (!this.#started || ahead + length > CAPACITY || ahead < -CAPACITY) {
      this.#restart(timestamp);
      return 0;
    }
    const dry = !this.#playing && this.level <= 0;
    if (dry && ahead > 0) {
      // The sender paused (or lost something): the pause was heard already, while the buffer was dry.
      this.#beginAt(timestamp, this.#readAt);
      return 0;
    }
    const overtaken = this.#fresh && ahead < 0 && ahead >= -this.#target;
    if (overtaken && ((timestamp - this.#floor) | 0) >= 0) {
      this.#readAt = timestamp;
      return 0;
    }
    return ahead;
  }

  #isReady(): boolean {
    const level = this.level;
    if (level <= 0) {
      this.#playing = false;
      this.#waited = 0;
      return false;
    }
    if (!this.#playing) {
      this.#playing = level >= this.#target + SAMPLES_PER_TICK || this.#waited >= this.#target;
      this.#waited += SAMPLES_PER_TICK;
    }
    return this.#playing;
  }

  #take(target: Int16Array, count: number): void {
    this.#fresh = false;
    for (let index = 0; index < count; index += 1) {
      const slot = (this.#readAt + index) & (CAPACITY - 1);
      target[index] = this.#ring[slot] ?? 0;
      this.#ring[slot] = 0;
    }
    this.#readAt = (this.#readAt + count) >>> 0;
  }

  #skip(count: number): void {
    for (let index = 0; index < count; index += 1) this.#ring[(this.#readAt + index) & (CAPACITY - 1)] = 0;
    this.#readAt = (this.#readAt + count) >>> 0;
  }

  /** What was left over even at the worst moment is delay for nothing. */
  #review(): void {
    this.#lowest = Math.min(this.#lowest, this.level);
    this.#reads += 1;
    if (this.#reads < REVIEW_READS) return;
    this.#calm();
    if (this.#lowest > this.#target) this.#skip(this.#lowest - this.#target);
    this.#reads = 0;
    this.#lowest = CAPACITY;
  }

  #calm(): void {
    this.#calmReviews = this.late === this.#lateAtReview ? this.#calmReviews + 1 : 0;
    this.#lateAtReview = this.late;
    if (this.#calmReviews < CALM_REVIEWS) return;
    this.#calmReviews = 0;
    this.#target = Math.max(this.#delays.leastMs * SAMPLES_PER_MS, this.#target - SAMPLES_PER_TICK);
  }

  /** Counts a late packet; true when so many are late that the sender's clock must have been set back. */
  #isSetBack(): boolean {
    this.late += 1;
    this.#target = Math.min(this.#delays.mostMs * SAMPLES_PER_MS, this.#target + SAMPLES_PER_TICK);
    this.#lateInARow += 1;
    return this.#lateInARow >= MAX_LATE_IN_A_ROW;
  }

  #restart(timestamp: number): void {
    this.reset();
    this.#started = true;
    this.#beginAt(timestamp, (timestamp - CAPACITY) >>> 0);
    this.#lateInARow = 0;
    this.#reads = 0;
    this.#lowest = CAPACITY;
  }

  #beginAt(timestamp: number, floor: number): void {
    this.#readAt = timestamp;
    this.#endAt = timestamp;
    this.#floor = floor;
    this.#fresh = true;
    this.#waited = 0;
  }
}
