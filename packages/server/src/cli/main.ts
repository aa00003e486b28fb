#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { call } from './call.ts';
import { type Command, Failure, type Terminal, UsageError } from './command.ts';
import { events } from './events.ts';
import { flow } from './flow-check.ts';

const commands: readonly Command[] = [call, flow, events];

const interrupt = new AbortController();

const terminal: Terminal = {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  readAll: () => text(process.stdin),
  environment: process.env,
  interrupted: interrupt.signal,
};

async function run(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version') return say(version());
  if (name === '--help' || name === 'help' || name === '-h') return await help(rest[0]);
  if (name === undefined || name === 'start' || name.startsWith('--'))
    return await start(name === 'start' ? rest : args);
  const command = commands.find((each) => each.name === name);
  if (command === undefined) throw new UsageError(`there is no command ${name}; parley --help lists them`);
  if (rest.includes('--help') || rest.includes('-h')) return await help(name);
  // Once: the second Ctrl-C finds no listener and ends the process.
  process.once('SIGINT', () => interrupt.abort());
  return await command.run(rest, terminal);
}

async function help(name: string | undefined): Promise<number> {
  const { helpOf, overview, settingsHelp } = await import('./help.ts');
  const command = commands.find((each) => each.name === name);
  if (command !== undefined) return say(helpOf(command));
  return say(name === 'start' ? settingsHelp() : overview(commands, version()));
}

async function start(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) return await help('start');
  const { main } = await import('../main.ts');
  await main(args);
  return Number(process.exitCode ?? 0);
}

function version(): string {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}

function say(text: string): number {
  console.log(text);
  return 0;
}

/** What the user can put right is said in a sentence; anything else is a bug and comes with its stack. */
function exitCodeOf(error: unknown): number {
  const { code = '' } = error as { code?: string };
  const usage = error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS');
  if (!usage && !(error instanceof Failure)) {
    console.error(error);
    return 1;
  }
  for (const line of (error as Error).message.split('\n')) console.error(`parley: ${line}`);
  return usage ? 2 : 1;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
