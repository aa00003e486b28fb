import type { EventValidator } from '@parley/contract';
import type { Coverage } from './coverage.ts';
import { World } from './world.ts';

export interface SeedResult {
  readonly seed: number;
  /** Invariants that broke; empty when all held. */
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  /** Of the virtual time that passed, in milliseconds. */
  readonly virtualMs: number;
  /** What happened in it. */
  readonly coverage: Coverage;
}

/** Lives one seed through. `validate`: the check of events, for whoever runs many. */
export async function simulateSeed(seed: number, validate?: EventValidator): Promise<SeedResult> {
  const world = new World(seed, validate);
  const violations = await world.run();
  return {
    seed,
    violations,
    trace: world.trace,
    virtualMs: world.clock.ms,
    coverage: world.covered.coverage,
  };
}

/** The event log of one seed, to the letter. */
export async function logOfSeed(seed: number): Promise<string> {
  const world = new World(seed);
  await world.run();
  return world.log();
}
