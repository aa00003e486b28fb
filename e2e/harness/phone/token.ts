import { randomBytes } from 'node:crypto';

/** For tags, branches and Call-IDs: never the same twice. */
export function token(): string {
  return randomBytes(8).toString('hex');
}
