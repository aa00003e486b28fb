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
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Everything on standard input. */
  readonly readAll: () => Promise<string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user presses Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** The command was called wrongly: exit code 2. Its message says how to call it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Called rightly, but it could not be done: exit code 1. Its message says why, and what to do. */
export class Failure extends Error {
  override readonly name = 'Failure';
}
