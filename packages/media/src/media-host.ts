import { problemOf } from './command-check.ts';
import type { DatagramNetwork } from './datagram-network.ts';
import { createMediaEngine, type MediaEngine } from './engine.ts';
import { PortPairs, type PairReceiver, type PortPair } from './port-pairs.ts';
import type {
  FinishReason,
  LegCommand,
  LegEvent,
  MediaCommand,
  MediaEvent,
  MediaLoad,
  PortRange,
  SharedCommand,
} from './protocol.ts';
import type { RecordingFiles } from './recording-file.ts';
import { Recordings } from './recordings.ts';
import type { Result } from './result.ts';
import type { SocketAddress } from './source-latch.ts';
import { emptyStatistics } from './statistics.ts';
import { TickPacer } from './tick-pacer.ts';

export interface MediaHostOptions {
  readonly network: DatagramNetwork;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** 0 <= n < 1 */
  readonly random: () => number;
  readonly onEvent: (event: MediaEvent) => void;
  /** A bug met while serving a leg; the leg is closed as failed. */
  readonly onFault: (error: unknown) => void;
  readonly rtpTimeoutMs: number;
  readonly files: RecordingFiles;
  readonly continuousSilence?: boolean | undefined;
  readonly maxLegs?: number | undefined;
  /** Port pairs kept bound for the next call; 0 (default) = none. */
  readonly pooledPairs?: number | undefined;
  /** Of those, pairs to be ready before they are asked for; 0 by default. */
  readonly warmPairs?: number | undefined;
}

/** Turns commands into engine calls, and gives legs their names, ports and time. */
export interface MediaHost {
  /** Has a few pairs of ports ready before the first leg needs one. */
  prepare(ports: PortRange, address: string): void;
  command(command: MediaCommand): void;
  /** Runs the ticks that are due. */
  tick(): void;
  /** When to call `tick` next; Infinity while there is nothing to do. */
  wakeAt(): number;
  /** Is a recording being written? */
  readonly recording: boolean;
  /** Load since the last call. */
  takeLoad(): Omit<MediaLoad, 'socketErrors'>;
}

export function createMediaHost(options: MediaHostOptions): MediaHost {
  return new Host(options);
}

interface HostLeg {
  readonly name: string;
  readonly handle: number;
  readonly address: string;
  /** Undefined while its ports are being bound. */
  ports: PortPair | undefined;
}

class Host implements MediaHost {
  readonly #options: MediaHostOptions;
  readonly #engine: MediaEngine;
  readonly #ports: PortPairs;
  readonly #pacer: TickPacer;
  readonly #recordings: Recordings;
  readonly #legs = new Map<string, HostLeg>();
  readonly #byHandle: Array<HostLeg | undefined> = [];
  readonly #events: MediaEvent[] = [];
  /** Calls under way: a virtual network may deliver a packet while another is being sent. */
  #depth = 0;
  #emitting = false;
  #closing = false;
  #commandsIgnored = 0;
  #legsFailed = 0;

