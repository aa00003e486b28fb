import type { Options } from '../options.ts';
import type { Outcome } from '../report/outcome.ts';
import type { Stage } from '../stage.ts';

export type Findings = Omit<Outcome, 'profiles'>;

export interface Benchmark {
  /** One word, for the command line. */
  readonly name: string;
  readonly title: string;
  /** What is done, for readers of the figures. */
  how(size: Size): readonly string[];
  run(stage: Stage, size: Size): Promise<Findings>;
}

export type Mode = 'quick' | 'usual' | 'full';

/** How large a run is. */
export class Size {
  readonly mode: Mode;

  constructor({ quick, full }: Pick<Options, 'quick' | 'full'>) {
    this.mode = quick ? 'quick' : full ? 'full' : 'usual';
  }

  /** `full` is as usual unless it is given. */
  of<T>(sizes: { readonly quick: T; readonly usual: T; readonly full?: T }): T {
    return this.mode === 'full' ? (sizes.full ?? sizes.usual) : sizes[this.mode];
  }
}
