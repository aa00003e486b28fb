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

/** The first thing a peer says: it listens. */
const readyAnswer = 0;

const readyMs = 20_000;
/** For questions that are answered at once. */
const answerMs = 30_000;

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
  process.send?.({ id: readyAnswer, value: undefined } satisfies Answer);
}

/**
 * A part of the measurement in a process of its own: its CPU is counted apart, and a busy moment of one never delays
 * the clock of another.
 */
export class Peer<O extends Operations> {
  readonly name: string;
  readonly #program: Program;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId: number = readyAnswer;

  private constructor(program: Program) {
    this.name = program.name;
    this.#program = program;
    program.child.on('message', (answer) => this.#waiting.get((answer as Answer).id)?.(answer as Answer));
  }

  /** `file` calls `servePeer`. Rejects, and ends the process, when it does not do so in time. */
  static async start<O extends Operations>(
    programs: Programs,
    name: string,
    file: URL,
    withinMs = readyMs,
  ): Promise<Peer<O>> {
    const program = programs.start({
      name,
      command: process.execPath,
      args: [fileURLToPath(file)],
      folder: process.cwd(),
      channel: true,
    });
    const peer = new Peer<O>(program);
    await peer.#answerTo(readyAnswer, 'become ready', withinMs, () => undefined);
    program.onLine((line) => console.error(`   ${name}: ${line}`));
    return peer;
  }

  get pid(): number {
    return this.#program.pid;
  }

  /** Rejects when it fails, when the process ends, and when `withinMs` have passed, which ends the process. */
  async ask<K extends keyof O & string>(
    operation: K,
    argument: Parameters<O[K]>[0],
    withinMs = answerMs,
  ): Promise<Awaited<ReturnType<O[K]>>> {
    this.#lastId += 1;
    const question: Question = { id: this.#lastId, operation, argument };
    return (await this.#answerTo(question.id, `answer "${operation}"`, withinMs, (failed) =>
      this.#program.child.send(question, (error) => {
        if (error !== null) failed(error);
      }),
    )) as Awaited<ReturnType<O[K]>>;
  }

  async end(): Promise<void> {
    await this.#program.end('SIGTERM');
  }

  #answerTo(
    id: number,
    what: string,
    withinMs: number,
    send: (failed: (error: Error) => void) => void,
  ): Promise<unknown> {
    return this.#program.until<unknown>(
      (resolve, reject) => {
        this.#waiting.set(id, (answer) => {
          if ('error' in answer) reject(new Error(`${this.name}: ${answer.error}`));
          else resolve(answer.value);
        });
        send(reject);
        return () => this.#waiting.delete(id);
      },
      what,
      withinMs,
    );
  }
}
