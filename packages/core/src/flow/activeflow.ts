import {
  type Action,
  type Flow,
  formatExecutionTimestamp,
  nilId,
  notYet,
  startActionId,
} from '@parley/contract';
import { runningActiveflow, type Walk } from '../call/live-call.ts';
import { silence } from '../call/sound.ts';
import type { Turn } from '../call/turn.ts';
import { Run } from './run.ts';
import { noVariables } from './variables.ts';

/** The action before the first one: it is nowhere yet. */
export const startAction = { id: startActionId, next_id: nilId, type: '' } as const;

/** Makes the activeflow of a call from a stored flow, which it copies. It has not taken a step yet. */
export function createActiveflow(
  { live, decision }: Turn,
  flow: Flow,
  variables: ReadonlyMap<string, string> = noVariables,
): void {
  const now = decision.stamp;
  live.activeflow = {
    id: live.call.activeflow_id,
    flow_id: flow.id,
    customer_id: live.call.customer_id,
    reference_type: 'call',
    reference_id: live.call.id,
    current_action: startAction,
    forward_action_id: nilId,
    actions: flow.actions,
    tm_create: now,
    tm_update: now,
    tm_delete: notYet,
  };
  live.walk = newWalk(flow.actions, variables);
  decision.put('activeflow', live.activeflow);
  decision.emit('activeflow_created', live.lane, live.activeflow);
}

/** A walk through these actions that has not taken a step yet. */
export function newWalk(actions: Action[], variables: ReadonlyMap<string, string>): Walk {
  return {
    run: new Run(actions),
    variables,
    digits: '',
    steps: 0,
    stepsWithoutRest: 0,
    current: undefined,
    resting: undefined,
  };
}

/** Says where the next step goes, instead of on. The step clears it. */
export function forwardActiveflow({ live }: Turn, actionId: string): void {
  if (live.activeflow !== undefined) live.activeflow = { ...live.activeflow, forward_action_id: actionId };
}

/** An action has become the current one of activeflow and call. */
export function moveActiveflow({ live, decision }: Turn, action: Action, actions: Action[]): void {
  if (live.activeflow === undefined) throw new Error('a step without an activeflow');
  const now = decision.stamp;
  live.activeflow = {
    ...live.activeflow,
    current_action: action,
    forward_action_id: nilId,
    actions,
    tm_update: now,
  };
  const tmExecute = formatExecutionTimestamp(decision.at.wall);
  live.call = { ...live.call, action: { ...action, tm_execute: tmExecute }, tm_update: now };
  decision.put('activeflow', live.activeflow);
  if (live.forRecording === undefined) decision.put('call', live.call);
  decision.emit('activeflow_updated', live.lane, live.activeflow);
}

/** The last event of an activeflow. What it had playing is broken off. */
export function endActiveflow(turn: Turn): void {
  const { live, decision } = turn;
  const activeflow = runningActiveflow(live);
  if (activeflow === undefined) return;
  silence(turn);
  const now = decision.stamp;
  live.activeflow = { ...activeflow, forward_action_id: nilId, tm_update: now, tm_delete: now };
  live.walk = undefined;
  decision.put('activeflow', live.activeflow);
  decision.emit('activeflow_deleted', live.lane, live.activeflow);
}
