import type { FieldProblem } from '@parley/contract';

/** Something wrong with a body that its schema cannot say. `path` such as `allowed_ips[2]`; `message` goes on after it. */
export function fieldProblem(path: string, reason: FieldProblem['reason'], message: string): FieldProblem {
  return { in: 'body', path, reason, message };
}