  constructor(options: MediaHostOptions) {
    this.#options = options;
    const { network, clock, pooledPairs = 0, warmPairs = 0 } = options;
    this.#ports = new PortPairs({ network, clock, pooled: pooledPairs, warm: warmPairs });
    this.#pacer = new TickPacer(options.clock());
    this.#engine = createMediaEngine({
      random: options.random,
      rtpTimeoutMs: options.rtpTimeoutMs,
      ...(options.continuousSilence === undefined ? {} : { continuousSilence: options.continuousSilence }),
      ...(options.maxLegs === undefined ? {} : { maxLegs: options.maxLegs }),
      sink: {
        sendRtp: (leg, bytes, length, address, port) =>
          this.#byHandle[leg]?.ports?.rtp.send(bytes, length, address, port),
        sendRtcp: (leg, bytes, length, address, port) =>
          this.#byHandle[leg]?.ports?.rtcp.send(bytes, length, address, port),
        event: (leg, event) => {
          this.#say(leg, event);
        },
        fault: (leg, error) => {
          this.#fail(this.#byHandle[leg], error);
        },
      },
    });
    this.#recordings = new Recordings(this.#engine, options.files, (event) => {
      this.#events.push(event);
      this.#emit();
    });
  }

  get recording(): boolean {
    return !this.#recordings.idle;
  }

  command(command: MediaCommand): void {
    this.#depth += 1;
    // What is due belongs to the time before the command; but a leg that ends sends nothing more, late ticks included.
    if (command.type !== 'close' && command.type !== 'shutdown') this.#runTicks();
    if (command.type === 'shutdown') this.#shutDown();
    else if (command.type === 'open') this.#open(command);
    else if ('leg' in command) this.#forLeg(command);
    else this.#share(command);
    this.#depth -= 1;
    this.#emit();
  }

  prepare(ports: PortRange, address: string): void {
    this.#ports.prepare(ports, address);
  }

  tick(): void {
    this.#depth += 1;
    this.#runTicks();
    this.#depth -= 1;
    this.#emit();
  }

  wakeAt(): number {
    const wanted = this.#ports.busy ? 0 : this.#engine.wakeAt();
    return wanted === Infinity ? Infinity : this.#pacer.tickAt(wanted);
  }

  takeLoad(): Omit<MediaLoad, 'socketErrors'> {
    return {
      legs: this.#engine.legs,
      tickLatenessMs: this.#pacer.takeLateness(),
      ticksSkipped: this.#pacer.skipped,
      commandsIgnored: this.#commandsIgnored,
      legsFailed: this.#legsFailed,
    };
  }

  #runTicks(): void {
    const now = this.#options.clock();
    const wantedAt = this.wakeAt();
    const { skipped, ticks } = this.#pacer.due(now);
    if (now >= wantedAt) this.#pacer.noteWork(wantedAt, now);
    if (ticks > 0 && this.#ports.busy) this.#ports.tick();
    for (let n = 0; n < ticks; n += 1) this.#engine.tick(now, n === 0 ? skipped : 0);
  }

  #open(command: Extract<MediaCommand, { type: 'open' }>): void {
    const { leg: name, address, ports } = command;
    if (this.#legs.has(name)) {
      const reason = 'a leg of that name is open';
      this.#events.push({ type: 'rejected', leg: name, command: 'open', reason });
      return;
    }
    const problem = this.#closing ? 'the media plane is shutting down' : problemOf(command, address);
    const handle = problem === undefined ? this.#engine.open() : undefined;
    if (handle === undefined) {
      this.#events.push({ type: 'openFailed', leg: name, reason: problem ?? 'too many legs are open' });
      return;
    }
    const leg: HostLeg = { name, handle, address, ports: undefined };
    this.#legs.set(name, leg);
    this.#byHandle[handle] = leg;
    this.#bind(leg, ports);
  }

  #bind(leg: HostLeg, range: PortRange): void {
    const { clock } = this.#options;
    const receiver: PairReceiver = {
      onRtp: (bytes, from) => {
        this.#depth += 1;
        if (leg.ports !== undefined) this.#receive(leg, bytes, from);
        this.#depth -= 1;
        this.#emit();
      },
      onRtcp: (bytes, from) => {
        this.#depth += 1;
        if (leg.ports !== undefined) this.#engine.receiveRtcp(leg.handle, bytes, from, clock());
        this.#depth -= 1;
        this.#emit();
      },
    };
    this.#ports.open(range, leg.address, receiver, (opened) => {
      this.#takePorts(leg, opened);
      this.#emit();
    });
  }

  #receive(leg: HostLeg, bytes: Uint8Array, from: SocketAddress): void {
    const { clock } = this.#options;
    const at = clock();
    if (this.#engine.receive(leg.handle, bytes, from, at)) this.#engine.noteDelay(leg.handle, clock() - at);
  }

  #takePorts(leg: HostLeg, opened: Result<PortPair>): void {
    const gone = this.#legs.get(leg.name) !== leg;
    if (opened.ok && gone) {
      opened.value.close();
    } else if (opened.ok) {
      leg.ports = opened.value;
      this.#events.push({ type: 'opened', leg: leg.name, port: opened.value.port });
    } else if (!gone) {
      this.#engine.close(leg.handle, this.#options.clock());
      this.#forget(leg);
      this.#events.push({ type: 'openFailed', leg: leg.name, reason: opened.error });
    }
  }

  #forLeg(command: LegCommand): void {
    const leg = this.#legs.get(command.leg);
    if (leg === undefined) {
      this.#commandsIgnored += 1;
      return;
    }
    const problem = problemOf(command, leg.address);
    if (problem === undefined) this.#follow(leg, command);
    else this.#refuse(command, problem);
  }

  #follow(leg: HostLeg, command: LegCommand): void {
    const { handle } = leg;
    switch (command.type) {
      case 'connect':
        this.#engine.connect(handle, command, this.#options.clock());
        break;
      case 'play':
        this.#engine.play(handle, command.play, command.clips, command.repeat);
        break;
      case 'echo':
        this.#engine.echo(handle, command.play, command.durationMs);
        break;
      case 'digits':
        this.#engine.digits(handle, command.play, command);
        break;
      case 'stop':
        this.#engine.stop(handle);
        break;
      case 'record':
        this.#engine.record(handle, command.maxMs);
        break;
      case 'recordStop':
        this.#engine.stopRecording(handle);
        break;
      case 'join':
        if (this.#engine.join(handle, { ...command, name: leg.name })) break;
        this.#refuse(command, `room ${command.room} is full`);
        break;
      case 'leave':
        this.#engine.leave(handle);
        break;
      case 'stats':
        this.#events.push({ type: 'statistics', leg: leg.name, statistics: this.#engine.statistics(handle) });
        break;
      case 'close':
        this.#close(leg);
        break;
    }
  }

  #refuse(command: LegCommand, reason: string): void {
    this.#events.push({ type: 'rejected', leg: command.leg, command: command.type, reason });
    if (!('play' in command)) return;
    this.#events.push({
      type: 'finished',
      leg: command.leg,
      play: command.play,
      reason: 'refused',
      playedMs: 0,
    });
  }

  /** What is for no single leg. */
  #share(command: SharedCommand): void {
    const problem = problemOf(command, '');
    if (command.type === 'stopRoom') this.#engine.stopRoom(command.room);
    else if (command.type === 'playRoom') this.#playRoom(command, problem);
    else if (command.type !== 'startRecording')
      this.#count(this.#recordings.follow(command.type, command.recording));
    else if (problem === undefined) this.#startRecording(command);
    else this.#recordings.refuse(command.recording, problem);
  }

  #playRoom(command: Extract<SharedCommand, { type: 'playRoom' }>, problem: string | undefined): void {
    const { room, play, clips, repeat = false } = command;
    const finish = (reason: FinishReason, playedMs: number): void => {
      this.#events.push({ type: 'roomFinished', room, play, reason, playedMs });
    };
    const begun = problem === undefined && this.#engine.playRoom(room, clips, repeat, finish);
    if (!begun) finish('refused', 0);
  }

  #startRecording(command: Extract<SharedCommand, { type: 'startRecording' }>): void {
    const { target } = command;
    const place = 'room' in target ? target.room : (this.#legs.get(target.leg)?.handle ?? -1);
    this.#count(this.#recordings.start(command, place));
  }

  #count(followed: boolean): void {
    if (!followed) this.#commandsIgnored += 1;
  }

  #close(leg: HostLeg): void {
    const statistics = this.#engine.close(leg.handle, this.#options.clock());
    if (this.#byHandle[leg.handle] !== leg) return;
    this.#forget(leg);
    this.#events.push({ type: 'closed', leg: leg.name, reason: 'requested', statistics });
  }

  #shutDown(): void {
    this.#closing = true;
    for (const leg of this.#legs.values()) this.#close(leg);
    this.#ports.shutDown();
  }

  #fail(leg: HostLeg | undefined, error: unknown): void {
    this.#legsFailed += 1;
    this.#options.onFault(error);
    if (leg === undefined) return;
    this.#forget(leg);
    this.#events.push({ type: 'closed', leg: leg.name, reason: 'failed', statistics: emptyStatistics });
  }

  #forget(leg: HostLeg): void {
    this.#legs.delete(leg.name);
    if (this.#byHandle[leg.handle] === leg) this.#byHandle[leg.handle] = undefined;
    leg.ports?.close();
    leg.ports = undefined;
  }

  #say(handle: number, event: LegEvent): void {
    const leg = this.#byHandle[handle];
    if (leg !== undefined) this.#events.push({ ...event, leg: leg.name });
  }

  /** Hands events on once the engine is at rest, since who hears them may send commands at once. */
  #emit(): void {
    if (this.#emitting || this.#depth > 0 || this.#events.length === 0) return;
    this.#emitting = true;
    try {
      for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
        this.#options.onEvent(event);
      }
    } finally {
      this.#emitting = false;
    }
  }
}
