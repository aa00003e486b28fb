/**
 * A worker thread that speaks, one document after the other: started at the first one, replaced after a crash or a
 * hang, and let go when nobody has spoken for a while. Every request ends: with audio, or at its time-out.
 */
import type { SpeakCommand, VoiceReport } from './espeak-messages.ts';
import type { SpeechAudio, SpeechProblem } from './provider.ts';
import { SpeechError, unavailable } from './provider.ts';
import type { SpeechDocument } from './speech-document.ts';
import type { SpeechTimers } from './timers.ts';

/** What is used of a `Worker` of node:worker_threads. */
export interface VoiceWorker {
  postMessage(command: SpeakCommand): void;
  on(event: 'message' | 'error' | 'exit', listener: (value: unknown) => void): unknown;
  ref(): void;
  unref(): void;
  terminate(): Promise<unknown>;
}

export interface VoiceThreadDeps {
  readonly startWorker: () => VoiceWorker;
  readonly timers: SpeechTimers;
  readonly queueLength: number;
  readonly timeoutMs: number;
  readonly hangMs: number;
  readonly idleMs: number;
  readonly retryMs: number;
}

export interface VoiceThread {
  /** Whether a worker thread exists now. */
  readonly isRunning: boolean;
  /** Rejects with a `SpeechError` or the signal's reason. */
  speak(document: SpeechDocument, signal: AbortSignal): Promise<SpeechAudio>;
  close(): Promise<void>;
}

export function createVoiceThread(deps: VoiceThreadDeps): VoiceThread {
  return new WorkerVoice(deps);
}

interface Job {
  readonly command: SpeakCommand;
  /** Settles the request; what comes later is without effect. */
  readonly resolve: (audio: SpeechAudio) => void;
  readonly reject: (reason: unknown) => void;
  /** Ends the time-out and stops listening to the signal, once the thread is done with the job. */
  release: () => void;
}

class WorkerVoice implements VoiceThread {
  readonly #deps: VoiceThreadDeps;
  readonly #waiting: Job[] = [];
  readonly #ending = new Set<Promise<unknown>>();
  #worker: VoiceWorker | undefined;
  #speaking: Job | undefined;
  #lastError = '';
  #unusable: SpeechProblem | undefined;
  #stopIdleTimer: (() => void) | undefined;
  #stopRetryTimer: (() => void) | undefined;
  #closed = false;
  #nextId = 1;

  constructor(deps: VoiceThreadDeps) {
    this.#deps = deps;
  }

  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  async speak(document: SpeechDocument, signal: AbortSignal): Promise<SpeechAudio> {
    signal.throwIfAborted();
    const refusal = this.#refusal();
    if (refusal) throw new SpeechError(refusal);
    return await new Promise<SpeechAudio>((resolve, reject) => {
      this.#waiting.push(this.#createJob(document, signal, resolve, reject));
      this.#speakNext();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopRetryTimer?.();
    this.#failAll(unavailable('the voice was closed'));
    this.#endWorker();
    await Promise.all(this.#ending);
  }

  #refusal(): SpeechProblem | undefined {
    if (this.#closed) return unavailable('the voice was closed');
    if (this.#unusable) return this.#unusable;
    if (this.#waiting.length < this.#deps.queueLength) return undefined;
    return unavailable(`${this.#waiting.length} texts are waiting for the voice already; try again later`);
  }

  #createJob(
    document: SpeechDocument,
    signal: AbortSignal,
    resolve: Job['resolve'],
    reject: Job['reject'],
  ): Job {
    const cancel = new Int32Array(new SharedArrayBuffer(4));
    const command: SpeakCommand = { kind: 'speak', id: this.#nextId, document, cancel };
    this.#nextId += 1;
    const job: Job = { command, resolve, reject, release: () => undefined };
    const onAbort = (): void => this.#giveUp(job, signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const stopTimer = this.#deps.timers.start(this.#deps.timeoutMs, () => this.#onTimeout(job));
    job.release = () => {
      stopTimer();
      signal.removeEventListener('abort', onAbort);
    };
    return job;
  }

  #speakNext(): void {
    if (this.#speaking) return;
    const job = this.#waiting.shift();
    if (!job) return this.#rest();
    this.#stopIdleTimer?.();
    this.#stopIdleTimer = undefined;
    this.#worker ??= this.#startWorker();
    this.#worker.ref();
    this.#speaking = job;
    this.#worker.postMessage(job.command);
  }

  /** An idle thread does not keep the process alive, and goes when nobody comes. */
  #rest(): void {
    if (!this.#worker) return;
    this.#worker.unref();
    this.#stopIdleTimer = this.#deps.timers.start(this.#deps.idleMs, () => this.#endWorker());
  }

  #startWorker(): VoiceWorker {
    const worker = this.#deps.startWorker();
    this.#lastError = '';
    worker.on('message', (report) => {
      if (worker === this.#worker) this.#onReport(report as VoiceReport);
    });
    worker.on('error', (error) => {
      if (worker === this.#worker) this.#lastError = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => {
      if (worker === this.#worker) this.#onExit();
    });
    return worker;
  }

  #onReport(report: VoiceReport): void {
    if (report.kind === 'unusable') return this.#onUnusable(unavailable(report.message));
    const job = this.#speaking;
    if (job?.command.id !== report.id) return;
    this.#speaking = undefined;
    job.release();
    if (report.kind === 'spoken') {
      job.resolve({ samples: report.samples, sampleRate: report.sampleRate, notes: report.notes });
    } else if (report.kind === 'failed') {
      job.reject(new SpeechError(report.problem));
    }
    this.#speakNext();
  }

  #onUnusable(problem: SpeechProblem): void {
    this.#unusable = problem;
    this.#stopRetryTimer = this.#deps.timers.start(this.#deps.retryMs, () => {
      this.#unusable = undefined;
    });
    this.#failAll(problem);
    this.#endWorker();
  }

  #onExit(): void {
    this.#worker = undefined;
    const why =
      this.#lastError === '' ? 'the voice stopped unexpectedly' : `the voice stopped: ${this.#lastError}`;
    const job = this.#speaking;
    this.#speaking = undefined;
    job?.release();
    job?.reject(new SpeechError(unavailable(why)));
    this.#speakNext();
  }

  #onTimeout(job: Job): void {
    const { timeoutMs } = this.#deps;
    const message = `the text was not spoken within ${timeoutMs} ms`;
    this.#giveUp(job, new SpeechError({ kind: 'timeout', message, afterMs: timeoutMs }));
  }

  /** A job being spoken holds the thread until it has stopped; a thread that does not stop is replaced. */
  #giveUp(job: Job, reason: unknown): void {
    job.release();
    job.reject(reason);
    if (job !== this.#speaking) return this.#withdraw(job);
    Atomics.store(job.command.cancel, 0, 1);
    job.release = this.#deps.timers.start(this.#deps.hangMs, () => {
      this.#speaking = undefined;
      this.#endWorker();
      this.#speakNext();
    });
  }

  #withdraw(job: Job): void {
    const index = this.#waiting.indexOf(job);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  #failAll(problem: SpeechProblem): void {
    const jobs = this.#speaking ? [this.#speaking, ...this.#waiting] : [...this.#waiting];
    this.#speaking = undefined;
    this.#waiting.length = 0;
    for (const job of jobs) {
      job.release();
      job.reject(new SpeechError(problem));
    }
  }

  #endWorker(): void {
    this.#stopIdleTimer?.();
    this.#stopIdleTimer = undefined;
    const worker = this.#worker;
    this.#worker = undefined;
    if (!worker) return;
    const ended: Promise<unknown> = worker.terminate().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }
}
