import { type Action, finishActionId, nilId } from '@parley/contract';
import { causeOfReason } from '../call/cause.ts';
import { completeAnswer, terminate } from '../call/leg.ts';
import { openMedia } from '../call/leg-media.ts';
import { isEnding, runningActiveflow, type Walk } from '../call/live-call.ts';
import { silence } from '../call/sound.ts';
import type { Turn } from '../call/turn.ts';
import { limits } from '../limits.ts';
import { afterMs } from '../ports/moment.ts';
import type { ActionType, NestedAction, Outcome, Rest, Signal, Stay } from './action-type.ts';
import { actionTypeOf } from './action-types.ts';
import { endActiveflow, forwardActiveflow, moveActiveflow } from './activeflow.ts';
import { checkFlow } from './check.ts';
import { fillIn } from './fill-in.ts';
import { optionProblems } from './option-check.ts';
import { stepOf, variableOf } from './step.ts';

/** Walks on from where the flow stands until it comes to rest or ends. */
export function walkOn(turn: Turn): void {
  for (;;) {
    const { walk } = turn.live;
    const activeflow = runningActiveflow(turn.live);
    if (walk === undefined || activeflow === undefined || isEnding(turn.live)) return;
    const { forward_action_id: forward } = activeflow;
    const action = forward === nilId ? walk.run.advance() : walk.run.jump(forward);
    if (action === undefined) return nothingFollows(turn, forward);
    walk.steps += 1;
    walk.stepsWithoutRest += 1;
    if (walk.stepsWithoutRest > limits.stepsWithoutRest || walk.steps > limits.stepsPerActiveflow)
      return collapse(turn, 'the flow loops: too many steps');
    const type = actionTypeOf(action.type);
    // It was known when the flow was saved, so another version of this program did that.
    if (type === undefined) return collapse(turn, `there is no action type ${action.type}`);
    if (!settle(turn, walk, take(turn, walk, action, type))) return;
  }
}

/** The call has been answered: an action that waited for it starts. */
export function answered(turn: Turn): void {
  const { walk } = turn.live;
  if (walk?.resting?.forAnswer !== true) return;
  walk.resting = undefined;
  proceed(turn, walk, start(turn, walk));
}

/** A key was pressed. While keys are collected it is added, otherwise it takes the place of what was there. */
export function digitPressed(turn: Turn, digit: string): void {
  const { walk, sound } = turn.live;
  if (walk === undefined || isEnding(turn.live)) return;
  const collecting = walk.current?.type.type === 'digits_receive';
  walk.digits = (collecting ? walk.digits + digit : digit).slice(-limits.digits);
  if (sound?.endsAtKey === true) silence(turn);
  // What rested until that sound hears of its end; anything else hears the key.
  if (sound?.endsAtKey === true && walk.resting?.until === sound.play)
    signal(turn, { kind: 'playEnded', problem: undefined }, sound.play);
  else signal(turn, { kind: 'digit', digit });
}

/** A play has come to its end, or could not be played. */
export function playEnded(turn: Turn, play: string, problem: string | undefined): void {
  const { live } = turn;
  if (live.sound?.play !== play) return;
  live.sound = undefined;
  if (live.walk?.resting?.until === play) signal(turn, { kind: 'playEnded', problem }, play);
  else if (problem !== undefined) report(turn, `a sound was not played: ${problem}`);
}

/** Something the resting action waits for, or may care about. `about` is the play or request it belongs to. */
export function signal(turn: Turn, heard: Signal, about?: string): void {
  const { walk } = turn.live;
  if (walk?.resting === undefined || walk.resting.forAnswer || isEnding(turn.live)) return;
  if (about !== undefined && about !== walk.resting.until) return;
  // Its time comes once: an action that goes on resting does so without.
  if (heard.kind === 'timeout') walk.resting = { ...walk.resting, deadline: undefined };
  const outcome = resume(turn, walk, heard);
  if (outcome.kind === 'stay') return;
  if (turn.live.sound !== undefined && turn.live.sound.play === walk.resting.until) silence(turn);
  walk.resting = undefined;
  proceed(turn, walk, outcome);
}

/** Breaks off whatever runs inside of an action that put it on, and runs other actions in its place; then what follows it. */
export function breakOff(turn: Turn, ownerId: string, actions: readonly NestedAction[]): void {
  const { walk } = turn.live;
  if (walk === undefined || isEnding(turn.live) || !walk.run.returnTo(ownerId)) return;
  silence(turn);
  walk.resting = undefined;
  walk.current = undefined;
  if (actions.length === 0 || nest(turn, walk, actions)) walkOn(turn);
}

/** Breaks off what runs and goes on with the action of that type, unless it runs already. */
export function skipTo(turn: Turn, type: string): void {
  const { walk } = turn.live;
  const action = walk?.run.actions.find((each) => each.type === type);
  if (walk === undefined || action === undefined || isEnding(turn.live)) return;
  if (walk.current?.action.type === type) return;
  silence(turn);
  walk.resting = undefined;
  walk.current = undefined;
  forwardActiveflow(turn, action.id);
  walkOn(turn);
}

