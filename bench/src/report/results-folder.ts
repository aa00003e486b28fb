import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from './outcome.ts';

/** Results as files: the latest of each benchmark and mode, and every one under its time. */
export class ResultsFolder {
  readonly #latest: string;
  readonly #history: string;

  constructor(folder: string) {
    this.#latest = join(folder, 'latest');
    this.#history = join(folder, 'history');
    mkdirSync(this.#latest, { recursive: true });
    mkdirSync(this.#history, { recursive: true });
  }

  /** Profiled results do not become the latest: they are no figures. */
  keep(result: Result): void {
    const text = `${JSON.stringify(result, undefined, 2)}\n`;
    const time = result.startedAt.replace(/[:.]/g, '-');
    writeFileSync(join(this.#history, `${time}-${result.benchmark}.json`), text);
    if (!result.profiled) writeFileSync(join(this.#latest, `${result.benchmark}.${result.mode}.json`), text);
  }

  /** The newest result of each of these benchmarks; a quick one only where there is no other. */
  latest(benchmarks: readonly string[]): Result[] {
    const all = readdirSync(this.#latest)
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(join(this.#latest, file), 'utf8')) as Result);
    return benchmarks.flatMap((benchmark) => {
      const found = all.filter((result) => result.benchmark === benchmark);
      const forFigures = found.filter(({ mode }) => mode !== 'quick');
      const newestFirst = (forFigures.length > 0 ? forFigures : found).sort((a, b) =>
        b.startedAt.localeCompare(a.startedAt),
      );
      return newestFirst.slice(0, 1);
    });
  }
}
