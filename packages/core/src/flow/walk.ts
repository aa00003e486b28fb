import {
  type Action,
  type Activeflow,
  type Flow,
  formatExecutionTimestamp,
  formatTimestamp,
  nilId,
  notYet,
} from '@parley/contract';
import { causeOfReason } from '../call/cause.ts';
import { beginAnswer, startAction, terminate } from '../call/leg.ts';
import { isEnding, type LiveCall, type Walk } from '../call/live-call.ts';
import type { Decision } from '../decision.ts';
import { limits } from '../limits.ts';
import type { Chance } from '../ports/chance.ts';
import { afterMs } from '../ports/moment.ts';
import type { ActionType, Outcome, Rest, Signal, Step } from './action-type.ts';
import { actionTypeOf } from './action-types.ts';
import { checkFlow } from './check.ts';
import { optionProblems } from './option-check.ts';
import { Run } from './run.ts';
import {
  canonicalName,
  digitsVariable,
  fillIn,
  noVariables,
  readVariable,
  withVariable,
} from './variables.ts';

/** Makes the activeflow of a call from a stored flow, which it copies. It has not taken a step yet. */
export function createActiveflow(live: LiveCall, decision: Decision, flow: Flow): void {
  const now = formatTimestamp(decision.at.wall);
  const run = new Run(flow.actions);
  live.activeflow = {
    id: live.call.activeflow_id,
    flow_id: flow.id,
    customer_id: live.call.customer_id,
    reference_type: 'call',
    reference_id: live.call.id,
    current_action: startAction,
    forward_action_id: nilId,
    actions: [...run.actions],
    tm_create: now,
    tm_update: now,
    tm_delete: notYet,
  };
  live.walk = {
    run,
    variables: noVariables,
    digits: '',
    steps: 0,
    stepsWithoutRest: 0,
    current: undefined,
    resting: undefined,
  };
  decision.put('activeflow', live.activeflow);
  decision.emit('activeflow_created', live.lane, live.activeflow);
}

/** The last event of an activeflow. What it had playing is broken off. */
export function endActiveflow(live: LiveCall, decision: Decision): void {
  if (live.activeflow === undefined || live.walk === undefined) return;
  breakOff(live, decision, live.walk);
  const now = formatTimestamp(decision.at.wall);
  const ended: Activeflow = { ...live.activeflow, tm_update: now, tm_delete: now };
  live.activeflow = ended;
  live.walk = undefined;
  decision.put('activeflow', ended);
  decision.emit('activeflow_deleted', live.lane, ended);
}

/** Walks on from where the flow stands until it comes to rest or ends. */
export function walkOn(live: LiveCall, decision: Decision, chance: Chance): void {
  follow(live, decision, chance, { go: true, target: undefined });
}

/** The call has been answered: an action that waited for it starts. */
export function answered(live: LiveCall, decision: Decision, chance: Chance): void {
  const walk = live.walk;
  if (walk?.current === undefined || walk.resting?.forAnswer !== true) return;
  walk.resting = undefined;
  follow(
    live,
    decision,
    chance,
    settle(live, decision, chance, walk, start(live, decision, chance, walk, walk.current)),
  );
}

/** A key was pressed. While keys are collected it is added, otherwise it takes the place of what was there. */
export function digitPressed(live: LiveCall, decision: Decision, chance: Chance, digit: string): void {
  const { walk } = live;
  if (walk === undefined || isEnding(live)) return;
  const collecting = walk.current?.type.type === 'digits_receive';
  walk.digits = (collecting ? walk.digits + digit : digit).slice(-limits.digits);
  signal(live, decision, chance, { kind: 'digit', digit });
}

/** Something the resting action waits for, or may care about. `about` is the play or request it belongs to. */
export function signal(
  live: LiveCall,
  decision: Decision,
  chance: Chance,
  heard: Signal,
  about?: string,
): void {
  const { walk } = live;
  if (walk?.current === undefined || walk.resting === undefined || walk.resting.forAnswer || isEnding(live))
    return;
  if (about !== undefined && about !== walk.resting.until) return;
  const step = stepOf(live, decision, chance, walk, walk.current.action);
  const outcome = resume(walk.current.type, step, walk.current.action, heard);
  if (outcome.kind === 'stay') return;
  if (heard.kind !== 'playEnded') breakOff(live, decision, walk);
  walk.resting = undefined;
  follow(live, decision, chance, settle(live, decision, chance, walk, outcome));
}

function resume(type: ActionType, step: Step, action: Action, heard: Signal): Outcome {
  if (type.resume !== undefined) return type.resume(step, action.option ?? {}, heard);
  return heard.kind === 'digit' ? { kind: 'stay' } : { kind: 'next' };
}

type Onward = { readonly go: false } | { readonly go: true; readonly target: string | undefined };

const halt: Onward = { go: false };
const onward: Onward = { go: true, target: undefined };

function follow(live: LiveCall, decision: Decision, chance: Chance, first: Onward): void {
  let way = first;
  while (way.go) {
    const { walk } = live;
    if (walk === undefined || isEnding(live)) return;
    const action = way.target === undefined ? walk.run.advance() : walk.run.jump(way.target);
    if (action === undefined) return finish(live, decision);
    walk.steps += 1;
    walk.stepsWithoutRest += 1;
    if (walk.stepsWithoutRest > limits.stepsWithoutRest || walk.steps > limits.stepsPerActiveflow) {
      return collapse(live, decision, 'the flow loops: too many steps');
    }
    const current = enter(live, decision, walk, action);
    way = settle(live, decision, chance, walk, start(live, decision, chance, walk, current));
  }
}

