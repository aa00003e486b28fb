import { MAX_AUDIO_PAYLOAD_BYTES, SAMPLES_PER_MS, TICK_MS } from './limits.ts';
import { RTP_HEADER_BYTES, type RtpView } from './rtp-packet.ts';
import type { AudioSource, RtpSender } from './rtp-sender.ts';
import { readEventDuration, TELEPHONE_EVENT_BYTES } from './telephone-event.ts';

/** Nothing came for so long: silence is sent until something comes again, so that the peer is never left without. */
const FILL_AFTER_MS = 60;

/** Later than this behind what was sent, silence included, a packet is dropped; below it the stream is moved. */
const TOLERATED_LATE = 40 * SAMPLES_PER_MS;

/** A burst after a stall is late at once; what is late for longer comes from a sender whose clock was set back. */
const LATE_FOR_MS = 100;

/** Timestamps that jump further than this belong to another timeline: a pause of ten seconds, or an event of eight. */
const MAX_JUMP = 10_000 * SAMPLES_PER_MS;

/** Bytes the packet being forwarded is put together in. */
export const RELAY_BUFFER_BYTES = RTP_HEADER_BYTES + MAX_AUDIO_PAYLOAD_BYTES;

/**
 * Sends one peer's packets on to another the moment they come (RFC 3550 section 7.1, as a translator that has its own
 * SSRC): sequence numbers and timestamps are moved by an offset, so loss, reordering and pauses stay what they were. The
 * stream it writes into is the leg's own, continuous with what was sent in ticks before and after.
 */
export class Relay {
  readonly #sender: RtpSender;
  readonly #packet: Uint8Array;
  /** `filling`: nothing comes, silence is sent with each tick. `ending`: ticks have not taken over yet. */
  #state: 'off' | 'filling' | 'flowing' | 'ending' = 'off';
  #anchored = false;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  /** Source sequence numbers: the newest one seen, and the first one the offset holds for. */
  #highest = 0;
  #floor = 0;
  /** Since when all that comes is late. */
  #lateSince: number | undefined;
  /** Ticks at different times since the last packet came. */
  #quietTicks = 0;
  #tickedAt = -Infinity;
  /** When the last packet was sent, by tick or by relay, and how long it lasts. */
  #sentAt = 0;
  #sentMs = TICK_MS;
  /** How much the stream is ahead of the time the ticks would have sent it at: kept below one tick. */
  #aheadMs = 0;

  /** `packet` is for putting packets together in; shared, since what is sent may be overwritten. */
  constructor(sender: RtpSender, packet: Uint8Array) {
    this.#sender = sender;
    this.#packet = packet;
  }

  get on(): boolean {
    return this.#state === 'filling' || this.#state === 'flowing';
  }

