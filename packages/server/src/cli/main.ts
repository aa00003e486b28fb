#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { call } from './call.ts';
import { type Command, type Terminal, UsageError } from './command.ts';
import { events } from './events.ts';
import { flow } from './flow-check.ts';
import { helpOf, overview, settingsHelp } from './help.ts';

const commands: readonly Command[] = [call, flow, events];

const version = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

const interrupt = new AbortController();

const terminal: Terminal = {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  environment: process.env,
  interrupted: interrupt.signal,
};

async function run(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version') return say(version);
  if (name === '--help' || name === 'help' || name === '-h') return say(overview(commands, version));
  if (name === undefined || name === 'start' || name.startsWith('--'))
    return await start(name === 'start' ? rest : args);
  const command = commands.find((each) => each.name === name);
  if (command === undefined) throw new UsageError(`there is no command ${name}; parley --help lists them`);
  if (rest.includes('--help') || rest.includes('-h')) return say(helpOf(command));
  process.once('SIGINT', () => interrupt.abort());
  return await command.run(rest, terminal);
}

async function start(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) return say(settingsHelp());
  const { main } = await import('../main.ts');
  await main(args);
  return 0;
}

function say(text: string): number {
  console.log(text);
  return 0;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const usage =
    error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  console.error(usage ? `parley: ${(error as Error).message}` : error);
  process.exitCode = usage ? 2 : 1;
}
