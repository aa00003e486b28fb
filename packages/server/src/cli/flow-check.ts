import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FlowProblem } from '@parley/contract';
import { type Command, type Terminal, UsageError } from './command.ts';

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
    const actions = actionsOf(parsed(file, await content(file, terminal)));
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

async function content(file: string, terminal: Terminal): Promise<string> {
  if (file === '-') return await terminal.readAll();
  return await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}`);
  });
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${messageOf(error)}`);
  }
}

function actionsOf(value: unknown): unknown {
  const holder = value as { actions?: unknown } | null;
  return typeof holder === 'object' && holder !== null && 'actions' in holder ? holder.actions : value;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