/** Breaks off what the flow rests on, and runs other actions in its place; then what follows it. */
export function interrupt(turn: Turn, actions: readonly NestedAction[]): void {
  const { walk } = turn.live;
  if (walk?.resting === undefined || isEnding(turn.live)) return;
  silence(turn);
  walk.resting = undefined;
  if (nest(turn, walk, actions)) walkOn(turn);
}

/** Nothing is left to run: the activeflow ends, and then the call. */
export function finish(turn: Turn): void {
  endActiveflow(turn);
  terminate(turn, causeOfReason('normal'));
}

function proceed(turn: Turn, walk: Walk, outcome: Outcome | 'answering'): void {
  if (settle(turn, walk, outcome)) walkOn(turn);
}

function resume(turn: Turn, walk: Walk, heard: Signal): Outcome | Stay {
  const { action, type } = currentOf(walk);
  if (type.resume === undefined) throw new Error(`${type.type} rests and cannot be resumed`);
  return type.resume(stepOf(turn, walk), action.option ?? {}, heard);
}

/** Makes an action the current one, says so, and starts it if it can be. */
function take(turn: Turn, walk: Walk, listed: Action, type: ActionType): Outcome | 'answering' {
  const filled = fillIn(listed, (name) => variableOf(turn, walk, name));
  const action = filled ?? listed;
  walk.current = { action, type };
  if (turn.live.visitId !== undefined) turn.sitting.reach.leftQueue(turn);
  moveActiveflow(turn, action, walk.run.actions);
  if (filled === undefined)
    return { kind: 'fail', why: `its option, filled in, is longer than ${limits.optionBytes} bytes` };
  // What was not filled in was checked when it was saved or fetched.
  const [problem] = filled === listed ? [] : optionProblems(type, filled.option);
  if (problem !== undefined) return { kind: 'fail', why: `option${problem.path} ${problem.message}` };
  return start(turn, walk);
}

function start(turn: Turn, walk: Walk): Outcome | 'answering' {
  const { action, type } = currentOf(walk);
  if (turn.live.forRecording !== undefined && (type.needsCall ?? type.executor === 'call'))
    return { kind: 'fail', why: 'there is no call' };
  if (type.needsAnswer !== true || turn.live.call.status === 'progressing')
    return type.start(stepOf(turn, walk), action.option ?? {});
  // Its far end has to answer; until then there is nothing to do but wait.
  if (turn.live.call.direction === 'outgoing') return 'answering';
  if (openMedia(turn, 'answer')) return 'answering';
  completeAnswer(turn);
  return type.start(stepOf(turn, walk), action.option ?? {});
}

function currentOf(walk: Walk): NonNullable<Walk['current']> {
  if (walk.current === undefined) throw new Error('an activeflow does something before its first action');
  return walk.current;
}

/** What an action makes of it. True: on with the next one. */
function settle(turn: Turn, walk: Walk, outcome: Outcome | 'answering'): boolean {
  if (outcome === 'answering') return rest(turn, walk, { kind: 'rest' }, true);
  switch (outcome.kind) {
    case 'next':
      return true;
    case 'goto':
      forwardActiveflow(turn, outcome.actionId);
      return true;
    case 'nest':
      return nest(turn, walk, outcome.actions);
    case 'rest':
      return rest(turn, walk, outcome, false);
    case 'stop':
      endActiveflow(turn);
      if (turn.live.forRecording !== undefined) finish(turn);
      return false;
    case 'hangup':
      terminate(turn, causeOfReason(outcome.reason));
      return false;
    case 'fail':
      return failed(turn, walk, outcome.why);
  }
}

function rest({ decision }: Turn, walk: Walk, outcome: Rest, forAnswer: boolean): false {
  walk.stepsWithoutRest = 0;
  const deadline = outcome.forMs === undefined ? undefined : afterMs(decision.at.mono, outcome.forMs);
  walk.resting = { forAnswer, until: outcome.until, deadline };
  return false;
}

/** Checks actions from elsewhere like a flow that is saved, except that they may also lead to the actions around them. */
function nest(turn: Turn, walk: Walk, actions: unknown): boolean {
  const around = new Set(walk.run.actions.map(({ id }) => id));
  const checked = checkFlow(actions, () => turn.chance.id(), around);
  if (!checked.ok) {
    const [first] = checked.problems;
    return failed(turn, walk, `${first?.path ?? 'actions'} ${first?.message ?? 'cannot be run'}`);
  }
  const problem = walk.run.nest(checked.actions);
  return problem === undefined || failed(turn, walk, problem);
}

/** A failing media action is skipped; a failing flow action ends the activeflow, and so the call. */
function failed(turn: Turn, walk: Walk, why: string): boolean {
  const { type } = currentOf(walk);
  if (type.executor === 'flow') collapse(turn, `${type.type}: ${why}`);
  else report(turn, `${type.type} was skipped: ${why}`);
  return type.executor === 'call';
}

/** The end of the lists, or the finish action; anything else is a flow that was not checked by this version. */
function nothingFollows(turn: Turn, forward: string): void {
  if (forward === nilId || forward === finishActionId) finish(turn);
  else collapse(turn, `there is no action ${forward} to go to`);
}

function collapse(turn: Turn, why: string): void {
  report(turn, `the activeflow was ended: ${why}`);
  finish(turn);
}

function report({ live, decision }: Turn, text: string): void {
  decision.effect({ kind: 'report', callId: live.call.id, problem: 'flow', text });
}
