import type { Terminal } from '../command.ts';

/** A terminal of which a test reads the lines. */
export interface TestTerminal extends Terminal {
  /** Lines of standard output. */
  readonly shown: string[];
  /** Lines of standard error. */
  readonly complained: string[];
  readonly interrupt: () => void;
}

export function createTestTerminal(
  environment: Terminal['environment'] = {},
  standardInput = '',
): TestTerminal {
  const shown: string[] = [];
  const complained: string[] = [];
  const controller = new AbortController();
  return {
    shown,
    complained,
    interrupt: () => controller.abort(),
    out: (line) => shown.push(line),
    err: (line) => complained.push(line),
    readAll: () => Promise.resolve(standardInput),
    environment,
    interrupted: controller.signal,
  };
}
