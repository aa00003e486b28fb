import type { DigitPlan } from './digit-run.ts';
import { EncodedClips, type KeyedClip } from './encoded-clips.ts';
import { Leg, type LegContext, type MediaSink } from './leg.ts';
import { MAX_LEGS, SAMPLES_PER_TICK } from './limits.ts';
import type { Connection } from './protocol.ts';
import { createRtpView } from './rtp-packet.ts';
import type { SocketAddress } from './source-latch.ts';
import { emptyStatistics, type LegStatistics } from './statistics.ts';

export interface MediaEngineOptions {
  readonly sink: MediaSink & {
    /** A leg met a bug of ours. It is gone; the others go on. */
    fault(leg: number, error: unknown): void;
  };
  /** 0 <= n < 1; for SSRC, first sequence number and timestamp (RFC 3550 section 5.1), report times and names. */
  readonly random: () => number;
  /** Report `silent` after so long without RTP or RTCP; 0 = never. */
  readonly rtpTimeoutMs?: number;
  /**
   * Send silence while there is nothing to say (default). Without it a leg is quiet then, which opens no path through
   * the peer's NAT and looks dead to it; meant for simulations, where nobody listens to silence.
   */
  readonly continuousSilence?: boolean;
  readonly maxLegs?: number;
}

/**
 * The media engine: legs ticked every 20 ms, all at once. Reads no clock and opens no socket: `now` is monotonic
 * milliseconds, datagrams come in by `receive` and go out by the sink. Legs are small integers, used again after
 * `close`; calls with an integer that is no open leg do nothing.
 */
export interface MediaEngine {
  /** Open legs. */
  readonly legs: number;
  /** A new leg, or undefined when there are as many as there may be. */
  open(): number | undefined;
  /** Ends the leg with a goodbye to the peer. */
  close(leg: number, now: number): LegStatistics;
  connect(leg: number, connection: Connection, now: number): void;
  play(leg: number, play: string, clips: readonly KeyedClip[]): void;
  echo(leg: number, play: string, durationMs: number): void;
  digits(leg: number, play: string, plan: DigitPlan): void;
  stop(leg: number): void;
  record(leg: number, maxMs: number): void;
  stopRecording(leg: number): void;
  statistics(leg: number): LegStatistics;
  receive(leg: number, bytes: Uint8Array, from: SocketAddress, now: number): void;
  receiveRtcp(leg: number, bytes: Uint8Array, from: SocketAddress, now: number): void;
  /** 20 ms of every leg. `skipped` ticks before this one were left out: time goes on, what is played waits. */
  tick(now: number, skipped?: number): void;
  /** When a tick is needed at the latest: 0 = every tick, Infinity = none. */
  wakeAt(): number;
}

export function createMediaEngine(options: MediaEngineOptions): MediaEngine {
  return new Engine(options);
}

class Engine implements MediaEngine {
  readonly #options: MediaEngineOptions;
  readonly #context: LegContext;
  readonly #legs: Array<Leg | undefined> = [];
  readonly #free: number[] = [];
  #count = 0;

  constructor(options: MediaEngineOptions) {
    this.#options = options;
    this.#context = {
      sink: options.sink,
      random: options.random,
      clips: new EncodedClips(),
      rtpTimeoutMs: options.rtpTimeoutMs ?? 0,
      continuousSilence: options.continuousSilence ?? true,
      view: createRtpView(),
      heard: new Int16Array(SAMPLES_PER_TICK),
    };
  }

  get legs(): number {
    return this.#count;
  }

  open(): number | undefined {
    if (this.#count >= (this.#options.maxLegs ?? MAX_LEGS)) return undefined;
    const handle = this.#free.pop() ?? this.#legs.length;
    this.#legs[handle] = new Leg(handle, this.#context);
    this.#count += 1;
    return handle;
  }

  close(handle: number, now: number): LegStatistics {
    let statistics = emptyStatistics;
    this.#with(handle, (leg) => {
      statistics = leg.close(now);
    });
    this.#forget(handle);
    return statistics;
  }

  connect(handle: number, connection: Connection, now: number): void {
    this.#with(handle, (leg) => {
      leg.connect(connection, now);
    });
  }

  play(handle: number, play: string, clips: readonly KeyedClip[]): void {
    this.#with(handle, (leg) => {
      leg.play(play, clips);
    });
  }

  echo(handle: number, play: string, durationMs: number): void {
    this.#with(handle, (leg) => {
      leg.echo(play, durationMs);
    });
  }

  digits(handle: number, play: string, plan: DigitPlan): void {
    this.#with(handle, (leg) => {
      leg.digits(play, plan);
    });
  }

  stop(handle: number): void {
    this.#with(handle, (leg) => {
      leg.stop();
    });
  }

  record(handle: number, maxMs: number): void {
    this.#with(handle, (leg) => {
      leg.record(maxMs);
    });
  }

  stopRecording(handle: number): void {
    this.#with(handle, (leg) => {
      leg.stopRecording();
    });
  }

  statistics(handle: number): LegStatistics {
    return this.#legs[handle]?.statistics() ?? emptyStatistics;
  }

  receive(handle: number, bytes: Uint8Array, from: SocketAddress, now: number): void {
    try {
      this.#legs[handle]?.receive(bytes, from, now);
    } catch (error) {
      this.#fault(handle, error);
    }
  }

  receiveRtcp(handle: number, bytes: Uint8Array, from: SocketAddress, now: number): void {
    this.#with(handle, (leg) => {
      leg.receiveRtcp(bytes, from, now);
    });
  }

  tick(now: number, skipped = 0): void {
    for (let handle = 0; handle < this.#legs.length; handle += 1) {
      const leg = this.#legs[handle];
      if (leg === undefined) continue;
      try {
        if (skipped > 0) leg.skip(skipped);
        leg.tick(now);
      } catch (error) {
        this.#fault(handle, error);
      }
    }
  }

  wakeAt(): number {
    let earliest = Infinity;
    for (let handle = 0; handle < this.#legs.length && earliest > 0; handle += 1) {
      earliest = Math.min(earliest, this.#legs[handle]?.wakeAt() ?? Infinity);
    }
    return earliest;
  }

  /** A command for a leg; a bug met there ends that leg only. The packet path does the same without the closure. */
  #with(handle: number, work: (leg: Leg) => void): void {
    const leg = this.#legs[handle];
    if (leg === undefined) return;
    try {
      work(leg);
    } catch (error) {
      this.#fault(handle, error);
    }
  }

  #fault(handle: number, error: unknown): void {
    this.#forget(handle);
    this.#options.sink.fault(handle, error);
  }

  #forget(handle: number): void {
    if (this.#legs[handle] === undefined) return;
    this.#legs[handle] = undefined;
    this.#free.push(handle);
    this.#count -= 1;
  }
}
