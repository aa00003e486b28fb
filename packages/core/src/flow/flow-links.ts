import { type FlowProblem, finishActionId, nilId } from '@parley/contract';
import { actionTypeOf } from './action-types.ts';

/** An action whose form has been checked, as it was sent. */
export interface SentAction {
  readonly id?: string;
  readonly next_id?: string;
  readonly type: string;
  /** Some languages write null for what is not there. */
  readonly option?: Readonly<Record<string, unknown>> | null;
}

/** Ids that stand twice, and those that lead nowhere. */
export function linkProblems(actions: readonly SentAction[], around: ReadonlySet<string>): FlowProblem[] {
  return [...duplicateIds(actions), ...missingTargets(actions, around)].sort((a, b) => a.index - b.index);
}

function duplicateIds(actions: readonly SentAction[]): FlowProblem[] {
  const seen = new Set<string>();
  return actions.flatMap(({ id }, index) => {
    if (id === undefined || id === nilId) return [];
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    const path = `actions[${index}].id`;
    return [
      {
        path,
        index,
        action_id: id,
        reason: 'duplicate_id',
        message: 'stands on another action too',
      } as const,
    ];
  });
}

function missingTargets(actions: readonly SentAction[], around: ReadonlySet<string>): FlowProblem[] {
  const own = new Set(actions.map(({ id }) => id));
  const isThere = (id: string): boolean => own.has(id) || around.has(id) || id === finishActionId;
  return actions.flatMap((action, index) =>
    linksOf(action)
      .filter(({ id, optional }) => (id === nilId ? !optional : !isThere(id)))
      .map(({ path, id }) => ({
        path: `actions[${index}].${path}`,
        index,
        action_id: action.id ?? '',
        reason: 'missing_target' as const,
        message:
          id === nilId
            ? 'is not set; name the id of an action of this flow'
            : `no action of this flow has the id ${id}`,
      })),
  );
}

interface Link {
  readonly path: string;
  readonly id: string;
  /** Nil means that it is not there. */
  readonly optional: boolean;
}

function linksOf({ next_id: nextId, type, option }: SentAction): Link[] {
  const targets = actionTypeOf(type)?.targets?.(option ?? {}) ?? [];
  return [
    { path: 'next_id', id: nextId ?? nilId, optional: true },
    ...targets.map(({ path, id, optional }) => ({ path: `option.${path}`, id, optional: optional === true })),
  ];
}
