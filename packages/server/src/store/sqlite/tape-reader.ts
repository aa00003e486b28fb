import type { CommitOutcome, Kind } from '@parley/core';

/** What crosses between the threads and into the database. */
export type Cell = string | number | null;

/** Stands for the attempts of a delivery that is settled. */
export const settled = -1;

export type Lost = Extract<CommitOutcome, { ok: false }>['lost'];

/** What became of a commit: the position of its first event (0: it has none), or what it lost. */
export type OutcomeCell = number | Lost;

/** Reads a tape in the order in which it was written. */
export class TapeReader {
  readonly #tape: readonly Cell[];
  #at = 0;

  constructor(tape: readonly Cell[]) {
    this.#tape = tape;
  }

  get ended(): boolean {
    return this.#at >= this.#tape.length;
  }

  text(): string {
    return this.cell() as string;
  }

  textOrNull(): string | null {
    return this.cell() as string | null;
  }

  number(): number {
    return this.cell() as number;
  }

  kind(): Kind {
    return this.cell() as Kind;
  }

  cell(): Cell {
    const cell = this.#tape[this.#at];
    if (cell === undefined) throw new Error('the tape of a commit is too short');
    this.#at += 1;
    return cell;
  }
}
