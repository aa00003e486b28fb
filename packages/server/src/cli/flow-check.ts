import { randomUUID } from 'node:crypto';
import type { FlowProblem } from '@parley/contract';
import { type Command, UsageError } from './command.ts';
import { readJsonFile } from './json-file.ts';

export const flow: Command = {
  name: 'flow',
  usage: 'flow check FILE',
  summary: 'Checks a flow as saving it would, without a server.',
  help: `  FILE   JSON: a list of actions, or an object with \`actions\`; - reads standard input

Each problem is named with its place, its reason (docs/reference/errors.md lists them) and what to do.

Exit code 0: it would be saved. 1: it would be refused, and every problem was named.`,
  async run(args, terminal) {
    const [what, file, ...rest] = args;
    if (what !== 'check' || file === undefined || rest.length > 0)
      throw new UsageError('usage: parley flow check FILE');
    const actions = actionsOf(await readJsonFile(file, terminal));
    const { checkFlow } = await import('@parley/core');
    const checked = checkFlow(actions, randomUUID);
    if (checked.ok) {
      terminal.out(`${file}: ok, ${counted(checked.actions.length, 'action')}`);
      return 0;
    }
    for (const { path, reason, message } of checked.problems)
      terminal.err(`${file}: ${path} [${reason}] ${message}`);
    terminal.err(`${file}: ${counted(checked.problems.length, 'problem')}; it would not be saved`);
    if (checked.problems.some(({ reason }) => linksUnchecked.has(reason)))
      terminal.err('Where its actions lead is checked once these are mended.');
    return 1;
  },
};

/** With one of these the actions cannot be followed to each other. */
const linksUnchecked: ReadonlySet<FlowProblem['reason']> = new Set([
  'not_an_action',
  'unknown_key',
  'bad_id',
  'unknown_type',
  'bad_option',
]);

function actionsOf(value: unknown): unknown {
  const holder = value as { actions?: unknown } | null;
  return typeof holder === 'object' && holder !== null && 'actions' in holder ? holder.actions : value;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
