import type { Monotonic } from '../ports/moment.ts';
import {
  type CallerChoice,
  type CallerExclusion,
  type CallerTurn,
  type ExclusionCounts,
  callersLeftOut,
  namedCandidates,
} from './explanation.ts';
import type { WaitingCaller } from './facts.ts';

/** The callers an agent could have, as far as a choice and its explanation need to know them. */
export interface CallerField {
  /** The first `namedCandidates` in line, or all. */
  readonly inLine: readonly WaitingCaller[];
  readonly count: number;
  readonly excluded: ExclusionCounts<CallerExclusion>;
}

/** The first in line, whatever the queue. */
export function callerChoiceOf(agentId: string, field: CallerField, now: Monotonic): CallerChoice {
  const [first, second] = field.inLine;
  const choice = {
    agentId,
    queuecallId: first?.queuecallId,
    candidates: field.inLine.slice(0, namedCandidates).map((caller) => ({
      queuecallId: caller.queuecallId,
      queueId: caller.demand.queueId,
      priority: caller.priority,
      waitMs: Math.round(now - caller.joinedAt),
    })),
    candidateCount: field.count,
    excluded: field.excluded,
    turn: first === undefined || second === undefined ? undefined : turnOf(first, second),
  };
  return { ...choice, reason: callerReason(choice) };
}

function turnOf(first: WaitingCaller, second: WaitingCaller): CallerTurn {
  const { queuecallId } = second;
  return first.priority === second.priority
    ? { kind: 'joined', queuecallId, behindBy: Math.round(second.joinedAt - first.joinedAt) }
    : { kind: 'priority', queuecallId, behindBy: first.priority - second.priority };
}

function callerReason(choice: Omit<CallerChoice, 'reason'>): string {
  const [first] = choice.candidates;
  if (first === undefined)
    return `Nobody waits whom ${choice.agentId} could have now${callersLeftOut(choice.excluded)}.`;
  const { candidateCount: count } = choice;
  const among =
    count === 1
      ? `is the only caller ${choice.agentId} could have`
      : `has the highest priority (${first.priority}) and, among those who share it, the longest wait (${first.waitMs} ms) of ${count} callers ${choice.agentId} could have`;
  return `${first.queuecallId} ${among}${whatWouldTurn(choice.turn)}${callersLeftOut(choice.excluded)}.`;
}

function whatWouldTurn(turn: CallerTurn | undefined): string {
  if (turn === undefined) return '';
  if (turn.kind === 'priority') {
    return `; ${turn.queuecallId} comes next, its priority is lower by ${turn.behindBy}`;
  }
  return turn.behindBy === 0
    ? `; ${turn.queuecallId} joined in the same millisecond and comes next`
    : `; ${turn.queuecallId} comes next, it joined ${turn.behindBy} ms later`;
}