  /** From now on packets are sent on; until the first comes, silence is sent. `tickAt` is the time of the last tick. */
  start(tickAt: number): void {
    if (this.#state === 'off') this.#noteSent(tickAt, TICK_MS);
    if (this.#state === 'off') this.#state = 'filling';
    if (this.#state === 'ending') this.#state = 'flowing';
    this.#anchored = false;
  }

  /** Back to ticks. Each of them must ask `coversTick` first. */
  stop(): void {
    this.#anchored = false;
    if (this.on) this.#state = this.#state === 'filling' ? 'off' : 'ending';
  }

  /** The source began a new stream, which has nothing to do with the last. */
  restart(): void {
    this.#anchored = false;
  }

  /** 20 ms while the relay is on: silence if nothing comes (and `silence` is to be sent at all). */
  tick(now: number, silence: AudioSource | undefined): void {
    if (now - this.#tickedAt >= TICK_MS / 2) this.#quietTicks += 1;
    this.#tickedAt = now;
    if (this.#state === 'flowing' && !this.#isQuiet(now)) return;
    this.#state = 'filling';
    this.#catchUp(now);
    if (this.#aheadMs >= TICK_MS) return;
    this.#noteSent(now, TICK_MS);
    if (silence === undefined) this.#sender.pause(1);
    else this.#sender.sendAudio(silence);
  }

  /**
   * Is the tick at `now`, after the relay, to be left out because what was sent on covers it? Moves the stream to where
   * the ticks go on.
   */
  coversTick(now: number): boolean {
    if (this.#state === 'ending') {
      this.#state = 'off';
      this.#catchUp(now);
    }
    if (this.#aheadMs < TICK_MS) return false;
    this.#aheadMs -= TICK_MS;
    return true;
  }

  /** Sends audio on, its characters changed by the table if there is one. False when it came too late. */
  audio(
    bytes: Uint8Array,
    view: RtpView,
    payloadType: number,
    table: Uint8Array | undefined,
    now: number,
  ): boolean {
    if (!this.#place(view, false, now)) return false;
    if (table === undefined) this.#copy(bytes, view);
    else this.#change(bytes, view, table);
    this.#send(view, payloadType, view.payloadLength, view.payloadLength, now);
    return true;
  }

  /** Sends a telephone-event on (RFC 4733); its duration is the time it takes. */
  event(bytes: Uint8Array, view: RtpView, payloadType: number, now: number): boolean {
    const { payloadAt, payloadLength } = view;
    if (payloadLength > MAX_AUDIO_PAYLOAD_BYTES || !this.#place(view, true, now)) return false;
    this.#copy(bytes, view);
    this.#send(view, payloadType, payloadLength, readEventDuration(bytes, payloadAt), now);
    return true;
  }

  /** A packet that is not sent on: those after it close the gap, so that it does not look lost. */
  swallow(sequence: number): void {
    if (!this.#anchored || this.#state !== 'flowing' || !isNewer(sequence, this.#highest)) return;
    this.#highest = sequence;
    this.#sequenceOffset -= 1;
    this.#floor = (sequence + 1) & 0xffff;
  }

  /** Header included where that is of the usual length: it is written over, and copying all at once is the fastest. */
  #copy(bytes: Uint8Array, { payloadAt, payloadLength }: RtpView): void {
    if (payloadAt === RTP_HEADER_BYTES && bytes.length <= this.#packet.length) {
      this.#packet.set(bytes);
      return;
    }
    for (let n = 0; n < payloadLength; n += 1) this.#packet[RTP_HEADER_BYTES + n] = bytes[payloadAt + n] ?? 0;
  }

  #change(bytes: Uint8Array, { payloadAt, payloadLength }: RtpView, table: Uint8Array): void {
    const packet = this.#packet;
    for (let n = 0; n < payloadLength; n += 1) {
      packet[RTP_HEADER_BYTES + n] = table[bytes[payloadAt + n] ?? 0] ?? 0;
    }
  }

  /** After a stall of our own, ticks are made up for before what came meanwhile is read: those do not count. */
  #isQuiet(now: number): boolean {
    return now - this.#sentAt > FILL_AFTER_MS && this.#quietTicks * TICK_MS >= FILL_AFTER_MS;
  }

  /** Finds the packet's place in the stream; false when there is none any more. */
  #place(view: RtpView, isEvent: boolean, now: number): boolean {
    if (!this.#anchored) {
      this.#anchor(view, now);
      return true;
    }
    if (this.#state === 'filling') return this.#resume(view, isEvent, now);
    if (isNewer(view.sequence, this.#highest)) {
      if (!this.#isNear(view.timestamp)) this.#timestampOffset = this.#sender.clock - view.timestamp;
      return true;
    }
    if (!isNewer(this.#floor, view.sequence)) return true;
    return false;
  }

  /** The first packet after silence keeps its time if that is still free. */
  #resume(view: RtpView, isEvent: boolean, now: number): boolean {
    const ahead = (view.timestamp + this.#timestampOffset - this.#sender.clock) | 0;
    const keepsTime = isEvent ? this.#isNear(view.timestamp) : ahead >= 0 && ahead <= MAX_JUMP;
    if (!keepsTime && ahead < -TOLERATED_LATE && ahead >= -MAX_JUMP) {
      if (this.#lateSince === undefined) this.#lateSince = now;
      if (now - this.#lateSince < LATE_FOR_MS) return false;
    }
    const offset = this.#timestampOffset;
    this.#anchor(view, now);
    if (keepsTime) this.#timestampOffset = offset;
    return true;
  }

  /** Puts the packet next in the stream. */
  #anchor(view: RtpView, now: number): void {
    this.#sender.flush();
    this.#catchUp(now);
    this.#sequenceOffset = this.#sender.sequence - view.sequence;
    this.#timestampOffset = this.#sender.clock - view.timestamp;
    this.#highest = (view.sequence - 1) & 0xffff;
    this.#floor = view.sequence;
    this.#anchored = true;
    this.#lateSince = undefined;
  }

  #isNear(timestamp: number): boolean {
    return Math.abs((timestamp + this.#timestampOffset - this.#sender.clock) | 0) <= MAX_JUMP;
  }

  #send(view: RtpView, payloadType: number, payloadBytes: number, duration: number, now: number): void {
    const sequence = (view.sequence + this.#sequenceOffset) & 0xffff;
    const timestamp = (view.timestamp + this.#timestampOffset) >>> 0;
    this.#sender.forward(this.#packet, payloadBytes, payloadType, view.marker, sequence, timestamp);
    this.#state = 'flowing';
    this.#quietTicks = 0;
    this.#noteSent(now, payloadBytes > TELEPHONE_EVENT_BYTES ? payloadBytes / SAMPLES_PER_MS : TICK_MS);
    if (!isNewer(view.sequence, this.#highest)) return;
    this.#highest = view.sequence;
    const end = (timestamp + duration) >>> 0;
    const { clock } = this.#sender;
    this.#sender.moveTo(sequence + 1, ((end - clock) | 0) > 0 ? end : clock);
  }

  #noteSent(now: number, ms: number): void {
    this.#sentAt = now;
    this.#sentMs = ms;
  }

  /** Brings the stream's clock to `now`: time in which nothing was sent is a pause, less than a tick of it is remembered. */
  #catchUp(now: number): void {
    this.#aheadMs += this.#sentMs - (now - this.#sentAt);
    this.#noteSent(now, 0);
    const ticks = Math.floor(-this.#aheadMs / TICK_MS);
    if (ticks <= 0) return;
    this.#sender.pause(ticks);
    this.#aheadMs += ticks * TICK_MS;
  }
}

function isNewer(sequence: number, than: number): boolean {
  const ahead = (sequence - than) & 0xffff;
  return ahead !== 0 && ahead < 0x8000;
}
