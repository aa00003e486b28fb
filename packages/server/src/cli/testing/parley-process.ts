import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const program = new URL('../main.js', import.meta.url).pathname;

/** A `parley` of its own, as a user would start it, and all it says. */
export class ParleyProcess {
  readonly lines: string[] = [];
  readonly errors: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  readonly #waiting = new Set<() => void>();

  constructor(args: readonly string[], environment: Readonly<Record<string, string>>) {
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...withoutSettings(process.env), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    createInterface(child.stdout).on('line', (line) => this.#note(this.lines, line));
    createInterface(child.stderr).on('line', (line) => this.#note(this.errors, line));
    this.#ended = once(child, 'close').then(([code]) => {
      this.#look();
      return code as number | null;
    });
  }

  /** The exit code; null when a signal ended it. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  /** All it said, for the message of an assertion. */
  get output(): string {
    return [...this.lines, ...this.errors].join('\n');
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The first line of standard output that matches; rejects when it ends without. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = this.lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`it ended without a line like ${String(pattern)}:\n${this.output}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #note(lines: string[], line: string): void {
    lines.push(line);
    this.#look();
  }

  #look(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** What the developer's own server is set to is nothing to a test. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('PARLEY_')));
}
