import type { Agent, Queue } from '@parley/contract';
import { lackOf } from '../matching/eligibility.ts';
import type { Monotonic } from '../ports/moment.ts';
import type { LiveAgent, Visit } from './live-queue.ts';
import { demandOf } from './match.ts';

/** A queue at one moment. */
export interface QueueNow {
  readonly waiting: number;
  /** Of whoever has waited longest; 0: nobody waits. */
  readonly longestWaitMs: number;
  readonly served: number;
  /** Those who serve it. */
  readonly agents: Readonly<Record<Agent['status'], number>>;
}

const nobody = { available: 0, away: 0, busy: 0, offline: 0, ringing: 0 } as const;

/** What of an agent says which queues it serves. */
export interface Duties {
  readonly customerId: string;
  readonly status: Agent['status'];
  readonly tags: ReadonlySet<string>;
  readonly skills: ReadonlyMap<string, number>;
}

/** To be worked out once for many queues. */
export function dutiesOf({ row }: Pick<LiveAgent, 'row'>): Duties {
  const { customer_id: customerId, status, tag_ids: tags } = row;
  const skills = new Map(tags.map((tag) => [tag, row.skills[tag] ?? 1]));
  return { customerId, status, tags: new Set(tags), skills };
}

/** Who is in a queue, and who may serve it. */
export function queueNow(
  queue: Queue,
  visits: ReadonlyMap<string, Pick<Visit, 'joinedAt'>>,
  agents: Iterable<Duties>,
  now: Monotonic,
): QueueNow {
  const demand = demandOf(queue);
  const byStatus: Record<Agent['status'], number> = { ...nobody };
  for (const { customerId, status, tags, skills } of agents)
    if (customerId === queue.customer_id && lackOf(tags, skills, demand) === undefined) byStatus[status] += 1;
  const waits = queue.wait_queue_call_ids.map((id) => now - (visits.get(id)?.joinedAt ?? now));
  return {
    waiting: queue.wait_queue_call_ids.length,
    longestWaitMs: Math.round(waits.reduce((longest, wait) => Math.max(longest, wait), 0)),
    served: queue.service_queue_call_ids.length,
    agents: byStatus,
  };
}
