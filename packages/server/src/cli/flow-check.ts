import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Command, type Terminal, UsageError } from './command.ts';

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
    const actions = actionsOf(parsed(file, await content(file, terminal)));
    const { checkFlow } = await import('@parley/core');
    const checked = checkFlow(actions, randomUUID);
    if (checked.ok) {
      terminal.out(`${file}: ok, ${counted(checked.actions.length, 'action')}`);
      return 0;
    }
    for (const { path, reason, message } of checked.problems)
      terminal.err(`${file}: ${path} ${message} [${reason}]`);
    terminal.err(`${file}: ${counted(checked.problems.length, 'problem')}; it would not be saved`);
    return 1;
  },
};

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
