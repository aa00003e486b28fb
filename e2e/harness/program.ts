import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Journal, soonMs } from './journal.ts';

export interface Exit {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Spawned {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** It may start programs of its own: all of them are ended together. */
  readonly group?: boolean;
  /** It reads commands from its standard input. */
  readonly listens?: boolean;
}

/** A program that a test runs: its lines as they come, and its end. It never outlives the test run. */
export class Program {
  readonly stdout: Journal<string>;
  readonly stderr: Journal<string>;
  readonly exited: Promise<Exit>;
  #exit: Exit | undefined;
  readonly #child: ChildProcess;
  readonly #group: boolean;

  constructor({ command, args, folder, environment = {}, group = false, listens = false }: Spawned) {
    this.#group = group;
    const child = spawn(command, args, {
      cwd: folder,
      env: { ...withoutSettings(process.env), ...environment },
      stdio: [listens ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      detached: group,
    });
    this.#child = child;
    this.stdout = linesOf(command, child.stdout);
    this.stderr = linesOf(`${command} stderr`, child.stderr);
    // One that has ended reads nothing any more.
    child.stdin?.on('error', () => undefined);
    const atEnd = (): void => this.kill();
    process.once('exit', atEnd);
    this.exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        process.off('exit', atEnd);
        this.#exit = { code, signal };
        const how = `it ended with ${signal ?? code}: ${this.stderr.entries.slice(-5).join('\n')}`;
        this.stdout.close(how);
        this.stderr.close(how);
        resolve(this.#exit);
      });
    });
    // Whoever needs the end asks for it; a program that cannot be started is told to whoever waits for its lines.
    this.exited.catch((error: unknown) => this.stdout.close(String(error)));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#exit === undefined;
  }

  /** Types a line at it. */
  type(line: string): void {
    if (this.#child.stdin === null) throw new Error('it does not listen');
    this.#child.stdin.write(`${line}\n`);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.running) process.kill(this.pid, signal);
  }

  /** SIGKILL, to its children too when it is a group. */
  kill(): void {
    if (!this.running || this.pid === 0) return;
    try {
      process.kill(this.#group ? -this.pid : this.pid, 'SIGKILL');
    } catch {
      // It has ended by itself in this moment.
      return;
    }
  }

  /** How it ended; rejects when it does not in time. */
  async end(withinMs = soonMs): Promise<Exit> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`it did not end within ${withinMs} ms`)), withinMs);
    });
    try {
      return await Promise.race([this.exited, tooLong]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Settings of whoever runs the tests are not settings of the tests. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(PARLEY_|NODE_)/.test(name)));
}

function linesOf(name: string, stream: Readable | null): Journal<string> {
  const lines = new Journal<string>(name);
  if (stream !== null) createInterface({ input: stream }).on('line', (line) => lines.add(line));
  return lines;
}
