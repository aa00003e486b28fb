import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));

/** A process that writes into a data directory without end; see `crash-writer.ts`. */
export class WritingProcess {
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  /** To be killed by whoever started it. */
  constructor(directory: string) {
    this.#child = spawn(process.execPath, [program, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The next line that it says; undefined: it has ended. */
  async line(): Promise<string | undefined> {
    const { done, value } = await this.#lines.next();
    return done === true ? undefined : value;
  }

  /** Kills it, with no chance to tidy up; answers what it has said until then and nobody has read. */
  async kill(): Promise<readonly string[]> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    const rest: string[] = [];
    for (let line = await this.line(); line !== undefined; line = await this.line()) rest.push(line);
    await ended;
    return rest;
  }
}
