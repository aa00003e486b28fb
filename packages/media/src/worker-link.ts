import { Worker } from 'node:worker_threads';
import type { MediaCommand, MediaEvent, PortRange } from './protocol.ts';

/** What the media worker is started with. */
export interface WorkerSettings {
  readonly rtpTimeoutMs: number;
  readonly loadIntervalMs: number;
  /** Where legs will be opened, so that the first need not wait for its ports. */
  readonly ports: PortRange;
  readonly address: string;
}

/** What the media worker says. */
export type WorkerReport =
  | { readonly type: 'event'; readonly event: MediaEvent }
  /** A bug met in serving one leg, with its stack; the worker goes on. */
  | { readonly type: 'fault'; readonly error: string };

/** A running media worker. */
export interface WorkerLink {
  send(command: MediaCommand): void;
  /** Ends it at once. */
  terminate(): void;
}

export interface WorkerListener {
  readonly onReport: (report: WorkerReport) => void;
  /** It has ended, with the error that ended it if there was one. Called exactly once. */
  readonly onEnd: (error: Error | undefined) => void;
}

/** Starts the media worker; `script` is another one only in tests. */
export function startMediaWorker(
  settings: WorkerSettings,
  listener: WorkerListener,
  script: URL = new URL('./worker.ts', import.meta.url),
): WorkerLink {
  const worker = new Worker(script, { workerData: settings, name: 'parley-media' });
  let cause: Error | undefined;
  worker.on('message', listener.onReport);
  worker.on('error', (error) => {
    cause = error instanceof Error ? error : new Error(String(error));
  });
  worker.on('exit', () => {
    listener.onEnd(cause);
  });
  return {
    send: (command) => {
      worker.postMessage(command);
    },
    terminate: () => {
      void worker.terminate();
    },
  };
}
