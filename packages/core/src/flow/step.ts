import { runningActiveflow, type Walk } from '../call/live-call.ts';
import { playDigits, playEcho, playSources } from '../call/sound.ts';
import type { Turn } from '../call/turn.ts';
import { limits } from '../limits.ts';
import type { Step } from './action-type.ts';
import { canonicalName, digitsVariable, readVariable, withVariable } from './variables.ts';

/** What is known of a caller's visit to a queue. */
const queuePrefix = 'voipbin.queue.';

/** The call as one action sees it, and all that an action may do. */
export function stepOf(turn: Turn, walk: Walk): Step {
  const { live, decision, chance } = turn;
  const { reach } = turn.sitting;
  const activeflow = runningActiveflow(live);
  if (activeflow === undefined) throw new Error('a step without an activeflow');
  return {
    call: live.call,
    activeflow,
    digits: walk.digits,
    clearDigits() {
      walk.digits = '';
    },
    localTime: (timeZone) => turn.localTimes(decision.at.wall, timeZone),
    variable: (name) => variableOf(turn, walk, name),
    setVariable: (name, value) => setVariable(walk, name, value),
    play: (sources, options) => playSources(turn, sources, { endsAtKey: options?.endsAtKey === true }),
    echo: (durationMs) => playEcho(turn, durationMs),
    locate: (wanted) => reach.locate(turn, wanted),
    dial: (wanted) => reach.dial(turn, wanted),
    connect: (wanted) => reach.connect(turn, wanted),
    enterRoom: (roomId) => reach.enterRoom(turn, roomId),
    conferenceActions: (conferenceId) => reach.conferenceActions(turn, conferenceId),
    sendDigits: (digits, durationMs, intervalMs) => playDigits(turn, digits, durationMs, intervalMs),
    record: (wanted) => reach.recordCall(turn, wanted),
    stopRecording: () => reach.stopRecording(turn),
    joinQueue: (wanted) => reach.joinQueue(turn, wanted),
    acceptCaller: () => reach.acceptCaller(turn),
    promiseCallback: (destination) => reach.promiseCallback(turn, destination),
    loadFlow(flowId) {
      const request = chance.id();
      const { id: callId, customer_id: customerId } = live.call;
      decision.effect({ kind: 'loadFlow', callId, request, customerId, flowId });
      return request;
    },
    newId: () => chance.id(),
    effect: (effect) => decision.effect(effect),
    rewriteOption: (option) => walk.run.rewrite(option),
  };
}

/** What a variable is worth at this moment; '' when there is none of that name. */
export function variableOf(turn: Turn, walk: Walk, name: string): string {
  const { live } = turn;
  if (canonicalName(name) === digitsVariable) return walk.digits;
  if (canonicalName(name).startsWith(queuePrefix))
    return turn.sitting.reach.queueVariable(turn, canonicalName(name));
  if (live.activeflow === undefined) throw new Error('a variable without an activeflow');
  return readVariable(name, walk.variables, live.call, live.activeflow);
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
