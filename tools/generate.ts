/**
 * Makes the files that are derived from the code: the registry of actions and the reference.
 *
 *   npm run generate             writes what is not up to date
 *   npm run generate -- --check  writes nothing; exit 1 and the names of the stale files when there are any
 */
import { join } from 'node:path';
import { actionRegistry } from './generate/action-registry.ts';
import { actionsReference } from './generate/actions-page.ts';
import { isStale, write, type Output } from './generate/output.ts';
import { contractReference } from './generate/reference.ts';
import { settingsReference } from './generate/settings-page.ts';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');

/** In this order: the reference of actions is made from the registry. */
const makers: readonly ((root: string) => Promise<Output | readonly Output[]>)[] = [
  actionRegistry,
  contractReference,
  actionsReference,
  settingsReference,
];

const stale: string[] = [];
for (const make of makers) {
  const outputs = [await make(root)].flat();
  for (const output of outputs) {
    if (!(await isStale(root, output))) continue;
    stale.push(output.path);
    if (!check) await write(root, output);
  }
}

if (stale.length > 0)
  console.log(`${check ? 'Stale' : 'Written'}:\n${stale.map((path) => `  ${path}`).join('\n')}`);
if (check && stale.length > 0) {
  console.log('Run `npm run generate` and commit the result.');
  process.exitCode = 1;
}
