import { MAX_PTIME_MS, MIN_PTIME_MS, SAMPLES_PER_MS, SAMPLES_PER_TICK } from './limits.ts';
import { RTP_HEADER_BYTES, writeRtpHeader } from './rtp-packet.ts';
import { TELEPHONE_EVENT_BYTES, writeTelephoneEvent } from './telephone-event.ts';
import type { TelephoneEventOutput } from './telephone-event-sender.ts';

/** Somebody who can say the next G.711 characters of a leg. */
export interface AudioSource {
  /** Writes exactly `length` characters at `at`. Called with 20 ms in all per tick, in one or more pieces. */
  fill(target: Uint8Array, at: number, length: number): void;
}

/** 20 ms as they were said to the peer. */
export interface TickMonitor {
  readonly characters: Uint8Array;
  /** How many of them were said; the others are silence. */
  length: number;
}

/**
 * Makes the RTP stream of one leg: 20 ms of audio or an event each tick, cut into packets of the negotiated time. The
 * packet buffers are made once; who gets `emit`ted bytes may use them only until he returns.
 */
export class RtpSender implements TelephoneEventOutput {
  readonly ssrc: number;
  packets = 0;
  /** Payload bytes (RFC 3550 section 6.4.1: without header and padding). */
  octets = 0;
  /** Where the characters of each tick are put for who listens in; a tick without audio leaves silence there. */
  monitor: TickMonitor | undefined;
  readonly #emit: (bytes: Uint8Array, length: number) => void;
  readonly #packet = new Uint8Array(RTP_HEADER_BYTES + MAX_PTIME_MS * SAMPLES_PER_MS);
  readonly #eventPacket = new Uint8Array(RTP_HEADER_BYTES + TELEPHONE_EVENT_BYTES);
  #payloadType = 0;
  #eventPayloadType: number | undefined;
  #payloadBytes = SAMPLES_PER_TICK;
  #sequence: number;
  #clock: number;
  #filled = 0;
  #packetTimestamp = 0;
  #open = false;
  /** The next audio packet is the first after a pause (RFC 3551 section 4.1). */
  #marker = true;

  constructor(random: () => number, emit: (bytes: Uint8Array, length: number) => void) {
    this.ssrc = Math.floor(random() * 0x1_0000_0000);
    this.#sequence = Math.floor(random() * 0x1_0000);
    this.#clock = Math.floor(random() * 0x1_0000_0000);
    this.#emit = emit;
  }

  /** RTP timestamp of the next sample. */
  get clock(): number {
    return this.#clock;
  }

  /** Sequence number of the next packet. */
  get sequence(): number {
    return this.#sequence;
  }

  /** What to send from now on. A packet begun with other settings goes out first, as short as it is. */
  configure(payloadType: number, ptimeMs: number, eventPayloadType: number | undefined): void {
    this.flush();
    this.#payloadType = payloadType;
    this.#eventPayloadType = eventPayloadType;
    const wholeMs = Math.round(ptimeMs / MIN_PTIME_MS) * MIN_PTIME_MS;
    this.#payloadBytes = Math.max(MIN_PTIME_MS, Math.min(MAX_PTIME_MS, wholeMs)) * SAMPLES_PER_MS;
  }

  /** May packets leave? While they may not, time goes on and nothing is sent. */
  setOpen(open: boolean): void {
    this.#open = open;
  }

  /** One tick of audio. */
  sendAudio(source: AudioSource): void {
    let left = SAMPLES_PER_TICK;
    while (left > 0) {
      if (this.#filled === 0) this.#packetTimestamp = this.#clock;
      const count = Math.min(left, this.#payloadBytes - this.#filled);
      source.fill(this.#packet, RTP_HEADER_BYTES + this.#filled, count);
      if (this.monitor !== undefined && this.#open) this.#overhear(this.monitor, count);
      this.#filled += count;
      left -= count;
      this.#clock = (this.#clock + count) >>> 0;
      if (this.#filled === this.#payloadBytes) this.#sendPacket();
    }
  }

  /** One event packet (RFC 4733), now; time does not go on. Nothing when no payload type was agreed for it. */
  sendEvent(code: number, end: boolean, duration: number, timestamp: number, marker: boolean): void {
    if (!this.#open || this.#eventPayloadType === undefined) return;
    this.flush();
    writeTelephoneEvent(this.#eventPacket, RTP_HEADER_BYTES, code, end, duration);
    this.#send(this.#eventPacket, this.#eventPayloadType, marker, timestamp, TELEPHONE_EVENT_BYTES);
  }

  /** A tick without audio because an event takes its place: the stream has no pause. */
  advance(): void {
    this.flush();
    this.#clock = (this.#clock + SAMPLES_PER_TICK) >>> 0;
  }

  /** Ticks in which nothing is sent: a pause, after which the marker is set. */
  pause(ticks: number): void {
    this.flush();
    this.#marker = true;
    this.#clock = (this.#clock + ticks * SAMPLES_PER_TICK) >>> 0;
  }

  /** A packet of G.711 may be of any length, so what is there goes out before something else does. */
  flush(): void {
    if (this.#filled > 0) this.#sendPacket();
  }

  /**
   * Sends a packet of another stream, whose payload is in `packet` already, at the place its forwarder found for it. The
   * marker is also set when this stream had a pause.
   */
  forward(
    packet: Uint8Array,
    payloadBytes: number,
    payloadType: number,
    marker: boolean,
    sequence: number,
    timestamp: number,
  ): void {
    if (!this.#open) return;
    writeRtpHeader(packet, payloadType, marker || this.#marker, sequence, timestamp, this.ssrc);
    this.#marker = false;
    this.packets += 1;
    this.octets += payloadBytes;
    this.#emit(packet, RTP_HEADER_BYTES + payloadBytes);
  }

  /** What comes next after forwarded packets. */
  moveTo(sequence: number, clock: number): void {
    this.#sequence = sequence & 0xffff;
    this.#clock = clock >>> 0;
  }

  #overhear(monitor: TickMonitor, count: number): void {
    const from = RTP_HEADER_BYTES + this.#filled;
    for (let n = 0; n < count; n += 1) monitor.characters[monitor.length + n] = this.#packet[from + n] ?? 0;
    monitor.length += count;
  }

  #sendPacket(): void {
    const payloadBytes = this.#filled;
    this.#filled = 0;
    if (!this.#open) {
      this.#marker = true;
      return;
    }
    this.#send(this.#packet, this.#payloadType, this.#marker, this.#packetTimestamp, payloadBytes);
    this.#marker = false;
  }

  #send(
    packet: Uint8Array,
    payloadType: number,
    marker: boolean,
    timestamp: number,
    payloadBytes: number,
  ): void {
    writeRtpHeader(packet, payloadType, marker, this.#sequence, timestamp, this.ssrc);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.packets += 1;
    this.octets += payloadBytes;
    this.#emit(packet, RTP_HEADER_BYTES + payloadBytes);
  }
}
