import type { FieldProblem } from '@parley/contract';
import { refuse } from './outcome.ts';
import { summarize } from './validation.ts';

/** The refusal of a body whose form is right and whose values do not go together. */
export function invalidBody(problems: readonly FieldProblem[]) {
  return refuse('INVALID_ARGUMENT', { problem: summarize(problems) }, problems);
}
