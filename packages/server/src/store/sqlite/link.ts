import { Worker } from 'node:worker_threads';
import { StoreError } from '../store-error.ts';
import { isFatal, storeErrorOf } from './failures.ts';
import type { Answers, Reply, Request, WorkerSettings } from './protocol.ts';

/** The way to the thread that has the database. */
export interface Link {
  /** Resolves with the answer; requests are done in the order in which they are made. Rejects with a StoreError. */
  ask<R extends Request>(request: R): Promise<Answers[R['ask']]>;
  /** Finishes what was asked before, closes the database and ends the thread. More than once is the same as once. */
  close(): Promise<void>;
}

export interface LinkDeps {
  readonly file: string;
  /** Called once, when the database cannot be used any more. Everything asked afterwards rejects. */
  readonly onFatal: (error: StoreError) => void;
  /** For tests: another program for the thread. */
  readonly program?: URL;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: StoreError) => void;
}

/** Starts the thread; resolves when it has opened the database and holds its lock. */
export async function openLink(deps: LinkDeps): Promise<Link> {
  const link = new WorkerLink(deps);
  try {
    await link.opened;
  } catch (error) {
    await link.ended;
    throw error;
  }
  return link;
}

class WorkerLink implements Link {
  readonly opened: Promise<unknown>;
  readonly ended: Promise<void>;
  readonly #deps: LinkDeps;
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  /** Why nothing can be asked any more. */
  #over: StoreError | undefined;

  constructor(deps: LinkDeps) {
    this.#deps = deps;
    const workerData: WorkerSettings = { file: deps.file };
    const program = deps.program ?? new URL('./worker.ts', import.meta.url);
    this.#worker = new Worker(program, { workerData, name: 'store' });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.opened = this.#answer();
    this.#worker.on('message', (reply: Reply) => this.#hear(reply));
    this.#worker.on('error', (error) => this.#break(brokenBy(error)));
    this.#worker.on('exit', () => {
      this.#break(brokenBy(undefined));
      resolve();
    });
  }

  ask<R extends Request>(request: R): Promise<Answers[R['ask']]> {
    if (this.#over !== undefined) return Promise.reject(this.#over);
    this.#worker.postMessage(request);
    return this.#answer() as Promise<Answers[R['ask']]>;
  }

  async close(): Promise<void> {
    if (this.#over === undefined) {
      // What cannot be tidied up on the way out is in the journal, and the next start does it.
      this.ask({ ask: 'close' }).catch(() => undefined);
      this.#over = new StoreError('closed', `${this.#deps.file} was closed`);
    }
    await this.ended;
  }

  #answer(): Promise<unknown> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #hear(reply: Reply): void {
    if (reply.tell === 'answer') return this.#waiting.shift()?.resolve(reply.value);
    const error = storeErrorOf(reply.failure, this.#deps.file);
    if (reply.tell === 'failure') this.#waiting.shift()?.reject(error);
    if (isFatal(reply.failure)) this.#break(error);
  }

  #break(error: StoreError): void {
    const waiting = this.#waiting.splice(0);
    for (const { reject } of waiting) reject(error);
    if (this.#over !== undefined) return;
    this.#over = error;
    void this.#worker.terminate();
    this.#deps.onFatal(error);
  }
}

function brokenBy(error: unknown): StoreError {
  const message = error instanceof Error ? error.message : 'it ended';
  return new StoreError('broken', `the thread of the store broke: ${message}`, error);
}
