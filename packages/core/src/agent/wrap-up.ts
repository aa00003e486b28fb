import {
  type Agent,
  formatTimestamp,
  type Instant,
  limits,
  notYet,
  parseTimestamp,
  type Queue,
} from '@parley/contract';
import type { Draft } from '../draft.ts';
import { afterMs, type Moment, type Monotonic } from '../ports/moment.ts';
import type { Stored } from '../ports/store.ts';
import { putAgent, setAgentStatus, withAgentStatus } from './agent.ts';

/** Why Parley has set an agent to `busy`: it talks with a caller, or rests after one. Any other reason is the agent's. */
export const busyReasons = { service: 'service', wrapUp: 'wrap_up' } as const;

export function isBusyWith(
  { status, status_reason: reason }: Pick<Agent, 'status' | 'status_reason'>,
  ...kinds: readonly (keyof typeof busyReasons)[]
): boolean {
  return status === 'busy' && kinds.some((kind) => busyReasons[kind] === reason);
}

/** What a queue says about the time after a caller. */
export type RestRules = Pick<Queue, 'wrap_up_seconds' | 'after_call'>;

export const noRest: RestRules = { wrap_up_seconds: 0, after_call: 'available' };

/** When the rest after a caller that begins now is over; `notYet`: when the agent says so. Undefined: there is none. */
export function restAfterCall(agent: Agent, queue: RestRules, wall: Instant): string | undefined {
  if ((agent.after_call === '' ? queue.after_call : agent.after_call) === 'stay_busy') return notYet;
  const seconds = agent.wrap_up_seconds === 0 ? queue.wrap_up_seconds : agent.wrap_up_seconds;
  return seconds === 0 ? undefined : secondsFrom(wall, seconds);
}

/** When an agent that rests is to be set free; undefined: it does not rest, or does until it says otherwise. */
export function wrapUpDeadline(agent: Agent, { mono, wall }: Moment): Monotonic | undefined {
  if (!isBusyWith(agent, 'wrapUp') || agent.tm_wrap_up_end === notYet) return undefined;
  const end = parseTimestamp(agent.tm_wrap_up_end) ?? wall;
  return afterMs(mono, Math.max(0, (end - wall) / 1000));
}

export type WrapUpDecision =
  | { readonly ok: true; readonly agent: Agent }
  | { readonly ok: false; readonly problem: string };

export function finishWrapUp(draft: Draft, stored: Stored<'agent'>): WrapUpDecision {
  if (!isBusyWith(stored.row, 'wrapUp')) return notResting(stored.row);
  return { ok: true, agent: setAgentStatus(draft, stored, 'available') };
}

/** From when it would be over, and never to later than the longest rest from now. */
export function extendWrapUp(
  draft: Draft,
  { row, version }: Stored<'agent'>,
  seconds: number,
): WrapUpDecision {
  if (!isBusyWith(row, 'wrapUp')) return notResting(row);
  if (row.tm_wrap_up_end === notYet)
    return { ok: false, problem: `the rest of the agent ${row.id} lasts until the agent ends it` };
  const { wall } = draft.at;
  const end = Math.max(wall, parseTimestamp(row.tm_wrap_up_end) ?? wall) as Instant;
  const extended = secondsFrom(end, seconds);
  const latest = secondsFrom(wall, limits.pauseSeconds);
  const tm_wrap_up_end = extended < latest ? extended : latest;
  const agent = { ...row, tm_wrap_up_end, tm_update: draft.stamp };
  return { ok: true, agent: putAgent(draft, agent, version, 'agent_updated') };
}

/** What becomes of an agent whose process died: nobody rings it or talks with it any more. Undefined: it stays as it is. */
export function agentAfterDeath(
  agent: Agent,
  queue: RestRules,
  { wall }: Moment,
  now: string,
): Agent | undefined {
  if (agent.status === 'ringing') return withAgentStatus(agent, now, 'available');
  if (!isBusyWith(agent, 'service')) return undefined;
  const end = restAfterCall(agent, queue, wall);
  return end === undefined
    ? withAgentStatus(agent, now, 'available')
    : withAgentStatus(agent, now, 'busy', busyReasons.wrapUp, end);
}

function notResting({ id }: Agent): WrapUpDecision {
  return { ok: false, problem: `the agent ${id} does not rest after a caller` };
}

function secondsFrom(instant: Instant, seconds: number): string {
  return formatTimestamp((instant + seconds * 1_000_000) as Instant);
}
