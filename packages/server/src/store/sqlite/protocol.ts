import type { Pruned, Pruning } from './log-tables.ts';
import type { Cell, OutcomeCell } from './tape-reader.ts';

/** What the worker is asked, in the order in which it is to be done. */
export type Request =
  | { readonly ask: 'query'; readonly sql: string; readonly parameters: readonly Cell[] }
  /** Once, when the tables are there: takes up the journal. */
  | { readonly ask: 'recover' }
  | { readonly ask: 'commit'; readonly tape: readonly Cell[] }
  | { readonly ask: 'prune'; readonly query: Omit<Pruning, 'newest'> }
  | { readonly ask: 'close' };

/** What each of them is answered with. */
export interface Answers {
  readonly query: readonly Readonly<Record<string, Cell>>[];
  readonly recover: undefined;
  readonly commit: readonly OutcomeCell[];
  readonly prune: Pruned;
  readonly close: undefined;
}

/** An error, as far as it can cross to another thread. */
export interface Failure {
  readonly message: string;
  /** SQLite's extended result code; undefined: the error is not SQLite's. */
  readonly sqlite: number | undefined;
}

/** Requests are answered in order: first that the database is open, then one answer for each request. */
export type Reply =
  | { readonly tell: 'answer'; readonly value: unknown }
  | { readonly tell: 'failure'; readonly failure: Failure }
  /** Nobody asked: something failed while the worker tidied up. */
  | { readonly tell: 'trouble'; readonly failure: Failure };

export interface WorkerSettings {
  readonly file: string;
}
