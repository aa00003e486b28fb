import { flagOf, settingKeys, settingTable, variableOf } from '../config/settings.ts';
import type { Command } from './command.ts';

/** What `parley --help` prints. */
export function overview(commands: readonly Command[], version: string): string {
  const lines = [
    ['', 'Starts the server, as npm start does.'],
    ...commands.map(({ usage, summary }) => [usage, summary]),
    ['COMMAND --help', 'Says more about a command.'],
    ['start --help', 'Lists the settings of the server.'],
  ];
  const width = Math.max(...lines.map(([usage = '']) => usage.length)) + 2;
  return `Parley ${version}, a programmable call centre: SIP calls, flows, webhooks.

${lines.map(([usage = '', summary = '']) => `  parley ${usage.padEnd(width)} ${summary}`).join('\n')}

A first call, without a phone: start the server in one terminal, and in another

  npx parley call 100 --digits 1 --record hello.wav
`;
}

export function helpOf(command: Command): string {
  return `parley ${command.usage}\n\n${command.summary}\n\n${command.help}\n`;
}

/** The settings of the server, one after another. */
export function settingsHelp(): string {
  const lines = settingKeys.map((key) => {
    const { form, standard, meaning } = settingTable[key];
    const preset = standard === '' ? '' : ` (${standard})`;
    return `  ${flagOf(key)} ${form}, ${variableOf(key)}${preset}\n      ${meaning}`;
  });
  return `parley [start] [settings]

Starts the server. Each setting is read from its flag, else from the environment, else from parley.config.json
in the current folder (there it has the flag's name in camelCase), else it is what stands in brackets.

${lines.join('\n')}
`;
}
