import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';

/** How long a program may take to end when it has been asked to. */
const orderlyMs = 15_000;
/** How long the kernel may take to end one by force. */
const forceMs = 5_000;
/** What is told of a program's output when something is wrong with it. */
const keptLines = 15;

export interface Spawned {
  /** As it is called in errors. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Where it runs. */
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** `screen`: its standard output is a picture of its state for people, and is thrown away. */
  readonly output?: 'lines' | 'screen';
  /** Whether it talks with us through Node's channel between processes. */
  readonly channel?: boolean;
  /** Whether it ends by itself when its work is done; otherwise an end nobody asked for is a fault. */
  readonly finishes?: boolean;
}

/**
 * Programs that run now. None outlives this process, whatever ends it, SIGKILL excepted: each leads a process group of
 * its own, which is ended with all that the program has started in turn.
 */
export class Programs {
  readonly #started = new Set<Program>();
  readonly #witnesses = new Set<(failed: Program) => void>();
  readonly #kill = (): void => {
    for (const program of this.#started) program.kill();
  };
  #closed = false;

  constructor() {
    process.once('exit', this.#kill);
    for (const signal of signals) process.once(signal, exitBy);
  }

  /** `environment` is added to ours, from which settings of Parley and of Node are taken away. */
  start(spawned: Spawned): Program {
    if (this.#closed) throw new Error(`${spawned.name} is not started: the measurement is over`);
    const program = new Program(spawned);
    this.#started.add(program);
    void program.ended.then(() => {
      if (!program.failed) this.#started.delete(program);
      else for (const tell of this.#witnesses) tell(program);
    });
    return program;
  }

  /** Ends all that is left, by force. Resolves when they are gone. */
  async endAll(): Promise<void> {
    const left = [...this.#started];
    this.#started.clear();
    await Promise.all(left.map((program) => program.end('SIGKILL')));
  }

  /** Rejects as soon as a program fails; whatever waits for something else of it need not wait on. Never resolves. */
  failure(): Promise<never> {
    return new Promise((_, reject) => {
      const tell = (failed: Program): void => reject(new Error(failed.describe('has failed')));
      for (const failed of this.casualties()) tell(failed);
      this.#witnesses.add(tell);
    });
  }

  /** Ends all that is left and starts nothing any more, so that what was given up halfway cannot go on. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.endAll();
    process.off('exit', this.#kill);
    for (const signal of signals) process.off(signal, exitBy);
  }

  /** Programs that ended though nobody had asked them to, until `endAll`. */
  casualties(): readonly Program[] {
    return [...this.#started].filter(({ failed }) => failed);
  }
}

const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** Ends this process as shells expect it, in a way that `exit` is told of. */
function exitBy(signal: NodeJS.Signals): void {
  process.exit(128 + constants.signals[signal]);
}

/** How a program came to its end. */
interface Ending {
  /** Such as `exit code 1`, for people. */
  readonly how: string;
  /** Undefined when a signal ended it, or it could not be started. */
  readonly code: number | undefined;
}

/** A program that was started. */
export class Program {
  readonly name: string;
  readonly child: ChildProcess;
  /** Never rejects: a program that could not be started has ended, too. */
  readonly ended: Promise<Ending>;
  readonly #finishes: boolean;
  readonly #lines: string[] = [];
  readonly #listeners = new Set<(line: string) => void>();
  #ending: Ending | undefined;
  #askedToEnd = false;

  constructor(spawned: Spawned) {
    this.name = spawned.name;
    this.#finishes = spawned.finishes === true;
    this.child = spawnGroup(spawned);
    this.ended = endingOf(this.child);
    void this.ended.then((ending) => (this.#ending = ending));
    // What the program started must not live on without it, and may hold its output open.
    this.child.once('exit', () => this.kill());
    for (const output of [this.child.stdout, this.child.stderr])
      if (output !== null) createInterface({ input: output }).on('line', (line) => this.#hear(line));
  }

  /** Throws when it could not be started. */
  get pid(): number {
    if (this.child.pid === undefined) throw new Error(this.describe('could not be started'));
    return this.child.pid;
  }

  get over(): boolean {
    return this.#ending !== undefined;
  }

  /** Whether it has ended though it should not have. */
  get failed(): boolean {
    if (this.#ending === undefined || this.#askedToEnd) return false;
    return !this.#finishes || this.#ending.code === undefined;
  }

  /** Its last lines and, when it has ended, how. */
  describe(trouble: string): string {
    const said =
      this.#lines.length === 0
        ? ' It said nothing.'
        : `\n${this.#lines.map((line) => `     | ${line}`).join('\n')}`;
    const ending = this.#ending === undefined ? '' : ` (${this.#ending.how})`;
    return `${this.name} ${trouble}${ending}.${said}`;
  }

  /** Has every further line of its output and its errors told. The answer ends that. */
  onLine(listener: (line: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Resolves with what `find` makes of a line, as soon as it makes something of one. Rejects when the program ends
   * before, or says nothing of the kind for `withinMs`: then it is ended.
   */
  ready<T>(find: (line: string) => T | undefined, withinMs: number): Promise<T> {
    return this.until(
      (resolve) =>
        this.onLine((line) => {
          const found = find(line);
          if (found !== undefined) resolve(found);
        }),
      'become ready',
      withinMs,
    );
  }

  /**
   * Waits for what `watch` resolves with; `watch` answers how to stop watching. Rejects when the program ends before;
   * and when `withinMs` pass: then the program is ended, too.
   */
  async until<T>(
    watch: (resolve: (value: T) => void, reject: (error: Error) => void) => () => void,
    what: string,
    withinMs: number,
  ): Promise<T> {
    let stopWatching = (): void => undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        stopWatching = watch(resolve, reject);
        timer = setTimeout(() => reject(new Late()), withinMs);
        void this.ended.then(() => reject(new Error(this.describe(`has ended and did not ${what}`))));
      });
    } catch (error) {
      if (!(error instanceof Late)) throw error;
      await this.end('SIGKILL');
      throw new Error(this.describe(`did not ${what} within ${withinMs / 1000} s and was ended`), {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
      stopWatching();
    }
  }

  /** Asks it to end, and ends it by force when it does not. Throws when not even that helps. */
  async end(signal: NodeJS.Signals): Promise<void> {
    this.#askedToEnd ||= this.#ending === undefined;
    this.#signal(signal);
    const force = setTimeout(() => this.kill(), orderlyMs);
    let giveUp: NodeJS.Timeout | undefined;
    const stuck = new Promise<never>((_, reject) => {
      giveUp = setTimeout(() => reject(new Error(this.describe('cannot be ended'))), orderlyMs + forceMs);
    });
    try {
      await Promise.race([this.ended, stuck]);
    } finally {
      clearTimeout(force);
      clearTimeout(giveUp);
    }
  }

  /** Ends it and all that it has started, at once. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, signal);
    } catch (error) {
      // The whole group has ended already.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  #hear(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > keptLines) this.#lines.shift();
    for (const listener of this.#listeners) listener(line);
  }
}

class Late extends Error {}

function spawnGroup({ command, args, folder, environment = {}, output, channel }: Spawned): ChildProcess {
  const own = Object.entries(process.env).filter(([name]) => !/^(PARLEY_|NODE_)/.test(name));
  return spawn(command, args, {
    cwd: folder,
    env: { ...Object.fromEntries(own), ...environment },
    detached: true,
    stdio: [
      'ignore',
      output === 'screen' ? 'ignore' : 'pipe',
      'pipe',
      ...(channel === true ? ['ipc' as const] : []),
    ],
  });
}

function endingOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve({ how: message, code: undefined }));
    child.once('close', (code, signal) =>
      resolve({ how: signal ?? `exit code ${code}`, code: code ?? undefined }),
    );
  });
}
