/**
 * All tests:
 *
 *   npm test                  everything
 *   npm test -- core sip      only files whose path contains one of the words
 *
 * First those that need nothing but the sources, the simulation among them, then those that start a real server and
 * call it with real phones, one file at a time, because they share the machine.
 */
import { spawnSync } from 'node:child_process';
import { ensurePrograms, testPrograms } from './debian.ts';
import { sourceFiles } from './source-files.ts';

interface Group {
  readonly name: string;
  readonly pattern: RegExp;
  readonly concurrency: number;
  readonly needsPrograms: boolean;
}

const groups: readonly Group[] = [
  {
    name: 'units, specs and simulation',
    pattern: /^(packages|tools|bench)\/.*\.test\.ts$/,
    concurrency: 2,
    needsPrograms: false,
  },
  { name: 'end to end', pattern: /^e2e\/.*\.test\.ts$/, concurrency: 1, needsPrograms: true },
];

const words = process.argv.slice(2);
const files = sourceFiles().filter((file) => words.length === 0 || words.some((word) => file.includes(word)));

function run(group: Group): boolean {
  const chosen = files.filter((file) => group.pattern.test(file));
  if (chosen.length === 0) return true;
  console.log(`\n${group.name}: ${chosen.length} files`);
  if (group.needsPrograms && !ensurePrograms(testPrograms)) return false;
  const args = ['--test', `--test-concurrency=${group.concurrency}`, ...chosen];
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status === 0;
}

const results = groups.map(run);
process.exitCode = results.every(Boolean) ? 0 : 1;