/** Makes an action the current one of activeflow and call, and says so. */
function enter(live: LiveCall, decision: Decision, walk: Walk, listed: Action): NonNullable<Walk['current']> {
  const { activeflow } = live;
  const type = actionTypeOf(listed.type);
  if (activeflow === undefined || type === undefined)
    throw new Error(`cannot run an action of type ${listed.type}`);
  const action = fillIn(listed, (name) =>
    canonicalName(name) === digitsVariable
      ? walk.digits
      : readVariable(name, walk.variables, live.call, activeflow),
  );
  walk.current = { action, type };
  const now = formatTimestamp(decision.at.wall);
  live.activeflow = { ...activeflow, current_action: action, actions: [...walk.run.actions], tm_update: now };
  live.call = {
    ...live.call,
    action: { ...action, tm_execute: formatExecutionTimestamp(decision.at.wall) },
    tm_update: now,
  };
  decision.put('activeflow', live.activeflow);
  decision.put('call', live.call);
  decision.emit('activeflow_updated', live.lane, live.activeflow);
  return walk.current;
}

function start(
  live: LiveCall,
  decision: Decision,
  chance: Chance,
  walk: Walk,
  { action, type }: NonNullable<Walk['current']>,
): Outcome | 'answering' {
  const [problem] = optionProblems(type, action.option ?? {});
  if (problem !== undefined) return { kind: 'fail', why: `option${problem.path} ${problem.message}` };
  if (type.needsAnswer === true && live.call.status !== 'progressing') {
    beginAnswer(live, decision);
    return 'answering';
  }
  return type.start(stepOf(live, decision, chance, walk, action), action.option ?? {});
}

function settle(
  live: LiveCall,
  decision: Decision,
  chance: Chance,
  walk: Walk,
  outcome: Outcome | 'answering',
): Onward {
  if (outcome === 'answering') return rest(walk, decision, { kind: 'rest' }, true);
  switch (outcome.kind) {
    case 'next':
      return onward;
    case 'goto':
      return { go: true, target: outcome.actionId };
    case 'nest':
      return nest(live, decision, chance, walk, outcome.actions);
    case 'rest':
      return rest(walk, decision, outcome, false);
    case 'stay':
      return halt;
    case 'stop':
      endActiveflow(live, decision);
      return halt;
    case 'hangup':
      terminate(live, decision, causeOfReason(outcome.reason));
      return halt;
    case 'fail':
      return failed(live, decision, walk, outcome.why);
  }
}

function rest(walk: Walk, decision: Decision, outcome: Rest, forAnswer: boolean): Onward {
  walk.stepsWithoutRest = 0;
  walk.resting = {
    forAnswer,
    until: outcome.until,
    deadline: outcome.forMs === undefined ? undefined : afterMs(decision.at.mono, outcome.forMs),
    playing: outcome.playing === true,
  };
  return halt;
}

function nest(live: LiveCall, decision: Decision, chance: Chance, walk: Walk, actions: unknown): Onward {
  const checked = checkFlow(actions, () => chance.id());
  if (!checked.ok) {
    const [first] = checked.problems;
    return failed(live, decision, walk, `${first?.path ?? 'actions'} ${first?.message ?? 'cannot be run'}`);
  }
  if (walk.run.nest(checked.actions)) return onward;
  return failed(live, decision, walk, 'flows are nested too deep, or hold too many actions together');
}

/** A failing media action is skipped; a failing flow action ends the activeflow, and so the call. */
function failed(live: LiveCall, decision: Decision, walk: Walk, why: string): Onward {
  const type = walk.current?.type;
  if (type?.executor === 'flow') {
    collapse(live, decision, why);
    return halt;
  }
  report(live, decision, `${type?.type ?? 'action'} was skipped: ${why}`);
  return onward;
}

function collapse(live: LiveCall, decision: Decision, why: string): void {
  report(live, decision, `the activeflow was ended: ${why}`);
  finish(live, decision);
}

/** Nothing is left to run: the activeflow ends, and then the call. */
export function finish(live: LiveCall, decision: Decision): void {
  endActiveflow(live, decision);
  terminate(live, decision, causeOfReason('normal'));
}

function report(live: LiveCall, decision: Decision, text: string): void {
  decision.effect({ kind: 'report', callId: live.call.id, problem: 'flow', text });
}

export function breakOff(live: LiveCall, decision: Decision, walk: Walk): void {
  if (walk.resting?.playing === true) decision.effect({ kind: 'stopPlay', callId: live.call.id });
}

function stepOf(live: LiveCall, decision: Decision, chance: Chance, walk: Walk, action: Action): Step {
  const { call, activeflow } = live;
  if (activeflow === undefined) throw new Error('a step without an activeflow');
  return {
    at: decision.at,
    call,
    activeflow,
    action,
    digits: walk.digits,
    clearDigits() {
      walk.digits = '';
    },
    variable: (name) =>
      canonicalName(name) === digitsVariable
        ? walk.digits
        : readVariable(name, walk.variables, call, activeflow),
    setVariable: (name, value) => setVariable(walk, name, value),
    newId: () => chance.id(),
    effect: (effect) => decision.effect(effect),
    rewriteOption: (option) => walk.run.rewrite(option),
  };
}

function setVariable(walk: Walk, name: string, value: string): boolean {
  if (canonicalName(name) === digitsVariable) {
    walk.digits = value.slice(-limits.digits);
    return true;
  }
  const changed = withVariable(walk.variables, name, value);
  if (changed !== undefined) walk.variables = changed;
  return changed !== undefined;
}
