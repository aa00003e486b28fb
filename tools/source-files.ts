import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** All files that are, or are about to be, in the repository, relative to its root. */
export function sourceFiles(): string[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  return list.split('\n').filter((file) => file !== '' && existsSync(file));
}

/** A broken rule: where, and what to do about it. */
export interface Violation {
  readonly file: string;
  readonly message: string;
}
