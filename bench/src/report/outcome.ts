import type { CpuUse } from '../machine/cpu-meter.ts';
import type { Mode } from '../measurements/sizes.ts';
import type { MachineFacts } from '../machine/facts.ts';
import type { Figure } from './figure.ts';
import type { Table } from './table.ts';

/** What a benchmark found out. */
export interface Outcome {
  readonly figures: readonly Figure[];
  /** Details beside the figures. */
  readonly tables: readonly Table[];
  /** Who used the CPU, by phase; the figures' phases at least. */
  readonly uses: readonly Phase[];
  /** Where the server's time went, when profiles were asked for. */
  readonly profiles: readonly Table[];
}

export interface Phase {
  readonly phase: string;
  readonly use: CpuUse;
}

/** An outcome with what is needed to understand it later. */
export interface Result extends Outcome {
  readonly benchmark: string;
  readonly title: string;
  readonly how: readonly string[];
  readonly command: string;
  readonly mode: Mode;
  /** Profiling was on: the figures are too high. */
  readonly profiled: boolean;
  readonly startedAt: string;
  readonly seconds: number;
  /** Mean number of runnable threads in the minute before it started, and at its end. */
  readonly load: { readonly before: number; readonly after: number };
  readonly machine: MachineFacts;
  readonly commit: string;
}
