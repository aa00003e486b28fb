import type { FieldProblem } from '@parley/contract';
import type { PlannedDestination } from '@parley/core';
import { refuse } from './outcome.ts';

/** Without what there is no way to. */
export function reachable(planned: readonly PlannedDestination[]): readonly PlannedDestination[] {
  return planned
    .map((destination) => ({
      ...destination,
      legs: destination.legs.filter(({ attempts }) => attempts.length > 0),
    }))
    .filter(({ legs }) => legs.length > 0);
}

/** Says of each why there is no way to it; `path` is the field they stand in. */
export function unreachable(planned: readonly PlannedDestination[], path: string) {
  const details = planned.map(({ legs }, index): FieldProblem => {
    const problem = legs.find((leg) => leg.problem !== undefined)?.problem;
    const message = problem ?? 'there is no way to it';
    return { in: 'body', path: `${path}[${index}]`, reason: 'unreachable', message };
  });
  const [first, ...more] = details;
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return refuse('DESTINATION_REFUSED', { problem: `${first?.message ?? ''}${rest}` }, details);
}
