import { readFileSync } from 'node:fs';
import { call } from './call.ts';
import { type Command, Failure, type Terminal, UsageError } from './command.ts';
import { events } from './events.ts';
import { flow } from './flow-check.ts';
import { simulate } from './simulate.ts';

export const commands: readonly Command[] = [call, flow, events, simulate];

/** What `parley` can do but for its commands. */
export interface Program {
  readonly terminal: Terminal;
  /** Called before a command runs; from then on Ctrl-C is for it. */
  readonly takeInterrupts: () => void;
  /** Starts the server; it goes on after that. */
  readonly startServer: (flags: readonly string[]) => Promise<void>;
}

/** Does what the arguments say and answers the exit code; undefined when a server runs on. */
export async function runProgram(args: readonly string[], program: Program): Promise<number | undefined> {
  try {
    return await dispatch(args, program);
  } catch (error) {
    return exitCodeOf(error, program.terminal);
  }
}

async function dispatch(args: readonly string[], program: Program): Promise<number | undefined> {
  const { terminal, startServer, takeInterrupts } = program;
  const [name, ...rest] = args;
  if (name === '--version') return say(version(), terminal);
  if (name === '--help' || name === 'help' || name === '-h') return await help(rest[0], terminal);
  const asksHelp = rest.includes('--help') || rest.includes('-h');
  if (name === undefined || name === 'start' || name.startsWith('--')) {
    if (asksHelp) return await help('start', terminal);
    await startServer(name === 'start' ? rest : args);
    return undefined;
  }
  const command = commands.find((each) => each.name === name);
  if (command === undefined) throw new UsageError(`there is no command ${name}; parley --help lists them`);
  if (asksHelp) return await help(name, terminal);
  takeInterrupts();
  return await command.run(rest, terminal);
}

async function help(name: string | undefined, terminal: Terminal): Promise<number> {
  const { helpOf, overview, settingsHelp } = await import('./help.ts');
  const command = commands.find((each) => each.name === name);
  if (command !== undefined) return say(helpOf(command), terminal);
  return say(name === 'start' ? settingsHelp() : overview(commands, version()), terminal);
}

function version(): string {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}

function say(text: string, terminal: Terminal): number {
  terminal.out(text);
  return 0;
}

/** What the user can put right is said in a sentence; anything else is a bug and comes with its stack. */
function exitCodeOf(error: unknown, { err }: Terminal): number {
  if (!(error instanceof Error)) throw error;
  const { code = '' } = error as { code?: string };
  const usage = error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS');
  if (!usage && !(error instanceof Failure)) {
    err(error.stack ?? error.message);
    return 1;
  }
  for (const line of error.message.split('\n')) err(`parley: ${line}`);
  return usage ? 2 : 1;
}
