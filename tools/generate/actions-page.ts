import type { ActionType } from '@parley/core';
import { anchor, code, page, table } from './markdown.ts';
import type { Output } from './output.ts';
import { descriptionOf, keyTable } from './schema-table.ts';

/**
 * The reference of actions, made from the registry. Loads the core when it is made, not before: the registry it is made
 * from may just have been written.
 */
export async function actionsReference(): Promise<Output> {
  const { actionTypes } = await import('@parley/core');
  return { path: 'docs/reference/actions.md', text: actionsPage(actionTypes) };
}

function actionsPage(types: readonly ActionType[]): string {
  const sorted = [...types].sort((a, b) => (a.type < b.type ? -1 : 1));
  return page(
    '# Actions',
    'A flow is a list of actions. Each has a `type` and, where the type takes any, an `option`. After an action comes the one that its `next_id` names, or else the next in the list; after the last one the call is hung up.',
    '```json\n{ "type": "talk", "option": { "text": "Good morning.", "language": "en-US" } }\n```',
    'In every text of an option `${name}` is filled in with the variable of that name just before the action runs; an unknown one is empty.',
    'A flow is checked when it is saved: unknown types, options and targets are refused with [everything that is wrong](errors.md#invalid_flow).',
    '- *Flow* actions are done at once by the flow engine. One that fails ends the activeflow.\n- *Call* actions are work on the call and take their time. One that fails is skipped.',
    table(
      ['type', 'executor', 'what it does'],
      sorted.map(({ type, executor, summary }) => [`[${code(type)}](#${anchor(type)})`, executor, summary]),
    ),
    ...sorted.flatMap(actionSection),
  );
}

function actionSection(type: ActionType): readonly string[] {
  return [
    `## ${type.type}`,
    type.summary,
    ...[descriptionOf(type.option)].filter((text) => text !== ''),
    Object.keys(type.option.properties).length === 0 ? 'It takes no option.' : keyTable(type.option, noLinks),
  ];
}

function noLinks(): undefined {
  return undefined;
}
