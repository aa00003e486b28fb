import { fileURLToPath } from 'node:url';
import type { Program, Programs } from './program.ts';

/** What a peer can be asked, by name. */
export type Operations = Readonly<Record<string, (argument: never) => unknown>>;

interface Question {
  readonly id: number;
  readonly operation: string;
  readonly argument: unknown;
}

type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

/** To be called by the peer's process: answers questions until the one who started it is gone. */
export function servePeer(operations: Operations): void {
  const answer = async ({ id, operation, argument }: Question): Promise<Answer> => {
    try {
      const run = operations[operation];
      if (run === undefined) throw new Error(`no operation ${operation}`);
      return { id, value: await run(argument as never) };
    } catch (error) {
      return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  process.on('message', (question) => {
    void answer(question as Question).then((reply) => process.send?.(reply));
  });
  process.on('disconnect', () => process.exit(0));
}

/**
 * A part of the measurement in a process of its own: its CPU is counted apart, and a busy moment of one never delays
 * the clock of another.
 */
export class Peer<O extends Operations> {
  readonly name: string;
  readonly #program: Program;
  readonly #waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  #lastId = 0;

  /** `file` calls `servePeer`. */
  constructor(programs: Programs, name: string, file: URL) {
    this.name = name;
    this.#program = programs.start({
      command: process.execPath,
      args: [fileURLToPath(file)],
      folder: process.cwd(),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#program.child.on('message', (message) => this.#hear(message as Answer));
    const lost = (why: string): void => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`${name} ${why}`));
      this.#waiting.clear();
    };
    this.#program.ended.then(
      (how) => lost(`has ended with ${how}`),
      (error: unknown) => lost(String(error)),
    );
  }

  get pid(): number {
    return this.#program.pid;
  }

  ask<K extends keyof O & string>(
    operation: K,
    argument: Parameters<O[K]>[0],
  ): Promise<Awaited<ReturnType<O[K]>>> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#program.child.send({ id, operation, argument } satisfies Question);
    });
  }

  async end(): Promise<void> {
    await this.#program.end('SIGTERM');
  }

  #hear(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(new Error(`${this.name}: ${answer.error}`));
    else waiting?.resolve(answer.value);
  }
}
