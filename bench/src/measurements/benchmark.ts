import type { Outcome } from '../report/outcome.ts';
import type { Stage } from '../stage.ts';
import type { Sizes } from './sizes.ts';

export type Findings = Omit<Outcome, 'profiles'>;

export interface Benchmark {
  /** One word, for the command line. */
  readonly name: keyof Sizes;
  readonly title: string;
  /** What is done, for readers of the figures. */
  how(sizes: Sizes): readonly string[];
  /** About how many seconds it takes. */
  seconds(sizes: Sizes): number;
  run(stage: Stage, sizes: Sizes): Promise<Findings>;
}

/** Starting a server, and letting everything come to rest after its last load. */
export const setUpSeconds = 3;
