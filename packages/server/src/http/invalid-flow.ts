import type { FlowProblem } from '@parley/contract';
import { refuse } from './outcome.ts';

/** Actions that were found wrong. */
export function invalidFlow(problems: readonly FlowProblem[]) {
  const [first, ...more] = problems;
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
  const problem = first === undefined ? 'it was refused' : `${first.path} ${first.message}${rest}`;
  return refuse('INVALID_FLOW', { problem }, problems);
}
