import { SAMPLES_PER_MS } from './limits.ts';

/** Jumps ahead up to this many packets are loss; more is a new stream (RFC 3550 A.1, MAX_DROPOUT). */
const MAX_DROPOUT = 3000;

/** How far back a packet may be late; older is a new stream (RFC 3550 A.1, MAX_MISORDER). */
const MAX_MISORDER = 100;

/** Sequence numbers remembered to tell a late packet from a duplicate; more than MAX_MISORDER, and a power of two. */
const MEMORY = 256;

const CYCLE = 0x1_0000;

/** What a packet is to the stream: `restarted` means forget what you hold of the stream before it. */
export type PacketVerdict = 'new' | 'duplicate' | 'restarted' | 'doubtful';

/**
 * What was received of one sender: loss, duplicates and jitter (RFC 3550 A.1, A.3, A.8). Totals go on over a change of
 * the sender's SSRC or sequence; what a report block says (`stream...`) is about the current stream only.
 */
export class Reception {
  packets = 0;
  bytes = 0;
  duplicates = 0;
  ssrc = 0;
  #started = false;
  /** Sequence numbers extended with their cycle; the first cycle is 1, so that late ones stay positive. */
  #base = 0;
  #highest = 0;
  #received = 0;
  #unique = 0;
  /** A packet far off is believed when the next one follows it. */
  #believeNext = -1;
  readonly #seen = new Int32Array(MEMORY);
  #lostBefore = 0;
  #jitter = 0;
  #transit: number | undefined;
  #expectedAtReport = 0;
  #receivedAtReport = 0;

  /** Takes note of a packet. `timed` is false for packets whose timestamp is not their time (telephone-events). */
  receive(
    ssrc: number,
    sequence: number,
    timestamp: number,
    bytes: number,
    timed: boolean,
    now: number,
  ): PacketVerdict {
    this.packets += 1;
    this.bytes += bytes;
    const verdict = this.#place(ssrc, sequence);
    if (verdict === 'duplicate') this.duplicates += 1;
    if (verdict === 'restarted') this.#transit = undefined;
    if (timed && verdict !== 'duplicate' && verdict !== 'doubtful') this.#measure(timestamp, now);
    return verdict;
  }

  /** Has anything been received of the current stream? */
  get started(): boolean {
    return this.#started;
  }

  get jitterMs(): number {
    return this.#jitter / SAMPLES_PER_MS;
  }

  /** Packets missing, of all streams. */
  get lost(): number {
    return this.#lostBefore + this.#lostOfStream();
  }

  get streamHighestSequence(): number {
    return (this.#highest - CYCLE) >>> 0;
  }

  get streamJitter(): number {
    return Math.floor(this.#jitter);
  }

  /** As RFC 3550 A.3 counts: duplicates make it smaller, even negative; bounded to 24 bits. */
  get streamLost(): number {
    return Math.max(-0x80_0000, Math.min(0x7f_ffff, this.#expected() - this.#received));
  }

  /** Loss since the last call, in 256ths (RFC 3550 A.3). */
  takeFractionLost(): number {
    const expected = this.#expected() - this.#expectedAtReport;
    const lost = expected - (this.#received - this.#receivedAtReport);
    this.#expectedAtReport += expected;
    this.#receivedAtReport = this.#received;
    return expected <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expected));
  }

  #expected(): number {
    return this.#started ? this.#highest - this.#base + 1 : 0;
  }

  #lostOfStream(): number {
    return Math.max(0, this.#expected() - this.#unique);
  }

  #place(ssrc: number, sequence: number): PacketVerdict {
    if (!this.#started) {
      this.#begin(ssrc, sequence);
      return 'new';
    }
    if (ssrc !== this.ssrc) return this.#restart(ssrc, sequence);
    const ahead = (sequence - this.#highest) & 0xffff;
    if (ahead !== 0 && ahead < MAX_DROPOUT) return this.#count(this.#highest + ahead);
    const behind = (this.#highest - sequence) & 0xffff;
    if (behind <= MAX_MISORDER) return this.#count(this.#highest - behind);
    if (sequence === this.#believeNext) return this.#restart(ssrc, sequence);
    this.#believeNext = (sequence + 1) & 0xffff;
    return 'doubtful';
  }

  #count(extended: number): PacketVerdict {
    this.#received += 1;
    const slot = extended & (MEMORY - 1);
    if (this.#seen[slot] === extended) return 'duplicate';
    this.#seen[slot] = extended;
    this.#unique += 1;
    this.#highest = Math.max(this.#highest, extended);
    this.#base = Math.min(this.#base, extended);
    return 'new';
  }

  #restart(ssrc: number, sequence: number): PacketVerdict {
    this.#lostBefore += this.#lostOfStream();
    this.#begin(ssrc, sequence);
    return 'restarted';
  }

  #begin(ssrc: number, sequence: number): void {
    this.#started = true;
    this.ssrc = ssrc;
    this.#base = CYCLE + sequence;
    this.#highest = this.#base;
    this.#received = 0;
    this.#unique = 0;
    this.#believeNext = -1;
    this.#expectedAtReport = 0;
    this.#receivedAtReport = 0;
    this.#seen.fill(0);
    this.#count(this.#base);
  }

  /** RFC 3550 A.8, in timestamp units. */
  #measure(timestamp: number, now: number): void {
    const transit = (Math.round(now * SAMPLES_PER_MS) - timestamp) | 0;
    if (this.#transit !== undefined) {
      const difference = Math.abs((transit - this.#transit) | 0);
      this.#jitter += (difference - this.#jitter) / 16;
    }
    this.#transit = transit;
  }
}
