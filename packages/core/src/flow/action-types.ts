import type { ActionType } from './action-type.ts';
import { registry } from './actions/registry.generated.ts';

/** All action types there are, by name. */
export const actionTypes: readonly ActionType[] = registry;

const byName: ReadonlyMap<string, ActionType> = new Map(actionTypes.map((type) => [type.type, type]));

export const knownTypes: readonly string[] = [...byName.keys()].sort();

export function actionTypeOf(name: string): ActionType | undefined {
  return byName.get(name);
}
