// By its file, not through the package's door: the door loads the whole server.
import { flagOf, settingKeys, settingTable, variableOf } from '../../packages/server/src/config/settings.ts';
import { code, page, table } from './markdown.ts';
import type { Output } from './output.ts';

/** The reference of settings, made from the one table that they are read by. */
export function settingsReference(): Promise<Output> {
  return Promise.resolve({ path: 'docs/reference/settings.md', text: settingsPage() });
}

function settingsPage(): string {
  return page(
    '# Settings',
    'Each is read from its flag, else from the environment, else from `parley.config.json` in the current folder (under its key), else it is the default. An unknown flag, variable or key stops the start and is named.',
    '```\nnpm start -- --http-port 9000\nPARLEY_HTTP_PORT=9000 npm start\n```',
    table(
      ['key', 'flag', 'variable', 'value', 'default', 'meaning'],
      settingKeys.map((key) => {
        const { form, standard, meaning } = settingTable[key];
        const preset = standard === '' ? '' : code(standard);
        return [
          code(key),
          code(flagOf(key)),
          code(variableOf(key)),
          form.replaceAll('|', ' or '),
          preset,
          meaning,
        ];
      }),
    ),
  );
}
