import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { checkFlow } from '@parley/core';
import { type Command, UsageError } from './command.ts';

export const flow: Command = {
  name: 'flow',
  usage: 'flow check FILE',
  summary: 'Checks a flow as saving it would, without a server.',
  help: `  FILE   JSON: a list of actions, or an object with \`actions\`; - reads standard input

Exit code 0: it would be saved. 1: it would be refused, and every problem has been named.`,
  async run(args, terminal) {
    const [what, file, ...rest] = args;
    if (what !== 'check' || file === undefined || rest.length > 0)
      throw new UsageError('usage: parley flow check FILE');
    const checked = checkFlow(actionsOf(await parsed(file)), randomUUID);
    if (checked.ok) {
      terminal.out(`${file}: ok, ${checked.actions.length} actions`);
      return 0;
    }
    for (const problem of checked.problems)
      terminal.err(`${file}: ${problem.path} ${problem.message} [${problem.reason}]`);
    return 1;
  },
};

async function parsed(file: string): Promise<unknown> {
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch(
    (error: unknown) => {
      throw new UsageError(
        `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    },
  );
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function actionsOf(value: unknown): unknown {
  const holder = value as { actions?: unknown } | null;
  return typeof holder === 'object' && holder !== null && 'actions' in holder ? holder.actions : value;
}
