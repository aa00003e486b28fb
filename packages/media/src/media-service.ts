import { createMediaCommands, type MediaCommands } from './media-commands.ts';
import type { LegCommand, MediaCommand, MediaEvent, PortRange, SharedCommand } from './protocol.ts';
import { emptyStatistics } from './statistics.ts';
import {
  startMediaWorker,
  type WorkerLink,
  type WorkerListener,
  type WorkerReport,
  type WorkerSettings,
} from './worker-link.ts';

export interface MediaServiceOptions {
  readonly ports: PortRange;
  /** IP literal the RTP sockets bind to. */
  readonly address: string;
  /** Milliseconds without RTP or RTCP until `silent`; 0 = never. */
  readonly rtpTimeoutMs: number;
  /** Milliseconds between `load` events while legs are open; 5,000 when absent. */
  readonly loadIntervalMs?: number | undefined;
  readonly onEvent: (event: MediaEvent) => void;
  /** A bug: of one leg (which is reported closed), or of the worker (then all legs are). The service goes on. */
  readonly onError: (error: Error) => void;
}

/** The media plane in its own thread. */
export interface MediaService extends MediaCommands {
  /** Closes all legs, then ends the worker. Nothing can be opened after that. */
  shutdown(): Promise<void>;
}

/** A worker that does not end by itself after being told to is ended. */
const SHUTDOWN_MS = 2000;

const LOAD_INTERVAL_MS = 5000;

/** Starts a worker with these listeners; `startMediaWorker` but for tests. */
export type StartWorker = (settings: WorkerSettings, listener: WorkerListener) => WorkerLink;

/**
 * Starts the media worker. When it dies, every leg is reported (`openFailed`, or `closed` as `failed`), the error goes
 * to `onError`, and the next `open` starts a fresh worker.
 */
export function createMediaService(
  options: MediaServiceOptions,
  startWorker: StartWorker = startMediaWorker,
): MediaService {
  return new WorkerService(options, startWorker).asService();
}

class WorkerService {
  readonly #options: MediaServiceOptions;
  readonly #startWorker: StartWorker;
  /** Legs the worker knows, or will when it has read its messages. */
  readonly #legs = new Map<string, 'opening' | 'open' | 'closing'>();
  /** Last events of recordings and of what is played to rooms, as they are if the worker dies. */
  readonly #owed = new Map<string, MediaEvent>();
  #worker: WorkerLink | undefined;
  #shutdown: { readonly done: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(options: MediaServiceOptions, startWorker: StartWorker) {
    this.#options = options;
    this.#startWorker = startWorker;
    this.#worker = this.#start();
  }

  asService(): MediaService {
    const { ports, address } = this.#options;
    const commands = createMediaCommands(ports, address, (command) => {
      this.#send(command);
    });
    return { ...commands, shutdown: () => this.#shutDown() };
  }

  #send(command: MediaCommand): void {
    if (command.type === 'open') this.#noteOpening(command.leg);
    else if (command.type !== 'shutdown' && !('leg' in command)) this.#owe(command);
    else if (command.type !== 'shutdown' && !this.#mayFollow(command)) return;
    this.#worker?.send(command);
  }

  /** What the worker owes an answer for, should it die before. */
  #owe(command: SharedCommand): void {
    const error = 'the media worker ended';
    if (command.type === 'startRecording' && !this.#owed.has(`recording ${command.recording}`)) {
      const { recording } = command;
      const end = {
        type: 'recordingEnded',
        recording,
        reason: 'failed',
        durationMs: 0,
        bytes: 0,
        error,
      } as const;
      this.#owed.set(`recording ${recording}`, end);
    } else if (command.type === 'playRoom') {
      const { room, play } = command;
      const end = { type: 'roomFinished', room, play, reason: 'stopped', playedMs: 0 } as const;
      this.#owed.set(`play ${room} ${play}`, end);
    }
    if (this.#worker === undefined) this.#payOwed();
  }

  #payOwed(): void {
    const owed = [...this.#owed.values()];
    this.#owed.clear();
    for (const event of owed) this.#options.onEvent(event);
  }

  /** The worker would ignore what comes after `close`, and waking it costs as much as a datagram. */
  #mayFollow({ leg, type }: LegCommand): boolean {
    const state = this.#legs.get(leg);
    if (state === 'closing') return false;
    if (state === 'open' && type === 'close') this.#legs.set(leg, 'closing');
    return true;
  }

  #noteOpening(leg: string): void {
    if (this.#shutdown !== undefined) {
      this.#options.onEvent({ type: 'openFailed', leg, reason: 'the media plane is shutting down' });
      return;
    }
    if (!this.#legs.has(leg)) this.#legs.set(leg, 'opening');
    this.#worker ??= this.#start();
  }

  #start(): WorkerLink {
    const { rtpTimeoutMs, loadIntervalMs = LOAD_INTERVAL_MS, ports, address } = this.#options;
    return this.#startWorker(
      { rtpTimeoutMs, loadIntervalMs, ports, address },
      {
        onReport: (report) => {
          this.#hear(report);
        },
        onEnd: (error) => {
          this.#noteEnd(error);
        },
      },
    );
  }

  #hear(report: WorkerReport): void {
    if (report.type === 'fault') {
      this.#options.onError(new Error(report.error));
      return;
    }
    const { event } = report;
    if (event.type === 'opened') this.#legs.set(event.leg, 'open');
    if (event.type === 'recordingEnded') this.#owed.delete(`recording ${event.recording}`);
    if (event.type === 'roomFinished') this.#owed.delete(`play ${event.room} ${event.play}`);
    if (event.type === 'openFailed' || event.type === 'closed') this.#legs.delete(event.leg);
    this.#options.onEvent(event);
  }

  #noteEnd(error: Error | undefined): void {
    this.#worker = undefined;
    const lost = [...this.#legs];
    this.#legs.clear();
    const unexpected = this.#shutdown === undefined || error !== undefined;
    if (unexpected) this.#options.onError(error ?? new Error('the media worker ended by itself'));
    for (const [leg, state] of lost) {
      const reason = 'the media worker ended';
      this.#options.onEvent(
        state === 'opening'
          ? { type: 'openFailed', leg, reason }
          : { type: 'closed', leg, reason: 'failed', statistics: emptyStatistics },
      );
    }
    this.#payOwed();
    this.#shutdown?.resolve();
  }

  #shutDown(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown.done;
    const { promise, resolve } = Promise.withResolvers<void>();
    const worker = this.#worker;
    const deadline = setTimeout(() => worker?.terminate(), SHUTDOWN_MS);
    this.#shutdown = {
      done: promise,
      resolve: () => {
        clearTimeout(deadline);
        resolve();
      },
    };
    if (worker === undefined) this.#shutdown.resolve();
    else worker.send({ type: 'shutdown' });
    return promise;
  }
}
