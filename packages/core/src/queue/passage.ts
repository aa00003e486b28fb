import type { Queue } from '@parley/contract';
import type { Sitting } from '../call/sitting.ts';
import type { Turn } from '../call/turn.ts';
import type { NestedAction } from '../flow/action-type.ts';
import { limits } from '../limits.ts';
import type { Monotonic } from '../ports/moment.ts';
import type { VisitWanted } from './live-queue.ts';

/** A caller's way from one queue to another, or to a flow. What of it is not of the present join any more means nothing. */
export interface Passage extends Way {
  /** How often it has gone on by overflow; 0: it has been moved, and is let in however long the line is. */
  readonly hops: number;
}

/** Where it comes from, and what it brings along. */
export interface Way {
  /** The action of its flow that joined the queue it comes from; all that follows runs inside of it. */
  readonly actionId: string;
  /** The place in line that it brings to the next queue. */
  readonly place: Place | undefined;
  /** The visit it comes from; nil: it has not been let in. */
  readonly previousId: string;
  /** What its flow has asked for, and is as it was in the next queue. */
  readonly wanted: VisitWanted;
}

export interface Place {
  readonly since: Monotonic;
  /** The same as a time of day. */
  readonly stamp: string;
}

/** The way the call is on, if the action under way is part of it. */
export function presentPassage({ live }: Turn): Passage | undefined {
  const { passage, walk } = live;
  return passage !== undefined && walk?.run.isWithin(passage.actionId) === true ? passage : undefined;
}

/** Whether one more may join: the line is not too long, and whoever is in front has not waited for too long. */
export function hasRoom(sitting: Sitting, queue: Queue): boolean {
  const { max_length: most, max_wait: longest, wait_queue_call_ids: waiting } = queue;
  if (most > 0 && waiting.length >= most) return false;
  if (longest === 0) return true;
  // Whoever waits for a call back does not mind.
  const front = waiting
    .map((id) => sitting.house.visits.get(id))
    .find((visit) => visit?.callback === undefined);
  const waited = front === undefined ? 0 : sitting.decision.at.mono - front.joinedAt;
  return waited <= longest;
}

/**
 * Where a caller goes who may not join a queue, or has waited in it for too long. Nothing: on with what follows in its
 * flow, which is also the way when there is nobody to go to any more, or it has been sent about too often.
 */
export function overflowActions(
  turn: Turn,
  { overflow }: Pick<Queue, 'overflow'>,
  from: Way,
): readonly NestedAction[] {
  if (overflow.type === 'exit') return [];
  const hops = (presentPassage(turn)?.hops ?? 0) + 1;
  const [action, problem] =
    hops > limits.overflowHops
      ? [undefined, `it has been sent on ${limits.overflowHops} times`]
      : forwardTo(turn.sitting, overflow);
  if (action === undefined) {
    const text = `overflow was skipped, the flow goes on: ${problem}`;
    turn.decision.effect({ kind: 'report', callId: turn.live.call.id, problem: 'queue', text });
    return [];
  }
  turn.live.passage = { ...from, hops, place: overflow.keep_place ? from.place : undefined };
  return [action];
}

/** What a caller runs who is sent to another queue. */
export function forwardToQueue(queueId: string): NestedAction {
  return { type: 'queue_forward', option: { type: 'queue', target_id: queueId } };
}

type Forward = readonly [NestedAction] | readonly [undefined, string];

/** Only queues are known here: that a flow or an agent has been deleted comes out when it is their turn. */
function forwardTo(sitting: Sitting, overflow: Queue['overflow']): Forward {
  const { type, target_id: target, destinations } = overflow;
  if (type === 'queue')
    return sitting.queues.find(target) === undefined
      ? [undefined, `there is no queue ${target}`]
      : [forwardToQueue(target)];
  const option = type === 'flow' ? { type, target_id: target } : { type, destinations };
  return [{ type: 'queue_forward', option }];
}
