import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';

/** How long a program may take to end when it has been asked to. */
const endMs = 15_000;

/** Programs that run now, so that none outlives this process whatever ends it. */
export class Programs {
  readonly #running = new Set<ChildProcess>();

  constructor() {
    process.once('exit', () => {
      for (const child of this.#running) child.kill('SIGKILL');
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  }

  /** `environment` is added to ours, from which settings of Parley and of Node are taken away. */
  start(spawned: Spawned): Program {
    const { command, args, folder, environment = {}, stdio } = spawned;
    const own = Object.entries(process.env).filter(([name]) => !/^(PARLEY_|NODE_)/.test(name));
    const child = spawn(command, args, {
      cwd: folder,
      env: { ...Object.fromEntries(own), ...environment },
      stdio,
    });
    this.#running.add(child);
    child.once('close', () => this.#running.delete(child));
    return new Program(command, child);
  }
}

export interface Spawned {
  readonly command: string;
  readonly args: readonly string[];
  /** Where it runs. */
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdio: StdioOptions;
}

/** A program that was started. */
export class Program {
  readonly child: ChildProcess;
  /** Its exit code, or the signal that ended it. Rejects when it could not be started. */
  readonly ended: Promise<number | NodeJS.Signals>;

  constructor(name: string, child: ChildProcess) {
    this.child = child;
    this.ended = new Promise((resolve, reject) => {
      child.once('error', (error) => reject(new Error(`${name}: ${error.message}`)));
      child.once('close', (code, signal) => resolve(code ?? signal ?? 1));
    });
    // Whoever waits for it is told; nobody has to wait.
    this.ended.catch(() => undefined);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the program could not be started');
    return this.child.pid;
  }

  /** Asks it to end, and ends it by force when it does not. */
  async end(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    const force = setTimeout(() => this.child.kill('SIGKILL'), endMs);
    await this.ended.catch(() => undefined);
    clearTimeout(force);
  }
}
