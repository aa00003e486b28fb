/** One command of `parley`. */
export interface Command {
  readonly name: string;
  /** Such as `call NUMBER [options]`. */
  readonly usage: string;
  readonly summary: string;
  /** The whole help, without usage and summary. */
  readonly help: string;
  /** Answers the exit code: 0 fine, 1 it failed, 2 it was called wrongly. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** Where a command reads and writes; tests have their own. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user presses Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** Something the user can put right; its message says how. Anything else that is thrown is a bug. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
