import type { AudioTap } from './audio-tap.ts';
import type { DigitPlan } from './digit-run.ts';
import { EncodedClips, type KeyedClip } from './encoded-clips.ts';
import { Leg, type LegContext, type MediaSink } from './leg.ts';
import { MAX_LEGS, SAMPLES_PER_TICK } from './limits.ts';
import type { Connection } from './protocol.ts';
import { RELAY_BUFFER_BYTES } from './relay.ts';
import { RoomPlayback } from './room-playback.ts';
import type { Room, Seat } from './room.ts';
import { Rooms } from './rooms.ts';
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
  /** With `repeat` until it is stopped. */
  play(leg: number, play: string, clips: readonly KeyedClip[], repeat?: boolean): void;
  echo(leg: number, play: string, durationMs: number): void;
  digits(leg: number, play: string, plan: DigitPlan): void;
  stop(leg: number): void;
  record(leg: number, maxMs: number): void;
  stopRecording(leg: number): void;
  /** Seats the leg in a room, or changes how it sits there; false when the room is full. */
  join(leg: number, seat: Seat): boolean;
  leave(leg: number): void;
  /** Plays to all in a room, over what they say; false when nobody is in it. Ends what was played there before. */
  playRoom(
    room: string,
    clips: readonly KeyedClip[],
    repeat: boolean,
    onFinish: (reason: 'end' | 'stopped', playedMs: number) => void,
  ): boolean;
  stopRoom(room: string): void;
  /** Hands what is said and heard to `tap`, tick by tick; false when there is no such leg, or nobody in the room. */
  listenIn(target: number | string, tap: AudioTap): boolean;
  stopListening(target: number | string, tap: AudioTap): void;
  statistics(leg: number): LegStatistics;
  /** True when the packet was sent on to another leg at once. */
  receive(leg: number, bytes: Uint8Array, from: SocketAddress, now: number): boolean;
  /** How long it took from the arrival of a packet until it was sent on. */
  noteDelay(leg: number, ms: number): void;
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
  readonly #rooms = new Rooms();
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
      relayed: new Uint8Array(RELAY_BUFFER_BYTES),
      said: new Int16Array(SAMPLES_PER_TICK),
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

  play(handle: number, play: string, clips: readonly KeyedClip[], repeat = false): void {
    this.#with(handle, (leg) => {
      leg.play(play, clips, repeat);
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

  join(handle: number, seat: Seat): boolean {
    let seated = true;
    this.#with(handle, (leg) => {
      seated = this.#rooms.join(leg, seat);
    });
    return seated;
  }

  leave(handle: number): void {
    this.#with(handle, (leg) => {
      this.#rooms.leave(leg);
    });
  }

  playRoom(
    name: string,
    clips: readonly KeyedClip[],
    repeat: boolean,
    onFinish: (reason: 'end' | 'stopped', playedMs: number) => void,
  ): boolean {
    const room = this.#rooms.get(name);
    room?.play(new RoomPlayback(clips, repeat, onFinish));
    return room !== undefined;
  }

  stopRoom(name: string): void {
    this.#rooms.get(name)?.play(undefined);
  }

  listenIn(target: number | string, tap: AudioTap): boolean {
    const heard = this.#listenable(target);
    heard?.listenIn(tap);
    return heard !== undefined;
  }

  stopListening(target: number | string, tap: AudioTap): void {
    this.#listenable(target)?.stopListening(tap);
  }

  #listenable(target: number | string): Leg | Room | undefined {
    return typeof target === 'string' ? this.#rooms.get(target) : this.#legs[target];
  }

  statistics(handle: number): LegStatistics {
    return this.#legs[handle]?.statistics() ?? emptyStatistics;
  }

  receive(handle: number, bytes: Uint8Array, from: SocketAddress, now: number): boolean {
    try {
      return this.#legs[handle]?.receive(bytes, from, now) ?? false;
    } catch (error) {
      this.#fault(handle, error);
      return false;
    }
  }

  noteDelay(handle: number, ms: number): void {
    this.#legs[handle]?.noteDelay(ms);
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
        leg.listen();
      } catch (error) {
        this.#fault(handle, error);
      }
    }
    for (const room of this.#rooms.all()) this.#mix(room);
    for (let handle = 0; handle < this.#legs.length; handle += 1) {
      try {
        this.#legs[handle]?.speak(now);
      } catch (error) {
        this.#fault(handle, error);
      }
    }
  }

  /** A bug met in mixing ends the legs of that room. */
  #mix(room: Room): void {
    try {
      room.tick();
    } catch (error) {
      const legs = room.members.map(({ leg }) => this.#legs.indexOf(leg));
      for (const handle of legs) this.#fault(handle, error);
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
    const leg = this.#legs[handle];
    if (leg === undefined) return;
    this.#rooms.leave(leg);
    leg.endListening();
    this.#legs[handle] = undefined;
    this.#free.push(handle);
    this.#count -= 1;
  }
}
