import { flagOf, settingKeys, settingTable, variableOf } from '../config/settings.ts';
import type { Command } from './command.ts';

/** What `parley --help` prints. */
export function overview(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map((command) => command.usage.length)) + 2;
  return `Parley ${version}, a programmable call centre: SIP calls, flows, webhooks.

  parley                     starts the server (the same as npm start)
${commands.map((command) => `  parley ${command.usage.padEnd(width)} ${command.summary}`).join('\n')}

  parley COMMAND --help      says more about one
  parley start --help        lists the settings of the server

A first call, without a phone: start the server in one terminal, and in another

  parley call 100 --digits 1 --record hello.wav
`;
}

export function helpOf(command: Command): string {
  return `parley ${command.usage}\n\n${command.summary}\n\n${command.help}`;
}

/** The settings of the server, one after another. */
export function settingsHelp(): string {
  const lines = settingKeys.map((key) => {
    const { form, standard, meaning } = settingTable[key];
    const preset = standard === '' ? '' : ` (${standard})`;
    return `  ${flagOf(key)} ${form}, ${variableOf(key)}${preset}\n      ${meaning}`;
  });
  return `parley start [settings]

Starts the server. Each setting is read from its flag, else from the environment, else from parley.config.json
in the current folder (there it has the flag's name in camelCase), else it is what stands in brackets.

${lines.join('\n')}`;
}
