import { type Address, type FieldProblem } from '@parley/contract';
import { legsOf, type PlannedDestination } from '@parley/core';
import { refuse } from './outcome.ts';

/** Without what there is no way to. */
export function reachable(planned: readonly PlannedDestination[]): readonly PlannedDestination[] {
  return planned
    .map((destination) => ({
      ...destination,
      legs: destination.legs.filter(({ attempts }) => attempts.length > 0),
      ...(destination.agent !== undefined && {
        agent: { ...destination.agent, addresses: reachable(destination.agent.addresses) },
      }),
    }))
    .filter((destination) => legsOf(destination).length > 0);
}

/** Says of each why there is no way to it; `path` is the field they stand in. */
export function unreachable(planned: readonly PlannedDestination[], path: string) {
  const details = planned.map((destination, index): FieldProblem => {
    const problem = legsOf(destination).find((leg) => leg.problem !== undefined)?.problem;
    const message = problem ?? 'there is no way to it';
    return { in: 'body', path: `${path}[${index}]`, reason: 'unreachable', message };
  });
  const [first, ...more] = details;
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return refuse('DESTINATION_REFUSED', { problem: `${first?.message ?? ''}${rest}` }, details);
}

/** Says of each that is a conference that it cannot stand there; `why` goes on after "is conference". */
export function conferencesAmong(
  addresses: readonly Pick<Address, 'type'>[],
  path: string,
  why: string,
): readonly FieldProblem[] {
  return addresses.flatMap(({ type }, index) =>
    type === 'conference'
      ? [{ in: 'body', path: `${path}[${index}].type`, reason: 'not_one_of', message: `is conference${why}` }]
      : [],
  );
}
